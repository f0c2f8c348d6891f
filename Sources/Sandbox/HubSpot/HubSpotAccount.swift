import DealModel

/// What belongs to the account and not to a record: its details, owners and pipelines.
struct HubSpotAccount: Sendable {
  /// `GET /account-info/v3/details`, without the sandbox's own members.
  let details: JSONValue
  /// The scopes the app was granted; `nil` for all. `account.json` may list them as `scopes`.
  let scopes: Set<String>?
  let utcOffsetMilliseconds: Int
  private let owners: [JSONValue]
  private let pipelines: JSONValue

  init(folder: EmulatorFolder) throws(SandboxError) {
    let account = try folder.object("account") ?? .object([:])
    details = .object((account.members ?? []).filter { $0.name != "scopes" })
    scopes = account["scopes"]?.array.map { Set($0.compactMap(\.string)) }
    utcOffsetMilliseconds = account["utcOffsetMilliseconds"]?.integer ?? 0
    var owners: [(number: Int64, document: JSONValue)] = []
    for owner in try folder.records("owners") {
      guard let number = owner["id"]?.string.flatMap({ Int64($0) }) else {
        throw SandboxError("an owner's `id` must be a string of digits", at: folder.file("owners"))
      }
      owners.append((number, owner))
    }
    self.owners = owners.sorted { $0.number < $1.number }.map(\.document)
    pipelines = try folder.object("pipelines") ?? .object([:])
  }

  /// `GET /crm/v3/owners`: at most 500 a page, 100 unless said.
  func ownerPage(_ request: EmulatedRequest) throws(HubSpotFailure) -> JSONValue {
    let page = try HubSpotPage(request, standard: 100, most: 500)
    let archived = request.parameter("archived") == "true"
    let email = request.parameter("email")?.lowercased()
    let chosen = owners.filter { owner in
      (owner["archived"]?.bool ?? false) == archived
        && (email == nil || owner["email"]?.string?.lowercased() == email)
        && (owner["id"]?.string.flatMap { Int64($0) } ?? 0) > page.after
    }
    let results = Array(chosen.prefix(page.limit))
    let next = chosen.count > results.count ? results.last?["id"]?.string : nil
    return page.document(results, next: next, of: request)
  }

  /// `GET /crm/v3/owners/{id}`, by `id` or, with `idProperty=userId`, by user.
  func owner(_ id: String, _ request: EmulatedRequest) throws(HubSpotFailure) -> JSONValue {
    let archived = request.parameter("archived") == "true"
    let byUser = request.parameter("idProperty") == "userId"
    let owner = owners.first { owner in
      (owner["archived"]?.bool ?? false) == archived
        && (byUser ? owner["userId"]?.integer.map(String.init) : owner["id"]?.string) == id
    }
    guard let owner else { throw .notFound }
    return owner
  }

  /// The pipelines of a type, with their stages.
  func pipelines(of type: HubSpotObjectType) -> [JSONValue] { pipelines[type.name]?.array ?? [] }
}

/// The page a `GET` list asks for.
struct HubSpotPage {
  let limit: Int
  /// The ID after which it begins.
  let after: Int64

  init(_ request: EmulatedRequest, standard: Int, most: Int) throws(HubSpotFailure) {
    limit = try Self.whole(request.parameter("limit"), "limit").map(Int.init(clamping:)) ?? standard
    guard (1...most).contains(limit) else { throw .invalid("limit must be between 1 and \(most)") }
    after = try Self.whole(request.parameter("after"), "after") ?? -1
  }

  private static func whole(_ text: String?, _ name: String) throws(HubSpotFailure) -> Int64? {
    guard let text, !text.isEmpty else { return nil }
    guard let number = Int64(text), number >= 0 else {
      throw .invalid("\(name) must be a whole number")
    }
    return number
  }

  /// A page with its `paging`, which the last one has not.
  func document(_ results: [JSONValue], next: String?, of request: EmulatedRequest) -> JSONValue {
    var members: [JSONValue.Member] = [.init("results", .array(results))]
    if let next { members.append(.init("paging", Self.paging(next, of: request))) }
    return .object(members)
  }

  /// `{"next":{"after":…,"link":…}}`.
  static func paging(_ next: String, of request: EmulatedRequest) -> JSONValue {
    let address = request.url.prefix { $0 != "?" }
    let kept = request.rawQuery.split(separator: "&").filter { !$0.hasPrefix("after=") }
    let query = (kept.map(String.init) + ["after=\(next)"]).joined(separator: "&")
    return .object([
      "next": .object(["after": .string(next), "link": .string("\(address)?\(query)")])
    ])
  }
}
