import AdapterKit
import DealModel

/// Which Service Layer: what OData V3 and V4 write differently.
enum B1Version: String, Sendable {
  case v1, v2

  /// The members of an answer that are annotations, not properties.
  private var prefix: String { self == .v1 ? "odata." : "@odata." }
  var nextLink: String { prefix + "nextLink" }
  var count: String { prefix + "count" }

  /// The query option that has all matches counted.
  var countOption: HTTPCount { self == .v1 ? ("$inlinecount", "allpages") : ("$count", "true") }

  typealias HTTPCount = (name: String, value: String)
}

/// One page of an entity set.
struct B1Page: Sendable {
  /// The rows, each an object.
  let rows: [JSONValue]
  /// The link to the next page as it came: relative, absolute, with or without the filter.
  let nextLink: String?
  /// How many rows match in all, if that was asked.
  let total: Int?
  /// The Service Layer's clock; `nil` when it does not tell.
  let serverDate: Timestamp?

  /// A page; `nil` when the document is none.
  init?(_ reply: JSONReply, version: B1Version) {
    let document = reply.value
    serverDate = reply.serverDate
    guard let rows = document["value"]?.array, rows.allSatisfy({ $0.members != nil }) else {
      return nil
    }
    self.rows = rows
    switch document[version.nextLink] {
    case nil, .null?: nextLink = nil
    case .string(let text)?: nextLink = text.isEmpty ? nil : text
    default: return nil
    }
    // V3 writes the count as a string, V4 as a number.
    let count = document[version.count]
    total = count?.integer ?? count?.string.flatMap { Int($0) }
  }

  /// How many rows the next link skips; `nil` when it does not say.
  var skip: Int? {
    guard let nextLink, let query = nextLink.split(separator: "?", maxSplits: 1).last else {
      return nil
    }
    for part in query.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[0] == "$skip" || pair[0].lowercased() == "%24skip" else {
        continue
      }
      return Int(pair[1])
    }
    return nil
  }
}
