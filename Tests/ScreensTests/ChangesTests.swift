import DealModel
import Testing
import TruthEngine

@testable import Screens

@Suite("Changes")
struct ChangesTests {
  static let sizes = [(80, 24), (120, 40), (200, 60)]
  private static let crane = TestDeal.crane.id

  static func watch(failing: SystemError? = nil, waiting: Int = 0) -> ChangeWatch {
    ChangeWatch(
      systems: ["crm", "erp_us", "erp_eu", "pm"].map { name in
        ChangeWatch.Watched(
          system: name, reportsChanges: name != "pm",
          since: name == "pm" ? nil : TestCompany.ago(3_600),
          failure: name == "erp_us" ? failing : nil)
      }, waiting: waiting)
  }

  /// The invoice corrected, the stage moved, a milestone new, an order gone.
  static let changes: [DealChange] = {
    let net = RecordReference(system: "erp_eu", kind: .invoices, id: "1INV1011")
    func change(
      _ system: SystemName, _ kind: RecordKind, _ record: RecordReference?, _ number: String,
      _ noun: String, _ subject: DealChange.Subject, _ how: DealChange.Kind = .changed,
      old: Answer<FieldValue>, new: Answer<FieldValue>, by: String? = nil,
      effects: [ChangeEffect] = [], deal: DealID = crane, ago seconds: Int64
    ) -> DealChange {
      DealChange(
        deal: deal, system: system, recordKind: kind, record: record, number: number, noun: noun,
        subject: subject, kind: how, old: old, new: new, by: by,
        sourceTime: how == .vanished ? nil : TestCompany.ago(seconds + 6),
        seenAt: TestCompany.ago(seconds), effects: effects)
    }
    func euros(_ text: String) -> Answer<FieldValue> { .value(.money(TestCompany.money(text))) }
    func percent(_ text: String) -> Answer<FieldValue> {
      .value(.number(ExactDecimal(text) ?? .zero))
    }
    return [
      change(
        "crm", .deals, RecordReference(system: "crm", kind: .deals, id: "92"), "BW-10002", "deal",
        .field(.stage), old: .value(.text("Proposal")), new: .value(.text("Closed won")),
        by: "Dana Reyes", deal: "BW-10002", ago: 900),
      change(
        "pm", .milestones, RecordReference(system: "pm", kind: .milestones, id: "4X"), "BWD-44",
        "milestone", .record, .appeared, old: .none, new: .value(.text("Handover")),
        deal: "BW-10004", ago: 600),
      change(
        "erp_us", .invoices, RecordReference(system: "erp_us", kind: .invoices, id: "77"),
        "INV1077", "invoice", .record, old: .notAsked, new: euros("12000"), deal: "BW-10007",
        ago: 500),
      change(
        "erp_eu", .costs, RecordReference(system: "erp_eu", kind: .costs, id: "8"), "PO508",
        "purchase_order", .record, .vanished, old: euros("18000"), new: .none, deal: "BW-10008",
        ago: 400),
      change(
        "erp_eu", .invoices, net, "INV1011", "invoice", .value("net"), old: euros("70000"),
        new: euros("40000"), by: "Ines Keller",
        effects: [
          ChangeEffect(field: .invoiced, old: euros("128000"), new: euros("98000")),
          ChangeEffect(field: .margin, old: euros("71200"), new: euros("41200")),
          ChangeEffect(field: .marginPercent, old: percent("55.63"), new: percent("42.04")),
        ], ago: 5),
    ]
  }()

  private func driver(
    _ columns: Int, _ rows: Int, encoding: TextEncoding = .utf8, changes: Bool = true
  ) -> Driver {
    var driver = Driver(columns: columns, rows: rows, encoding: encoding)
    driver.load([TestDeal.crane] + TestDeal.portfolio.dropFirst())
    driver.send(.watchChanged(Self.watch()))
    if changes { driver.send(.valuesChanged(Self.changes)) }
    return driver
  }

  @Test("the changes screen, newest first, in every size", arguments: sizes)
  func screen(columns: Int, rows: Int) {
    var driver = driver(columns, rows)
    driver.press(.character("5"), .down)
    FrameFiles.check(driver.program.frame(), "changes")
  }

  @Test("the changes screen in ASCII")
  func screenASCII() {
    var driver = driver(80, 24, encoding: .ascii)
    driver.press(.character("5"))
    FrameFiles.check(driver.program.frame(), "changes-ascii")
    #expect(driver.program.frame().rows.joined().allSatisfy { $0.scalar.isASCII })
  }

  @Test("nothing has changed says since when and who watches; a failing system is named")
  func nothing() {
    var driver = driver(80, 24, changes: false)
    driver.press(.character("5"))
    FrameFiles.check(driver.program.frame(), "changes-none")
    let error = SystemError(.unavailable, system: "erp_us", message: "No answer from NetSuite.")
    driver.send(.watchChanged(Self.watch(failing: error, waiting: 1_204)))
    #expect(driver.shows("erp_us cannot say what changed: No answer from NetSuite."))
    #expect(driver.shows("1,204 deals with changes still to be read"))
  }

  @Test("changed cells are marked in list and detail", arguments: sizes)
  func marks(columns: Int, rows: Int) {
    var driver = driver(columns, rows)
    FrameFiles.check(driver.program.frame(), "changes-list", styles: true)
    driver.press(.enter)
    for _ in 0..<40 where driver.program.currentEntry?.key != .field(.invoiced) {
      driver.press(.down)
    }
    #expect(driver.shows("was 128,000.00 EUR until"))
    FrameFiles.check(driver.program.frame(), "changes-detail", styles: true)
  }

  @Test("a mark goes when its line was in sight for a moment and a key shows that somebody looked")
  func looking() {
    var driver = driver(200, 60)
    let key = LineKey.field(.invoiced)
    func isMarked(_ driver: Driver) -> Bool {
      driver.program.state.feed.isMarked(Self.crane, key)
    }
    driver.press(.enter)
    #expect(isMarked(driver))
    driver.now = driver.now.adding(.seconds(1))
    driver.press(.down)
    #expect(isMarked(driver))
    // Time alone looks at nothing.
    driver.now = driver.now.adding(.seconds(600))
    driver.send(.timePassed)
    #expect(isMarked(driver))
    driver.press(.down)
    #expect(!isMarked(driver))
    // Others have not been looked at.
    #expect(driver.program.state.feed.hasMarks("BW-10002"))
  }

  @Test("a line that scrolled away has not been looked at")
  func scrolledAway() {
    var driver = driver(80, 24)
    driver.press(.enter)
    driver.press(.end)
    driver.now = driver.now.adding(.seconds(60))
    driver.press(.up)
    #expect(driver.program.state.feed.isMarked(Self.crane, .field(.invoiced)))
  }

  @Test("Enter opens the deal on the line that changed, w says what it was")
  func opening() {
    var driver = driver(120, 40)
    driver.press(.character("5"), .down, .enter)
    #expect(driver.program.state.trail.last?.place == .deal(Self.crane))
    let invoice = RecordReference(system: "erp_eu", kind: .invoices, id: "1INV1011")
    #expect(driver.program.currentEntry?.key == .record(invoice))
    driver.press(.character("w"))
    #expect(driver.shows("INV1011 net was 70,000.00 EUR"))
  }

  @Test("thousands of changes are bounded, and a frame writes only what is near")
  func bounded() {
    var driver = driver(80, 24, changes: false)
    let one = Self.changes[0]
    for batch in 0..<12 {
      driver.send(
        .valuesChanged(
          (0..<1_000).map { index in
            var change = one
            change.deal = DealID("BW-\(10_000 + (batch * 1_000 + index) % 60)")
            change.seenAt = TestCompany.ago(Int64(20_000 - batch * 1_000 - index))
            return change
          }))
    }
    #expect(driver.program.state.feed.count <= 5_500)
    driver.press(.character("5"), .end)
    #expect(driver.shows("12,000 changes seen"))
    #expect(driver.shows("Proposal → Closed won"))
    driver.press(.home)
    #expect(driver.shows("Proposal → Closed won"))
  }

  @Test("an idle screen with marks has nothing to repaint")
  func idle() {
    var driver = driver(120, 40)
    let frame = driver.program.frame()
    driver.now = driver.now.adding(.seconds(3))
    driver.send(.timePassed)
    #expect(driver.program.frame() == frame)
    driver.press(.character("5"))
    driver.now = driver.now.adding(.seconds(3))
    let page = driver.program.frame()
    driver.send(.timePassed)
    #expect(driver.program.frame() == page)
  }
}
