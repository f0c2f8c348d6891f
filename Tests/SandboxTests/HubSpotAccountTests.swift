import DealModel
import Sandbox
import Testing

@Suite struct HubSpotAccountTests {
  private func fixture() throws -> HubSpotFixture {
    try HubSpotFixture(files: [
      "owners.json": #"""
      [{"id":"20","email":"dana@x.example","firstName":"Dana","lastName":"Reyes","userId":991,"archived":false},
       {"id":"3","email":"sam@x.example","firstName":"Sam","lastName":"Roe","userId":992,"archived":false},
       {"id":"4","email":"gone@x.example","firstName":"Gone","lastName":"Away","userId":993,"archived":true}]
      """#,
      "pipelines.json": #"""
      {"deals":[{"id":"default","label":"Sales","stages":[{"id":"won","label":"Won","metadata":{"probability":"1.0","isClosed":"true"}}]}]}
      """#,
      "tickets.json": #"""
      [{"id":"50","properties":{"subject":"Late"},"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","archived":false}]
      """#,
      "associations.json": #"""
      [{"from":{"type":"deals","id":"1001"},"to":{"type":"tickets","id":"50"},"typeId":27,"category":"HUBSPOT_DEFINED"},
       {"from":{"type":"deals","id":"1001"},"to":{"type":"companies","id":"9"},"typeId":5,"category":"HUBSPOT_DEFINED"},
       {"from":{"type":"deals","id":"1001"},"to":{"type":"companies","id":"9"},"typeId":341,"category":"HUBSPOT_DEFINED"}]
      """#,
    ])
  }

  @Test("owners come in pages in the order of IDs, the deactivated ones only when asked for")
  func owners() async throws {
    let hubSpot = try fixture()
    #expect(try hubSpot.ids(await hubSpot.get("/crm/v3/owners/")) == ["3", "20"])
    #expect(try hubSpot.ids(await hubSpot.get("/crm/owners/2026-03?archived=true")) == ["4"])
    #expect(try hubSpot.ids(await hubSpot.get("/crm/v3/owners?email=DANA@x.example")) == ["20"])
    let first = try await hubSpot.get("/crm/v3/owners?limit=1")
    #expect(try first.json()["paging"]?["next"]?["after"] == "3")
    #expect(try hubSpot.ids(await hubSpot.get("/crm/v3/owners?limit=1&after=3")) == ["20"])
    #expect(try await hubSpot.get("/crm/v3/owners?limit=501").status == 400)
    #expect(try await hubSpot.get("/crm/v3/owners/20").json()["firstName"] == "Dana")
    #expect(try await hubSpot.get("/crm/v3/owners/991?idProperty=userId").json()["id"] == "20")
    #expect(try await hubSpot.get("/crm/v3/owners/4").status == 404)
  }

  @Test("pipelines, properties and account details are those of the files")
  func definitions() async throws {
    let hubSpot = try fixture()
    let pipelines = try await hubSpot.get("/crm/v3/pipelines/deals").json()
    #expect(pipelines["results"]?[0]?["stages"]?[0]?["metadata"]?["probability"] == "1.0")
    #expect(
      try await hubSpot.get("/crm/pipelines/2026-03/deals/default").json()["label"] == "Sales")
    #expect(try await hubSpot.get("/crm/v3/pipelines/tickets").json()["results"] == [])
    let property = try await hubSpot.get("/crm/v3/properties/deals/erp_deal_id").json()
    #expect(property["hasUniqueValue"] == true)
    let all = try await hubSpot.get("/crm/v3/properties/deals").json()["results"]?.array ?? []
    let names = Set(all.compactMap { $0["name"]?.string })
    #expect(names.isSuperset(of: ["erp_deal_id", "entity", "amount", "hs_object_id"]))
    #expect(try await hubSpot.get("/account-info/v3/details").json()["companyCurrency"] == "EUR")
  }

  @Test("associations go both ways, with every label, IDs as numbers")
  func associations() async throws {
    let hubSpot = try fixture()
    let one = try await hubSpot.get("/crm/v4/objects/deals/1001/associations/companies").json()
    #expect(one["results"]?[0]?["toObjectId"] == 9)
    #expect(
      one["results"]?[0]?["associationTypes"]?.array?.compactMap { $0["typeId"]?.integer } == [
        5, 341,
      ])
    let back = try await hubSpot.post(
      "/crm/v4/associations/tickets/deals/batch/read", ["inputs": [["id": "50"]]])
    #expect(back.status == 200)
    let result = try back.json()["results"]?[0]
    #expect(result?["from"]?["id"] == "50")
    #expect(result?["to"]?[0]?["toObjectId"] == 1001)
    #expect(result?["to"]?[0]?["associationTypes"]?[0]?["typeId"] == 28)
  }

  @Test("a batch of associations is a 207 when a record has none, and takes at most 1000 inputs")
  func batchAssociations() async throws {
    let hubSpot = try fixture()
    let path = "/crm/associations/2026-03/deals/tickets/batch/read"
    let partial = try await hubSpot.post(path, ["inputs": [["id": "1001"], ["id": "1002"]]])
    #expect(partial.status == 207)
    #expect(try partial.json()["results"]?.array?.count == 1)
    #expect(
      try partial.json()["errors"]?[0]?["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND")
    let many = JSONValue.array(Array(repeating: ["id": "1"], count: 1_001))
    #expect(try await hubSpot.post(path, .object(["inputs": many])).status == 400)
  }

  @Test("records bear their associations when asked for, in list and single reads")
  func inlineAssociations() async throws {
    let hubSpot = try fixture()
    let expected: JSONValue = [
      "companies": ["results": [["id": "9", "type": "deal_to_company"]]],
      "tickets": ["results": [["id": "50", "type": "deal_to_ticket"]]],
    ]
    let one = try await hubSpot.get("/crm/v3/objects/deals/1001?associations=companies,tickets")
    #expect(try one.json()["associations"] == expected)
    let list = try await hubSpot.get("/crm/v3/objects/deals?associations=companies,tickets")
    #expect(try list.json()["results"]?[0]?["associations"] == expected)
  }

  @Test("the same reads go over a real connection")
  func overLoopback() async throws {
    let hubSpot = try fixture()
    let answer = try await withServer(hubSpot.sandbox, time: hubSpot.clock) { client in
      try await client.send(
        "POST", "/crm/crm/v3/objects/deals/search", headers: ["Authorization: Bearer sesame"],
        body:
          #"{"filterGroups":[{"filters":[{"propertyName":"erp_deal_id","operator":"IN","values":["bw-1002"]}]}],"properties":["amount"]}"#
      )
    }
    #expect(answer.status == 200)
    #expect(try JSONValue(answer.body)["results"]?[0]?["properties"]?["amount"] == "1002.50")
  }
}
