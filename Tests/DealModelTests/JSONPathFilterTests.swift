import DealModel
import Testing

@Suite("Paths to every element that fits")
struct JSONPathFilterTests {
  private let document: JSONValue = [
    "bills": [
      ["state": "posted", "amount": 4, "paid": .null], ["state": "draft", "amount": 6, "paid": 3],
      ["state": "paid", "amount": 2, "paid": .null],
    ]
  ]

  private func found(_ path: String) throws -> JSONPath.Finding {
    try #require(JSONPath(path)).find(in: document)
  }

  @Test("one of several words, or no value, picks elements in their order")
  func picks() throws {
    #expect(try found("bills[*state=posted|paid].amount").values == [4, 2])
    #expect(try found("bills[*state=draft].amount").values == [6])
    #expect(try found("bills[*paid=null].state").values == ["posted", "paid"])
    #expect(try found("bills[*paid=3].state").values == ["draft"])
    let none = try found("bills[*state=gone].amount")
    #expect(none.values.isEmpty)
    #expect(none.lost == nil, "nothing fits, and nothing is lost")
  }

  @Test("an element without the member leads nowhere, and so does what is no list")
  func lost() throws {
    #expect(try found("bills[*stat=posted].amount").lost?.reached == "bills[0]")
    #expect(try found("bills[0][*state=posted].amount").lost != nil)
  }

  @Test("such a path may lead to several values, is told as it is written, and is no plain one")
  func shape() throws {
    let path = try #require(JSONPath("bills[*state=posted|paid].amount"))
    #expect(path.isPlural)
    #expect(path.description == "bills[*state=posted|paid].amount")
    #expect(path.plainSteps == nil)
    #expect(JSONPath("bills[state=posted].amount")?.isPlural == false)
    #expect(JSONPath("bills[*]")?.isPlural == true)
    #expect(JSONPath("bills[*state]") == nil)
  }
}
