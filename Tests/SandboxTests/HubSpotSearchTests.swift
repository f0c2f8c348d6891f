import DealModel
import Sandbox
import TestSupport
import Testing

@Suite struct HubSpotSearchTests {
  @Test("IN needs lower-case values on strings, EQ does not, and enumerations are taken exactly")
  func letterCase() async throws {
    let hubSpot = try HubSpotFixture()
    #expect(
      try await hubSpot.found(filter("erp_deal_id", "IN", among: ["bw-1003", "bw-1001"])) == [
        "1001", "1003",
      ])
    #expect(try await hubSpot.found(filter("erp_deal_id", "IN", among: ["BW-1003"])) == [])
    #expect(try await hubSpot.found(filter("erp_deal_id", "EQ", "BW-1003")) == ["1003"])
    #expect(try await hubSpot.found(filter("erp_deal_id", "EQ", "bW-1003")) == ["1003"])
    #expect(try await hubSpot.found(filter("entity", "EQ", "US")).count == 3)
    #expect(try await hubSpot.found(filter("entity", "EQ", "us")) == [])
    #expect(try await hubSpot.found(filter("entity", "IN", among: ["US"])).count == 3)
    #expect(try await hubSpot.found(filter("entity", "IN", among: ["us"])) == [])
  }

  @Test(
    "each operator finds what it says",
    arguments: [
      (filter("amount", "LT", "1002.5"), ["1001"]),
      (filter("amount", "LTE", "1002.50"), ["1001", "1002"]),
      (filter("amount", "GT", "1002.5"), ["1003"]),
      (filter("amount", "GTE", "1002.500"), ["1002", "1003"]),
      (filter("amount", "EQ", "1002.5"), ["1002"]),
      (filter("amount", "NEQ", "1002.5"), ["1001", "1003"]),
      (filter("amount", "IN", among: ["1001.5", "7"]), ["1001"]),
      (filter("erp_deal_id", "NOT_IN", among: ["bw-1001"]), ["1002", "1003"]),
      (filter("erp_deal_id", "HAS_PROPERTY"), ["1001", "1002", "1003"]),
      (filter("empty", "HAS_PROPERTY"), []),
      (filter("empty", "NOT_HAS_PROPERTY"), ["1001", "1002", "1003"]),
      (filter("dealname", "CONTAINS_TOKEN", "1003"), ["1003"]),
      (filter("dealname", "CONTAINS_TOKEN", "DEAL"), ["1001", "1002", "1003"]),
      (filter("dealname", "CONTAINS_TOKEN", "*03"), ["1003"]),
      (filter("dealname", "NOT_CONTAINS_TOKEN", "100*"), []),
      (filter("hs_object_id", "GT", "1001"), ["1002", "1003"]),
      (filter("hs_object_id", "EQ", "1002"), ["1002"]),
      (filter("hs_object_id", "LT", "1002"), ["1001"]),
      (filter("hs_lastmodifieddate", "GTE", "1795132920000"), ["1002", "1003"]),
      (filter("hs_lastmodifieddate", "GT", "2026-11-20T00:02:00Z"), ["1003"]),
      (filter("closedate", "EQ", "2026-12-11"), ["1002"]),
    ] as [(JSONValue, [String])])
  func operators(filter: JSONValue, expected: [String]) async throws {
    let hubSpot = try HubSpotFixture()
    #expect(try await hubSpot.found(filter) == expected)
  }

  @Test("BETWEEN has both bounds; filters of a group hold together, groups side by side")
  func combinations() async throws {
    let hubSpot = try HubSpotFixture(deals: 6)
    let between: JSONValue = [
      "propertyName": "amount", "operator": "BETWEEN", "value": "1002.5", "highValue": "1004.5",
    ]
    #expect(try await hubSpot.found(between) == ["1002", "1003", "1004"])
    #expect(try await hubSpot.found(between, filter("dealstage", "EQ", "won")) == ["1003"])
    let groups: JSONValue = .object([
      "filterGroups": [
        .object(["filters": [filter("amount", "LT", "1002"), filter("dealstage", "EQ", "won")]]),
        .object(["filters": [filter("hs_object_id", "GTE", "1006")]]),
      ]
    ])
    #expect(try hubSpot.ids(await hubSpot.search(groups)) == ["1001", "1006"])
  }

  @Test("results are sorted as asked, and otherwise the oldest created first")
  func sorting() async throws {
    let hubSpot = try HubSpotFixture(deals: 3)
    try await hubSpot.obey("set-field deals/1001 amount 9")
    let all = filter("dealname", "HAS_PROPERTY")
    #expect(try await hubSpot.found(all, sort: "-amount") == ["1003", "1002", "1001"])
    #expect(try await hubSpot.found(all, sort: "hs_lastmodifieddate") == ["1002", "1003", "1001"])
    #expect(try await hubSpot.found(all, sort: "-hs_object_id") == ["1003", "1002", "1001"])
    #expect(try await hubSpot.found(all) == ["1001", "1002", "1003"])
    let object: JSONValue = [
      "sorts": [["propertyName": "amount", "direction": "DESCENDING"]], "limit": 1,
    ]
    #expect(try hubSpot.ids(await hubSpot.search(object)) == ["1003"])
  }

  @Test("pages have offsets, a total, at most 200 results, and no paging at the end")
  func paging() async throws {
    let hubSpot = try HubSpotFixture(deals: 421)
    let first = try await hubSpot.search(["limit": 200])
    #expect(try first.json()["total"] == 421)
    #expect(try first.json()["paging"]?["next"]?["after"] == "200")
    let last = try await hubSpot.search(["limit": 200, "after": "400"])
    #expect(try hubSpot.ids(last).count == 21)
    #expect(try last.json()["paging"] == nil)
    #expect(try hubSpot.ids(await hubSpot.search([:])).count == 10)
  }

  @Test("past 10,000 results the search is a 400, and the way on is by key")
  func cap() async throws {
    let hubSpot = try HubSpotFixture(deals: 10_100)
    let edge = try await hubSpot.search(["limit": 200, "after": "9900"])
    #expect(try hubSpot.ids(edge).count == 100)
    #expect(try edge.json()["total"] == 10_100)
    #expect(try edge.json()["paging"]?["next"]?["after"] == "10000")
    let beyond = try await hubSpot.search(["limit": 200, "after": "10000"])
    #expect(beyond.status == 400)
    #expect(try beyond.json()["category"] == "VALIDATION_ERROR")

    var seen = 0
    var last = "0"
    while true {
      let page = try await hubSpot.found(filter("hs_object_id", "GT", last), sort: "hs_object_id")
      guard let greatest = page.last else { break }
      seen += page.count
      last = greatest
    }
    #expect(seen == 10_100)
  }

  @Test(
    "a search outside the limits is a 400 that says why",
    arguments: [
      ["limit": 201], ["limit": 0], ["after": "x"],
      ["sorts": ["amount", "dealname"]], ["sorts": ["no_such_thing"]],
      .object(["query": .string(String(repeating: "x", count: 3_001))]),
      .object(["filterGroups": .array(Array(repeating: .object(["filters": []]), count: 6))]),
      .object([
        "filterGroups": [
          .object(["filters": .array(Array(repeating: filter("amount", "GT", "1"), count: 7))])
        ]
      ]),
      .object([
        "filterGroups": .array(
          Array(
            repeating: .object([
              "filters": .array(Array(repeating: filter("amount", "GT", "1"), count: 5))
            ]), count: 4))
      ]),
      .object(["filterGroups": [.object(["filters": [filter("amount", "LIKE", "1")]])]]),
      .object(["filterGroups": [.object(["filters": [filter("amount", "EQ")]])]]),
      .object(["filterGroups": [.object(["filters": [filter("amount", "IN", among: [])]])]]),
      .object(["filterGroups": [.object(["filters": [filter("amount", "BETWEEN", "1")]])]]),
      .object(["filterGroups": [.object(["filters": [filter("amount", "GT", "lots")]])]]),
      .object(["filterGroups": [.object(["filters": [filter("nothing", "EQ", "1")]])]]),
    ] as [JSONValue])
  func refusals(body: JSONValue) async throws {
    let hubSpot = try HubSpotFixture()
    let response = try await hubSpot.search(body)
    #expect(response.status == 400)
    #expect(try response.json()["category"] == "VALIDATION_ERROR")
  }

  @Test("the date-based family allows six groups, v3 five")
  func sixGroups() async throws {
    let hubSpot = try HubSpotFixture()
    let group = JSONValue.object(["filters": [filter("amount", "GT", "1")]])
    let body = JSONValue.object(["filterGroups": .array(Array(repeating: group, count: 6))])
    #expect(try await hubSpot.search(body).status == 400)
    #expect(try await hubSpot.post("/crm/objects/2026-03/deals/search", body).status == 200)
  }

  @Test("a query finds words by their beginning")
  func query() async throws {
    let hubSpot = try HubSpotFixture()
    #expect(try hubSpot.ids(await hubSpot.search(["query": "dea 1002"])) == ["1002"])
    #expect(try hubSpot.ids(await hubSpot.search(["query": "eal"])) == [])
  }

  @Test("a change reaches search after the index delay, and reads at once")
  func indexDelay() async throws {
    let hubSpot = try HubSpotFixture()
    try await hubSpot.obey("delay-index 30000")
    try await hubSpot.obey("set-field deals/erp_deal_id=BW-1002 amount 77")
    let read = try await hubSpot.get("/crm/v3/objects/deals/1002?properties=amount").json()
    #expect(read["properties"]?["amount"] == "77")
    #expect(read["updatedAt"] == "2026-11-20T12:00:00Z")
    let recent = filter("hs_lastmodifieddate", "GTE", "2026-11-20T12:00:00Z")
    #expect(try await hubSpot.found(recent) == [])
    #expect(try await hubSpot.found(filter("amount", "EQ", "1002.5")) == ["1002"])
    hubSpot.clock.advance(by: .seconds(30))
    #expect(try await hubSpot.found(recent) == ["1002"])
    #expect(try await hubSpot.found(filter("amount", "EQ", "1002.5")) == [])
  }

  @Test("associated records are found by the pseudo-property")
  func associated() async throws {
    let hubSpot = try HubSpotFixture(files: [
      "associations.json":
        #"[{"from":{"type":"deals","id":"1002"},"to":{"type":"companies","id":"9"},"typeId":5}]"#
    ])
    #expect(try await hubSpot.found(filter("associations.company", "EQ", "9")) == ["1002"])
    #expect(try await hubSpot.found(filter("associations.company", "EQ", "8")) == [])
  }

  @Test("a renamed property is dropped from answers, refused in filters, and comes back with mend")
  func renaming() async throws {
    let hubSpot = try HubSpotFixture()
    try await hubSpot.obey("rename-property erp_deal_id deal_ref")
    let path = "/crm/v3/objects/deals/1001?properties=erp_deal_id,deal_ref"
    let properties = try await hubSpot.get(path).json()["properties"]
    #expect(properties?["erp_deal_id"] == nil)
    #expect(properties?["deal_ref"] == "BW-1001")
    let search: JSONValue = .object([
      "filterGroups": [.object(["filters": [filter("erp_deal_id", "EQ", "BW-1001")]])]
    ])
    let refused = try await hubSpot.search(search)
    #expect(refused.status == 400)
    #expect(try refused.json()["errors"]?[0]?["context"]?["propertyName"] == ["erp_deal_id"])
    #expect(try await hubSpot.get("/crm/v3/properties/deals/erp_deal_id").status == 404)
    #expect(try await hubSpot.get("/crm/v3/properties/deals/deal_ref").status == 200)
    try await hubSpot.obey("mend")
    #expect(try hubSpot.ids(await hubSpot.search(search)) == ["1001"])
    #expect(try await hubSpot.get(path).json()["properties"]?["erp_deal_id"] == "BW-1001")
  }
}
