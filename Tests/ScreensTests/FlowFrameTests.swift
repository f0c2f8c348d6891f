import DealModel
import Testing
import TruthEngine

@testable import Screens

@Suite("Flows on the screens")
struct FlowFrameTests {
  private static var model: CompanyModel {
    var model = TestCompany.model()
    var automation = model.systems[3]
    automation.name = "automation"
    automation.kind = "workato"
    model.systems.append(automation)
    let route = Flow.Route(from: "crm", to: "pm")
    model.flows = [
      Flow(
        name: "deal_to_project", source: .job("28904", in: "automation"), carries: route,
        expectEvery: .seconds(3_600), grace: .seconds(900),
        steward: "Ines Faro <ines@brightwater.example>"),
      Flow(
        name: "invoiced_to_crm", source: .job("28911", in: "automation"),
        carries: .init(from: "erp_eu", to: "crm"), expectEvery: .seconds(86_400),
        grace: .seconds(3_600), steward: "Omar Haddad"),
      Flow(
        name: "nightly", source: .heartbeat("nightly"), expectEvery: .seconds(86_400),
        grace: .seconds(3_600), steward: "Tom Okafor"),
    ]
    return model
  }

  private static let readings: [String: FlowReading] = [
    "deal_to_project": FlowReading(
      report: FlowReport(
        lastRun: TestCompany.ago(9 * 86_400), lastSuccess: TestCompany.ago(9 * 86_400),
        isOn: true, url: "https://app.workato.com/recipes/28904"), readAt: TestCompany.ago(20)),
    "invoiced_to_crm": FlowReading(
      report: FlowReport(
        lastRun: TestCompany.ago(600), lastSuccess: TestCompany.ago(90_000), failures: 2,
        failingSince: TestCompany.ago(4_200), isOn: true, problem: "401 from \u{1B}[2JNetSuite"),
      readAt: TestCompany.ago(20)),
  ]

  private func driver(_ columns: Int, _ rows: Int) -> Driver {
    var driver = Driver(columns: columns, rows: rows, model: Self.model)
    driver.load(TestDeal.portfolio)
    driver.send(.flowsRead(Self.readings))
    return driver
  }

  @Test(
    "the health screen tells last runs, failures and what is carried", arguments: FrameTests.sizes)
  func health(columns: Int, rows: Int) {
    var driver = driver(columns, rows)
    driver.press(.character("4"))
    driver.press(.end)
    FrameFiles.check(driver.program.frame(), "health-flows", styles: columns == 120)
  }

  @Test(
    "the header names what is not well as long as there is room, systems before flows",
    arguments: [
      (
        180,
        "● crm  ✕ erp_us down  ● erp_eu  ● pm  ✕ deal_to_project silent  ✕ invoiced_to_crm failing"
      ), (120, "● crm  ✕ erp_us down  ● erp_eu  ● pm  ✕ 2 flows"),
      (84, "✕ erp_us down  ✕ 2 flows"), (66, "● ✕ ● ●  ✕ 2 flows"),
    ])
  func header(columns: Int, words: String) {
    var driver = driver(columns, 24)
    driver.send(
      .healthChanged([
        TestHealth.system("crm"), TestHealth.system("erp_us", .down), TestHealth.system("erp_eu"),
        TestHealth.system("pm"),
      ]))
    #expect(driver.lines[0].hasSuffix(words + " ") || driver.lines[0].hasSuffix(words))
    #expect(driver.lines[0].contains("  " + words))
  }

  @Test("a dangling deal names the flow that should have made its project, in local time")
  func links() {
    var driver = driver(120, 40)
    driver.press(.character("3"))
    driver.send(.linksCompared(LinkFrameTests.faults, failures: [], proof: LinkFrameTests.proof))
    driver.program.state.readers[.links] = Reader(selected: .fault(LinkFrameTests.faults[1]))
    driver.send(.timePassed)
    FrameFiles.check(driver.program.frame(), "links-flow")
    #expect(
      driver.lines.contains { $0.contains("Flow deal_to_project should have made them from crm") })
    driver.program.state.readers[.links] = Reader(selected: .fault(LinkFrameTests.faults[0]))
    driver.send(.timePassed)
    #expect(!driver.lines.contains { $0.contains("Flow deal_to_project") })
  }

  @Test("a copy that disagrees names the flow that carries it")
  func conflict() {
    var driver = driver(200, 60)
    driver.press(.character("2"))
    #expect(
      driver.lines.contains {
        $0.contains("Flow invoiced_to_crm carries this from erp_eu to crm: it last ran")
      }, "\(driver.lines)")
  }

  @Test("where no flow is configured, nothing is said of any")
  func none() {
    var driver = Driver(columns: 120, rows: 40)
    driver.load(TestDeal.portfolio)
    driver.press(.character("4"))
    #expect(!driver.lines.contains { $0.contains("FLOWS") })
  }
}
