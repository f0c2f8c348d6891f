import CTerm
import DealModel
import Screens
import Testing

@testable import TerminalHost

@Suite("Keys") struct KeyReaderTests {
  private let start = Timestamp(milliseconds: 1_000_000)

  private func scalars(_ text: String) -> [cte_key] {
    text.unicodeScalars.map {
      cte_key(kind: Int32(CTE_SCALAR.rawValue), code: $0.value, column: 0, row: 0)
    }
  }

  private func named(_ name: cte_name) -> cte_key {
    cte_key(kind: Int32(CTE_NAMED.rawValue), code: name.rawValue, column: 0, row: 0)
  }

  private func press(_ column: Int32, _ row: Int32) -> cte_key {
    cte_key(kind: Int32(CTE_PRESS.rawValue), code: 0, column: column, row: row)
  }

  private func keys(_ raw: [cte_key]) -> [Key] {
    var reader = KeyReader()
    return raw.flatMap { reader.take($0, at: start) } + reader.settle()
  }

  @Test("letters of any script are characters")
  func characters() { #expect(keys(scalars("aé東")) == "aé東".map { Key.character($0) }) }

  @Test("control characters are keys with a name, or a letter with Ctrl")
  func controls() {
    #expect(
      keys(scalars("\t\r\n\u{08}\u{7F}\u{01}\u{1A}\u{00}\u{1F}")) == [
        .tab, .enter, .enter, .backspace, .backspace, .control("a"), .control("z"), .control(" "),
        .control("_"),
      ])
  }

  @Test("keys with a name keep it")
  func names() {
    let pairs: [(cte_name, Key)] = [
      (CTE_UP, .up), (CTE_DOWN, .down), (CTE_LEFT, .left), (CTE_RIGHT, .right),
      (CTE_HOME, .home), (CTE_END, .end), (CTE_PAGE_UP, .pageUp), (CTE_PAGE_DOWN, .pageDown),
      (CTE_ENTER, .enter), (CTE_BACKSPACE, .backspace), (CTE_DELETE, .delete),
      (CTE_BACK_TAB, .backTab),
    ]
    for (name, key) in pairs { #expect(keys([named(name)]) == [key]) }
    #expect(
      keys([cte_key(kind: Int32(CTE_FUNCTION.rawValue), code: 7, column: 0, row: 0)]) == [
        .function(7)
      ])
  }

  @Test("an escape alone is a key, also before another key or a second escape")
  func escape() {
    #expect(keys(scalars("\u{1B}")) == [.escape])
    #expect(keys(scalars("\u{1B}q")) == [.escape, .character("q")])
    #expect(keys(scalars("\u{1B}\u{1B}")) == [.escape, .escape])
    #expect(keys(scalars("\u{1B}") + [named(CTE_UP)]) == [.escape, .up])
  }

  @Test("an unknown control sequence presses no key")
  func strays() {
    #expect(keys(scalars("\u{1B}[?62;22cx")) == [.character("x")])
    #expect(keys(scalars("\u{1B}[24;80R\u{1B}[3;5~")) == [])
  }

  @Test("Esc and then a bracket, with nothing after it, are two keys")
  func escapeBracket() { #expect(keys(scalars("\u{1B}[")) == [.escape, .character("[")]) }

  @Test("a paste arrives in one piece, its line ends as one kind, its letters as no commands")
  func paste() {
    let raw = [named(CTE_PASTE_BEGINS)] + scalars("q\rw\u{1B}[A") + [named(CTE_PASTE_ENDS)]
    #expect(keys(raw + scalars("x")) == [.paste("q\nw\u{1B}[A"), .character("x")])
  }

  @Test("a paste without an end is cut off, and can be ended")
  func endlessPaste() {
    var reader = KeyReader()
    _ = reader.take(named(CTE_PASTE_BEGINS), at: start)
    let letter = scalars("a")[0]
    for _ in 0..<(KeyReader.longestPaste + 10) { _ = reader.take(letter, at: start) }
    #expect(reader.isPasting)
    #expect(reader.endPaste() == [.paste(String(repeating: "a", count: KeyReader.longestPaste))])
    #expect(!reader.isPasting)
    #expect(reader.endPaste() == [])
  }

  @Test("a second press in the same cell within 400 ms is a double click, a third is not")
  func doubleClick() {
    var reader = KeyReader()
    #expect(reader.take(press(4, 2), at: start) == [.click(column: 4, row: 2)])
    let soon = start.adding(.milliseconds(400))
    #expect(reader.take(press(4, 2), at: soon) == [.doubleClick(column: 4, row: 2)])
    #expect(reader.take(press(4, 2), at: soon) == [.click(column: 4, row: 2)])
    let late = soon.adding(.milliseconds(401))
    #expect(reader.take(press(4, 2), at: late) == [.click(column: 4, row: 2)])
    #expect(reader.take(press(5, 2), at: late) == [.click(column: 5, row: 2)])
  }

  @Test("the wheel moves three lines, up is negative")
  func wheel() {
    func wheel(_ code: UInt32) -> cte_key {
      cte_key(kind: Int32(CTE_WHEEL.rawValue), code: code, column: 9, row: 8)
    }
    #expect(
      keys([wheel(0), wheel(1)]) == [
        .wheel(lines: -3, column: 9, row: 8), .wheel(lines: 3, column: 9, row: 8),
      ])
  }
}

@Suite("The clipboard") struct ClipboardTests {
  private func text(_ bytes: [UInt8]?) -> String? {
    bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("text is sent as base64 of its UTF-8, padded as RFC 4648 says")
  func base64() {
    let pairs = [
      "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
      "foobar": "Zm9vYmFy", "ÿ?>": "w78/Pg==",
    ]
    for (plain, encoded) in pairs {
      #expect(text(Clipboard.base64(Array(plain.utf8))) == encoded)
    }
  }

  @Test("tmux gets the sequence plain and wrapped, screen only wrapped")
  func wrapped() {
    let plain = "\u{1B}]52;c;Zm9v\u{07}"
    #expect(text(Clipboard.sequence(for: "foo", isInTmux: false, isInScreen: false)) == plain)
    #expect(
      text(Clipboard.sequence(for: "foo", isInTmux: true, isInScreen: true))
        == plain + "\u{1B}Ptmux;\u{1B}" + plain + "\u{1B}\\")
    #expect(
      text(Clipboard.sequence(for: "foo", isInTmux: false, isInScreen: true))
        == "\u{1B}P" + plain + "\u{1B}\\")
  }

  @Test("text beyond what terminals accept is refused")
  func tooLong() {
    let longest = String(repeating: "a", count: Clipboard.longest)
    #expect(Clipboard.sequence(for: longest, isInTmux: false, isInScreen: false) != nil)
    #expect(Clipboard.sequence(for: longest + "a", isInTmux: false, isInScreen: false) == nil)
  }
}
