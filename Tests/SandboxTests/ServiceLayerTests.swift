import DealModel
import TestSupport
import Testing

@testable import Sandbox

@Suite("The emulated Service Layer")
struct ServiceLayerTests {
  /// A Service Layer in process, with the cookies of one login.
  private struct Bench {
    let clock = ManualClock("2026-11-20T09:00:00Z")
    let emulator: SAPBusinessOneEmulator
    private let files: TestSupport.TemporaryCompany

    init(invoices: Int = 45) throws {
      files = try TestSupport.TemporaryCompany(
        yaml: "",
        documents: [
          "erp/company": [
            "companyName": "Brightwater GmbH", "localCurrency": "EUR", "systemCurrency": "USD",
            "timeZone": "Europe/Berlin",
          ],
          "erp/UserFieldsMD": [
            ["TableName": "OPOR", "FieldID": 0, "Name": "DealID", "Type": "db_Alpha"]
          ],
          "erp/Invoices": .array((1...invoices).map { Self.invoice($0) }),
          "erp/IncomingPayments": [
            [
              "DocEntry": 1, "DocNum": 4, "DocDate": "2026-11-01", "CardCode": "C1",
              "PaymentInvoices": [
                ["LineNum": 0, "DocEntry": 3, "SumApplied": 10, "InvoiceType": "it_Invoice"]
              ],
            ]
          ],
        ])
      emulator = try SAPBusinessOneEmulator(
        folder: EmulatorFolder(
          name: "erp", directory: try CompanyDirectory(path: files.path), shift: DateShift(days: 0)),
        environment: EmulatorEnvironment(
          system: "erp",
          credentials: ["company_db": "SBODEMODE", "user": "reader", "password": "pw"],
          time: clock))
    }

    private static func invoice(_ entry: Int) -> JSONValue {
      [
        "DocEntry": .integer(entry), "DocNum": .integer(entry + 100), "DocDate": "2026-11-01",
        "CardCode": "C1", "CardName": "O'Hara", "DocCurrency": "EUR", "DocTotal": .number("119.0"),
        "VatSum": .number("19.0"), "UpdateDate": "2026-11-02", "UpdateTime": "08:15:30",
        "CancelStatus": entry == 2 ? "csCancellation" : "csNo",
        "U_DealID": entry % 2 == 0 ? "BW-00002" : "BW-00001",
        "DocumentLines": [
          ["LineNum": 0, "LineTotal": .number("60.0"), "ProjectCode": "BW-00001"],
          ["LineNum": 1, "LineTotal": .number("40.0"), "ProjectCode": "BW-00002"],
        ],
      ]
    }

    func send(
      _ method: String, _ path: String, _ body: JSONValue? = nil, cookie: String? = nil,
      headers: [NamedValue] = []
    ) async -> EmulatedResponse {
      let cookies = cookie.map { [NamedValue("Cookie", $0)] } ?? []
      return await emulator.respond(
        to: EmulatedRequest(
          method: method, url: "http://127.0.0.1:4100/erp\(path)", headers: headers + cookies,
          body: body.map { Array($0.text().utf8) } ?? []
        ).belowFirstSegment())
    }

    func logIn(_ version: String = "v2", password: String = "pw") async -> EmulatedResponse {
      await send(
        "POST", "/b1s/\(version)/Login",
        [
          "CompanyDB": "SBODEMODE", "UserName": "reader", "Password": .string(password),
        ])
    }

    func cookie() async throws -> String {
      let header = try #require(await logIn().headers.first { $0.name == "Set-Cookie" })
      return String(header.value.prefix { $0 != ";" })
    }
  }

  private func get(
    _ bench: Bench, _ path: String, size: Int? = nil
  ) async throws -> (status: Int, body: JSONValue, response: EmulatedResponse) {
    let headers = size.map { [NamedValue("Prefer", "odata.maxpagesize=\($0)")] } ?? []
    let response = await bench.send("GET", path, cookie: try await bench.cookie(), headers: headers)
    return (response.status, (try? response.json()) ?? .null, response)
  }

  @Test("a login sets a cookie without a path and one that names the node")
  func login() async throws {
    let bench = try Bench()
    let response = await bench.logIn("v1")
    #expect(response.status == 200)
    let cookies = response.headers.filter { $0.name == "Set-Cookie" }.map(\.value)
    #expect(cookies == ["B1SESSION=erp-1-5f0c1c2a7a41;HttpOnly;", "ROUTEID=.node1; path=/b1s"])
    let body = try response.json()
    #expect(body["SessionId"] == "erp-1-5f0c1c2a7a41")
    #expect(body["SessionTimeout"] == 30)
    #expect(body["odata.metadata"]?.string?.hasSuffix("$metadata#B1Sessions/@Element") == true)
  }

  @Test("names are case-sensitive: a login in lower case is a resource that needs a session")
  func caseSensitive() async throws {
    let bench = try Bench()
    for path in ["/b1s/v1/login", "/b1s/v1/LOGIN", "/b1s/v1/Invoices"] {
      let response = await bench.send("POST", path, ["CompanyDB": "SBODEMODE"])
      #expect(response.status == 401)
      #expect(try response.json()["error"]?["code"] == 301)
    }
    #expect(try await get(bench, "/b1s/v2/invoices").status == 404)
  }

  @Test("a session ends after half an hour of idling, which every call begins anew, or by a logout")
  func idling() async throws {
    let bench = try Bench()
    let cookie = try await bench.cookie()
    for _ in 0..<3 {
      bench.clock.advance(by: .seconds(29 * 60))
      #expect(await bench.send("GET", "/b1s/v2/Invoices", cookie: cookie).status == 200)
    }
    bench.clock.advance(by: .seconds(30 * 60))
    let late = await bench.send("GET", "/b1s/v2/Invoices", cookie: cookie)
    #expect(late.status == 401)
    #expect(try late.json()["error"]?["code"] == "301")
    let other = try await bench.cookie()
    let ended = await bench.send("POST", "/b1s/v2/Logout", cookie: other)
    #expect(ended.status == 204)
    #expect(ended.body.isEmpty)
    #expect(await bench.send("GET", "/b1s/v2/Invoices", cookie: other).status == 401)
  }

  @Test("errors have the shape of their version")
  func errors() async throws {
    let bench = try Bench()
    let first = try await bench.logIn("v1", password: "no").json()["error"]
    #expect(first?["code"] == -304)
    #expect(first?["message"]?["lang"] == "en-us")
    let second = try await bench.logIn("v2", password: "no").json()["error"]
    #expect(second?["code"] == "-304")
    #expect(second?["message"]?.string != nil)
    #expect(second?["details"]?.array?.count == 1)
    let gone = try await get(bench, "/b1s/v2/Invoices(999)")
    #expect(gone.status == 404)
    #expect(gone.body["error"]?["code"] == "-2028")
  }

  @Test("pages have twenty rows whatever $top says, and a relative link without the question")
  func pages() async throws {
    let bench = try Bench()
    let query = "$filter=DocEntry%20gt%200&$top=500"
    let first = try await get(bench, "/b1s/v1/Invoices?\(query)")
    #expect(first.body["value"]?.array?.count == 20)
    #expect(first.body["odata.nextLink"] == "Invoices?$skip=20")
    let large = try await get(bench, "/b1s/v2/Invoices?\(query)", size: 40)
    #expect(large.body["value"]?.array?.count == 40)
    #expect(large.body["@odata.nextLink"] == "Invoices?$skip=40")
    #expect(large.response.header("Preference-Applied") == "odata.maxpagesize=40")
    #expect(try await get(bench, "/b1s/v2/Invoices", size: 0).body["value"]?.array?.count == 45)
    let last = try await get(bench, "/b1s/v2/Invoices?$skip=40")
    #expect(last.body["value"]?.array?.count == 5)
    #expect(last.body["@odata.nextLink"] == nil)
  }

  @Test("counts are a string in v1 and a number in v2")
  func counts() async throws {
    let bench = try Bench()
    let filter = "$filter=U_DealID%20eq%20'BW-00002'"
    let first = try await get(bench, "/b1s/v1/Invoices?$inlinecount=allpages&\(filter)")
    #expect(first.body["odata.count"] == "22")
    let second = try await get(bench, "/b1s/v2/Invoices?$count=true&\(filter)")
    #expect(second.body["@odata.count"] == 22)
    #expect(try await get(bench, "/b1s/v2/Invoices/$count?\(filter)").body == 22)
  }

  @Test("an unknown property fails the whole request, however few rows there are")
  func unknownProperty() async throws {
    let bench = try Bench()
    let selected = try await get(
      bench, "/b1s/v1/Invoices?$select=DocStatus&$filter=DocEntry%20eq%200")
    #expect(selected.status == 400)
    #expect(selected.body["error"]?["code"] == -1000)
    #expect(
      selected.body["error"]?["message"]?["value"]
        == "Property 'DocStatus' of 'Document' is invalid")
    let filtered = try await get(bench, "/b1s/v1/Invoices?$filter=SlpCode%20eq%201")
    #expect(filtered.body["error"]?["code"] == 201)
    #expect(filtered.body["error"]?["message"]?["value"] == "Property 'SlpCode' is invalid")
  }

  @Test(
    "filters compare as documented, and know no more than documented",
    arguments: [
      ("DocEntry le 3", 3), ("DocEntry gt 40 and not (DocNum eq 145)", 4),
      ("CardName eq 'O''Hara'", 45), ("startswith(U_DealID,'BW-00002')", 22),
      ("substringof('00001',U_DealID)", 23), ("CancelStatus eq 'C'", 1),
      ("CancelStatus eq 'csCancellation'", 1), ("DocDate ge '20261101'", 45),
      ("DocDate lt datetime'2026-11-01T12:00:00'", 0), ("UpdateTime ge '0815'", 45),
      ("UpdateTime gt '08:15:30'", 0), ("Comments eq null", 45), ("U_DealID eq 'bw-00001'", 0),
      ("Cancelled eq 'tNO' or DocEntry eq 1", 45),
    ])
  func filters(_ filter: String, _ count: Int) async throws {
    let bench = try Bench()
    let encoded = filter.replacing(" ", with: "%20")
    let answer = try await get(bench, "/b1s/v2/Invoices?$filter=\(encoded)", size: 0)
    #expect(answer.body["value"]?.array?.count == count, "\(answer.body.text())")
  }

  @Test(
    "what the Service Layer does not support is refused",
    arguments: [
      "tolower(CardName) eq 'x'", "DocEntry in (1,2)", "DocTotal mul 2 gt 1", "DocEntry eq",
      "(DocEntry eq 1", "CardName eq 'x", "DocumentLines/ProjectCode eq 'x'",
    ])
  func unsupported(_ filter: String) async throws {
    let bench = try Bench()
    let encoded = filter.replacing(" ", with: "%20")
    #expect(try await get(bench, "/b1s/v2/Invoices?$filter=\(encoded)").status == 400)
  }

  @Test("dates are days in v1 and midnights in v2; amounts of local documents have no foreign twin")
  func values() async throws {
    let bench = try Bench()
    let first = try await get(bench, "/b1s/v1/Invoices(1)").body
    #expect(first["DocDate"] == "2026-11-01")
    #expect(first["odata.etag"] != nil)
    #expect(first["DocTotalFc"] == .number("0.0"))
    #expect(first["Cancelled"] == "tNO")
    #expect(try await get(bench, "/b1s/v2/Invoices(1)").body["DocDate"] == "2026-11-01T00:00:00Z")
  }

  @Test("the row-level query joins heads and lines, answers text/plain, and nothing but reads")
  func rowLevel() async throws {
    let bench = try Bench()
    let cookie = try await bench.cookie()
    let path = "/b1s/v2/QueryService_PostQuery"
    let option =
      "$expand=Invoices($select=DocEntry,DocNum),Invoices/DocumentLines($select=LineNum,LineTotal)"
      + "&$filter=Invoices/DocEntry eq Invoices/DocumentLines/DocEntry and "
      + "Invoices/DocumentLines/ProjectCode eq 'BW-00002' and Invoices/DocEntry le 2"
    let query: JSONValue = [
      "QueryPath": "$crossjoin(Invoices,Invoices/DocumentLines)", "QueryOption": .string(option),
    ]
    let answer = await bench.send("POST", path, query, cookie: cookie)
    #expect(answer.header("Content-Type") == "text/plain")
    let rows = try #require(try answer.json()["value"]?.array)
    #expect(rows.map { $0["Invoices"]?["DocEntry"]?.integer } == [1, 2])
    #expect(rows.allSatisfy { $0["Invoices/DocumentLines"]?["LineNum"] == 1 })
    let broken = await bench.send(
      "POST", path, ["QueryPath": "$crossjoin(Invoices)", "QueryOption": ""], cookie: cookie)
    #expect(broken.status == 400)
    #expect(try broken.json()["error"]?["message"] == "invalid $crossjoin query")
    for method in ["POST", "PATCH", "DELETE"] {
      let written = await bench.send(
        method, "/b1s/v2/Invoices(1)", ["Comments": "x"], cookie: cookie)
      #expect(written.status == 400)
    }
  }

  @Test("pings are answered outside of /b1s without a session; a dead node says 503")
  func pings() async throws {
    let bench = try Bench()
    let pong = await bench.send("GET", "/ping/")
    #expect(
      try pong.json()
        == ["message": "pong", "sender": "load balancer", "timestamp": "1795165200.000"])
    #expect(try await bench.send("GET", "/ping/node/1").json()["sender"] == "node 1")
    #expect(await bench.send("GET", "/ping/node/2").status == 503)
    #expect(await bench.send("GET", "/b1s/ping/").status == 404)
  }

  @Test("a node that is down answers with Apache's page")
  func failures() async throws {
    let bench = try Bench()
    let request = EmulatedRequest(method: "GET", url: "/b1s/v1/Invoices")
    let down = await bench.emulator.failure(status: 502, for: request)
    #expect(down.header("Content-Type")?.hasPrefix("text/html") == true)
    #expect(String(decoding: down.body, as: UTF8.self).contains("<title>502 Proxy Error</title>"))
  }

  @Test("every entity is as the metadata says, in both versions", arguments: ["v1", "v2"])
  func metadata(version: String) async throws {
    let bench = try Bench()
    for set in ["Invoices", "IncomingPayments", "UserFieldsMD"] {
      let type = try #require(ServiceLayerFacts.type(ofSet: set))
      let rows = try await get(bench, "/b1s/\(version)/\(set)").body["value"]?.array ?? []
      #expect(!rows.isEmpty)
      for row in rows { #expect(ServiceLayerFacts.faults(in: row, of: type) == []) }
    }
    let company = await bench.send(
      "POST", "/b1s/\(version)/CompanyService_GetCompanyInfo", cookie: try await bench.cookie())
    #expect(ServiceLayerFacts.faults(in: try company.json(), of: "CompanyInfo") == [])
    // The check itself finds what is wrong.
    #expect(
      ServiceLayerFacts.faults(
        in: ["DocTotal": "1", "SlpCode": 1, "Cancelled": "Y"], of: "Document"
      )
      .count == 3)
  }
}
