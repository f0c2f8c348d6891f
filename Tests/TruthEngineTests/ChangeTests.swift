import DealModel
import Testing

@testable import TruthEngine

@Suite("Changes between two readings")
struct ChangeTests {
  private let finder = ChangeFinder(of: Sample.company())
  private let invoices = SectionKey(system: "erp_us", kind: .invoices)
  private let later = Sample.fetched.adding(.seconds(60))

  private func changes(
    _ key: SectionKey, from before: Dossier, to records: [Record]
  ) -> [DealChange] {
    var answers = LastAnswers()
    return finder.changes(in: key, from: before, to: records, answers: &answers, seenAt: later)
  }

  @Test("the rule of a changed value finds its triggering examples and no others")
  func examples() {
    for pair in ValueChange.triggeringExamples { #expect(ValueChange.isChange(pair), "\(pair)") }
    for pair in ValueChange.nonTriggeringExamples {
      #expect(!ValueChange.isChange(pair), "\(pair)")
    }
  }

  @Test("a corrected invoice tells each value, and each figure it moved with the value that did")
  func correctedInvoice() throws {
    let before = Sample.dossier(
      invoices: [Sample.invoice("INV1", .value(Sample.money("120")))],
      costs: [Sample.cost("B1", .bill, .value(Sample.money("80")))])
    var corrected = Sample.invoice("INV1", .value(Sample.money("160")), modifiedAt: later)
    corrected.modifiedBy = "Hannah Cole"
    let found = changes(invoices, from: before, to: [corrected])
    #expect(found.map(\.field) == ["invoice.net", "invoice.gross", "invoice.outstanding"])
    let net = try #require(found.first)
    #expect(net.old == .value(.money(Sample.money("120"))))
    #expect(net.new == .value(.money(Sample.money("160"))))
    #expect(net.by == "Hannah Cole" && net.sourceTime == later && net.seenAt == later)
    #expect(net.number == "INV1" && net.system == "erp_us" && net.kind == .changed)
    #expect(net.effects.map(\.field) == [.invoiced, .margin, .marginPercent])
    #expect(net.effects.last?.old.value?.description == "33.33")
    #expect(net.effects.last?.new.value?.description == "50")
    #expect(found[1].effects.isEmpty)
    #expect(found[2].effects.map(\.field) == [.outstanding])
  }

  @Test("the first answer, the same answer, and a later stamp alone are no change")
  func noChange() {
    let invoice = Sample.invoice("INV1", .value(Sample.money("120")))
    #expect(changes(invoices, from: Dossier(id: Sample.id), to: [invoice]).isEmpty)
    let before = Sample.dossier(invoices: [invoice])
    #expect(changes(invoices, from: before, to: [invoice]).isEmpty)
    let touched = Sample.invoice("INV1", .value(Sample.money("120.00")), modifiedAt: later)
    #expect(changes(invoices, from: before, to: [touched]).isEmpty)
  }

  @Test("a value that cannot be read and comes back is compared with the last answer")
  func acrossUnreadable() {
    let known = Sample.invoice("INV1", .value(Sample.money("120")))
    let unreadable = Sample.invoice("INV1", .unavailable(Sample.outage))
    let other = Sample.invoice("INV1", .value(Sample.money("150")))
    var answers = LastAnswers()
    func read(_ record: Record, after before: Record) -> [DealChange] {
      finder.changes(
        in: invoices, from: Sample.dossier(invoices: [before]), to: [record],
        answers: &answers, seenAt: later)
    }
    #expect(read(unreadable, after: known).isEmpty)
    #expect(read(unreadable, after: unreadable).isEmpty)
    #expect(read(known, after: unreadable).isEmpty)
    #expect(read(unreadable, after: known).isEmpty)
    let back = read(other, after: unreadable)
    #expect(back.first?.old == .value(.money(Sample.money("120"))))
    #expect(back.first?.new == .value(.money(Sample.money("150"))))
  }

  @Test(
    "the readings that a failing system leaves behind are what its next answer is compared with")
  func acrossOutage() {
    var before = Sample.dossier(invoices: [Sample.invoice("INV1", .value(Sample.money("120")))])
    before.sections[invoices]?.failure = .init(error: Sample.outage, since: later)
    let same = Sample.invoice("INV1", .value(Sample.money("120")))
    #expect(changes(invoices, from: before, to: [same]).isEmpty)
    let other = Sample.invoice("INV1", .value(Sample.money("90")))
    #expect(changes(invoices, from: before, to: [other]).first?.field == "invoice.net")
  }

  @Test("records appear and vanish with what they are worth, and what that did")
  func comingAndGoing() throws {
    let first = Sample.invoice("INV1", .value(Sample.money("100")))
    let second = Sample.invoice("INV2", .value(Sample.money("50")))
    let one = Sample.dossier(invoices: [first])
    let appeared = try #require(changes(invoices, from: one, to: [first, second]).first)
    #expect(appeared.kind == .appeared && appeared.field == "invoice" && appeared.old == .none)
    #expect(appeared.new == .value(.money(Sample.money("50"))))
    #expect(appeared.effects.first?.field == .invoiced)
    let both = Sample.dossier(invoices: [first, second])
    let vanished = changes(invoices, from: both, to: [first])
    #expect(vanished.map(\.kind) == [.vanished])
    #expect(vanished.first?.old == .value(.money(Sample.money("50"))))
    #expect(vanished.first?.sourceTime == nil)
  }

  @Test("a value that repeats another is told once; a new next milestone is an effect")
  func repetitions() {
    let pm = SectionKey(system: "pm", kind: .milestones)
    let before = Sample.dossier(milestones: [
      Sample.milestone("M1", due: 3), Sample.milestone("M2", due: 9),
    ])
    var done = Sample.milestone("M1", due: 3, isDone: true)
    if case .milestone(var milestone) = done.content {
      milestone.status = "Done"
      done.content = .milestone(milestone)
    }
    let found = changes(pm, from: before, to: [done, Sample.milestone("M2", due: 9)])
    #expect(found.map(\.field) == ["milestone.status"])
    #expect(found.first?.effects.map(\.field) == [.nextMilestone])
    #expect(found.first?.effects.first?.new == .value(.text("M2")))
  }

  @Test("a stage is told by its label, not again by its state and ID; an echo by its property")
  func dealFields() {
    let crm = SectionKey(system: "crm", kind: .deals)
    let before = Sample.dossier(deals: [
      Sample.deal(
        [.stageState: .value(.text("open")), .stageID: .value(.text("7"))],
        echoes: ["invoiced_total": .value(.text("100"))])
    ])
    let after = Sample.deal(
      [
        .stage: .value(.text("Lost")), .stageState: .value(.text("lost")),
        .stageID: .value(.text("9")), .value: .value(.money(Sample.money("900"))),
      ], echoes: ["invoiced_total": .value(.text("200"))])
    let found = changes(crm, from: before, to: [after])
    #expect(found.map(\.field) == ["deal.stage", "deal.value", "crm.invoiced_total"])
    #expect(found[1].effects.map(\.field) == [.forecastMargin])
  }

  @Test("figures that nobody has asked for have not moved")
  func unasked() {
    var before = Sample.dossier(invoices: [Sample.invoice("INV1", .value(Sample.money("100")))])
    before.sections[SectionKey(system: "erp_us", kind: .costs)] = nil
    let found = changes(
      invoices, from: before, to: [Sample.invoice("INV1", .value(Sample.money("150")))])
    #expect(found.first?.effects.map(\.field) == [.invoiced])
  }

  @Test("an earlier value that was never seen is not invented")
  func unseen() {
    let record = Sample.invoice("INV1", .value(Sample.money("100")), modifiedAt: later)
    let found = finder.unseenChanges(
      in: invoices, of: Sample.id, records: [record], isCertain: true, since: Sample.fetched,
      seenAt: later
    ) { _ in true }
    #expect(found.map(\.old) == [.notAsked])
    #expect(found.map(\.kind) == [.changed])
    let unknown = finder.unseenChanges(
      in: invoices, of: Sample.id, records: [record], isCertain: true, since: Sample.fetched,
      seenAt: later
    ) { _ in false }
    #expect(unknown.map(\.record) == [nil])
    #expect(unknown.map(\.new) == [.notAsked])
  }
}
