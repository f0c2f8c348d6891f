import DealModel

/// One row of a SuiteQL answer: column → text; a null is absent.
struct NetSuiteRow: Hashable, Sendable {
  private var texts: [String: String] = [:]

  /// A row; `nil` when it is no object of texts.
  init?(_ item: JSONValue) {
    guard let members = item.members else { return nil }
    for member in members where member.name != "links" {
      switch member.value {
      case .string(let text): texts[member.name.lowercased()] = text
      // Documented as strings always; a number keeps its digits, so it can be taken as well.
      case .number(let text): texts[member.name.lowercased()] = text
      case .null: continue
      case .bool, .array, .object: return nil
      }
    }
  }

  subscript(column: String) -> String? { texts[column] }

  /// A line, or a joined document, read within this document: what the part says of itself, and
  /// the document's number, ID, type and currency.
  func with(_ part: NetSuiteRow) -> NetSuiteRow {
    var row = part
    for column in ["id", "type", "tranid", "status", "currency"] {
      row.texts[column] = texts[column]
    }
    return row
  }
}

/// One page of a SuiteQL answer.
struct NetSuitePage: Hashable, Sendable {
  let rows: [NetSuiteRow]
  let hasMore: Bool
  /// How many rows the statement has in all.
  let total: Int?

  /// A page; `nil` when the document is none.
  init?(_ document: JSONValue) {
    guard let items = document["items"]?.array else { return nil }
    let rows = items.compactMap { NetSuiteRow($0) }
    guard rows.count == items.count else { return nil }
    self.rows = rows
    hasMore = document["hasMore"]?.bool ?? false
    total = document["totalResults"]?.integer
  }
}
