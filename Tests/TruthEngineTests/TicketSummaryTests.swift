import DealModel
import Testing
import TruthEngine

@Suite("How a deal's tickets stand")
struct TicketSummaryTests {
  private func ticket(
    _ number: String, isOpen: Bool, made: String?, changed: String? = nil
  ) -> Record {
    Record(
      reference: RecordReference(system: "desk", kind: .tickets, id: number), dealID: "BW-10001",
      number: number, createdAt: made.flatMap { Timestamp($0) },
      modifiedAt: changed.flatMap { Timestamp($0) },
      content: .ticket(Ticket(subject: "S", isOpen: isOpen, status: isOpen ? "open" : "solved")))
  }

  @Test("the oldest is the open one that was made first, the latest whichever changed last")
  func stands() {
    let summary = TicketSummary([
      ticket("1", isOpen: false, made: "2026-01-01T00:00:00Z", changed: "2026-11-19T08:00:00Z"),
      ticket("2", isOpen: true, made: "2026-11-13T23:30:00Z", changed: "2026-11-14T08:00:00Z"),
      ticket("3", isOpen: true, made: "2026-11-15T08:00:00Z", changed: "2026-11-16T08:00:00Z"),
    ])
    #expect(summary.count == 3 && summary.open == 2)
    #expect(summary.oldestOpen?.number == "2")
    #expect(summary.latest?.number == "1")
    let berlin = LocalZone(firstOffsetSeconds: 3_600)
    #expect(summary.openWords(in: berlin) == "2 of 3, the oldest since 2026-11-14")
    #expect(summary.latestWords(in: berlin) == "1, 2026-11-19")
  }

  @Test("an open ticket of unknown age might be the oldest, so that none is called so")
  func unknownAge() {
    let summary = TicketSummary([
      ticket("1", isOpen: true, made: "2026-11-13T08:00:00Z"), ticket("2", isOpen: true, made: nil),
    ])
    #expect(summary.oldestOpen == nil)
    #expect(summary.openWords(in: .utc) == "2 of 2")
    #expect(summary.latestWords(in: .utc) == nil)
  }

  @Test("one that is open alone is not called the oldest; without any there is nothing to say")
  func few() {
    let one = TicketSummary([
      ticket("1", isOpen: true, made: "2026-11-13T08:00:00Z"),
      ticket("2", isOpen: false, made: "2026-10-13T08:00:00Z"),
    ])
    #expect(one.openWords(in: .utc) == "1 of 2, since 2026-11-13")
    let none = TicketSummary([])
    #expect(none.count == 0 && none.open == 0 && none.oldestOpen == nil && none.latest == nil)
  }
}
