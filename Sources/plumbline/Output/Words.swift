import DealModel
import TruthEngine

extension DealFlags {
  /// The words for JSON and text, in a fixed order.
  var words: [String] {
    let all: [(DealFlags, String)] = [
      (.conflict, "conflict"), (.late, "late"), (.overdue, "overdue"),
      (.overInvoiced, "over_invoiced"), (.incomplete, "incomplete"),
      (.unavailable, "unavailable"), (.duplicate, "duplicate"), (.orphan, "orphan"),
      (.dangling, "dangling"), (.malformed, "malformed"),
    ]
    return all.filter { contains($0.0) }.map(\.1)
  }
}

extension Figure {
  /// The amounts as people read them: a bound when something is missing, a dash when nothing is known.
  var words: String {
    guard !amounts.isEmpty else { return isComplete ? "none" : "?" }
    let sum = amounts.map(\.description).joined(separator: " + ")
    return switch bound {
    case .exact: sum
    case .atLeast: "at least \(sum) (incomplete)"
    case .atMost: "at most \(sum) (incomplete)"
    case .neither: "\(sum) known (incomplete)"
    }
  }
}

extension Answer {
  /// The value as people read it, or which kind of absence it is.
  func words(_ form: (Value) -> String) -> String {
    switch self {
    case .value(let value): form(value)
    case .none: "none"
    case .notAsked: "not asked"
    case .unavailable: "unavailable"
    }
  }
}

extension Reading {
  /// The value as people read it, or which kind of absence it is.
  var words: String { answer.words(\.description) }
}

extension Assessment {
  /// A field as people read it.
  func words(_ field: FieldName) -> String { fields[field]?.words ?? "" }

  /// Systems that could not be asked about this deal, and why.
  var failures: [SystemError] { sources.values.compactMap(\.failure?.error) }
}
