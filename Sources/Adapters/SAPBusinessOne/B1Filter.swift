import AdapterKit
import DealModel

/// OData filters, as far as the Service Layer has them: comparisons, `and`, `or`, parentheses.
enum B1Filter {
  /// A string as OData quotes it.
  static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  /// Whether a property equals one of these texts.
  static func property(_ name: String, isOneOf texts: [String]) -> String {
    "(" + texts.map { "\(name) eq \(quoted($0))" }.joined(separator: " or ") + ")"
  }

  /// Whether a property equals one of these numbers.
  static func property(_ name: String, isOneOf numbers: [Int]) -> String {
    "(" + numbers.map { "\(name) eq \($0)" }.joined(separator: " or ") + ")"
  }

  /// Filters that hold all at once.
  static func all(_ filters: String?...) -> String {
    filters.compactMap(\.self).joined(separator: " and ")
  }

  /// The most bytes of a list of values in one request: Apache takes a request line of 8,190.
  private static let mostBytes = 5_000

  /// The deal IDs in as few lists as fit into requests, in their order.
  static func lists(of ids: [DealID], property: String) -> [[String]] {
    var lists: [[String]] = []
    var size = Self.mostBytes
    for id in ids {
      let cost = PercentEncoding.encoded("\(property) eq \(quoted(id.text)) or ").utf8.count
      if size + cost > mostBytes {
        lists.append([])
        size = 0
      }
      lists[lists.count - 1].append(id.text)
      size += cost
    }
    return lists
  }
}
