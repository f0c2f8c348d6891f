import DealModel

/// What a line of a document says.
enum QuickBooksLine {
  /// Another document that a line belongs to.
  struct Linked: Hashable {
    var type: String
    var id: String
    var line: String?
  }

  /// The part of a line that depends on its kind: `SalesItemLineDetail` and others.
  static func detail(of line: JSONValue) -> JSONValue? {
    line["DetailType"]?.string.flatMap { line[$0] }
  }

  /// The customer on a line of cost.
  static func customer(of line: JSONValue) -> String? {
    detail(of: line)?["CustomerRef"]?["value"]?.string
  }

  /// The documents that a line, or a document, belongs to.
  static func linked(of line: JSONValue) -> [Linked] {
    (line["LinkedTxn"]?.array ?? []).compactMap { linked in
      guard let type = linked["TxnType"]?.string, let id = linked["TxnId"]?.string else {
        return nil
      }
      return Linked(type: type, id: id, line: linked["TxnLineId"]?.string)
    }
  }

  /// The lines with an amount of their own: those of a group in its place, no subtotals.
  static func amounts(of document: JSONValue) -> [JSONValue] {
    (document["Line"]?.array ?? []).flatMap { line -> [JSONValue] in
      switch line["DetailType"]?.string {
      case "SubTotalLineDetail": []
      case "GroupLineDetail": line["GroupLineDetail"]?["Line"]?.array ?? [line]
      default: [line]
      }
    }
  }
}
