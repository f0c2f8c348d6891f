internal import DealModel

/// What the terminal can show.
public enum TextEncoding: String, CaseIterable, Hashable, Sendable {
  /// Every character of Unicode.
  case utf8
  /// Letters, digits and signs of ASCII only.
  case ascii
}

/// The signs of the screens, each in both encodings. A sign never stands for a word it cannot be
/// looked up by: help lists them all.
struct Glyphs: Hashable, Sendable {
  /// What the terminal can show.
  let encoding: TextEncoding

  /// The way from text to cells.
  var writer: CellWriter { CellWriter(encoding: encoding) }

  /// Text was cut here.
  var ellipsis: Unicode.Scalar { pick("…", "~") }
  /// A rule across.
  var rule: Unicode.Scalar { pick("─", "-") }
  /// A rule down.
  var bar: Unicode.Scalar { pick("│", "|") }
  /// Between the steps of a breadcrumb.
  var step: String { encoding == .utf8 ? " › " : " > " }
  /// Between facts of one line.
  var dot: String { encoding == .utf8 ? " · " : " - " }
  /// Before one of several sentences.
  var bullet: String { encoding == .utf8 ? "·" : "-" }
  /// The sort order upwards and downwards.
  var ascending: String { encoding == .utf8 ? "↑" : "^" }
  /// The sort order downwards.
  var descending: String { encoding == .utf8 ? "↓" : "v" }
  /// Owner and echo disagree.
  var conflict: String { encoding == .utf8 ? "≠" : "#" }
  /// Past its due day.
  var late: String { "!" }
  /// At least: something is missing.
  var atLeast: String { encoding == .utf8 ? "≥" : ">=" }
  /// At most: something is missing that would be taken off.
  var atMost: String { encoding == .utf8 ? "≤" : "<=" }
  /// Rounded to fit.
  var about: String { encoding == .utf8 ? "≈" : "~" }
  /// The minus sign between the parts of a formula.
  var minus: String { encoding == .utf8 ? "−" : "-" }
  /// Changed since it was looked at.
  var changed: String { encoding == .utf8 ? "Δ" : "&" }
  /// More is invoiced than the deal is worth.
  var above: String { encoding == .utf8 ? "↑" : "^" }
  /// What something should be, or has become.
  var becomes: String { encoding == .utf8 ? "→" : "->" }
  /// A link rule is broken.
  var brokenLink: String { encoding == .utf8 ? "⌁" : "%" }
  /// The cursor's line.
  var pointer: Unicode.Scalar { pick("▸", ">") }
  /// More stands above.
  var moreAbove: String { encoding == .utf8 ? "▲" : "^" }
  /// More stands below.
  var moreBelow: String { encoding == .utf8 ? "▼" : "v" }

  /// The sign of a freshness.
  func sign(_ freshness: Freshness) -> String {
    switch freshness {
    case .live: encoding == .utf8 ? "●" : "*"
    case .aging: encoding == .utf8 ? "◐" : "+"
    case .stale: encoding == .utf8 ? "○" : "o"
    case .expired: encoding == .utf8 ? "✕" : "x"
    case .unavailable: encoding == .utf8 ? "–" : "-"
    }
  }

  /// The sign of a system's status.
  func sign(_ status: SystemStatus) -> String {
    switch status {
    case .healthy: encoding == .utf8 ? "●" : "*"
    case .degraded: encoding == .utf8 ? "◐" : "+"
    case .throttled: encoding == .utf8 ? "◷" : "t"
    case .unauthorized: encoding == .utf8 ? "⊘" : "!"
    case .drifted: encoding == .utf8 ? "≉" : "d"
    case .down: encoding == .utf8 ? "✕" : "x"
    case .unknown: "?"
    }
  }

  /// A person has taken the system out.
  var isolated: String { encoding == .utf8 ? "⊝" : "i" }

  /// Heights from nothing to full.
  var levels: [Unicode.Scalar] {
    encoding == .utf8
      ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : ["_", ".", "-", "=", "+", "*", "%", "#"]
  }

  private func pick(_ utf8: Unicode.Scalar, _ ascii: Unicode.Scalar) -> Unicode.Scalar {
    encoding == .utf8 ? utf8 : ascii
  }
}

extension Freshness {
  /// The word beside the sign.
  var word: String { rawValue }

  /// How the word looks.
  var ink: Ink {
    switch self {
    case .live: .good
    case .aging: .caution
    case .stale: .warning
    case .expired, .unavailable: .bad
    }
  }
}

extension SystemStatus {
  /// The word beside the sign.
  var word: String { rawValue }

  /// How the word looks.
  var ink: Ink {
    switch self {
    case .healthy: .good
    case .degraded: .caution
    case .throttled, .drifted: .warning
    case .unauthorized, .down: .bad
    case .unknown: .muted
    }
  }
}
