internal import DealModel

/// What `account.json` says.
struct NetSuiteAccount: Sendable {
  /// The account ID as NetSuite writes it: `1234567`, `1234567_SB1`.
  let id: String
  let calendar: AccountCalendar
  let concurrencyLimit: Int
  /// Table → custom columns that exist there even where no row uses them.
  let customFields: [String: [String]]

  init(folder: EmulatorFolder) throws(SandboxError) {
    let file = folder.file("account")
    guard let document = try folder.object("account") else {
      throw SandboxError(
        "missing; write {\"accountId\": …, \"timeZone\": …, \"dateFormat\": …}", at: file)
    }
    guard let id = document["accountId"]?.string, !id.isEmpty else {
      throw SandboxError("needs `accountId`, a text", at: file)
    }
    let zone = document["timeZone"]?.string ?? "America/Los_Angeles"
    let format = document["dateFormat"]?.string ?? "MM/DD/YYYY"
    guard let calendar = AccountCalendar(zone: zone, dateFormat: format) else {
      throw SandboxError(
        "`timeZone` must be a name such as Europe/Berlin, `dateFormat` one such as MM/DD/YYYY",
        at: file)
    }
    self.id = id
    self.calendar = calendar
    concurrencyLimit = document["concurrencyLimit"]?.integer ?? 5
    var customFields: [String: [String]] = [:]
    for table in document["customFields"]?.members ?? [] {
      guard let columns = table.value.array?.map(\.string), !columns.contains(nil) else {
        throw SandboxError("`customFields` holds a list of column names for each table", at: file)
      }
      customFields[table.name.lowercased()] = columns.compactMap { $0?.lowercased() }
    }
    self.customFields = customFields
  }
}

/// The page a request asks for.
struct NetSuitePaging {
  let limit: Int
  let offset: Int

  struct Problem: Error { let response: EmulatedResponse }

  static func read(_ request: EmulatedRequest) -> Result<NetSuitePaging, Problem> {
    func refused(_ detail: String, _ parameter: String) -> Result<NetSuitePaging, Problem> {
      .failure(
        Problem(
          response: NetSuiteAnswers.problem(
            400, code: "INVALID_PARAMETER", detail, parameter: parameter)))
    }
    let limit = request.parameter("limit").map { Int($0) } ?? 1_000
    guard let limit, (1...1_000).contains(limit) else {
      return refused("The limit must be a number between 1 and 1000.", "limit")
    }
    let offset = request.parameter("offset").map { Int($0) } ?? 0
    guard let offset, offset >= 0, offset % limit == 0 else {
      return refused(
        "Provided offset must be divisible by the provided limit without a remainder.", "offset")
    }
    guard offset <= SuiteQLEngine.mostRows - limit else {
      return refused(
        "The query returns more than \(SuiteQLEngine.mostRows) results. Narrow it down.", "offset")
    }
    return .success(NetSuitePaging(limit: limit, offset: offset))
  }

  /// A page with the links around it.
  func response(
    _ rows: [JSONValue], total: Int, for request: EmulatedRequest
  ) -> EmulatedResponse {
    let hasMore = offset + rows.count < total
    let address = request.url.prefix { $0 != "?" }
    let others = request.rawQuery.split(separator: "&").filter {
      !$0.hasPrefix("limit=") && !$0.hasPrefix("offset=")
    }
    func link(_ relation: String, _ offset: Int) -> JSONValue {
      let query = (others + ["limit=\(limit)", "offset=\(offset)"]).joined(separator: "&")
      return .object(["rel": .string(relation), "href": .string("\(address)?\(query)")])
    }
    var links: [JSONValue] = []
    if hasMore {
      links.append(link("next", offset + limit))
      links.append(link("last", (total - 1) / limit * limit))
    }
    if offset > 0 {
      links.append(link("first", 0))
      links.append(link("previous", offset - limit))
    }
    links.append(link("self", offset))
    return .json(
      .object([
        "links": .array(links), "count": .integer(rows.count), "hasMore": .bool(hasMore),
        "items": .array(rows), "offset": .integer(offset), "totalResults": .integer(total),
      ]), type: "application/vnd.oracle.resource+json; type=collection; charset=UTF-8")
  }
}
