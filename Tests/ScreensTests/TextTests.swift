import DealModel
import Testing

@testable import Screens

@Suite("Text in cells")
struct TextTests {
  let writer = CellWriter(encoding: .utf8)

  @Test(
    "widths are those of graphemes, not of bytes or scalars",
    arguments: [
      ("abc", 3), ("é", 1), ("e\u{301}", 1), ("港湾", 4), ("👩‍👩‍👧", 2), ("❤️", 1), ("👍🏽", 2),
      ("🇩🇪", 2), ("한국", 4), ("ａ", 2), ("", 0), ("\u{301}", 1),
    ])
  func width(text: String, cells: Int) {
    #expect(writer.width(of: text) == cells)
  }

  @Test("a terminal gets nothing it could obey")
  func safe() {
    let hostile = "\u{1B}[2J\u{9B}31m\u{202E}x\u{200B}\u{7F}\u{07}\r\n\t\u{E0041}"
    for encoding in TextEncoding.allCases {
      let cells = CellWriter(encoding: encoding).cells(hostile)
      for cell in cells where !cell.isContinuation {
        #expect(!cell.scalar.isUnsafeOnTerminal)
        #expect(!cell.marks.contains { $0.isUnsafeOnTerminal })
        if encoding == .ascii { #expect(cell.scalar.isASCII) }
      }
    }
  }

  @Test("a cell never has more marks than a terminal takes")
  func marks() {
    let zalgo = "e" + String(repeating: "\u{301}", count: 20)
    #expect(writer.cells(zalgo).first?.marks.count == 4)
  }

  @Test("clipping leaves an ellipsis and never half a character")
  func clipping() {
    let glyphs = Glyphs(encoding: .utf8)
    var line = Line(glyphs, "港湾クレーン")
    line.clip(to: 4)
    #expect(line.text == "港… ")
    line = Line(glyphs, "港湾クレーン")
    line.clip(to: 5)
    #expect(line.text == "港湾…")
    line = Line(glyphs)
    line.add("abcdef", width: 4, .right)
    #expect(line.text == "abc…")
    line = Line(Glyphs(encoding: .ascii), "abcdef")
    line.clip(to: 4)
    #expect(line.text == "abc~")
  }

  @Test("ASCII spells European names and marks what it cannot")
  func ascii() {
    let ascii = Line(Glyphs(encoding: .ascii), "Öresund Färja, Łódź, Straße, 港")
    #expect(ascii.text == "Oresund Farja, Lodz, Strasse, ??")
  }

  @Test(
    "amounts are grouped and exact",
    arguments: [
      ("0", "0.00 EUR"), ("1234.5", "1,234.50 EUR"), ("-1234567.891", "-1,234,567.891 EUR"),
      ("999", "999.00 EUR"), ("-999.1", "-999.10 EUR"),
      ("12345678901234567890", "12,345,678,901,234,567,890.00 EUR"),
    ])
  func amounts(plain: String, shown: String) {
    #expect(AmountText.full(TestCompany.money(plain)) == shown)
  }

  @Test("an amount too wide is rounded, and says so only when rounding lost something")
  func fitted() {
    func fit(_ text: String, _ width: Int) -> String {
      AmountText.fitted(TestCompany.money(text), width: width, about: "≈")
    }
    #expect(fit("120000", 14) == "120,000.00 EUR")
    #expect(fit("120000", 13) == "120,000 EUR")
    #expect(fit("1234567.89", 14) == "≈1,234,568 EUR")
    #expect(fit("12345678901234567890123456789", 14) == "≈1.2e28 EUR")
    #expect(fit("12345678.9", 12) == "≈12.3M EUR")
  }

  @Test("ages are coarse and never wrong by more than their unit")
  func ages() {
    func age(_ seconds: Int64) -> String {
      TimeText.age(of: TestCompany.ago(seconds), at: TestCompany.now)
    }
    #expect(age(0) == "<1m")
    #expect(age(59) == "<1m")
    #expect(age(60) == "1m")
    #expect(age(3_599) == "59m")
    #expect(age(7_200) == "2h")
    #expect(age(200_000) == "2d")
    #expect(age(-60) == "?")
    for seconds: Int64 in [0, 59, 60, 3_599, 3_600, 7_300, 172_799, 172_800, 400_000] {
      let instant = TestCompany.ago(seconds)
      let change = TimeText.nextChange(of: instant, after: TestCompany.now)
      let at = change ?? TestCompany.now
      #expect(TimeText.age(of: instant, at: at) != age(seconds))
      let justBefore = at.adding(.milliseconds(-1))
      #expect(TimeText.age(of: instant, at: justBefore) == age(seconds))
    }
  }

  @Test("sentences break at words, and words only when they must")
  func paragraphs() {
    #expect(Paragraph.lines("one two three", width: 7, writer: writer) == ["one two", "three"])
    #expect(Paragraph.lines("abcdefgh", width: 3, writer: writer) == ["abc", "def", "gh"])
    #expect(Paragraph.lines("", width: 3, writer: writer) == [""])
    #expect(Paragraph.lines("港湾", width: 1, writer: writer) == ["港", "湾"])
  }
}
