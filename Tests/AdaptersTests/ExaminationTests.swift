import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport
import Testing

/// `doctor` asks the emulators, each with a fault planted in it.
@Suite("Examinations")
struct ExaminationTests {
  @Test("a token that may write is a finding that says which scopes")
  func writingToken() async throws {
    let bench = try ExaminationBench(
      .hubspot(scopes: [
        "crm.objects.deals.read", "crm.objects.deals.write", "crm.objects.companies.read",
        "crm.objects.owners.read", "tickets",
      ]))
    let found = await bench.examine()
    #expect(found.one(.scopes)?.outcome == .ok)
    let writing = try #require(found.one(.writePermission))
    #expect(writing.outcome == .finding)
    #expect(writing.message == "This token may write: crm.objects.deals.write.")
    #expect(writing.mend?.contains("one that only reads") == true)
  }

  @Test("a token without a scope that is needed is a finding, and nothing else is hidden by it")
  func missingScope() async throws {
    let bench = try ExaminationBench(
      .hubspot(scopes: ["crm.objects.deals.read", "crm.objects.owners.read", "tickets"]))
    let found = await bench.examine()
    #expect(found.one(.scopes)?.outcome == .finding)
    #expect(found.one(.scopes)?.message.contains("crm.objects.companies.read") == true)
    #expect(found.one(.writePermission)?.outcome == .ok)
    #expect(found.one(.linkProperty)?.outcome == .ok)
  }

  @Test("an account that may edit issues is a finding; one that may not browse is another")
  func jiraPermissions() async throws {
    let writer = try ExaminationBench(.jira(permissions: ["BROWSE_PROJECTS", "EDIT_ISSUES"]))
    let writing = await writer.examine()
    #expect(writing.one(.writePermission)?.outcome == .finding)
    #expect(writing.one(.writePermission)?.message.contains("EDIT_ISSUES") == true)
    #expect(writing.one(.scopes)?.outcome == .ok)
    let stranger = try ExaminationBench(.jira(permissions: []))
    let blind = await stranger.examine()
    #expect(blind.one(.writePermission)?.outcome == .ok)
    #expect(blind.one(.scopes)?.outcome == .finding)
  }

  @Test(
    "a link property that is gone is a finding in every system",
    arguments: [ContractSubject.hubspot, .jira, .netSuite, .netSuiteOAuth, .quickBooksField])
  func missingProperty(_ subject: ContractSubject) async throws {
    let bench = try ContractBench(subject)
    try await bench.sandbox.obey(try #require(subject.drift), by: subject.system)
    let found = await bench.examine()
    #expect(found.one(.credentials)?.outcome == .ok)
    #expect(found.contains { $0.check == .linkProperty && $0.outcome == .finding })
    #expect(!found.contains { $0.check == .linkProperty && $0.outcome == .ok })
  }

  @Test(
    "a sound system has no finding but what its data deserve",
    arguments: [
      ContractSubject.hubspot, .jira, .netSuite, .netSuiteOAuth, .quickBooks, .quickBooksField,
    ])
  func sound(_ subject: ContractSubject) async throws {
    let found = try await ContractBench(subject).examine()
    // HubSpot's property is not unique there, and one order in erp_us bears a letter for a nought.
    let known: Set<Examination.Check> = [.linkUnique, .sample]
    let findings = found.filter { $0.outcome == .finding && !known.contains($0.check) }
    #expect(findings.isEmpty)
    #expect(!found.contains { $0.outcome == .unasked })
    #expect(found.one(.reach)?.outcome == .ok)
    #expect(found.one(.clock)?.outcome != .finding)
  }

  @Test("an echo or a stage that does not exist is named, with the nearest that does")
  func echoesAndStages() async throws {
    let bench = try ExaminationBench(.hubspot(scopes: nil), echoes: ["emtpy"], stages: ["Wonn"])
    let found = await bench.examine()
    #expect(found.one(.echoes)?.outcome == .finding)
    #expect(found.one(.echoes)?.message.contains("There is empty.") == true)
    #expect(found.one(.stages)?.outcome == .finding)
    #expect(found.one(.stages)?.message.contains("There is Won.") == true)
  }

  @Test("a clock that is off by more than half a minute is a finding, in either direction")
  func badClock() async throws {
    for (shift, words) in [(600, "behind"), (-600, "ahead of")] {
      let bench = try ExaminationBench(.jira(permissions: ["BROWSE_PROJECTS"]))
      bench.ours.advance(by: .seconds(3_600 + shift))
      bench.theirs.advance(by: .seconds(3_600))
      let clock = try #require(await bench.examine().one(.clock))
      #expect(clock.outcome == .finding)
      #expect(clock.message == "is 600 s \(words) this machine's.")
    }
  }

  @Test(
    "a wrong token is one finding about credentials, and the rest is not asked",
    arguments: [
      ContractSubject.hubspot, .jira, .netSuite, .netSuiteOAuth, .quickBooks, .quickBooksField,
    ])
  func wrongToken(_ subject: ContractSubject) async throws {
    let bench = try ContractBench(subject, secrets: WrongSecrets())
    let found = await bench.examine()
    #expect(found.filter { $0.check != .reach }.map(\.check) == [.credentials])
    #expect(found.one(.credentials)?.outcome == .finding)
    #expect(!found.contains { $0.message.contains(WrongSecrets.text) })
  }

  @Test("a dead host gives one line at once: it could not be asked, and why")
  func deadHost() async throws {
    let bench = try ExaminationBench(
      .hubspot(scopes: nil), transport: DeadTransport(words: "DNS: the name x is not known"))
    let found = await bench.examine()
    #expect(found.map(\.outcome) == [.unasked])
    let line = try #require(found.first)
    #expect(line.message.hasPrefix("could not be asked: "))
    #expect(line.message.contains("DNS: the name x is not known"))
  }

  @Test("an examination sends nothing but what reads")
  func readsOnly() async throws {
    for subject in [ContractSubject.hubspot, .jira, .netSuite] {
      let bench = try ContractBench(subject)
      _ = await bench.examine()
      let posts = bench.transport.exchanges.map(\.path).filter { !$0.hasPrefix("GET") }
      let reading = [
        "suiteql", "access-token-info", "deals/search", "search/jql", "search/approximate-count",
      ]
      let writing = posts.filter { path in !reading.contains { path.hasSuffix($0) } }
      #expect(writing.isEmpty, "\(subject.system): \(writing)")
    }
  }
}

extension [Examination] {
  func one(_ check: Examination.Check) -> Examination? { first { $0.check == check } }
}

extension ContractBench {
  func examine() async -> [Examination] {
    let system = ConfiguredSystem(
      name: subject.system, kind: subject.kind.schema.kind, link: subject.link,
      steward: "Dana Reyes", failureMode: "Readings age.",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
      echoProperties: subject.echoProperties)
    let brief = ExaminationBrief(
      system: system, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"))
    let examiner = Examiner(adapter, brief: brief, time: clock)
    return await clock.passing { await examiner.examine { true } }
  }
}

/// One system of a company made for the test, with a clock on either side.
private struct ExaminationBench {
  enum Plant {
    case hubspot(scopes: [String]?)
    case jira(permissions: [String])
  }

  let ours = ManualClock("2026-11-20T09:00:00Z")
  let theirs = ManualClock("2026-11-20T09:00:00Z")
  private let files: TemporaryCompany
  private let adapter: any Adapter
  private let brief: ExaminationBrief

  init(
    _ plant: Plant, echoes: [String] = [], stages: Set<String> = [],
    transport given: (any HTTPTransport)? = nil
  ) throws {
    switch plant {
    case .hubspot(let scopes): files = try Self.hubspot(scopes)
    case .jira(let permissions): files = try Self.jira(permissions)
    }
    let sandbox = try SandboxCompany(path: files.path, time: theirs, today: nil)
    let kind: any AdapterKind.Type
    let system: ConfiguredSystem
    switch plant {
    case .hubspot:
      kind = HubSpotKind.self
      system = Self.system(
        "crm", "hubspot", link: "erp_deal_id", echoes,
        ["token": .secret(.file("\(files.path)/secrets/token"))])
    case .jira:
      kind = JiraKind.self
      system = Self.system(
        "pm", "jira", link: "customfield_10042", echoes,
        [
          "email": .secret(.file("\(files.path)/secrets/email")), "project": .text("BWD"),
          "token": .secret(.file("\(files.path)/secrets/token")),
        ])
    }
    let sharedID = SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$")
    brief = ExaminationBrief(system: system, sharedID: sharedID, stages: stages)
    adapter = try kind.makeAdapter(
      AdapterContext(
        system: system, sharedID: sharedID,
        transport: given ?? SandboxTransport(sandbox, time: theirs),
        secrets: EnvironmentSecretReader(), time: ours, random: SeededRandom(seed: 5),
        observer: CallRecorder()))
  }

  func examine() async -> [Examination] {
    let examiner = Examiner(adapter, brief: brief, time: ours)
    return await ours.passing { await examiner.examine { true } }
  }

  private static func system(
    _ name: SystemName, _ kind: String, link: String, _ echoes: [String],
    _ settings: [String: SettingValue]
  ) -> ConfiguredSystem {
    var all = settings
    all["base_url"] = .text("\(SandboxTransport.origin)/\(name)")
    return ConfiguredSystem(
      name: name, kind: kind, link: link, steward: "Dana Reyes", failureMode: "Readings age.",
      limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
      echoProperties: echoes, settings: SystemSettings(all))
  }

  private static func hubspot(_ scopes: [String]?) throws -> TemporaryCompany {
    var account: [JSONValue.Member] = [.init("portalId", 424_242)]
    if let scopes { account.append(.init("scopes", .array(scopes.map { .string($0) }))) }
    func property(_ name: String, unique: Bool) -> JSONValue {
      [
        "name": .string(name), "label": .string(name), "type": "string", "fieldType": "text",
        "hasUniqueValue": .bool(unique),
      ]
    }
    let stage: JSONValue = [
      "id": "closedwon", "label": "Won", "metadata": ["probability": "1.0", "isClosed": "true"],
    ]
    return try TemporaryCompany(
      yaml: """
        company: Planted
        systems:
          crm: {kind: hubspot, credentials: {token: secrets/token}}
        """, texts: ["secrets/token": "sesame"],
      documents: [
        "crm/account": .object(account), "crm/deals": [],
        "crm/properties": [
          "deals": [property("erp_deal_id", unique: true), property("empty", unique: false)]
        ],
        "crm/pipelines": ["deals": [["id": "default", "label": "Deals", "stages": [stage]]]],
      ])
  }

  private static func jira(_ permissions: [String]) throws -> TemporaryCompany {
    var sample = JiraSample()
    sample.site = [
      "baseUrl": "https://brightwater.atlassian.net", "displayTimeZone": "Europe/Berlin",
      "accountId": "5b10ac8d82e05b22cc7d4ef5",
      "permissions": .array(permissions.map { .string($0) }),
    ]
    return try sample.company(limits: "{}")
  }
}

/// A network on which no host is found.
private struct DeadTransport: HTTPTransport {
  let words: String

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    throw HTTPTransportError.cannotConnect(words)
  }
}
