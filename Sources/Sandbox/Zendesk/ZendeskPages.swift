internal import DealModel
import Foundation

/// An opaque cursor: Base64, as the vendor's are.
enum ZendeskCursor {
  static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  static func decoded(_ cursor: String) -> String? {
    Data(base64Encoded: cursor).flatMap { String(data: $0, encoding: .utf8) }
  }
}

/// Parts lists as the vendor does: by cursor or by offset, as the request asks.
struct ZendeskPages {
  let request: EmulatedRequest

  var isByCursor: Bool { request.query.contains { $0.name.hasPrefix("page[") } }

  // MARK: Cursors

  /// - Parameters:
  ///   - records: In the order in which they are listed, by ID.
  ///   - livesUntil: When the cursors of this answer end; `nil` for never.
  func byCursor(
    _ name: String, _ records: [JSONValue], largest: Int, isNewestFirst: Bool = false,
    livesUntil: Timestamp? = nil, now: Timestamp? = nil
  ) -> EmulatedResponse {
    let size = request.parameter("page[size]").map { Int($0) ?? 0 } ?? 100
    guard (1...largest).contains(size) else {
      return ZendeskAnswers.paging(
        "InvalidPaginationParameter", "page[size] must be from 1 to \(largest)")
    }
    var rest = records[...]
    if let cursor = request.parameter("page[after]") {
      let parts = (ZendeskCursor.decoded(cursor) ?? "").split(separator: "|")
      guard parts.count == 2, let after = Int(parts[0]), let ends = Int64(parts[1]),
        livesUntil == nil || (now?.milliseconds ?? 0) < ends
      else {
        return ZendeskAnswers.paging("InvalidPaginationParameter", "page[after] is not valid")
      }
      rest = rest.drop { record in
        let id = record["id"]?.integer ?? 0
        return isNewestFirst ? id >= after : id <= after
      }
    }
    let page = rest.prefix(size)
    let hasMore = rest.count > page.count
    let ends = livesUntil?.milliseconds ?? 0
    let next = page.last.flatMap { $0["id"]?.integer }
      .map { ZendeskCursor.encoded("\($0)|\(ends)") }
    let following = next.map { address([NamedValue("page[after]", $0)]) }
    return .json(
      .object(
        [
          .init(name, .array(Array(page))), .init("facets", nil),
          .init(
            "meta",
            .object([
              "has_more": .bool(hasMore), "after_cursor": next.map { .string($0) } ?? .null,
              "before_cursor": nil,
            ])),
          .init(
            "links",
            .object([
              "prev": nil, "next": hasMore ? following.map { .string($0) } ?? .null : .null,
            ])),
        ].filter { $0.name != "facets" || name == "results" }))
  }

  // MARK: Offsets

  private var page: Int { max(1, request.parameter("page").flatMap { Int($0) } ?? 1) }
  private var size: Int {
    min(100, max(1, request.parameter("per_page").flatMap { Int($0) } ?? 100))
  }

  func byOffset(_ name: String, _ records: [JSONValue]) -> EmulatedResponse {
    guard page * size <= 10_000 else {
      return ZendeskAnswers.paging(
        "InvalidPaginationDepth",
        "Pagination requests using Offset Pagination are limited to 10000 records")
    }
    return .json(.object([.init(name, .array(part(records)))] + links(records.count)))
  }

  /// Results of a search: no more than a thousand can be had.
  func ofSearch(_ results: [JSONValue]) -> EmulatedResponse {
    guard page * size <= 1_000 else {
      return ZendeskAnswers.invalidSearch(
        "Requested response size was greater than Search Response Limits")
    }
    return .json(
      .object(
        [.init("results", .array(part(results))), .init("facets", nil)]
          + links(results.count)))
  }

  private func part(_ records: [JSONValue]) -> [JSONValue] {
    Array(records.dropFirst((page - 1) * size).prefix(size))
  }

  private func links(_ count: Int) -> [JSONValue.Member] {
    func address(_ page: Int) -> JSONValue {
      .string(self.address([NamedValue("page", String(page))]))
    }
    return [
      .init("next_page", page * size < count ? address(page + 1) : .null),
      .init("previous_page", page > 1 ? address(page - 1) : .null),
      .init("count", .integer(count)),
    ]
  }

  // MARK: Addresses

  /// The address of this request with parameters put in place of those of the same name.
  ///
  /// - Parameter isAlone: Whether no other parameter is kept.
  func address(_ parameters: [NamedValue], isAlone: Bool = false) -> String {
    let names = Set(parameters.map(\.name))
    let kept = isAlone ? [] : request.query.filter { !names.contains($0.name) }
    let query = (kept + parameters).map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
    return String(request.url.prefix { $0 != "?" }) + "?" + query.joined(separator: "&")
  }

  private static func encoded(_ text: String) -> String {
    let plain = CharacterSet(charactersIn: "-._~").union(.init(charactersIn: "A"..."Z"))
      .union(.init(charactersIn: "a"..."z")).union(.init(charactersIn: "0"..."9"))
    return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
  }
}
