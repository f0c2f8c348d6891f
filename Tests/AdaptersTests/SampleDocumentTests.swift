import AdapterKit
import Adapters
import CompanyConfiguration
import DealModel
import Sandbox
import TestSupport
import Testing

/// What each system of the sample company that owns money holds, read whole.
@Suite("The documents of the sample company")
struct SampleDocumentTests {
  @Test(
    "every document is understood and opens, and every record is listed with its deal ID",
    arguments: [
      ("erp_us", 24, 51), ("erp_uk", 24, 51), ("erp_de", 23, 54), ("ledger", 11, 0),
      ("suppliers", 0, 16),
    ])
  func documents(_ system: SystemName, invoices: Int, costs: Int) async throws {
    let clock = ManualClock("2026-11-20T16:21:00Z")
    let sandbox = try SandboxCompany(
      path: ContractBench.company, time: clock, today: CalendarDate("2026-11-20"))
    let text = try sandbox.company.readyConfiguration(origin: SandboxTransport.origin)
    let model = try #require(
      ConfigurationFile.read(
        text, file: "plumbline.yaml", kinds: VendorKinds.all.map { $0.schema }
      ).model)
    var configured = try #require(model.system(system))
    let kind = try #require(VendorKinds.all.first { $0.schema.kind == configured.kind })
    let transport = SandboxTransport(sandbox, time: clock)
    let calls = CallRecorder()
    // What is read from files takes real time, whatever another clock says.
    let isFromFile = configured.kind == "odbc" || configured.kind == "csv"
    let time: any TimeSource = isFromFile ? RunningClock(from: clock.now()) : clock
    if isFromFile { configured.callDeadline = .seconds(280) }
    let adapter = try kind.makeAdapter(
      AdapterContext(
        system: configured, sharedID: model.sharedID, transport: transport,
        secrets: EnvironmentSecretReader(), time: time, random: SeededRandom(seed: 1),
        observer: calls))
    let ids = (10_001...10_066).map { DealID("BW-\($0)") }
    try await clock.passing {
      var found: [RecordKind: [Record]] = [:]
      for kind in [RecordKind.invoices, .costs] where adapter.capabilities.kinds.contains(kind) {
        found[kind] = try await adapter.records(of: kind, for: ids).values.flatMap { $0 }
      }
      #expect(found[.invoices]?.count ?? 0 == invoices)
      #expect(found[.costs]?.count ?? 0 == costs)
      for record in found.values.joined() {
        Self.check(record)
        _ = try await adapter.detail(of: record.reference)
      }
      var listed = 0
      var page = try await adapter.linkPage(after: nil)
      listed += page.records
      while let next = page.next {
        page = try await adapter.linkPage(after: next)
        listed += page.records
      }
      #expect(page.total == nil || page.total == RecordCount(listed))
      #expect(listed >= invoices + costs)
    }
    #expect(calls.reports.allSatisfy { $0.error == nil })
    await adapter.close()
  }

  private static func check(_ record: Record) {
    switch record.content {
    case .invoice(let invoice):
      #expect(invoice.net.value != nil && invoice.paid.value != nil, "\(record.number)")
    case .creditNote(let note): #expect(note.net.value?.amount.isNegative == false)
    case .cost(let cost):
      #expect(cost.net.value?.amount.isNegative == false, "\(record.number)")
      #expect(cost.kind != .purchaseOrder || cost.open.value != nil, "\(record.number)")
    default: Issue.record("\(record.number) is of no kind that an ERP has")
    }
  }
}
