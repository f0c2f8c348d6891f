import CompanyConfiguration
import DealModel
import Testing

@Suite("Flows in a configuration")
struct FlowTests {
  private static let kinds =
    SampleConfiguration.kinds + [
      SettingsSchema(
        kind: "workato", summary: "Recipes.", records: [],
        keys: [.init("token", .secret, required: true, "the API client's token")])
    ]

  private static let text =
    SampleConfiguration.text.replacing(
      "\nownership:",
      with: """

          automation:
            kind: workato
            token: {env: WORKATO_TOKEN}
            steward: Ines Faro
            failure_mode: Projects are made by hand.
        ownership:
        """)
      + """

      watch:
        heartbeats:
          nightly: {token: {env: NIGHTLY_TOKEN}, expect_every: 24h, grace: 30m}
      flows:
        deal_to_project:
          system: automation
          job: 28904
          carries: {from: crm, to: pm}
          expect_every: 1h
        on_demand: {system: automation, job: "7", steward: Dana Reyes}
        invoiced_to_crm:
          heartbeat: nightly
          carries: {from: erp_us, to: crm}
          steward: Hannah Cole
      """

  private static func read(_ text: String) -> ConfigurationResult {
    SampleConfiguration.read(text, kinds: kinds)
  }

  @Test("are read whole: a tenth of the period is the grace, the system's steward is the flow's")
  func whole() throws {
    let result = Self.read(Self.text)
    #expect(result.errors.isEmpty, "\(result.errors.map(\.description))")
    let model = try #require(result.model)
    #expect(
      model.flows == [
        Flow(
          name: "deal_to_project", source: .job("28904", in: "automation"),
          carries: .init(from: "crm", to: "pm"), expectEvery: .seconds(3_600),
          grace: .seconds(360), steward: "Ines Faro"),
        Flow(name: "on_demand", source: .job("7", in: "automation"), steward: "Dana Reyes"),
        Flow(
          name: "invoiced_to_crm", source: .heartbeat("nightly"),
          carries: .init(from: "erp_us", to: "crm"), expectEvery: .seconds(86_400),
          grace: .seconds(1_800), steward: "Hannah Cole"),
      ])
    #expect(model.system("automation")?.link == "")
  }

  static let faults: [ConfigurationFault] = [
    .init(
      "an unknown key", "job: 28904", "↓recipe: 28904\n    job: 28904",
      says: "Unknown key `recipe` in flow `deal_to_project`"),
    .init(
      "no job", "system: automation\n    job: 28904", "system: automation",
      says: "Flow `deal_to_project` has no `job`; write the recipe's or scenario's ID."),
    .init(
      "a system that runs no flows", "system: automation\n    job", "system: ↓pm\n    job",
      says: "System `pm` is of kind jira, which reports no flows"),
    .init(
      "a system that is not there", "system: automation\n    job", "system: ↓automaton\n    job",
      says: "Unknown system `automaton`; did you mean `automation`?"),
    .init(
      "both", "heartbeat: nightly", "system: automation\n    ↓heartbeat: nightly",
      says: "Flow `invoiced_to_crm` has a `system` and a `heartbeat`; leave one of them out."),
    .init(
      "neither", "invoiced_to_crm:\n    heartbeat: nightly", "↓invoiced_to_crm:",
      says: "Flow `invoiced_to_crm` names nothing that knows of its runs"),
    .init(
      "a heartbeat that is not there", "heartbeat: nightly", "heartbeat: ↓nighty",
      says: "There is no heartbeat `nighty` under `watch.heartbeats`; did you mean `nightly`?"),
    .init(
      "a period beside a heartbeat", "heartbeat: nightly",
      "heartbeat: nightly\n    ↓expect_every: 1h",
      says: "`expect_every` has no place beside `heartbeat`"),
    .init(
      "a grace without a period", "expect_every: 1h\n", "↓grace: 1h\n",
      says: "`grace` means nothing without `expect_every`; add it."),
    .init(
      "nobody to ask", "to: crm}\n    steward: Hannah Cole", "to: crm}",
      says: "Flow `invoiced_to_crm` has no `steward`; name the person accountable for this flow."),
    .init(
      "a way to nowhere", "carries: {from: crm, to: pm}", "carries: {from: crm, to: ↓jira}",
      says: "Unknown system `jira`"),
    .init(
      "a way to itself", "carries: {from: crm, to: pm}", "carries: ↓{from: crm, to: crm}",
      says: "`carries` names `crm` twice"),
    .init(
      "a way to a middleware", "{from: erp_us, to: crm}", "{from: erp_us, to: ↓automation}",
      says: "`automation` runs flows and holds no records"),
    .init(
      "a link of a middleware", "kind: workato", "kind: workato\n    ↓link: deal_id",
      says: "System `automation` runs flows and holds no records; leave `link` out."),
  ]

  @Test("is the only error, with its mend", arguments: faults)
  func fault(_ fault: ConfigurationFault) throws {
    let range = try #require(
      Self.text.firstRange(of: fault.original)
        ?? Self.text.firstRange(of: fault.original.trimmingSuffix("\n")))
    let marked = SampleConfiguration.mark(
      in: Self.text[..<range.lowerBound] + fault.replacement + Self.text[range.upperBound...])
    let result = Self.read(marked.text)
    #expect(result.errors.count == 1, "\(result.errors.map(\.description))")
    let error = try #require(result.errors.first)
    #expect(error.message.contains(fault.message), "\(error)")
    if fault.replacement.contains("↓") {
      #expect(error.location.hasSuffix(":\(marked.line):\(marked.column)"), "\(error)")
    }
  }

  @Test("a middleware that no flow runs in is read for nothing")
  func unused() throws {
    let end = try #require(Self.text.firstRange(of: "flows:\n  deal_to"))
    let result = Self.read(String(Self.text[..<end.lowerBound]))
    #expect(
      result.errors.map(\.message) == [
        "No flow runs in `automation`; name one under `flows`."
      ])
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
