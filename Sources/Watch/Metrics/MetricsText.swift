import DealModel

/// Metrics in the text format that Prometheus reads.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
struct MetricsText: Hashable, Sendable {
  /// What a family of metrics is.
  enum Kind: String, Hashable, Sendable { case counter, gauge, histogram }

  /// `text/plain` with the format's version.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  /// Begins a family; its samples follow.
  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// One sample, with its labels in that order.
  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
    let pairs = labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }
    text += pairs.isEmpty ? name : "\(name){\(pairs.joined(separator: ","))}"
    text += " \(value)\n"
  }

  /// One sample of a whole number.
  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Int) {
    sample(name, labels, String(value))
  }

  /// A family of one gauge per labels; nothing at all without samples.
  mutating func gauges(
    _ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: String)]
  ) {
    guard !samples.isEmpty else { return }
    family(name, .gauge, help)
    for sample in samples { self.sample(name, sample.labels, sample.value) }
  }

  /// Milliseconds as seconds, exactly: `1.25`.
  static func seconds(_ milliseconds: Int64) -> String {
    let sign = milliseconds < 0 ? "-" : ""
    let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
    if rest == 0 { return "\(sign)\(whole)" }
    var digits = String(rest)
    digits = String(repeating: "0", count: 3 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }

  /// A share as a number between 0 and 1, to four places.
  static func ratio(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "1" }
    let tenThousandths = (min(part, whole) * 10_000 + whole / 2) / whole
    if tenThousandths >= 10_000 { return "1" }
    let digits = String(tenThousandths)
    return "0." + String(repeating: "0", count: 4 - digits.count) + digits
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\": escaped += "\\\\"
      case "\n", "\r\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
