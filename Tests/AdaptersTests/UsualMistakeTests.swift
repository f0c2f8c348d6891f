import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

/// `doctor` knows the mistakes that people make with each kind, and says what to do in their words.
@Suite("Usual mistakes")
struct UsualMistakeTests {
  /// Everything that is no finding is left out.
  private func findings(_ bench: ContractBench) async -> String {
    await bench.examine().filter { $0.outcome == .finding || $0.outcome == .unasked }
      .map { "\($0.check): \($0.message) \($0.mend ?? "")" }.joined(separator: "\n")
  }

  private func answer(_ status: Int, _ body: String) -> HTTPAnswer {
    HTTPAnswer(
      status: status, headers: [HTTPField("Content-Type", "application/json")],
      body: Array(body.utf8))
  }

  // MARK: QuickBooks

  @Test("QuickBooks: a refresh token that is used up, an app of the other environment")
  func quickBooksTokens() async throws {
    for (status, body, words) in [
      (
        400, #"{"error":"invalid_grant","error_description":"Token invalid"}"#,
        "refresh token is void"
      ),
      (401, #"{"error":"invalid_client"}"#, "development or of production"),
    ] {
      let bench = try ContractBench(.quickBooks)
      bench.transport.tamper { request, honest in
        request.url.contains("oauth2") ? answer(status, body) : honest
      }
      let said = await findings(bench)
      #expect(said.contains("credentials") && said.contains(words), "\(said)")
    }
  }

  @Test("QuickBooks: another company's realm, or the sandbox's host for a production company")
  func quickBooksRealm() async throws {
    let bench = try ContractBench(.quickBooks)
    bench.transport.tamper { request, honest in
      guard request.url.contains("/v3/company/") else { return honest }
      return answer(
        403,
        #"{"warnings":null,"fault":{"error":[{"message":"message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403","code":"3100"}],"type":"SERVICE"}}"#
      )
    }
    let said = await findings(bench)
    #expect(said.contains("`realm`"), "\(said)")
    #expect(said.contains("https://sandbox-quickbooks.api.intuit.com"), "\(said)")
  }

  @Test("QuickBooks: sales receipts, which are no invoices, are told of")
  func quickBooksReceipts() async throws {
    let bench = try QuickBooksAdapterTests.bench(["salesreceipt": [["Id": "1", "TotalAmt": 5]]])
    let told = await bench.examine().filter { $0.outcome == .manual }.map(\.message)
    #expect(told.contains { $0.contains("1 sales receipt, which") }, "\(told)")
  }

  @Test("QuickBooks: an address with the version and the company, a realm with letters")
  func quickBooksAddress() throws {
    for (key, value, words) in [
      (
        "base_url", "https://quickbooks.api.intuit.com/v3/company/123", "leave out /v3"
      ), ("realm", "9130-3577", "digits alone"),
    ] {
      var subject = ContractSubject.quickBooks
      subject.company = nil
      var settings = subject.settings
      settings[key] = .text(value)
      let system = ConfiguredSystem(
        name: "erp_uk", kind: "quickbooks", link: "customer", steward: "", failureMode: "",
        limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
        settings: SystemSettings(settings))
      let error = #expect(throws: SystemError.self) {
        try subject.kind.makeAdapter(
          AdapterContext(
            system: system, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
            transport: NoTransport(), secrets: EnvironmentSecretReader(),
            time: ManualClock("2026-11-20T09:00:00Z"), random: SeededRandom(seed: 7),
            observer: CallRecorder()))
      }
      #expect(error?.kind == .refused)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
  }

  @Test("every question to QuickBooks pins the minor version")
  func quickBooksMinorVersion() async throws {
    let bench = try ContractBench(.quickBooks)
    _ = await bench.examine()
    let questions = bench.transport.exchanges.filter { $0.request.url.contains("/v3/") }
    #expect(!questions.isEmpty)
    #expect(questions.allSatisfy { $0.request.url.contains("minorversion=75") })
  }

  // MARK: SAP Business One

  @Test(
    "SAP Business One: another company database, a user without a licence, a field that is missing",
    arguments: [
      (#"{"error":{"code":"-5027","message":"Switch company error: -5027"}}"#, "`company_db`"),
      (
        #"{"error":{"code":"-304","message":"Fail to get DB Credentials from SLD"}}"#, "a licence"
      ),
    ])
  func serviceLayerLogin(_ body: String, _ words: String) async throws {
    let bench = try ContractBench(.serviceLayer)
    bench.transport.tamper { request, honest in
      request.url.hasSuffix("/Login") ? answer(401, body) : honest
    }
    let said = await findings(bench)
    #expect(said.contains("credentials") && said.contains(words), "\(said)")
  }

  @Test("SAP Business One: the deal ID's field is missing on documents")
  func serviceLayerField() async throws {
    let bench = try ContractBench(.serviceLayer)
    try await bench.obey(try #require(ContractSubject.serviceLayer.drift))
    let said = await findings(bench)
    #expect(said.contains("U_DealID") && said.contains("Service Layer"), "\(said)")
  }

  @Test(
    "a certificate that the company signed itself is mended by ca_file, in every kind with HTTP")
  func selfSigned() async throws {
    for subject in ContractSubject.all where subject.source == nil {
      let files = try subject.company?()
      let folder = files?.path ?? ContractBench.company
      var settings = subject.settings.mapValues { ContractBench.absolute($0, in: folder) }
      settings["base_url"] = .text("https://127.0.0.1:1")
      let system = ConfiguredSystem(
        name: subject.system, kind: subject.kind.schema.kind, link: subject.link, steward: "",
        failureMode: "", limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(60)),
        settings: SystemSettings(settings))
      let sharedID = SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$")
      let clock = ManualClock("2026-11-20T09:00:00Z")
      let adapter = try subject.kind.makeAdapter(
        AdapterContext(
          system: system, sharedID: sharedID, transport: Untrusted(),
          secrets: EnvironmentSecretReader(), time: clock, random: SeededRandom(seed: 7),
          observer: CallRecorder()))
      let examiner = Examiner(
        adapter, brief: ExaminationBrief(system: system, sharedID: sharedID), time: clock)
      let said = await clock.passing { await examiner.examine { false } }.map(\.message).joined()
      #expect(said.contains("`ca_file` of systems.\(subject.system)"), "\(said)")
    }
  }

  // MARK: Files

  private func doctor(_ bench: CSVBench) async -> String {
    let examinations = await bench.adapter.examinations(
      ExaminationBrief(
        system: ConfiguredSystem(
          name: "exports", kind: "csv", link: "deal", steward: "", failureMode: "",
          limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(86_400))),
        sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$")))
    return examinations.filter { $0.outcome == .finding }
      .map { "\($0.message) \($0.mend ?? "")" }.joined(separator: "\n")
  }

  @Test("CSV: a file that is missing, and a pattern without a match, name the place")
  func csvMissing() async throws {
    for path in ["invoices.csv", "invoices-*.csv"] {
      let said = await doctor(try CSVBench(path: path))
      #expect(said.contains("there is no export of invoices"), "\(said)")
      #expect(said.contains(path) && said.contains("job that writes it"), "\(said)")
    }
  }

  @Test("CSV: another separator than the configured one, by name")
  func csvSeparator() async throws {
    let bench = try CSVBench(settings: ["separator": .text("comma")])
    try bench.folder.write("number;deal;net\nA1;BW-10001;1,00\n", to: "invoices.csv")
    #expect(await doctor(bench).contains("`separator`"))
  }

  @Test("CSV: an encoding that is not UTF-8, and a column that is called otherwise")
  func csvEncodingAndColumn() async throws {
    let latin = try CSVBench()
    try latin.folder.write(
      Array("number,deal,net\nRE-".utf8) + [0xC4] + Array(",BW-10001,1.00\n".utf8),
      to: "invoices.csv")
    #expect(await doctor(latin).contains("`encoding`"))
    let renamed = try CSVBench()
    try renamed.folder.write("number,deal,nett\nA1,BW-10001,1\n", to: "invoices.csv")
    let said = await doctor(renamed)
    #expect(said.contains("column net is gone") && said.contains("there is nett"), "\(said)")
  }

  // MARK: Flows

  @Test("Workato and Make: a token of another data centre or zone", arguments: FlowSubject.all)
  func region(_ subject: FlowSubject) async throws {
    let bench = try FlowBench(subject, secrets: WrongSecrets())
    var said = ""
    do {
      _ = try await bench.clock.passing { try await bench.reporter.probe() }
    } catch let error as SystemError { said = error.message }
    let word = subject.kind.schema.kind == "make" ? "`zone`" : "data centre"
    #expect(said.contains(word) && said.contains("works in its own alone"), "\(said)")
  }
}

/// A network on which every certificate is somebody's own.
private struct Untrusted: HTTPTransport {
  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    throw HTTPTransportError.untrusted("self-signed certificate")
  }
}
