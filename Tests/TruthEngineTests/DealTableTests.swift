import DealModel
import TestSupport
import Testing

@testable import TruthEngine

@Suite("The list's store")
struct DealTableTests {
  private let now = Sample.fetched
  private let nouns = ["Harbour", "Zürich Depot", "東京港", "Crane", "crane", "Ærø Ferry", "Ｒｅｆｉｔ"]

  private func record(_ number: Int, _ random: SeededRandom) -> Record {
    let amount = ExactDecimal(
      coefficient: Int128(random.next() % 100_000), scale: UInt8(random.next() % 4))
    let stage = ["Lead", "Closed won", "Closed lost"][Int(random.next() % 3)]
    let value: Answer<FieldValue> =
      switch random.next() % 6 {
      case 0: .none
      case 1: .unavailable(Sample.outage)
      default: .value(.money(Money(amount, Sample.money("1").currency)))
      }
    return Sample.deal(
      [
        .name: random.next() % 9 == 0
          ? .none
          : .value(.text("\(nouns[Int(random.next() % 7)]) \(random.next() % 20)")),
        .company: .value(.text("Company \(random.next() % 5)")),
        .stage: .value(.text(stage)), .value: value,
        .person: random.next() % 4 == 0 ? .none : .value(.text("Person \(random.next() % 3)")),
      ], id: DealID("BW-\(10_000 + number)"), record: "\(number)")
  }

  private func table(_ count: Int, seed: UInt64) -> DealTable {
    let random = SeededRandom(seed: seed)
    var table = DealTable(of: Sample.company())
    let numbers = (0..<count).sorted { ($0 &* 7_919) % 10_007 < ($1 &* 7_919) % 10_007 }
    table.apply(index: numbers.map { record($0, random) }, fetchedAt: now)
    for number in stride(from: 0, to: count, by: 2) {
      var dossier = Dossier(id: DealID("BW-\(10_000 + number)"))
      let key = SectionKey(system: "erp_us", kind: .invoices)
      dossier.sections[SectionKey(system: "crm", kind: .deals)] = Section(
        records: [record(number, SeededRandom(seed: UInt64(number)))], fetchedAt: now)
      dossier.sections[key] = Section(
        records: number % 3 == 0
          ? []
          : [Sample.invoice("I1", .value(Sample.money("\(number * 10)")), id: dossier.id)],
        fetchedAt: now)
      dossier.sections[SectionKey(system: "erp_us", kind: .costs)] = Section(
        records: [], fetchedAt: now)
      table.apply(Assessor(of: Sample.company()).assess(dossier, on: Sample.today))
    }
    return table
  }

  @Test("a deal is found by its ID and shows what its owner said")
  func rows() throws {
    var table = DealTable(of: Sample.company())
    #expect(table.row(of: "BW-10001") == nil)
    var changed = table.apply(index: [Sample.deal()], fetchedAt: now)
    #expect(changed == [0])
    let index = try #require(table.row(of: "BW-10001"))
    let row = table.row(at: index, now: now)
    #expect(row.name == .value("Harbour upgrade"))
    #expect(row.value == .value(Sample.money("1000")))
    #expect(row.stageState == .won)
    #expect(row.invoiced == .notAsked && row.marginPercent == .notAsked)
    #expect(row.indexFreshness == .live && row.moneyFreshness == .unavailable)
    changed = table.apply(index: [Sample.deal()], fetchedAt: now)
    #expect(changed == [])
    let renamed = Sample.deal([.name: .value(.text("Crane"))])
    changed = table.apply(index: [renamed], fetchedAt: now.adding(.seconds(1)))
    #expect(changed == [0])
    #expect(table.row(at: 0, now: now).name == .value("Crane"))
    changed = table.apply(index: [Sample.deal()], fetchedAt: now)
    #expect(changed == [])
    #expect(table.row(at: 0, now: now).name == .value("Crane"))
  }

  @Test("the absences of a figure stay apart in the list")
  func absences() {
    var table = DealTable(of: Sample.company())
    table.apply(index: [Sample.deal()], fetchedAt: now)
    func show(_ dossier: Dossier) -> DealCell<Money> {
      table.apply(Assessor(of: Sample.company()).assess(dossier, on: Sample.today))
      return table.row(at: 0, now: now).invoiced
    }
    let key = SectionKey(system: "erp_us", kind: .invoices)
    var dossier = Sample.dossier()
    #expect(show(dossier) == .none)
    dossier.sections[key] = nil
    #expect(show(dossier) == .notAsked)
    dossier.sections[key] = Section(failure: .init(error: Sample.outage, since: now))
    #expect(show(dossier) == .unavailable)
    let known = Sample.invoice("I1", .value(Sample.money("5")))
    let broken = Sample.invoice("I2", .unavailable(Sample.outage))
    #expect(show(Sample.dossier(invoices: [known])) == .value(Sample.money("5")))
    #expect(
      show(Sample.dossier(invoices: [known, broken])) == .incomplete(Sample.money("5"), .atLeast))
    let foreign = Sample.invoice("I3", .value(Sample.money("5", "EUR")))
    #expect(show(Sample.dossier(invoices: [known, foreign])) == .several)
  }

  @Test("two records with one ID are one row with a flag, and a vanished one loses it again")
  func duplicates() {
    var table = DealTable(of: Sample.company())
    let second = Sample.deal([.name: .value(.text("Other"))], record: "2")
    table.apply(index: [Sample.deal(), second], fetchedAt: now)
    #expect(table.count == 1)
    #expect(table.flags(at: 0).contains(.duplicate))
    #expect(table.row(at: 0, now: now).name == .value("Harbour upgrade"))
    table.apply(Assessor(of: Sample.company()).assess(Sample.dossier(), on: Sample.today))
    #expect(!table.flags(at: 0).contains(.duplicate))
  }

  @Test(
    "a filter over the whole table finds what it finds row by row",
    arguments: [
      "", "harbour", "zurich", "ZÜRICH", "東京", "crane", "aero", "refit", "person 1", "-crane",
      "stage:won", "-stage:won", "is:won", "is:lost", "-is:open", "owner:2", "-owner:2",
      "owner=person", "value>500", "-value>500", "value<=12.5", "value:7", "invoiced>0",
      "invoiced=0", "margin>=100", "-margin>=100", "name:harbour company:3", "id:1001",
      "id>BW-10050",
      "is:conflict", "-is:conflict", "is:stale", "-is:stale", "is:expired", "currency:usd",
      "milestone<2026-01-01", "entity:us", "name:refit -company:1 value>10", "is:unavailable",
    ])
  func filters(text: String) throws {
    let table = table(120, seed: 3)
    let query = try DealQuery(parsing: text)
    let view = DealView(of: table, filter: query, at: now)
    let compiled = CompiledQuery(query)
    let expected = table.rowsByID().filter {
      compiled.holds(for: TableDeal(table: table, row: Int($0), now: now))
    }
    #expect(view.rows == expected)
    // Byte by byte, as the conditions of comparisons are judged.
    for row in 0..<table.count where text == "harbour" {
      let name = table.row(at: row, now: now).name.knownValue ?? ""
      #expect(view.rows.contains(UInt32(row)) == name.lowercased().contains("harbour"))
    }
  }

  @Test("what is unknown passes neither a comparison nor its opposite")
  func unknownValues() throws {
    let table = table(120, seed: 4)
    let above = DealView(of: table, filter: try DealQuery(parsing: "value>500"), at: now)
    let notAbove = DealView(of: table, filter: try DealQuery(parsing: "-value>500"), at: now)
    let unknown = (0..<table.count).filter {
      if case .value = table.row(at: $0, now: now).value { false } else { true }
    }
    #expect(!unknown.isEmpty)
    #expect(above.count + notAbove.count + unknown.count == table.count)
    #expect(Set(above.rows + notAbove.rows).isDisjoint(with: unknown.map { UInt32($0) }))
  }

  @Test("typing letter by letter and taking them back shows what asking anew shows")
  func typing() {
    let table = table(200, seed: 5)
    var view = DealView(of: table, by: DealOrder(.value, descending: true), at: now)
    let text = "crane value>50 -person"
    let beginnings = text.indices.map { String(text[..<$0]) } + [text]
    for beginning in beginnings + beginnings.reversed() {
      let query = DealQuery.typed(beginning).query
      view.filter(query, in: table, at: now)
      let anew = DealView(
        of: table, by: DealOrder(.value, descending: true), filter: query, at: now)
      #expect(view.rows == anew.rows, "\(beginning)")
    }
  }

  @Test(
    "every order is total: unknown last, equal ones by ID", arguments: DealOrder.Column.allCases)
  func orders(column: DealOrder.Column) {
    let table = table(150, seed: 6)
    for descending in [false, true] {
      let view = DealView(of: table, by: DealOrder(column, descending: descending), at: now)
      #expect(Set(view.rows).count == table.count)
      var last: (key: [UInt8]?, number: ExactDecimal?, id: DealID)?
      for row in view.rows {
        let deal = TableDeal(table: table, row: Int(row), now: now)
        let id = table.id(at: Int(row))
        let named = DealQuery.Column(rawValue: column.rawValue)
        let key = named.flatMap { deal.words(of: $0) }
        let number: ExactDecimal? =
          switch column {
          case .value: table.values.known(Int(row))
          case .invoiced: table.invoiced.known(Int(row))
          case .margin: table.margins.known(Int(row))
          default: nil
          }
        if let last, named != nil, column != .milestone {
          if column == .value || column == .invoiced || column == .margin {
            check(last.number, number, last.id, id, descending, order(of:to:))
          } else {
            check(last.key, key, last.id, id, descending, order(of:to:))
          }
        }
        last = (key, number, id)
      }
    }
  }

  private func check<Key>(
    _ left: Key?, _ right: Key?, _ leftID: DealID, _ rightID: DealID, _ descending: Bool,
    _ order: (Key, Key) -> Int
  ) {
    guard let left else { return #expect(right == nil && leftID < rightID) }
    guard let right else { return }
    let place = descending ? order(right, left) : order(left, right)
    #expect(place < 0 || place == 0 && leftID < rightID, "\(leftID) \(rightID)")
  }

  @Test("long and alike texts sort as their bytes do")
  func longTexts() {
    let random = SeededRandom(seed: 8)
    var table = DealTable(of: Sample.company())
    let records = (0..<300).map { number in
      let length = Int(random.next() % 40)
      let name = String(repeating: "a", count: length) + (random.next() % 2 == 0 ? "b" : "")
      return Sample.deal(
        [.name: .value(.text(name))], id: DealID("BW-\(10_000 + number)"), record: "\(number)")
    }
    table.apply(index: records, fetchedAt: now)
    let names = DealView(of: table, by: DealOrder(.name), at: now).rows.map {
      table.row(at: Int($0), now: now).name.knownValue ?? ""
    }
    #expect(names == names.sorted())
  }

  @Test(
    "a view that is told of changes shows what a new view shows, and the cursor keeps its deal",
    arguments: DealOrder.Column.allCases, [false, true])
  func refreshing(column: DealOrder.Column, descending: Bool) throws {
    let random = SeededRandom(seed: 9)
    var table = table(60, seed: 9)
    let query = try DealQuery(parsing: descending ? "value>100" : "")
    let order = DealOrder(column, descending: descending)
    var view = DealView(of: table, by: order, filter: query, at: now)
    for round in 1..<40 {
      let onCursor = view.rows.first.map { table.id(at: Int($0)) }
      let records = (0..<5).map { _ in record(Int(random.next() % 140), random) }
      let changed = table.apply(index: records, fetchedAt: now.adding(.seconds(Double(round))))
      view.refresh(changed, in: table, at: now)
      let anew = DealView(of: table, by: order, filter: query, at: now)
      #expect(view.rows == anew.rows, "round \(round)")
      if let onCursor, let position = view.position(of: onCursor, in: table) {
        #expect(view.cursor(on: onCursor, from: 7, in: table) == position)
        #expect(table.id(at: Int(view.rows[position])) == onCursor)
      }
    }
    #expect(table.count > 60)
  }

  @Test("deals that a whole reading of the index did not bring are removed")
  func removal() {
    var table = table(20, seed: 10)
    let kept = [3, 7].map { record($0, SeededRandom(seed: 1)) }
    table.apply(index: kept, fetchedAt: now.adding(.seconds(60)))
    let isShorter = table.removeDeals(indexedBefore: now.adding(.seconds(30)))
    #expect(isShorter)
    #expect(table.count == 2)
    #expect(table.row(of: "BW-10003") != nil && table.row(of: "BW-10004") == nil)
    var view = DealView(by: DealOrder(.id))
    view.rebuild(table, now)
    #expect(view.rows.map { table.id(at: Int($0)) } == ["BW-10003", "BW-10007"])
  }

  @Test("hostile texts are cut, kept and found without a trap")
  func hostileTexts() {
    var table = DealTable(of: Sample.company())
    let long = String(repeating: "é", count: 100_000)
    let texts = [long, "", "\0", "a\0b", "\u{1B}[31m", "\u{202E}", "e\u{301}", "👩‍👩‍👧"]
    let records = texts.enumerated().map { number, text in
      Sample.deal(
        [.name: .value(.text(text)), .company: .value(.text(text))],
        id: DealID(number == 2 ? "" : "BW-\(text)\(number)"), record: "\(number)")
    }
    table.apply(index: records, fetchedAt: now)
    #expect(table.count == texts.count)
    for record in records { #expect(table.row(of: record.dealID) != nil) }
    for text in texts {
      _ = DealView(of: table, filter: DealQuery(terms: [.init(.text(text))]), at: now)
    }
    #expect(DealView(of: table, filter: DealQuery.typed("name:é").query, at: now).count == 2)
    #expect(table.row(at: 0, now: now).name.knownValue?.utf8.count == 1_024)
  }
}

@Suite("Searching bytes")
struct ByteSearchTests {
  @Test("sixteen places at a time find what one at a time finds")
  func agreement() {
    let random = SeededRandom(seed: 11)
    for _ in 0..<3_000 {
      let text = (0..<Int(random.next() % 70)).map { _ in UInt8(random.next() % 3) }
      let words = (0..<Int(random.next() % 6)).map { _ in UInt8(random.next() % 3) }
      let padded = text + Array(repeating: UInt8(1), count: 16)
      let plain = text.holds(words)
      let quick = padded.withUnsafeBufferPointer { blob in
        words.withUnsafeBufferPointer {
          ByteSearch($0).isInPadded(blob, from: 0, to: text.count)
        }
      }
      let naive =
        words.isEmpty
        || text.indices.contains { text[$0...].starts(with: words) }
      #expect(plain == naive && quick == naive, "\(text) \(words)")
    }
  }

  @Test("case, accents and width do not matter, and scripts without them stay")
  func folding() {
    let pairs = [
      ("ZÜRICH", "zurich"), ("Ｒｅｆｉｔ", "refit"), ("Ærø", "aero"), ("STRAẞE", "strasse"),
      ("e\u{301}", "e"), ("Łódź", "lodz"), ("İstanbul", "istanbul"), ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
      ("東京港", "東京港"), ("Ёлка", "елка"), ("한국", "한국"), ("🚀", "🚀"),
    ]
    for (text, expected) in pairs {
      #expect(String(decoding: Folding.folded(text), as: UTF8.self) == expected)
    }
  }
}
