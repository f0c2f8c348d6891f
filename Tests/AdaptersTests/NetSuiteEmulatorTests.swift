import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

/// The emulator by plain requests: what NetSuite enforces and how it words it.
@Suite("NetSuite emulator")
struct NetSuiteEmulatorTests {
  private let transient = [NamedValue("Prefer", "transient")]
  private let query = "/query/v1/suiteql"

  private func code(_ response: EmulatedResponse) throws -> String? {
    try response.json()["o:errorDetails"]?[0]?["o:errorCode"]?.string
  }

  @Test("a page of SuiteQL has links, counts, texts only, and no nulls")
  func page() async throws {
    let company = try NetSuiteCompany()
    let response = try await company.answer(
      "POST", query + "?limit=2&offset=2",
      body: ["q": "SELECT id, tranid, duedate, trandate FROM transaction ORDER BY id"],
      headers: transient)
    #expect(response.status == 200)
    let page = try response.json()
    #expect(page["count"]?.integer == 2)
    #expect(page["hasMore"]?.bool == true)
    #expect(page["totalResults"]?.integer == 14)
    let links = page["links"]?.array?.compactMap { $0["rel"]?.string }
    #expect(links == ["next", "last", "first", "previous", "self"])
    #expect(page["links"]?[0]?["href"]?.string?.hasSuffix("suiteql?limit=2&offset=4") == true)
    let row = page["items"]?[0]
    #expect(row == ["links": [], "id": "102", "tranid": "CM1", "trandate": "05.10.2026"])
  }

  @Test("what NetSuite demands of a query is demanded")
  func demands() async throws {
    let company = try NetSuiteCompany()
    let body: JSONValue = ["q": "SELECT id FROM transaction ORDER BY id"]
    let unpreferred = try await company.answer("POST", query, body: body)
    #expect(unpreferred.status == 400)
    let cases = [
      ("?limit=10&offset=5", 400), ("?limit=1001", 400), ("?limit=0", 400), ("?offset=-1", 400),
      ("?limit=1000&offset=100000", 400), ("?limit=1000&offset=99000", 200), ("", 200),
    ]
    for (index, (parameters, status)) in cases.enumerated() {
      let response = try await company.answer(
        "POST", query + parameters, body: body, headers: transient, nonce: "nonce-1\(index)")
      #expect(response.status == status, "\(parameters)")
    }
    let unknown = try await company.answer(
      "POST", query, body: ["q": "SELECT custbody_x FROM transaction"], headers: transient,
      nonce: "nonce-2")
    #expect(unknown.status == 400)
    #expect(try code(unknown) == "INVALID_PARAMETER")
    let detail = try unknown.json()["o:errorDetails"]?[0]?["detail"]?.string
    #expect(detail?.hasPrefix("Invalid search query. Detailed unprocessed description") == true)
    #expect(detail?.contains("Unknown identifier 'custbody_x'") == true)
  }

  @Test("a signature is checked: secret, time, and that no nonce comes twice")
  func signatures() async throws {
    let company = try NetSuiteCompany()
    let path = "/system/v1/serverTime"
    let now = company.clock.now().milliseconds / 1_000
    let good = try await company.answer("GET", path)
    #expect(try good.json()["serverTime"]?.string == "2026-11-20T16:21:00.000Z")
    #expect(try await company.answer("GET", path).status == 401)
    let late = try await company.answer("GET", path, nonce: "nonce-3", timestamp: now - 300)
    #expect(late.status == 200)
    let tooLate = try await company.answer("GET", path, nonce: "nonce-4", timestamp: now - 301)
    #expect(try code(tooLate) == "INVALID_LOGIN")
    let early = try await company.answer("GET", path, nonce: "nonce-5", timestamp: now + 301)
    #expect(early.status == 401)
    let wrong = try await company.answer("GET", path, nonce: "nonce-6", consumerSecret: "other")
    #expect(wrong.status == 401)
    #expect(try await company.answer("GET", path, nonce: "short").status == 401)
    // The query is signed, the body is not.
    let queried = try await company.answer(
      "GET", "/record/v1/invoice?q=tranId%20IS%20%22INV1%22&limit=5", nonce: "nonce-7")
    #expect(queried.status == 200)
  }

  @Test("records answer by ID, by external ID and to a search")
  func records() async throws {
    var tables = NetSuiteCompany.tables
    tables["transaction"] = .array([
      NetSuiteCompany.transaction(
        "5512", "CustInvc", "INV1037", "A", "2026-09-19", total: "301.29",
        ["externalid": "BW-10001-1", "entity": "10"])
    ])
    tables["transactionline"] = .array([
      NetSuiteCompany.line("5512", "1", "-301.29", ["item": "30", "quantity": "-2"])
    ])
    let company = try NetSuiteCompany(tables)
    let path = "/record/v1/invoice"
    let byID = try await company.answer("GET", path + "/5512?expandSubResources=true")
    let record = try byID.json()
    #expect(record["tranId"]?.string == "INV1037")
    #expect(record["total"] == .number("301.29"))
    #expect(record["tranDate"]?.string == "2026-09-19")
    #expect(record["status"] == ["id": "A", "refName": "Open"])
    #expect(record["entity"] == ["links": [], "id": "10", "refName": "Harbour Ltd"])
    #expect(record["item"]?["items"]?[0]?["amount"] == .number("301.29"))
    let byExternalID = try await company.answer(
      "GET", path + "/eid:BW-10001-1", nonce: "nonce-2")
    #expect(try byExternalID.json()["id"]?.string == "5512")
    let missing = try await company.answer("GET", path + "/1", nonce: "nonce-3")
    #expect(missing.status == 404)
    #expect(try code(missing) == "NONEXISTENT_ID")
    let otherType = try await company.answer("GET", "/record/v1/creditmemo/5512", nonce: "nonce-4")
    #expect(otherType.status == 404)
    let found = try await company.answer(
      "GET", path + "?q=custbody_deal_id%20IS%20%22BW-10001%22%20AND%20total%20GREATER%205",
      nonce: "nonce-5")
    // `total` is a field of the record, but no column: the search says so.
    #expect(found.status == 400)
    let search = try await company.answer(
      "GET",
      path + "?q=custbody_deal_id%20IS%20%22BW-10001%22%20AND%20tranDate%20AFTER%20%221.9.2026%22",
      nonce: "nonce-6")
    #expect(try search.json()["items"]?[0]?["id"]?.string == "5512")
    #expect(try search.json()["items"]?[0]?["tranId"] == nil)
  }

  @Test("too many requests at once are blocked, and writes are not taken")
  func limits() async throws {
    let company = try NetSuiteCompany(concurrency: 1)
    // Every fourth power of the documents is a row: long enough for others to come meanwhile.
    let product: JSONValue = [
      "q": "SELECT a.id FROM transaction a, transaction b, transaction c, transaction d, currency e"
    ]
    var answers: [EmulatedResponse] = []
    // A busy machine may run eight tasks one after the other: asked again until two have met.
    for round in 0..<200 where !answers.contains(where: { $0.status == 429 }) {
      try await withThrowingTaskGroup(of: EmulatedResponse.self) { group in
        for number in 0..<8 {
          group.addTask {
            try await company.answer(
              "POST", query, body: product, headers: transient, nonce: "nonce-\(round)-\(number)")
          }
        }
        for try await answer in group { answers.append(answer) }
      }
    }
    #expect(answers.contains { $0.status == 200 })
    let blocked = answers.first { $0.status == 429 }
    #expect(try blocked.flatMap(code) == "CONCURRENCY_LIMIT_EXCEEDED")
    let open = try NetSuiteCompany()
    #expect(try await open.answer("PATCH", "/record/v1/invoice/100").status == 405)
    let limits = try await open.answer("GET", "/system/v1/governanceLimits", nonce: "nonce-2")
    #expect(try limits.json()["accountConcurrencyLimit"]?.integer == 5)
  }

  @Test("maintenance answers with a web page, a limit as a refused login when told so")
  func faults() async throws {
    let company = try NetSuiteCompany()
    try await company.sandbox.obey(ControlOrder(.fail(status: 503), count: 1), by: "signed")
    let maintenance = try await company.answer("GET", "/system/v1/serverTime")
    #expect(maintenance.status == 503)
    #expect(maintenance.header("Content-Type")?.contains("html") == true)
    try await company.sandbox.obey(
      ControlOrder(.throttle(policy: "login"), count: 1), by: "signed")
    let login = try await company.answer("GET", "/system/v1/serverTime")
    #expect(login.status == 401)
    #expect(try code(login) == "INVALID_LOGIN")
    try await company.sandbox.obey(ControlOrder(.throttle(policy: nil), count: 1), by: "signed")
    #expect(try await company.answer("GET", "/system/v1/serverTime").status == 429)
  }

  @Test("a client assertion that is not ours earns no token")
  func assertions() async throws {
    let company = try NetSuiteCompany()
    func ask(_ form: String) async throws -> EmulatedResponse {
      let outcome = try await company.sandbox.respond(
        to: EmulatedRequest(
          method: "POST",
          url: "http://127.0.0.1:4100/oauth/services/rest/auth/oauth2/v1/token",
          body: Array(form.utf8)))
      guard case .answered(let response) = outcome else { throw HTTPTransportError.truncated }
      return response
    }
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
    let forged = try await ask(
      "grant_type=client_credentials&client_assertion_type=\(kind)&client_assertion=a.b.c")
    #expect(forged.status == 400)
    #expect(try forged.json()["error"]?.string == "invalid_grant")
    #expect(try await ask("grant_type=password").json()["error"]?.string == "invalid_request")
    let outcome = try await company.sandbox.respond(
      to: EmulatedRequest(
        method: "GET", url: "http://127.0.0.1:4100/oauth/services/rest/system/v1/serverTime",
        headers: [NamedValue("Authorization", "Bearer none")]))
    guard case .answered(let response) = outcome else { throw HTTPTransportError.truncated }
    #expect(response.status == 401)
    #expect(response.header("WWW-Authenticate")?.contains("invalid_token") == true)
  }
}
