import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

/// The sample company's two accounts, read whole.
@Suite("NetSuite sample")
struct NetSuiteSampleTests {
  @Test("every document of the sample company is understood", arguments: ["erp_us", "erp_eu"])
  func sample(system: String) async throws {
    let clock = ManualClock("2026-11-20T16:21:00Z")
    let path = NetSuiteSampleCompany.path
    let sandbox = try SandboxCompany(
      path: path, time: clock, today: CalendarDate("2026-11-20"))
    let files =
      system == "erp_us"
      ? ["consumer_key", "consumer_secret", "token_id", "token_secret"]
      : ["client_id", "certificate_id", "private_key"]
    var values: [String: SettingValue] = [
      "account": .text(system == "erp_us" ? "4417230" : "6620518"),
      "base_url": .text("http://127.0.0.1:4100/\(system)"),
    ]
    for key in files {
      let name = key == "private_key" ? "private.pem" : key.replacing("_", with: "-")
      values[key] = .secret(.file("\(path)/secrets/\(system)-\(name)"))
    }
    let calls = NetSuiteCalls()
    let adapter = try NetSuiteKind.makeAdapter(
      AdapterContext(
        system: ConfiguredSystem(
          name: SystemName(system), kind: "netsuite", link: "custbody_deal_id", steward: "",
          failureMode: "",
          limits: FreshnessLimits(
            freshFor: .seconds(60), staleAfter: .seconds(600), expireAfter: .seconds(3_600)),
          settings: SystemSettings(values)),
        sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
        transport: NetSuiteTransport(sandbox: sandbox, calls: calls),
        secrets: EnvironmentSecretReader(), time: clock, random: SeededRandom(seed: 1),
        observer: calls))
    let ids = (10_001...10_060).map { DealID("BW-\($0)") }
    let invoices = try await adapter.records(of: .invoices, for: ids).values.flatMap { $0 }
    let costs = try await adapter.records(of: .costs, for: ids).values.flatMap { $0 }
    #expect(invoices.count > 20)
    #expect(costs.count > 20)
    for record in invoices + costs {
      switch record.content {
      case .invoice(let invoice):
        #expect(invoice.net.value != nil && invoice.paid.value != nil, "\(record.number)")
      case .creditNote(let note): #expect(note.net.value?.amount.isNegative == false)
      case .cost(let cost):
        #expect(cost.net.value?.amount.isNegative == false, "\(record.number)")
        #expect(cost.kind != .purchaseOrder || cost.open.value != nil, "\(record.number)")
      default: Issue.record("\(record.number) is of no kind that NetSuite has")
      }
      _ = try await adapter.detail(of: record.reference)
    }
    let links = try await adapter.linkPage(after: nil)
    #expect(links.total == RecordCount(links.links.count))
    #expect(calls.statuses.allSatisfy { $0 == 200 })
  }
}

/// Where the sample company is.
enum NetSuiteSampleCompany {
  static var path: String {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/SampleData/brightwater"
  }
}
