import AdapterKit
import DealModel

/// The people records name.
struct HubSpotOwners: Sendable {
  /// Owner ID → name.
  var names: [String: String] = [:]
  /// User ID → name, for `hs_updated_by_user_id`.
  var userNames: [String: String] = [:]

  /// Adds a page of `GET /crm/v3/owners`.
  mutating func add(_ results: [JSONValue]) {
    for owner in results {
      guard let id = owner["id"]?.string else { continue }
      let parts = [owner["firstName"]?.string, owner["lastName"]?.string]
      let full = parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
      guard let name = full.isEmpty ? owner["email"]?.string : full else { continue }
      names[id] = name
      let user = owner["userIdIncludingInactive"]?.integer ?? owner["userId"]?.integer
      if let user { userNames[String(user)] = name }
    }
  }
}

/// The pipelines of deals or tickets with their stages.
struct HubSpotPipelines: Sendable {
  struct Stage: Hashable, Sendable {
    let label: String
    /// `won`, `lost` or `open`; for tickets only `open` or not.
    let state: String
  }

  /// Pipeline ID → label.
  var labels: [String: String] = [:]
  /// Stage ID → stage. Stage IDs are unique in an account.
  var stages: [String: Stage] = [:]

  /// Reads `GET /crm/v3/pipelines/{type}`.
  init(_ results: [JSONValue]) {
    for pipeline in results {
      guard let id = pipeline["id"]?.string, let label = pipeline["label"]?.string else { continue }
      labels[id] = label
      for stage in pipeline["stages"]?.array ?? [] {
        guard let id = stage["id"]?.string, let label = stage["label"]?.string else { continue }
        stages[id] = Stage(label: label, state: Self.state(stage["metadata"]))
      }
    }
  }

  /// A won deal is at a closed stage with probability 1; metadata values are strings.
  private static func state(_ metadata: JSONValue?) -> String {
    if let ticketState = metadata?["ticketState"]?.string {
      return ticketState == "CLOSED" ? "closed" : "open"
    }
    let probability = metadata?["probability"].flatMap { value in
      value.decimal ?? value.string.flatMap { ExactDecimal($0) }
    }
    let isClosed =
      metadata?["isClosed"]?.bool ?? metadata?["isClosed"]?.string.map { $0 == "true" }
    // Older pipelines have no `isClosed`; there the ends of the scale are the closed stages.
    switch (isClosed, probability) {
    case (true?, ExactDecimal(1)?), (nil, ExactDecimal(1)?): return "won"
    case (true?, _), (nil, ExactDecimal.zero?): return "lost"
    default: return "open"
    }
  }
}

/// The account behind the token.
struct HubSpotAccount: Sendable {
  let portalID: String?
  let currency: Currency?
  let uiDomain: String?

  /// Reads `GET /account-info/v3/details`.
  init(_ value: JSONValue) {
    portalID = value["portalId"].flatMap { $0.integer.map(String.init) ?? $0.string }
    currency = value["companyCurrency"]?.string.flatMap { Currency(code: $0) }
    // Part of an address that people open: nothing but a host name of HubSpot's.
    let domain = value["uiDomain"]?.string?.lowercased()
    uiDomain = domain.flatMap { name in
      let isHost = name.utf8.allSatisfy { byte in
        byte < 0x80
          && (Character(Unicode.Scalar(byte)).isLetter
            || Character(Unicode.Scalar(byte)).isNumber || byte == 0x2D || byte == 0x2E)
      }
      return isHost && name.hasSuffix(".hubspot.com") ? name : nil
    }
  }

  /// Where a person opens a record. The path is seen in practice; the reference does not give it.
  func url(objectType: String, id: String) -> String? {
    guard let portalID, let uiDomain, id.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      return nil
    }
    return "https://\(uiDomain)/contacts/\(portalID)/record/\(objectType)/\(id)"
  }
}

/// What changes rarely in an account, in memory and aging.
struct HubSpotDirectory: Sendable {
  let owners: AgedAnswer<HubSpotOwners>
  let dealPipelines: AgedAnswer<HubSpotPipelines>
  let ticketPipelines: AgedAnswer<HubSpotPipelines>
  let account: AgedAnswer<HubSpotAccount>
  /// Deal property → its type.
  let dealProperties: AgedAnswer<[String: String]>

  init(port: HTTPPort, time: any TimeSource) {
    owners = AgedAnswer(lifetime: .seconds(900), time: time) {
      var owners = HubSpotOwners()
      // Deactivated owners still own old deals, and are listed apart.
      for archived in [true, false] {
        let call = HubSpotCall.owners(after: nil, archived: archived)
        try await port.walk(call.operation) { after in
          let call = HubSpotCall.owners(after: after, archived: archived)
          let (results, next) = try await port.read(call) { reply in
            (
              try Self.results(reply, call, port),
              reply.value["paging"]?["next"]?["after"]?.string
            )
          }
          owners.add(results)
          return next
        }
      }
      return owners
    }
    dealPipelines = Self.pipelines("deals", port, time)
    ticketPipelines = Self.pipelines("tickets", port, time)
    account = AgedAnswer(lifetime: .seconds(3_600), time: time) {
      try await port.read(HubSpotCall.account) { HubSpotAccount($0.value) }
    }
    dealProperties = AgedAnswer(lifetime: .seconds(3_600), time: time) {
      let call = HubSpotCall.properties("deals")
      return try await port.read(call) { reply in
        var types: [String: String] = [:]
        for property in try Self.results(reply, call, port) {
          guard let name = property["name"]?.string else { continue }
          types[name] = property["type"]?.string ?? "string"
        }
        return types
      }
    }
  }

  private static func pipelines(
    _ type: String, _ port: HTTPPort, _ time: any TimeSource
  ) -> AgedAnswer<HubSpotPipelines> {
    AgedAnswer(lifetime: .seconds(900), time: time) {
      let call = HubSpotCall.pipelines(type)
      return try await port.read(call) { HubSpotPipelines(try Self.results($0, call, port)) }
    }
  }

  private static func results(
    _ reply: JSONReply, _ call: HTTPCall, _ port: HTTPPort
  ) throws -> [JSONValue] {
    guard let results = reply.value["results"]?.array else {
      throw port.malformed(call.operation, "a document without \"results\"")
    }
    return results
  }
}

/// The outcome of asking for something whose absence spoils single values only.
///
/// - Throws: `CancellationError`, nothing else.
func settled<Value: Sendable>(
  _ ask: @Sendable () async throws -> Value
) async throws -> Result<Value, SystemError> {
  do { return .success(try await ask()) } catch let error as SystemError { return .failure(error) }
}
