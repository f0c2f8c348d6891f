import AdapterKit
import Crypto
import DealModel
import Sandbox
import Synchronization
import TestSupport

@testable import Adapters

/// A company with one NetSuite account per way of authentication, and adapters for both.
final class NetSuiteCompany: Sendable {
  let sandbox: SandboxCompany
  let clock: ManualClock
  let calls = NetSuiteCalls()
  private let directory: TemporaryCompany
  private let secrets: NetSuiteSecrets

  /// - Parameter concurrency: The concurrency limit of the signed system.
  init(_ tables: [String: JSONValue] = NetSuiteCompany.tables, concurrency: Int = 5) throws {
    let key = P256.Signing.PrivateKey()
    let credentials = [
      "consumer_key": "ck-1", "consumer_secret": "cs & 1", "token_id": "tk-1",
      "token_secret": "ts/1", "client_id": "client-1", "certificate_id": "cert-1",
    ]
    secrets = NetSuiteSecrets(
      values: credentials.merging(["private_key": key.pemRepresentation]) { first, _ in first })
    var texts = credentials.reduce(into: [String: String]()) { texts, pair in
      texts["secrets/\(pair.key)"] = pair.value + "\n"
    }
    texts["secrets/public"] = key.publicKey.pemRepresentation
    var documents: [String: JSONValue] = [:]
    for system in ["signed", "oauth"] {
      documents["\(system)/account"] = [
        "accountId": "123456_SB1", "timeZone": "Europe/Berlin", "dateFormat": "DD.MM.YYYY",
        "concurrencyLimit": 5,
      ]
      for (name, table) in tables { documents["\(system)/\(name)"] = table }
    }
    directory = try TemporaryCompany(
      yaml: """
        company: Test
        as_of: 2026-11-20
        systems:
          signed:
            kind: netsuite
            limits: {concurrency: \(concurrency)}
            credentials:
              consumer_key: secrets/consumer_key
              consumer_secret: secrets/consumer_secret
              token_id: secrets/token_id
              token_secret: secrets/token_secret
          oauth:
            kind: netsuite
            credentials:
              client_id: secrets/client_id
              certificate_id: secrets/certificate_id
              public_key: secrets/public
        """, texts: texts, documents: documents)
    clock = ManualClock("2026-11-20T16:21:00Z")
    sandbox = try SandboxCompany(
      path: directory.path, time: clock, today: CalendarDate("2026-11-20"),
      kinds: EmulatorKinds([NetSuiteEmulator.self]))
  }

  /// An adapter for a system, through the emulator.
  func adapter(
    _ system: SystemName = "signed", link: String = "custbody_deal_id", echoes: [String] = [],
    settings: [String: SettingValue] = [:],
    transport: (any HTTPTransport)? = nil
  ) throws -> any Adapter {
    var values: [String: SettingValue] = [
      "account": .text("123456_SB1"), "base_url": .text("http://127.0.0.1:4100/\(system)"),
    ]
    let names =
      system == "oauth"
      ? ["client_id", "certificate_id", "private_key"]
      : ["consumer_key", "consumer_secret", "token_id", "token_secret"]
    for name in names { values[name] = .secret(.file(name)) }
    values.merge(settings) { _, given in given }
    return try NetSuiteKind.makeAdapter(
      AdapterContext(
        system: ConfiguredSystem(
          name: system, kind: "netsuite", link: link, steward: "", failureMode: "",
          limits: FreshnessLimits(
            freshFor: .seconds(60), staleAfter: .seconds(600), expireAfter: .seconds(3_600)),
          echoProperties: echoes, settings: SystemSettings(values)),
        sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
        transport: transport ?? NetSuiteTransport(sandbox: sandbox, calls: calls),
        secrets: secrets, time: clock, random: SeededRandom(seed: 7), observer: calls))
  }

  /// The answer to a signed request, without an adapter.
  ///
  /// - Parameters:
  ///   - path: The path below `/services/rest`, with its query.
  ///   - timestamp: Seconds since 1970; by default the company's own time.
  func answer(
    _ method: String, _ path: String, body: JSONValue? = nil, headers: [NamedValue] = [],
    nonce: String = "nonce-1", timestamp: Int64? = nil, consumerSecret: String = "cs & 1"
  ) async throws -> EmulatedResponse {
    let url = "http://127.0.0.1:4100/signed/services/rest\(path)"
    let signature = OAuthSignature(
      credentials: .init(
        consumerKey: Secret("ck-1"), consumerSecret: Secret(consumerSecret), token: Secret("tk-1"),
        tokenSecret: Secret("ts/1")),
      realm: "123456_SB1", nonce: nonce,
      timestamp: timestamp ?? clock.now().milliseconds / 1_000)
    let authorization = NamedValue("Authorization", signature.header(method: method, url: url))
    let outcome = try await sandbox.respond(
      to: EmulatedRequest(
        method: method, url: url, headers: headers + [authorization],
        body: body.map { Array($0.text().utf8) } ?? []))
    guard case .answered(let response) = outcome else { throw HTTPTransportError.truncated }
    return response
  }

  /// Tables with so many invoices of one deal.
  static func invoices(_ count: Int, of deal: String) -> [String: JSONValue] {
    var tables = Self.tables
    tables["transaction"] = .array(
      (1...count).map { number in
        [
          "id": .string("\(number)"), "type": "CustInvc", "tranid": .string("INV\(number)"),
          "trandate": "2026-10-01", "currency": "1", "foreigntotal": "1", "status": "A",
          "custbody_deal_id": .string(deal), "lastmodifieddate": "2026-10-01T08:00:00Z",
        ]
      })
    return tables
  }

  /// Two deals with every kind of document.
  static let tables: [String: JSONValue] = [
    "currency": [
      ["id": "1", "name": "Euro", "symbol": "EUR"], ["id": "2", "name": "Odd", "symbol": "ZZZ"],
    ],
    "customer": [["id": "10", "companyname": "Harbour Ltd"]],
    "vendor": [["id": "20", "companyname": "Stahl GmbH"]],
    "item": [["id": "30", "itemid": "STEEL"]],
    "labels": ["transaction": ["status": ["CustInvc:A": "Invoice : Open"]]],
    "transaction": .array([
      transaction(
        "100", "CustInvc", "INV1", "A", "2026-09-01", total: "119",
        [
          "duedate": "2026-10-01", "foreignamountpaid": "19", "foreignamountunpaid": "100",
          "entity": "10", "custbody_value": "4711.50", "memo": "first part",
        ]),
      transaction(
        "101", "CustInvc", "INV2", "B", "2026-10-01", total: "1000",
        [
          "foreignamountpaid": "1000"
        ]),
      transaction(
        "102", "CustCred", "CM1", "B", "2026-10-05", total: "-59.5",
        [
          "foreignpaymentamountunused": "0"
        ]),
      transaction("103", "CustInvc", "INV3", "D", "2026-10-06", total: "5"),
      transaction("104", "CustInvc", "INV4", "A", "2026-10-07", total: "5", ["voided": "T"]),
      transaction("110", "CustPymt", "PMT1", "C", "2026-09-20", total: "19", deal: nil),
      transaction("200", "PurchOrd", "PO1", "E", "2026-09-02", total: "400", ["entity": "20"]),
      transaction("201", "VendBill", "BILL1", "A", "2026-09-12", total: "119", ["entity": "20"]),
      transaction("202", "VendCred", "VC1", "A", "2026-09-13", total: "-11.9", ["entity": "20"]),
      transaction("203", "ExpRept", "ER1", "I", "2026-09-14", total: "80.01"),
      transaction("204", "PurchOrd", "PO2", "G", "2026-09-15", total: "50"),
      transaction("205", "PurchOrd", "PO3", "H", "2026-09-16", total: "50"),
      transaction("300", "CustInvc", "INV9", "A", "2026-09-01", total: "7", deal: "bw-10001"),
      transaction("301", "CustInvc", "INV10", "A", "2026-09-01", total: "7", deal: "BW-1OOO1"),
    ]),
    "transactionline": .array([
      line("100", "0", "119", ["mainline": "T"]),
      line("100", "1", "-60.10", ["item": "30", "quantity": "-3"]),
      line("100", "2", "-39.90", ["memo": "Freight"]),
      line("100", "3", "-19", ["taxline": "T"]),
      line("101", "1", "-1000"), line("102", "1", "50"), line("102", "2", "9.5", ["taxline": "T"]),
      line("103", "1", "-5"), line("104", "1", "-5"),
      line("200", "1", "300", ["quantity": "3", "quantitybilled": "1", "isclosed": "F"]),
      line("200", "2", "100", ["quantity": "1", "quantitybilled": "0", "isclosed": "T"]),
      line("201", "1", "100"), line("201", "2", "19", ["taxline": "T"]), line("202", "1", "-10"),
      line("202", "2", "-1.9", ["taxline": "T"]), line("203", "1", "80.01"),
      line("204", "1", "50"), line("205", "1", "50"), line("300", "1", "-7"),
      line("301", "1", "-7"),
    ]),
    "nexttransactionlinelink": [
      ["previousdoc": "100", "nextdoc": "110", "linktype": "Payment", "foreignamount": "19"],
      ["previousdoc": "101", "nextdoc": "102", "linktype": "Payment", "foreignamount": "59.5"],
      ["previousdoc": "200", "nextdoc": "201", "linktype": "OrdBill", "foreignamount": "60"],
      ["previousdoc": "200", "nextdoc": "201", "linktype": "OrdBill", "foreignamount": "40"],
    ],
  ]

  static func transaction(
    _ id: String, _ type: String, _ number: String, _ status: String, _ day: String, total: String,
    deal: String? = "BW-10001", _ more: [String: JSONValue] = [:]
  ) -> JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(id), "type": .string(type), "tranid": .string(number),
      "status": .string(status), "trandate": .string(day), "currency": "1",
      "foreigntotal": .string(total), "voided": "F",
      "createddate": .string(day + "T08:00:00Z"), "lastmodifieddate": .string(day + "T08:00:00Z"),
      "custbody_deal_id": deal.map { .string($0) } ?? nil,
    ]
    members.merge(more) { _, given in given }
    return .object(members.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
  }

  static func transaction(
    _ id: String, _ type: String, _ number: String, _ status: String, _ day: String, total: String,
    _ more: [String: JSONValue]
  ) -> JSONValue {
    transaction(id, type, number, status, day, total: total, deal: "BW-10001", more)
  }

  static func line(
    _ document: String, _ id: String, _ amount: String, _ more: [String: JSONValue] = [:]
  ) -> JSONValue {
    var members: [String: JSONValue] = [
      "transaction": .string(document), "id": .string(id), "mainline": "F",
      "foreignamount": .string(amount), "netamount": .string(amount),
    ]
    members.merge(more) { _, given in given }
    return .object(members.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
  }
}

/// Secrets by the name of their file.
struct NetSuiteSecrets: SecretReader {
  let values: [String: String]

  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    guard case .file(let name) = source, let value = values[name] else {
      throw SystemError(.unauthorized, system: system, message: "no such secret")
    }
    return Secret(value)
  }
}

/// What was sent and how it ended.
final class NetSuiteCalls: CallObserver {
  private let reports = Mutex<[CallReport]>([])
  private let sent = Mutex<[HTTPRequest]>([])

  func callEnded(_ call: CallReport) { reports.withLock { $0.append(call) } }
  func sending(_ request: HTTPRequest) { sent.withLock { $0.append(request) } }

  /// Statuses of the exchanges, in order.
  var statuses: [Int?] { reports.withLock { $0.map(\.status) } }
  var requests: [HTTPRequest] { sent.withLock { $0 } }
}

/// The sandbox as a transport, in process.
struct NetSuiteTransport: HTTPTransport {
  let sandbox: SandboxCompany
  let calls: NetSuiteCalls
  /// Changes an answer on its way.
  var altered: @Sendable (HTTPAnswer) -> HTTPAnswer = { $0 }

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    calls.sending(request)
    let emulated = EmulatedRequest(
      method: request.method, url: request.url,
      headers: request.headers.map { NamedValue($0.name, $0.value) }, body: request.body)
    switch try await sandbox.respond(to: emulated) {
    case .answered(let response):
      return altered(
        HTTPAnswer(
          status: response.status, headers: response.headers.map { HTTPField($0.name, $0.value) },
          body: response.body))
    case .dropped: throw HTTPTransportError.cannotConnect("dropped")
    case .truncated: throw HTTPTransportError.truncated
    }
  }
}
