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

  private static let company = company(freshFor: .seconds(120))

  private static func company(freshFor: Duration) -> CompanyModel {
    var company = CompanyModel(
      company: "Tests", sharedID: SharedID(origin: "crm", pattern: ".*"),
      systems: [
        ConfiguredSystem(
          name: "automation", kind: "workato", link: "", steward: "Ines", failureMode: "Wait.",
          limits: FreshnessLimits(freshFor: freshFor, expireAfter: .seconds(86_400)))
      ], ownership: Ownership(domains: [:]))
    company.flows = [hourly]
    return company
  }

  private func judged(
    _ report: FlowReport?, read: Duration = .seconds(10), failure: SystemError? = nil,
    as flow: Flow = hourly, in company: CompanyModel = company
  ) -> FlowHealth {
    FlowJudge(of: company).health(
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
    let flow = judged(FlowReport(lastRun: last, lastSuccess: last, isOn: true), read: .zero)
    #expect(flow.state == state)
    #expect(flow.since == since.map { Self.ago(.seconds($0 * 60)) })
  }

  @Test(
    "is missed only by an answer from after it was due; a system that cannot be asked misses nothing",
    arguments: [
      // Minutes ago: the last run, the last answer. It was due 60 minutes later, with 15 of grace.
      (80, 30, FlowHealth.State.unknown), (80, 10, .late), (80, 5, .silent), (65, 6, .unknown),
      (65, 5, .late), (59, 40, .running),
    ])
  func asked(last: Int, read: Int, state: FlowHealth.State) {
    let ran = Self.ago(.seconds(last * 60))
    let fault = SystemError(.unavailable, system: "automation", message: "automation is gone.")
    func judged(_ failures: Int = 0, _ failure: SystemError? = fault) -> FlowHealth {
      self.judged(
        FlowReport(lastRun: ran, failures: failures, isOn: true), read: .seconds(read * 60),
        failure: failure, in: Self.company(freshFor: .seconds(3_600)))
    }
    #expect(judged().state == state)
    guard state == .unknown else { return }
    #expect(!judged().isFinding && judged().since == nil)
    #expect(
      judged().reason
        == "A run was due, and automation could not be asked since: automation is gone."
    )
    #expect(judged(0, nil).reason == "A run was due, and automation has not been asked since.")
    #expect(judged(2).state == .failing, "what is known to be wrong stays known")
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

  @Test("nothing is expected of a flow without a period; one that is on need not have run")
  func onDemand() {
    var flow = Self.hourly
    flow.expectEvery = nil
    let last = Self.ago(.seconds(9_000_000))
    let ran = judged(FlowReport(lastRun: last, isOn: true), as: flow)
    #expect(ran.state == .running)
    #expect(ran.reason == "It has run; no `expect_every` says how often it should.")
    #expect(ran.sentence.sentence == "It last ran at 2025-08-08T08:00:00Z.")
    let never = judged(FlowReport(isOn: true), as: flow)
    #expect(never.state == .running && never.reason == "It is on; no run is known.")
    #expect(judged(FlowReport(), as: flow).state == .unknown, "nor does it say that it is on")
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

  @Test("a heartbeat is missed only by who has looked since, and an unreadable history says so")
  func unreadHeartbeats() {
    var flow = Self.hourly
    flow.source = .heartbeat("nightly")
    let fault = SystemError(.unavailable, system: "history", message: "It is damaged.")
    func judged(last: Int, read: Int) -> FlowHealth {
      let listening = FlowReport.Listening(since: Self.ago(.seconds(90_000)), until: Self.now)
      return self.judged(
        FlowReport(lastRun: Self.ago(.seconds(last * 60)), listening: listening),
        read: .seconds(read * 60), failure: fault, as: flow)
    }
    #expect(judged(last: 80, read: 5).state == .silent)
    #expect(judged(last: 80, read: 6).state == .late)
    #expect(judged(last: 80, read: 21).state == .unknown)
    #expect(judged(last: 50, read: 30).state == .running)
    let reason = "What was heard of it cannot be read: It is damaged."
    #expect(judged(last: 80, read: 21).reason == reason)
    let unheard = FlowJudge(of: Self.company).health(
      of: flow, FlowReading(failure: fault), at: Self.now)
    #expect(unheard.state == .unknown && unheard.reason == reason && unheard.readAt == nil)
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
    #expect(dangling.detail(naming: [], origin: "crm") == "Missing.")
    #expect(
      dangling.detail(naming: [flow], origin: "crm")
        == "Missing. \(flow.shouldHaveMade.sentence)")
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
    var company = Self.company
    var unasked = Self.hourly
    unasked.name = "unasked"
    unasked.carries = .init(from: "erp", to: "crm")
    company.flows.append(unasked)
    let dangling = LinkFault(kind: .dangling, system: "pm", id: "BW-10003", detail: "Missing.")
    let orphan = LinkFault(kind: .orphan, system: "crm", id: "BW-10003", detail: "Orphan.")
    #expect(company.carriers(of: [], [conflict]) == ["deal_to_project"])
    #expect(company.carriers(of: [dangling]) == ["deal_to_project"])
    #expect(company.carriers(of: [orphan]).isEmpty, "nobody need be asked about it")
    conflict.owner.system = "erp"
    #expect(conflict.carrier(among: [flow]) == nil)
    #expect(company.carriers(of: [orphan], [conflict]).isEmpty)
  }
}
