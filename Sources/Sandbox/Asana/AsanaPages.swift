import DealModel

/// Parts a list as the vendor does: `limit` asks for pages, `offset` is the last answer's token.
///
/// The limit of what comes in one piece is the vendor's, the life of a token an assumption.
struct AsanaPages {
  let request: EmulatedRequest
  /// The path below `/api/1.0`.
  let path: String
  let now: Timestamp

  private static let mostWithoutLimit = 1_000
  private static let life = Duration.seconds(600)

  /// One page, and what stands as `next_page`: `null` on the last, nothing where none were asked
  /// for.
  func page(
    of records: [JSONValue]
  ) throws(AsanaRefusal) -> (records: [JSONValue], next: JSONValue?) {
    let limit = try Self.limit(request)
    var rest = records[...]
    if let token = request.parameter("offset") {
      guard let parts = AsanaToken.opened(token), parts.count == 3, parts[0] == list else {
        throw AsanaRefusal(400, "offset: Your pagination token is invalid.")
      }
      guard let ends = Int64(parts[2]), now.milliseconds < ends,
        let place = rest.firstIndex(where: { $0.gid == parts[1] })
      else { throw AsanaRefusal(400, "offset: Your pagination token has expired.") }
      rest = rest[(place + 1)...]
    }
    guard let limit else {
      guard rest.count <= Self.mostWithoutLimit else {
        throw AsanaRefusal(
          400,
          "The result is too large. You should use pagination (may require specifying a workspace)!"
        )
      }
      return (Array(rest), nil)
    }
    let page = Array(rest.prefix(limit))
    guard rest.count > limit, let last = page.last else { return (page, .null) }
    let offset = AsanaToken.sealed([
      list, last.gid, String(now.adding(Self.life).milliseconds),
    ])
    let kept = request.rawQuery.split(separator: "&").filter { !$0.hasPrefix("offset=") }
    let query = (kept.map(String.init) + ["offset=\(offset)"]).joined(separator: "&")
    return (
      page,
      .object([
        "offset": .string(offset), "path": .string("\(path)?\(query)"),
        "uri": .string(String(request.url.prefix { $0 != "?" }) + "?" + query),
      ])
    )
  }

  /// How many records were asked for; `nil` without a word about it.
  static func limit(_ request: EmulatedRequest) throws(AsanaRefusal) -> Int? {
    guard let text = request.parameter("limit") else { return nil }
    guard let limit = Int(text), (1...100).contains(limit) else {
      throw AsanaRefusal(400, "limit: Must be between 1 and 100")
    }
    return limit
  }

  /// Which list it is: a token of one is no good for another.
  private var list: String {
    let filters = request.query.filter { !["limit", "offset"].contains($0.name) }
      .filter { !$0.name.hasPrefix("opt_") }.map { "\($0.name)=\($0.value)" }.sorted()
    return AsanaToken.seal(path + "?" + filters.joined(separator: "&"))
  }
}
