import DealModel
import Testing

@Suite("Filters")
struct DealQueryTests {
  @Test("terms of every form are read")
  func forms() throws {
    let query = try DealQuery(
      parsing:
        #"stage:won owner:dana margin<20 is:conflict -is:stale harbour company:"Acme Corp" -"two words""#
    )
    #expect(
      query.terms == [
        .init(.contains(.stage, "won")), .init(.contains(.owner, "dana")),
        .init(.compares(.margin, .less, "20")), .init(.state(.conflict)),
        .init(.state(.stale), negated: true), .init(.text("harbour")),
        .init(.contains(.company, "Acme Corp")), .init(.text("two words"), negated: true),
      ])
  }

  @Test(
    "numbers take signs, percent and thousands",
    arguments: [
      ("value>=50k", DealQuery.Condition.compares(.value, .greaterOrEqual, "50000")),
      ("value<1.5m", .compares(.value, .less, "1500000")),
      ("margin<=-5%", .compares(.margin, .lessOrEqual, "-5")),
      ("value:1234.50", .compares(.value, .equal, "1234.5")),
      ("INVOICED>0", .compares(.invoiced, .greater, "0")),
      ("milestone<2026-12-01", .compares(.milestone, .less, "2026-12-01")),
      ("milestone:design", .contains(.milestone, "design")),
      ("currency=EUR", .compares(.currency, .equal, "EUR")),
      (#""margin<20""#, .text("margin<20")), ("IS:Won", .state(.won)), ("a-b", .text("a-b")),
    ])
  func conditions(text: String, expected: DealQuery.Condition) throws {
    #expect(try DealQuery(parsing: text).terms == [.init(expected)])
  }

  @Test("no text is no condition", arguments: ["", "  ", "\t\n"])
  func empty(text: String) throws { #expect(try DealQuery(parsing: text) == DealQuery()) }

  @Test(
    "what is not understood says where and what is near",
    arguments: [
      ("margn<20", 1, "margin"), ("foo stag:won", 5, "stage"), ("is:conflct", 1, "conflict"),
      ("is:con", 1, "conflict"),
      ("margin<", 1, "number"), ("margin<abc", 1, "number"), ("milestone<soon", 1, "2026-12-01"),
      ("is:", 1, "conflict"),
      ("stage:", 1, "words"), ("<5", 1, "column"), ("a -", 3, "missing"),
      (#"name:"open"#, 1, "quote"), ("zzzzzz:1", 1, "quotes"),
      ("is=won", 1, "is:"), ("value>1e99", 1, "number"),
      ("value>99999999999999999999999999999999999999k", 1, "number"),
    ])
  func errors(text: String, column: Int, words: String) {
    let error = #expect(throws: DealQueryError.self) { try DealQuery(parsing: text) }
    #expect(error?.column == column)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test(
    "a term that is still being typed filters nothing and gives a hint",
    arguments: [
      "margin<", "is:con", "margin<-", "stage:", "-", "is:", "margn<2", "<", "milestone<2026-1",
    ])
  func unfinished(text: String) {
    let typed = DealQuery.typed("harbour " + text)
    #expect(typed.query.terms == [.init(.text("harbour"))])
    #expect(typed.hints.count == 1)
    #expect(typed.hints.first?.column == 9)
  }

  @Test("an open quote reaches to the end while typing")
  func openQuote() {
    let typed = DealQuery.typed(#"name:"two wo"#)
    #expect(typed.query.terms == [.init(.contains(.name, "two wo"))])
    #expect(typed.hints.isEmpty)
  }

  @Test("every beginning of a whole filter can be typed, and none traps")
  func everyPrefix() throws {
    let text =
      #"stage:won -owner:"Dana R" margin<=20% value>1.5m is:conflict milestone>=2026-12-01 東京"#
    for end in text.indices { _ = DealQuery.typed(text[..<end]) }
    #expect(DealQuery.typed(text).query == (try DealQuery(parsing: text)))
  }
}

@Suite("Near words")
struct NearestWordTests {
  @Test(
    "the word most likely meant is found",
    arguments: [
      ("stag", "stage"), ("stgae", "stage"), ("OWNER", "owner"), ("o", "owner"), ("valeu", "value"),
    ])
  func near(typed: String, expected: String) {
    #expect(typed.nearest(among: ["stage", "owner", "value", "id"]) == expected)
  }

  @Test(
    "a word unlike all others has none near", arguments: ["", "zebra", "xx", "stagecoach-horse"])
  func far(typed: String) {
    #expect(typed.nearest(among: ["stage", "owner", "value", "id"]) == nil)
  }
}
