import DealModel
import Testing
import TruthEngine

@testable import Screens

@Suite("The links screen")
struct LinkFrameTests {
  static let outage = SystemError(
    .unavailable, system: "erp_us",
    message: "erp_us (NetSuite) could not be reached. It is asked again.")

  static func fault(
    _ kind: LinkFault.Kind, _ system: SystemName, _ id: DealID, _ number: String?, _ detail: String,
    mend: String, suggestion: DealID? = nil
  ) -> LinkFault {
    LinkFault(
      kind: kind, system: system, id: id,
      record: number.map { RecordReference(system: system, kind: .invoices, id: $0) },
      number: number, url: "https://\(system).example/\(number ?? "deal")", detail: detail,
      mend: mend, suggestion: suggestion)
  }

  static let faults: [LinkFault] = [
    fault(
      .orphan, "erp_eu", "BW-19999", "INV2091",
      "This invoice in erp_eu bears an ID that crm does not know.",
      mend: "Correct it in erp_eu, or create the deal in crm."),
    fault(
      .dangling, "pm", "BW-10003", nil,
      "At this stage (reached 2026-11-02) delivery records are due in pm, and none bears the ID.",
      mend: "Enter the ID on them in pm, or create them there."),
    fault(
      .malformed, "pm", "see contract\u{1B}[2J", "BWD-77",
      "The deal ID of this milestone in pm does not fit the pattern of crm.",
      mend: "Correct it in pm, or clear it if the record belongs to no deal."),
    fault(
      .nearMiss, "erp_eu", "BW-1OO07", "INV2044",
      "No deal in crm has the ID of this invoice in erp_eu, and BW-10007 is a slip of the finger away.",
      mend:
        "If BW-10007 is meant, correct the ID in erp_eu; until then the invoice belongs to no deal.",
      suggestion: "BW-10007"),
    fault(
      .merged, "pm", "BW-10090", "BWD-12",
      "BW-10090 was merged into BW-10004 in crm on 2026-11-02.",
      mend: "Enter BW-10004 on this milestone in pm; until then BW-10004 lacks it.",
      suggestion: "BW-10004"),
  ]

  static let proof: [SystemSweep] = [
    SystemSweep(
      system: "crm", records: 104_991, linked: 104_990, total: RecordCount(10_000, .atLeast),
      note: "the search's count is capped, listed by record ID", stage: .done),
    SystemSweep(system: "erp_us", records: 2_000, total: 8_312, stage: .failed(outage)),
    SystemSweep(
      system: "erp_eu", records: 4_988, linked: 4_950, total: 4_991, stage: .done),
    SystemSweep(
      system: "pm", records: 1_340, linked: 1_340, total: RecordCount(1_340, .about), stage: .done),
  ]

  static let under: [SystemSweep] = [
    SystemSweep(
      system: "crm", records: 104_991, linked: 104_990, total: RecordCount(10_000, .atLeast),
      note: "the search's count is capped, listed by record ID", stage: .done),
    SystemSweep(system: "erp_us", records: 2_000, linked: 2_000, total: 8_312, stage: .listing),
    SystemSweep(system: "erp_eu", records: 1_000, linked: 990, total: 4_991, stage: .paused),
    SystemSweep(system: "pm"),
  ]

  private func driver(
    _ columns: Int, _ rows: Int, encoding: TextEncoding = .utf8
  ) -> Driver {
    var driver = Driver(columns: columns, rows: rows, encoding: encoding)
    driver.load(TestDeal.portfolio)
    driver.press(.character("3"))
    return driver
  }

  @Test("progress, then proof and faults by kind", arguments: FrameTests.sizes)
  func compared(columns: Int, rows: Int) {
    var driver = driver(columns, rows)
    FrameFiles.check(driver.program.frame(), "links-before")
    driver.send(.linksProgressed(Self.under))
    FrameFiles.check(driver.program.frame(), "links-comparing")
    driver.send(
      .linksCompared(Self.faults, failures: [Self.outage], proof: Self.proof))
    FrameFiles.check(driver.program.frame(), "links", styles: true)
    // The near miss: its suggestion stands beside it, its mend below.
    driver.press(.down, .down, .down, .down, .down, .down, .down, .down)
    FrameFiles.check(driver.program.frame(), "links-chosen")
    driver.send(.linksProgressed(Self.under))
    FrameFiles.check(driver.program.frame(), "links-again")
  }

  @Test("in ASCII", arguments: FrameTests.sizes)
  func ascii(columns: Int, rows: Int) {
    var driver = driver(columns, rows, encoding: .ascii)
    driver.send(.linksCompared(Self.faults, failures: [Self.outage], proof: Self.proof))
    driver.press(.down, .down)
    FrameFiles.check(driver.program.frame(), "links-ascii")
    #expect(driver.program.frame().rows.joined().allSatisfy { $0.scalar.isASCII })
  }

  @Test("nothing broken, fifty thousand orphans, and hardly any room")
  func extremes() {
    var driver = driver(80, 24)
    driver.send(.linksCompared([], failures: [], proof: [Self.proof[3]]))
    FrameFiles.check(driver.program.frame(), "links-none")
    let orphans = (0..<50_000).map { number in
      Self.fault(
        .orphan, "erp_us", DealID("BW-\(number)"), "INV\(number)",
        "This invoice in erp_us bears an ID that crm does not know.",
        mend: "Correct it in erp_us, or create the deal in crm.")
    }
    driver.send(.linksCompared(orphans, failures: [], proof: Self.proof))
    driver.press(.end)
    FrameFiles.check(driver.program.frame(), "links-huge")
    driver.send(.terminalResized(Size(columns: 40, rows: 10)))
    FrameFiles.check(driver.program.frame(), "links-small")
  }

  @Test("Enter opens the deal concerned or the one suggested, o the record, x stops")
  func keys() throws {
    var driver = driver(120, 40)
    driver.send(.linksProgressed(Self.under))
    #expect(driver.press(.character("r")) == [])
    #expect(driver.press(.character("x")) == [.stopLinks])
    driver.send(.linksCompared(Self.faults, failures: [], proof: Self.proof))
    #expect(driver.press(.character("r")) == [.compareLinks])
    func choose(_ fault: LinkFault) {
      driver.program.state.trail = []
      driver.program.state.readers[.links] = Reader(selected: .fault(fault))
      driver.send(.timePassed)
    }
    choose(Self.faults[3])
    #expect(driver.press(.character("o")) == [.browse("https://erp_eu.example/INV2044")])
    driver.press(.enter)
    #expect(driver.program.state.trail.map(\.place) == [.deal("BW-10007")])
    #expect(driver.program.state.notice?.text.contains("nothing is joined") == true)
    choose(Self.faults[1])
    driver.press(.enter)
    #expect(driver.program.state.trail.map(\.place) == [.deal("BW-10003")])
    choose(Self.faults[0])
    driver.press(.enter)
    #expect(driver.program.state.trail.isEmpty)
    #expect(driver.program.state.notice?.text == "BW-19999 is no deal of crm")
    // The cursor stays on its fault when a new comparison brings others before it.
    choose(Self.faults[3])
    driver.send(.linksCompared([Self.faults[2], Self.faults[3]], failures: [], proof: []))
    driver.press(.enter)
    #expect(driver.program.state.trail.map(\.place) == [.deal("BW-10007")])
  }
}
