import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport
import Testing

/// A HubSpot account of many deals, behind OAuth, in a folder of its own.
private struct LargeAccount {
  let company: TemporaryCompany
  let clock = ManualClock("2026-11-20T09:00:00Z")
  let calls = CallRecorder()
  let sandbox: SandboxCompany
  let transport: SandboxTransport
  let adapter: any Adapter

  init(deals: Int) throws {
    let names = ["client_id", "client_secret", "refresh_token"]
    let yaml = """
      company: Large
      systems:
        crm:
          kind: hubspot
          credentials:
            client_id: secrets/client_id
            client_secret: secrets/client_secret
            refresh_token: secrets/refresh_token
      """
    let records = (1...deals).map { number -> JSONValue in
      let at = "2026-11-20T08:58:00.\(String(number % 1_000 + 1_000).dropFirst())Z"
      return .object([
        "id": .string("\(number)"),
        "properties": .object([
          "dealname": .string("Deal \(number)"), "erp_deal_id": .string("D-\(number)"),
          "hs_lastmodifieddate": .string(at), "hs_object_id": .string("\(number)"),
        ]),
        "createdAt": .string(at), "updatedAt": .string(at), "archived": false,
      ])
    }
    let properties = [
      "dealname", "erp_deal_id", "amount", "dealstage", "pipeline", "closedate",
      "hubspot_owner_id",
    ]
    company = try TemporaryCompany(
      yaml: yaml,
      texts: Dictionary(uniqueKeysWithValues: names.map { ("secrets/\($0)", "sample-\($0)") }),
      documents: [
        "crm/deals": .array(records),
        "crm/properties": .object([
          "deals": .array(
            properties.map {
              .object(["name": .string($0), "type": "string", "hasUniqueValue": false])
            })
        ]),
      ])
    let path = company.path
    sandbox = try SandboxCompany(path: path, time: clock, today: nil)
    transport = SandboxTransport(sandbox, time: clock)
    let secret = { (name: String) in SettingValue.secret(.file("\(path)/secrets/\(name)")) }
    let system = ConfiguredSystem(
      name: "crm", kind: "hubspot", link: "erp_deal_id", steward: "x", failureMode: "x",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
      settings: SystemSettings([
        "base_url": .text("\(SandboxTransport.origin)/crm"), "client_id": secret("client_id"),
        "client_secret": secret("client_secret"), "refresh_token": secret("refresh_token"),
      ]))
    adapter = try HubSpotKind.makeAdapter(
      AdapterContext(
        system: system, sharedID: SharedID(origin: "crm", pattern: "^D-[0-9]+$"),
        transport: transport, secrets: EnvironmentSecretReader(), time: clock,
        random: SeededRandom(seed: 3), observer: calls))
  }
}

@Suite("HubSpot: large accounts and OAuth")
struct HubSpotLargeAccountTests {
  @Test("the index is read page by page, the account's tokens renewed on the way")
  func index() async throws {
    let account = try LargeAccount(deals: 250)
    var ids: [DealID] = []
    var cursor: PageCursor?
    var pages = 0
    repeat {
      let after = cursor
      let page = try await account.clock.passing {
        try await account.adapter.dealPage(after: after)
      }
      ids += page.deals.map(\.dealID)
      cursor = page.next
      pages += 1
      account.clock.advance(by: .seconds(60))
      try await account.sandbox.obey(ControlOrder(.expireToken), by: "crm")
    } while cursor != nil && pages < 10
    #expect(pages == 3)
    #expect(ids.count == 250 && Set(ids).count == 250)
    let tokens = account.transport.exchanges.filter { $0.path.hasPrefix("POST /crm/oauth") }
    #expect((2...4).contains(tokens.count), "\(tokens.count)")
    #expect(
      tokens.allSatisfy { exchange in
        !exchange.request.headers.contains { $0.name == "Authorization" }
      })
  }

  @Test("a hundred IDs are one search")
  func batch() async throws {
    let account = try LargeAccount(deals: 250)
    let ids = (1...100).map { DealID("D-\($0 * 2)") }
    let records = try await account.clock.passing {
      try await account.adapter.records(of: .deals, for: ids)
    }
    #expect(records.values.allSatisfy { $0.count == 1 })
    let searches = account.transport.exchanges.filter { $0.path.hasSuffix("/search") }
    #expect(searches.count == 1)
  }

  @Test("more changes than one query returns are all found, beyond HubSpot's cap of 10,000")
  func manyChanges() async throws {
    let account = try LargeAccount(deals: 12_000)
    // A feed that stood an hour before everything changed.
    let hourAgo = account.clock.now().adding(.seconds(-3_600))
    let cursor = account.adapter.cursor(ofChangesSince: hourAgo)
    let changed = try await account.clock.passing {
      try await account.adapter.changes(since: cursor)
    }
    #expect(changed.deals.count == 12_000)
    let later = try await account.clock.passing {
      try await account.adapter.changes(since: changed.cursor)
    }
    #expect(later.deals.isEmpty)
  }
}
