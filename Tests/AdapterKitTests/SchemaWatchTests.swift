import AdapterKit
import DealModel
import Testing

@Suite struct SchemaWatchTests {
  @Test("what is gone and what has another type is named, in the order of the configuration")
  func drift() {
    let watch = SchemaWatch([
      .init(.link, "deal_id", types: ["string"]), .init(.echo, "total"), .init(.echo, "due"),
    ])
    let sound = ["deal_id": "string", "total": "number", "due": "date", "other": "bool"]
    #expect(watch.drift(in: sound).isEmpty)
    #expect(
      watch.drift(in: ["deal_id": "number", "due": "string"]) == [
        SchemaDrift(.link, "deal_id", .otherType(found: "number")),
        SchemaDrift(.echo, "total", .gone),
        SchemaDrift(.echo, "due", .otherType(found: "string")),
      ])
    #expect(watch.drift(in: sound).isEmpty)
  }

  @Test("a type that is not told is not compared")
  func untold() {
    let watch = SchemaWatch([.init(.link, "deal_id", types: ["string"])])
    #expect(watch.drift(in: ["deal_id": ""]).isEmpty)
  }

  @Test("the sentences say what is wrong, and a hostile type stays text")
  func sentences() {
    #expect(SchemaDrift(.link, "deal_id", .gone).sentence == "The link property deal_id is gone.")
    let drift = SchemaDrift(.stage, "Won", .otherType(found: "a\u{1B}[31m"))
    #expect(!drift.sentence.contains("\u{1B}"))
  }
}
