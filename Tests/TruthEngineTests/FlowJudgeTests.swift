import DealModel
import Testing
import TruthEngine

@Suite("How a flow does")
struct FlowJudgeTests {
  private static let now = Timestamp(milliseconds: 1_763_640_000_000)

  private static func ago(_ duration: Duration) -> Timestamp { now.adding(.zero - duration) }

  private static let hourly = Flow(
    name: "deal_to_project", source: .job("28904", in: "automation"),
    carries: .init(from: "crm", to: "pm"), expectEvery: .seconds(3_600), grace: .seconds(900),
    steward: "Ines Faro")

  private static var company: CompanyModel {
    var company = CompanyModel(
      company: "Tests", sharedID: SharedID(origin: "crm", pattern: ".*"),
      systems: [
        ConfiguredSystem(
          name: "automation", kind: "workato", link: "", steward: "Ines", failureMode: "Wait.",
          limits: FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400)))
      ], ownership: Ownership(domains: [:]))
    company.flows = [hourly]
    return company
  }

  private func judged(
    _ report: FlowReport?, read: Duration = .seconds(10), failure: SystemError? = nil,
    as flow: Flow = hourly
  ) -> FlowHealth {
    FlowJudge(of: Self.company).health(
      of: flow,
      FlowReading(
        report: report, readAt: report == nil ? nil : Self.ago(read), failure: failure),
      at: Self.now)
  }

  @Test(
    "is running, late and silent by when it last ran",
    arguments: [
      (59, FlowHealth.State.running, Int?.none), (60, .late, 0), (74, .late, 14), (75, .silent, 0),
      (13_000, .silent, 12_925),
    ])
  func byTime(minutes: Int, state: FlowHealth.State, since: Int?) {
    let last = Self.ago(.seconds(minutes * 60))
    let flow = judged(FlowReport(lastRun: last, lastSuccess: last, isOn: true))
    #expect(flow.state == state)
    #expect(flow.since == since.map { Self.ago(.seconds($0 * 60)) })
  }

  @Test("is failing while it runs and its last runs failed, and says what it says")
  func failing() {
    let report = FlowReport(
      lastRun: Self.ago(.seconds(60)), lastSuccess: Self.ago(.seconds(86_400)), failures: 3,
      failingSince: Self.ago(.seconds(7_000)), isOn: true, problem: "401 from Jira")
    let flow = judged(report)
    #expect(flow.state == .failing)
    #expect(flow.since == Self.ago(.seconds(7_000)))
    #expect(flow.reason == "Its last 3 runs failed. It says: 401 from Jira")
    #expect(flow.isFinding)
  }

  @Test("is stopped before it is anything else, since it was switched off")
  func stopped() {
    let report = FlowReport(
      lastRun: Self.ago(.seconds(900_000)), failures: 9, isOn: false,
      stoppedAt: Self.ago(.seconds(777_600)))
    let flow = judged(report)
    #expect(flow.state == .stopped)
    #expect(flow.since == Self.ago(.seconds(777_600)))
  }

  @Test("is unknown when it was not asked, cannot be asked, or the answer has aged")
  func unknown() {
    #expect(judged(nil).state == .unknown)
    #expect(judged(nil).reason == "automation has not been asked yet.")
    let fault = SystemError(.unavailable, system: "automation", message: "automation is gone.")
    let last = Self.ago(.seconds(600))
    let kept = judged(FlowReport(lastRun: last, isOn: true), failure: fault)
    #expect(kept.state == .running, "one question that failed takes nothing from a fresh answer")
    let old = judged(FlowReport(lastRun: last, isOn: true), read: .seconds(90_000), failure: fault)
    #expect(old.state == .unknown)
    #expect(old.reason == "It cannot be asked: automation is gone.")
    #expect(old.report?.lastRun == last, "when it last ran is still told")
    #expect(!old.isFinding)
  }

  @Test("nothing is expected of a flow without a period, and one never seen to run is unknown")
  func onDemand() {
    var flow = Self.hourly
    flow.expectEvery = nil
    let last = Self.ago(.seconds(9_000_000))
    #expect(judged(FlowReport(lastRun: last, isOn: true), as: flow).state == .running)
    #expect(judged(FlowReport(isOn: true), as: flow).state == .unknown)
    #expect(judged(FlowReport(isOn: true)).state == .silent)
  }

  @Test(
    "a heartbeat counts only while somebody listens",
    arguments: [
      // Minutes ago: the last report, the beginning of listening, the last word of the listener.
      (Int?(30), 600, 0, FlowHealth.State.running), (70, 600, 0, .late), (90, 600, 0, .silent),
      (30, 600, 29, .running), (90, 600, 60, .unknown), (90, 5, 0, .unknown),
      (900, 80, 0, .silent), (nil, 5, 0, .unknown), (nil, 600, 0, .silent),
    ])
  func heartbeat(last: Int?, since: Int, until: Int, state: FlowHealth.State) {
    var flow = Self.hourly
    flow.source = .heartbeat("nightly")
    let report = FlowReport(
      lastRun: last.map { Self.ago(.seconds($0 * 60)) },
      listening: .init(
        since: Self.ago(.seconds(since * 60)), until: Self.ago(.seconds(until * 60))))
    #expect(judged(report, as: flow).state == state)
  }

  @Test("a dangling deal names the flow that should have made its project, and when that last ran")
  func carrier() throws {
    let flow = judged(FlowReport(lastRun: Self.ago(.seconds(777_600)), isOn: true))
    let dangling = LinkFault(kind: .dangling, system: "pm", id: "BW-10003", detail: "Missing.")
    let named = try #require(dangling.carrier(among: [flow], origin: "crm"))
    #expect(
      named.shouldHaveMade.sentence
        == "Flow deal_to_project should have made them from crm: it last ran at "
        + "2025-11-11T12:00:00Z and is silent since 2025-11-11T13:15:00Z. Ask Ines Faro.")
    let orphan = LinkFault(kind: .orphan, system: "pm", id: "BW-10003", detail: "Orphan.")
    #expect(orphan.carrier(among: [flow], origin: "crm") == nil)
    let elsewhere = LinkFault(kind: .dangling, system: "erp", id: "BW-10003", detail: "Missing.")
    #expect(elsewhere.carrier(among: [flow], origin: "crm") == nil)
    var other = flow
    other.flow.carries = .init(from: "erp", to: "pm")
    #expect(dangling.carrier(among: [other, flow], origin: "crm") == flow)
    #expect(dangling.carrier(among: [other], origin: "crm") == other)
  }

  @Test("a copy that disagrees names the flow that carries it, and no other")
  func copy() {
    let flow = judged(FlowReport(lastRun: Self.ago(.seconds(60)), isOn: true))
    var conflict = Conflict(
      deal: "BW-10003", field: .value, kind: .value,
      owner: Conflict.Side(system: "crm", value: nil),
      echo: Conflict.Side(system: "pm", value: nil), echoProperty: "value", ask: "")
    #expect(
      conflict.carrier(among: [flow])?.carriesCopy.sentence
        == "Flow deal_to_project carries this from crm to pm: it last ran at 2025-11-20T11:59:00Z.")
    conflict.owner.system = "erp"
    #expect(conflict.carrier(among: [flow]) == nil)
  }
}
