import DealModel
import Testing
import TruthEngine

@testable import Screens

@Suite("Tickets on the screens")
struct TicketFrameTests {
  private static var model: CompanyModel {
    var model = TestCompany.model()
    var desk = model.systems[3]
    desk.name = "desk"
    desk.kind = "rest"
    model.systems.append(desk)
    model.ownership = Ownership(
      domains: model.ownership.domains.merging([.support: .system("desk")]) { $1 })
    return model
  }

  private static func ticket(
    _ number: String, _ subject: String, _ status: String, isOpen: Bool, _ priority: Answer<String>,
    _ made: String, _ changed: String
  ) -> Record {
    Record(
      reference: RecordReference(system: "desk", kind: .tickets, id: number),
      dealID: TestDeal.crane.id, number: number, createdAt: Timestamp(made),
      modifiedAt: Timestamp(changed),
      content: .ticket(
        Ticket(
          subject: subject, isOpen: isOpen, status: status, priority: priority,
          person: .value("Mika Sato"))))
  }

  private static var dossier: Dossier {
    var dossier = TestDeal.crane.dossier
    dossier.sections[SectionKey(system: "desk", kind: .tickets)] = Section(
      records: [
        ticket(
          "4419", "Crane hook does not latch in the cold", "waiting on us", isOpen: true,
          .value("urgent"), "2026-11-18T22:30:00Z", "2026-11-20T09:00:00Z"),
        ticket(
          "4402", "Manual is missing in Finnish", "pending", isOpen: true, .none,
          "2026-11-02T08:00:00Z", "2026-11-05T08:00:00Z"),
        ticket(
          "4377", "Invoice address \u{1B}[31mwrong", "solved", isOpen: false, .value("low"),
          "2026-09-14T08:00:00Z", "2026-09-15T08:00:00Z"),
      ], fetchedAt: TestCompany.ago(20))
    return dossier
  }

  @Test(
    "the desk's section says how many are open and since when, then each with its priority",
    arguments: FrameTests.sizes)
  func tickets(columns: Int, rows: Int) {
    var driver = Driver(columns: columns, rows: rows, model: Self.model)
    driver.load([.crane], dossiers: false)
    driver.send(.dossiersChanged([Self.dossier]))
    driver.press(.enter, .end)
    FrameFiles.check(driver.program.frame(), "tickets", styles: columns == 120)
  }
}
