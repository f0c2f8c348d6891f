import DealModel
import Sandbox
import Testing

@Suite struct HubSpotObjectsTests {
  @Test("a list has pages of at most 100, ten unless said, and no paging on the last")
  func listPaging() async throws {
    let hubSpot = try HubSpotFixture(deals: 25)
    let first = try await hubSpot.get("/crm/v3/objects/deals?limit=20")
    #expect(try hubSpot.ids(first).count == 20)
    let after = try #require(try first.json()["paging"]?["next"]?["after"]?.string)
    #expect(after == "1020")
    let last = try await hubSpot.get("/crm/v3/objects/deals?limit=20&after=\(after)")
    #expect(try hubSpot.ids(last) == ["1021", "1022", "1023", "1024", "1025"])
    #expect(try last.json()["paging"] == nil)
    #expect(try hubSpot.ids(await hubSpot.get("/crm/v3/objects/deals")).count == 10)
    for wrong in ["limit=101", "limit=0", "limit=x", "after=x"] {
      #expect(try await hubSpot.get("/crm/v3/objects/deals?\(wrong)").status == 400)
    }
  }

  @Test("the next page's link leads to the same server with the same parameters")
  func pagingLink() async throws {
    let hubSpot = try HubSpotFixture(deals: 3)
    let page = try await hubSpot.get("/crm/v3/objects/deals?limit=1&properties=amount&after=1001")
    #expect(
      try page.json()["paging"]?["next"]?["link"]
        == "http://127.0.0.1:4100/crm/crm/v3/objects/deals?limit=1&properties=amount&after=1002")
  }

  @Test("values are strings or null, and undefined properties are left out without a word")
  func properties() async throws {
    let hubSpot = try HubSpotFixture()
    let record = try await hubSpot.get(
      "/crm/v3/objects/deals/1001?properties=amount,empty,no_such_thing&properties=entity"
    ).json()
    #expect(
      record["properties"]
        == .object([
          "amount": "1001.50", "empty": nil, "entity": "US",
          "createdate": "2026-03-02T08:00:00Z", "hs_lastmodifieddate": "2026-11-20T00:01:00Z",
          "hs_object_id": "1001",
        ]))
    #expect(record["archived"] == false)
    let standard = try await hubSpot.get("/crm/v3/objects/deals/1001").json()
    #expect(
      standard["properties"]?.members?.map(\.name) == [
        "dealname", "amount", "closedate", "pipeline", "dealstage", "createdate",
        "hs_lastmodifieddate", "hs_object_id",
      ])
  }

  @Test(
    "v3 and the date-based families, names and type IDs, with and without a trailing slash, answer alike",
    arguments: [
      "/crm/v3/objects/0-3/1002", "/crm/v3/objects/deal/1002/", "/crm/objects/2026-03/deals/1002",
      "/crm/objects/2026-09/0-3/1002/",
    ])
  func families(path: String) async throws {
    let hubSpot = try HubSpotFixture()
    let expected = try await hubSpot.get("/crm/v3/objects/deals/1002").json()
    #expect(try await hubSpot.get(path).json() == expected)
  }

  @Test(
    "what is not served is 404, and a verb that writes is refused",
    arguments: [
      ("GET", "/crm/v3/objects/deals/9", 404), ("GET", "/crm/v3/objects/spaceships", 404),
      ("GET", "/crm/v2/objects/deals", 404), ("GET", "/crm/objects/2025-01/deals", 404),
      ("GET", "/crm/v4/objects/deals", 404), ("GET", "/", 404),
      ("POST", "/crm/v3/objects/deals", 405), ("PATCH", "/crm/v3/objects/deals/1001", 405),
      ("DELETE", "/crm/v3/objects/deals/1001", 405), ("GET", "/crm/v3/objects/deals/search", 405),
      ("HEAD", "/crm/v3/objects/deals/1001", 200),
    ])
  func refusals(method: String, path: String, status: Int) async throws {
    let hubSpot = try HubSpotFixture()
    let response = try await hubSpot.call(method, path)
    #expect(response.status == status)
    if status == 404 { #expect(try response.json()["category"] == "OBJECT_NOT_FOUND") }
  }

  @Test("a unique property finds a record, whatever the case; one that is not unique is refused")
  func idProperty() async throws {
    let hubSpot = try HubSpotFixture()
    let found = try await hubSpot.get("/crm/v3/objects/deals/bw-1002?idProperty=erp_deal_id")
    #expect(try found.json()["id"] == "1002")
    #expect(try await hubSpot.get("/crm/v3/objects/deals/x?idProperty=dealname").status == 400)
    let unknown = try await hubSpot.get("/crm/v3/objects/deals/x?idProperty=nothing")
    #expect(unknown.status == 400)
    #expect(try unknown.json()["errors"]?[0]?["code"] == "PROPERTY_DOESNT_EXIST")
  }

  @Test("a batch is 200 when all are found, and 207 with errors when some are not")
  func batchRead() async throws {
    let hubSpot = try HubSpotFixture()
    let path = "/crm/v3/objects/deals/batch/read"
    let whole = try await hubSpot.post(
      path, ["inputs": [["id": "1003"], ["id": "1001"]], "properties": ["amount"]])
    #expect(whole.status == 200)
    #expect(try hubSpot.ids(whole) == ["1001", "1003"])
    #expect(try whole.json()["status"] == "COMPLETE")
    let partial = try await hubSpot.post(
      path,
      ["idProperty": "erp_deal_id", "inputs": [["id": "BW-1002"], ["id": "BW-9"], ["id": "BW-8"]]])
    #expect(partial.status == 207)
    #expect(try hubSpot.ids(partial) == ["1002"])
    let document = try partial.json()
    #expect(document["numErrors"] == 1)
    #expect(document["errors"]?[0]?["category"] == "OBJECT_NOT_FOUND")
    #expect(document["errors"]?[0]?["context"]?["ids"] == ["BW-9", "BW-8"])
  }

  @Test("a batch takes at most 100 inputs, 50 with history, and at least one")
  func batchLimits() async throws {
    let hubSpot = try HubSpotFixture(deals: 101)
    func status(_ count: Int, history: JSONValue = []) async throws -> Int {
      let inputs = (0..<count).map { JSONValue.object(["id": .string(String(1_001 + $0))]) }
      return try await hubSpot.post(
        "/crm/v3/objects/deals/batch/read",
        .object(["inputs": .array(inputs), "propertiesWithHistory": history])
      ).status
    }
    #expect(try await status(100) == 200)
    #expect(try await status(101) == 400)
    #expect(try await status(50, history: ["amount"]) == 200)
    #expect(try await status(51, history: ["amount"]) == 400)
    #expect(try await status(0) == 400)
    #expect(try await hubSpot.call("POST", "/crm/v3/objects/deals/batch/read", "{").status == 400)
  }

  @Test("history has the earlier values of the file, and every change made since")
  func history() async throws {
    let hubSpot = try HubSpotFixture(files: [
      "deals.json": #"""
      [{"id":"7","properties":{"amount":"2"},"createdAt":"2026-01-01T00:00:00Z",
        "updatedAt":"2026-01-02T00:00:00Z","archived":false,
        "propertiesWithHistory":{"amount":[{"value":"2","timestamp":"2026-01-02T00:00:00Z","sourceType":"CRM_UI"},
          {"value":"1","timestamp":"2026-01-01T00:00:00Z","sourceType":"CRM_UI"}]}}]
      """#
    ])
    try await hubSpot.obey("set-field deals/7 amount 3")
    let response = try await hubSpot.post(
      "/crm/v3/objects/deals/batch/read",
      ["inputs": [["id": "7"]], "propertiesWithHistory": ["amount"]])
    let versions = try response.json()["results"]?[0]?["propertiesWithHistory"]?["amount"]?.array
    #expect(versions?.compactMap { $0["value"]?.string } == ["3", "2", "1"])
    #expect(versions?.first?["timestamp"] == "2026-11-20T12:00:00Z")
  }

  @Test("archived records are listed only when asked for, and are missing from everything else")
  func archived() async throws {
    let hubSpot = try HubSpotFixture()
    try await hubSpot.obey("set-field deals/1002 archived true")
    #expect(try hubSpot.ids(await hubSpot.get("/crm/v3/objects/deals")) == ["1001", "1003"])
    let listed = try await hubSpot.get("/crm/v3/objects/deals?archived=true")
    #expect(try hubSpot.ids(listed) == ["1002"])
    #expect(try listed.json()["results"]?[0]?["archivedAt"] == "2026-11-20T12:00:00Z")
    #expect(try await hubSpot.get("/crm/v3/objects/deals/1002").status == 404)
    #expect(try await hubSpot.get("/crm/v3/objects/deals/1002?archived=true").status == 200)
    let batch = try await hubSpot.post(
      "/crm/v3/objects/deals/batch/read", ["inputs": [["id": "1002"], ["id": "1001"]]])
    #expect(batch.status == 207)
    #expect(try await hubSpot.found(filter("amount", "GT", "0")) == ["1001", "1003"])
  }
}

@Suite struct HubSpotFilesTests {
  @Test(
    "a company that HubSpot could not have is refused with the file and the record",
    arguments: [
      (#"[{"id":7}]"#, "`id` must be a string of digits"),
      (#"[{"id":"7","createdAt":"yesterday"}]"#, "record 7: `createdAt` must be an instant"),
      (
        #"[{"id":"7","properties":{"amount":5},"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}]"#,
        "record 7: `amount` is a number; HubSpot writes every value as a string or null"
      ),
      (
        #"[{"id":"7","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"},{"id":"7","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}]"#,
        "two records have the ID 7"
      ),
      (
        #"[{"id":"7","properties":{"erp_deal_id":"BW-1"},"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"},{"id":"8","properties":{"erp_deal_id":"bw-1"},"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}]"#,
        "record 8 repeats a value of `erp_deal_id`"
      ),
    ])
  func broken(deals: String, part: String) async throws {
    let hubSpot = try HubSpotFixture(files: ["deals.json": deals])
    await #expect(
      performing: { try await hubSpot.sandbox.load() },
      throws: { error in
        let text = (error as? SandboxError)?.description ?? ""
        return text.hasPrefix("crm/deals.json: ") && text.contains(part)
      })
  }

  @Test("a system without credentials is refused")
  func credentials() async throws {
    let hubSpot = try HubSpotFixture(credentials: "{client_id: secrets/id}")
    await #expect(
      performing: { try await hubSpot.sandbox.load() },
      throws: { error in
        (error as? SandboxError)?.message.contains("needs the credential `token`") == true
      })
  }
}
