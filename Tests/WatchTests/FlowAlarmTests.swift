import DealModel
import Testing

@testable import Watch

@Suite("Changes of flows that other systems run")
struct FlowAlarmTests {
  private let now = Timestamp(milliseconds: 1_763_600_000_000)

  private func health(_ state: FlowHealth.State, _ source: Flow.Source) -> FlowHealth {
    FlowHealth(
      flow: Flow(name: "deal_to_project", source: source, steward: "Dana Reyes"), state: state,
      reason: "It is \(state.rawValue).")
  }

  private func job(_ state: FlowHealth.State) -> FlowHealth {
    health(state, .job("28904", in: "automation"))
  }

  @Test("a flow that stops, fails or runs again is told once, in its own words")
  func changes() {
    var alarms = FlowAlarms()
    let first = alarms.told([job(.running)], at: now)
    #expect(first.map(\.isNews) == [false])
    #expect(alarms.told([job(.running)], at: now) == [])
    var lines: [String] = []
    for state in [FlowHealth.State.failing, .failing, .stopped, .running] {
      for facts in alarms.told([job(state)], at: now) {
        #expect(facts.isNews)
        lines.append(facts.line)
      }
    }
    #expect(
      lines == [
        "flow deal_to_project: running → failing: It is failing.",
        "flow deal_to_project: failing → stopped: It is stopped.",
        "flow deal_to_project: stopped → running: It is running.",
      ])
  }

  @Test("a flow that was dead before watching began is told at once")
  func dead() {
    var alarms = FlowAlarms()
    let facts = alarms.told([job(.silent)], at: now)
    #expect(facts.map(\.isNews) == [true])
    #expect(facts.map(\.isWorse) == [true])
  }

  @Test("a flow that cannot be asked about keeps its last state, and heartbeats are told elsewhere")
  func unknown() {
    var alarms = FlowAlarms()
    _ = alarms.told([job(.failing)], at: now)
    #expect(alarms.told([job(.unknown)], at: now) == [])
    #expect(alarms.told([job(.failing)], at: now) == [])
    #expect(alarms.told([health(.silent, .heartbeat("nightly"))], at: now) == [])
  }

  @Test("a command learns the flow, the system that runs it and its steward")
  func variables() throws {
    let crm = ConfiguredSystem(
      name: "automation", kind: "workato", link: "", steward: "Callum Reid", failureMode: "",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)))
    var company = CompanyModel(
      company: "Test", sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
      systems: [crm], ownership: Ownership(domains: [.commercial: .system("crm")]))
    company.flows = [job(.failing).flow]
    var alarms = FlowAlarms()
    let facts = try #require(alarms.told([job(.failing)], at: now).first)
    let variables = facts.variables(of: company)
    #expect(variables["PLUMBLINE_FLOW"] == "deal_to_project")
    #expect(variables["PLUMBLINE_SYSTEM"] == "automation")
    #expect(variables["PLUMBLINE_KIND"] == "workato")
    #expect(variables["PLUMBLINE_STEWARD"] == "Dana Reyes")
    #expect(variables["PLUMBLINE_TO"] == "failing")
  }
}
