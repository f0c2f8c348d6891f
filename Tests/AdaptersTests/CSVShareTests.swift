import AdapterKit
import DealModel
import Dispatch
import Glibc
import TestSupport
import Testing

@testable import Adapters

@Suite("Exports on a share", .timeLimit(.minutes(5)))
struct CSVShareTests {
  private func adapter(_ folder: CSVFolder, deadline: Duration) throws -> CSVAdapter {
    try CSVAdapter(
      AdapterContext(
        system: ConfiguredSystem(
          name: "exports", kind: "csv", link: "deal", steward: "", failureMode: "",
          limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(86_400)),
          callDeadline: deadline,
          settings: SystemSettings([
            "invoices": .text("\(folder.path)/invoices.csv"),
            "currency": .currency(CSVExports.euro), "rest": .duration(.zero),
          ])),
        sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"), transport: NoTransport(),
        secrets: EnvironmentSecretReader(), time: folder.clock, random: SeededRandom(seed: 7),
        observer: CallRecorder()))
  }

  @Test("a share that hangs is unavailable at the deadline, and read again once it answers")
  func hanging() async throws {
    let folder = try CSVFolder(ManualClock("2026-11-20T09:00:00Z"))
    try folder.write(CSVFileTests.good, to: "invoices.csv")
    let adapter = try adapter(folder, deadline: .milliseconds(200))
    #expect(await answer(of: adapter) == 1)
    let table = try await adapter.desk.table(of: .invoices)
    // Holds the thread that reads, as a hard-mounted share whose server is gone does.
    let (isHeld, mayGo) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let held = Task {
      try await adapter.desk.look(at: [0], of: table, .invoices) { _, _, _ in
        isHeld.signal()
        mayGo.wait()
      }
    }
    await DetachedThread.run { isHeld.wait() }
    for _ in 1...2 {
      let error = await #expect(throws: SystemError.self) {
        try await adapter.records(of: .invoices, for: ["BW-10001"])
      }
      #expect(error?.kind == .unavailable)
      #expect(error?.message.contains("network share did not answer read invoices") == true)
    }
    await #expect(throws: SystemError.self) { try await adapter.watermark(of: .invoices) }
    mayGo.signal()
    try await held.value
    // What was given up has to end first.
    #expect(await answer(of: adapter) == 1)
  }

  /// How many invoices there are, as soon as the machine reads them within the short deadline.
  private func answer(of adapter: CSVAdapter) async -> Int? {
    while true {
      let answer = try? await adapter.records(of: .invoices, for: ["BW-10001"])
      if let answer { return answer["BW-10001"]?.count }
      await Task.yield()
    }
  }

  @Test("a payload shows the rows as they stand in the file, each behind its place")
  func payload() async throws {
    let folder = try CSVFolder(ManualClock("2026-11-20T09:00:00Z"))
    try folder.write(
      "number,deal,net\nA1,BW-10001,10.00\nA2,BW-10002,\"2,5\"\nA3,BW-10001, 3\n",
      to: "invoices.csv")
    // All tests run at once: a busy machine has all the time it needs.
    let adapter = try adapter(folder, deadline: .seconds(280))
    let recorder = ExchangeRecorder(.payloads(mostBytes: 1 << 20))
    let records = try await recorder.recording {
      try await adapter.records(of: .invoices, for: ["BW-10001"])
    }
    let payload = recorder.payload(askedAt: folder.clock.now())
    #expect(
      payload.exchanges.map(\.body) == [
        "invoices.csv:2\nA1,BW-10001,10.00\ninvoices.csv:4\nA3,BW-10001, 3\n"
      ])
    let detail = ExchangeRecorder(.payloads(mostBytes: 1 << 20))
    let reference = try #require(records["BW-10001"]?.first { $0.number == "A3" }?.reference)
    _ = try await detail.recording { try await adapter.detail(of: reference) }
    #expect(
      detail.payload(askedAt: folder.clock.now()).exchanges.map(\.body) == [
        "invoices.csv:4\nA3,BW-10001, 3\n"
      ])
  }
}
