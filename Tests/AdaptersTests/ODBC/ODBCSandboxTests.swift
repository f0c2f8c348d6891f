import AdapterKit
import DealModel
import Foundation
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("A ledger in the sandbox")
struct ODBCSandboxTests {
  private let company: TemporaryCompany
  private let sandbox: SandboxCompany
  private let clock = ManualClock("2026-11-25T09:00:00Z")
  private let settings: [String: SettingValue]

  init() throws {
    let script = try String(
      contentsOfFile: PostgreSQLServer.folder + "/ledger.sql", encoding: .utf8)
    company = try TemporaryCompany(
      yaml: """
        company: Legacy
        as_of: 2026-11-20
        systems: {ledger: {kind: odbc}}
        """,
      texts: [
        "ledger/ledger.sql": script,
        "plumbline.yaml": "Driver=SQLite3;Database={{scratch}}/ledger.sqlite",
      ],
      documents: [
        "ledger/orders": .object([
          "correct-invoice": .string(
            "UPDATE ledger_invoice SET net = :net, changed = :now WHERE number = :number")
        ])
      ])
    sandbox = try SandboxCompany(
      path: company.path, time: clock, today: CalendarDate("2026-11-25"))
    let connection = try sandbox.company.readyConfiguration(origin: "http://127.0.0.1:1")
    settings = ["connection": .text(connection)].merging(LedgerSQL.settings) { $1 }
  }

  private func net(_ bench: ODBCBench, _ deal: DealID) async throws -> String? {
    guard case .invoice(let invoice)? = try await bench.invoices(deal).first?.content else {
      return nil
    }
    return invoice.net.value?.description
  }

  @Test("its dates are as fresh as today, and a correction shows at the next question")
  func correction() async throws {
    let bench = try ODBCBench(settings)
    let record = try #require(try await bench.invoices("BW-10004").first)
    guard case .invoice(let invoice) = record.content else {
      Issue.record("no invoice")
      return
    }
    #expect(invoice.issued.value?.description == "2026-10-29")
    #expect(record.modifiedAt == Timestamp("2026-10-29T08:00:00Z"))
    #expect(try await net(bench, "BW-10004") == "0.10 EUR")
    try await sandbox.obey(
      ControlOrder(.correctInvoice(number: "LI-107", net: 44)), by: "ledger")
    #expect(try await net(bench, "BW-10004") == "44.00 EUR")
    await #expect(throws: SandboxError.self) {
      try await sandbox.obey(
        ControlOrder(.correctInvoice(number: "none", net: 44)), by: "ledger")
    }
  }

  @Test("a fault takes the file away until it is mended, and a renamed column comes back with it")
  func faults() async throws {
    let bench = try ODBCBench(settings)
    try await sandbox.obey(ControlOrder(.fail(status: 503)), by: "ledger")
    #expect(try await bench.failure()?.kind == .unavailable)
    try await sandbox.obey(ControlOrder(.mend), by: "ledger")
    #expect(try await bench.failure() == nil)
    try await sandbox.obey(
      ControlOrder(.renameProperty(from: "deal_id", to: "project")), by: "ledger")
    #expect(try await bench.failure()?.kind == .drifted(field: "deal_id"))
    try await sandbox.obey(ControlOrder(.mend), by: "ledger")
    #expect(try await bench.failure() == nil)
    try await sandbox.obey(ControlOrder(.reset), by: "ledger")
    #expect(try await bench.failure() == nil)
  }
}

@Suite("The settings of a ledger behind ODBC")
struct ODBCSettingsTests {
  private func fault(_ changed: [String: SettingValue]) -> String? {
    let usual: [String: SettingValue] = [
      "connection": .text("Driver=SQLite3;Database=/nowhere"),
      "records": LedgerSQL.mapping(LedgerSQL.records),
    ]
    do {
      _ = try ODBCBench(usual, changed: changed)
      return nil
    } catch { return (error as? SystemError)?.message ?? "another error: \(error)" }
  }

  @Test(
    "a statement that does more than read, or reads without its placeholder, is refused by name",
    arguments: [
      ("DELETE FROM x WHERE id IN (:ids)", "begin with SELECT"),
      ("SELECT 1 WHERE 1 IN (:ids); DELETE FROM x", "more than one statement"),
      ("SELECT 1 WHERE 1 IN (?)", "`?`"),
      ("SELECT 1", "lacks :ids"),
      ("SELECT ':ids'", "lacks :ids"),
      ("SELECT 1 -- :ids", "lacks :ids"),
      ("SELECT 1 WHERE 1 IN (:ids) AND 2 = :id", ":id, which it cannot have"),
      ("SELECT 'open WHERE 1 IN (:ids)", "does not end"),
      ("", "begin with SELECT"),
    ])
  func statement(_ sql: String, _ words: String) {
    let fault = fault(["records": LedgerSQL.mapping(["invoices": sql])])
    #expect(fault?.contains(words) == true, "\(fault ?? "none")")
    #expect(fault?.contains("`records.invoices` of systems.ledger") == true)
  }

  @Test(
    "strings, casts, comments and a closing semicolon are no placeholders",
    arguments: [
      "SELECT ':id', a::text, \"?\" FROM x WHERE b IN (:ids) /* ; ? */ ; -- end",
      "/* first */ (SELECT 1 WHERE 1 IN (:ids))", "with x AS (SELECT 1) SELECT 1 WHERE 1 IN (:ids)",
      "SELECT $$ ; ? :id $$ WHERE 1 IN (:ids)", "SELECT 'it''s ?' WHERE 1 IN (:ids)",
    ])
  func accepted(_ sql: String) {
    #expect(fault(["records": LedgerSQL.mapping(["invoices": sql])]) == nil)
  }

  @Test("a password in the open, an unknown kind, a zone nobody knows and weak TLS are refused")
  func refused() {
    let connection = "Driver={PostgreSQL Unicode};Server=db.example;Database=x"
    #expect(fault(["connection": .text(connection)]) == nil)
    for (changed, words) in [
      (["connection": SettingValue.text(connection + ";Pwd=s3cret")], "password"),
      (["connection": .text(connection + ";SSLmode=prefer")], "SSLmode"),
      (["connection": .text("nonsense")], "Key=value"),
      (["connection": .text("Driver={SQLite3")], "not closed"),
      (["connection_string": .secret(.environment("X"))], "either `connection`"),
      (["records": LedgerSQL.mapping(["invoice": "SELECT 1"])], "Did you mean invoices?"),
      (["time_zone": .text("Mars/Olympus")], "time_zone"),
    ] as [([String: SettingValue], String)] {
      let fault = fault(changed)
      #expect(fault?.contains(words) == true, "\(fault ?? "none")")
      #expect(fault?.contains("s3cret") != true)
    }
  }

  @Test(
    "a server on another machine is never reached without knowing whose it is, by any driver",
    arguments: [
      ("Driver=PostgreSQL Unicode;Server=127.evil.example", nil),
      ("Driver=PostgreSQL Unicode;Server=127.evil.example;SSLmode=require", "SSLmode=require"),
      ("Driver=PostgreSQL Unicode;Server=db.example;CA=d", "CA=d"),
      ("Driver=PostgreSQL Unicode;Server=db.example;pqopt={sslmode=disable}", "pqopt"),
      ("Driver=PostgreSQL Unicode;Server=localhost;pqopt={hostaddr=192.0.2.7}", "pqopt"),
      ("Driver=PostgreSQL Unicode;D5={service=far}", "D5"),
      ("Driver=PostgreSQL Unicode;Server=db.example;pqopt={sslrootcert=/host/ca.pem}", nil),
      ("Driver=PostgreSQL Unicode;Server=127.0.0.1;SSLmode=disable", nil),
      ("Driver=PostgreSQL Unicode;Server=/run/postgresql;SSLmode=disable", nil),
      ("Driver=PostgreSQL Unicode;Server=/run/x,db.example;SSLmode=disable", "SSLmode=disable"),
      ("Driver=PostgreSQL Unicode;Server=127.0.0.1,db.example;SSLmode=disable", "SSLmode=disable"),
      (
        "Driver=PostgreSQL Unicode;Server=localhost;Servername=db.example;SSLmode=disable",
        "SSLmode=disable"
      ),
      ("Driver=MariaDB Unicode;Server=db.example", nil),
      ("Driver=MariaDB Unicode;Server=db.example;SSLVERIFY=0", "SSLVERIFY=0"),
      ("Driver=MariaDB Unicode;Server=db.example;ForceTLS=0", "FORCETLS=0"),
      ("Driver=MariaDB Unicode;USE_MYCNF=1", "USE_MYCNF"),
      ("Driver=MariaDB Unicode;Server=localhost;OPTION=65540", "OPTION"),
      ("Driver=MariaDB Unicode;Server=localhost;OPTION=4", nil),
      ("Driver=MySQL ODBC 8.0;Server=db.example;SSLMode=REQUIRED", "SSLMODE=REQUIRED"),
      (
        "Driver=MySQL ODBC 8.0;Server=db.example;SSLMODE=VERIFY_CA;SSL-MODE=DISABLED",
        "SSL-MODE=DISABLED"
      ),
      ("Driver=MySQL ODBC 8.0;Server=db.example;SSL-MODE=VERIFY_CA", nil),
      ("Driver=FreeTDS;Servername=nobody;Encryption=off", "Encryption=off"),
      ("Driver=FreeTDS;Servername=nobody", "ca file"),
      ("Driver=FreeTDS;Server=db.example", "Servername"),
      ("Driver=FreeTDS;Server=127.0.0.1,1433;Encryption=off", nil),
      ("Driver=FreeTDS;Server=localhost;Address=192.0.2.7,1433", "Servername"),
      ("Driver=ODBC Driver 18 for SQL Server;Server=tcp:db.example,1433", nil),
      (
        "Driver=ODBC Driver 18 for SQL Server;Server=db.example;TrustServerCertificate=yes",
        "TrustServerCertificate=yes"
      ),
      ("Driver=SQLite3;Database=/nowhere;Driver=PostgreSQL", "names Driver twice"),
      ("DSN=far;Driver=SQLite3", "both DSN and Driver"),
      ("FileDSN=/etc/ledger.dsn", "FILEDSN"),
    ] as [(String, String?)])
  func encryption(_ connection: String, _ words: String?) {
    let fault = fault(["connection": .text(connection)])
    if let words {
      #expect(fault?.contains(words) == true, "\(fault ?? "none")")
    } else {
      #expect(fault == nil)
    }
  }

  @Test("FreeTDS checks certificates as its files say, read as it reads them")
  func freeTDS() {
    func checks(_ files: String...) -> Bool {
      FreeTDSFile.checksCertificates(of: "Ledger", in: files)
    }
    let global = "[global]\n\tca  file = system\n"
    #expect(!checks())
    #expect(!checks("[ledger]\nhost = db.example\n"))
    #expect(checks(global))
    #expect(checks("[global]\ntds version = 7.4\n", global))
    #expect(checks("[LEDGER]\nca file = /etc/ssl/ca.pem ; our own\n"))
    #expect(!checks("[global]\nca file = # /etc/ssl/ca.pem\n"))
    #expect(!checks("[other]\nca file = system\n"))
    // The server's section ends the search, whatever stands in later files.
    #expect(!checks("[ledger]\nhost = x\n", global))
    #expect(!checks(global, "[global]\ncheck certificate hostname = no\n"))
    #expect(checks(global + "check certificate hostname = yes # as usual\n"))
  }

  @Test("a value in braces stays in braces, and one without stays without")
  func braces() throws {
    let written = "Driver={PostgreSQL Unicode};Server=db.example;PWD={a+b%41;c}}d};X=%41;"
    #expect(try ODBCString(written).text == written)
    var string = try ODBCString("Server = db.example ;")
    string.add("PWD", "a+b")
    string.add("UID", "reader")
    string.add("server", "other")
    #expect(string.text == "Server=db.example;PWD={a+b};UID=reader;")
  }

  @Test("a connection string that is a secret is held to the same, and never shown")
  func wholeSecret() async throws {
    for (secret, words) in [
      ("Driver=PostgreSQL Unicode;Server=db.example;PWD=s3cret;SSLmode=allow", "SSLmode=allow"),
      ("s3cret", "Key=value"),
      ("Driver=PostgreSQL Unicode;Server=db.example;SSLmode=require PWD=s3cret", "SSLmode"),
    ] {
      let bench = try ODBCBench(
        [
          "connection_string": .secret(.environment("X")),
          "records": LedgerSQL.mapping(LedgerSQL.records),
        ], secrets: FixedSecret(text: secret))
      let error = try #require(try await bench.failure())
      #expect(error.kind == .refused)
      #expect(error.message.contains(words), "\(error.message)")
      #expect(!error.message.contains("s3cret"))
    }
  }

  @Test("doctor tries every statement and tells whether the login may write")
  func doctor() async throws {
    let ledger = try PostgreSQLLedger()
    func examine(_ bench: ODBCBench) async -> [Examination] {
      let brief = ExaminationBrief(
        system: ConfiguredSystem(
          name: "ledger", kind: "odbc", link: "deal_id", steward: "Dana Reyes",
          failureMode: "Readings age.",
          limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600))),
        sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"))
      return await Examiner(bench.adapter, brief: brief, time: bench.clock)
        .examine { !bench.calls.reports.isEmpty }
    }
    let found = await examine(try ODBCBench(ledger))
    #expect(found.contains { $0.check == .writePermission && $0.outcome == .ok })
    #expect(found.contains { $0.check == .linkProperty && $0.outcome == .ok })
    #expect(found.contains { $0.check == .settings && $0.message.contains("12 statements") })
    #expect(found.contains { $0.check == .sample && $0.outcome == .ok })
    let broken = await examine(
      try ODBCBench(
        ledger,
        changed: ["find": LedgerSQL.mapping(["costs": "SELECT id FROM nope WHERE n = :text"])]))
    #expect(
      broken.contains {
        $0.check == .settings && $0.outcome == .finding && $0.message.contains("`find.costs`")
      })
    try ledger.run("GRANT UPDATE ON ledger_cost TO reader")
    let writer = await examine(try ODBCBench(ledger))
    #expect(writer.contains { $0.check == .writePermission && $0.outcome == .finding })
  }

  @Test("a payload shows the statement and the rows, never the credentials")
  func payload() async throws {
    let bench = try ODBCBench(try PostgreSQLLedger())
    let recorder = ExchangeRecorder(.payloads(mostBytes: 1 << 20))
    _ = try await recorder.recording { try await bench.invoices("BW-10001") }
    let payload = recorder.payload(askedAt: bench.clock.now())
    let exchange = try #require(payload.exchanges.first)
    #expect(exchange.request.contains("WHERE i.deal_id IN (?)"))
    #expect(exchange.body.contains("LI-102\t2026-10-15"))
    #expect(!"\(payload)".contains("right"))
  }
}

private struct FixedSecret: SecretReader {
  let text: String

  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    Secret(text)
  }
}
