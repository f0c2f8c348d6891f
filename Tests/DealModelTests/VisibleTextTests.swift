import DealModel
import Testing

@Suite("Visible text")
struct VisibleTextTests {
  @Test(
    "ordinary text of any script stays as it is",
    arguments: ["Harbour", "", "Zürich", "東京港", "ا ب", "e\u{301}", "🚀"])
  func ordinary(text: String) { #expect(VisibleText(text).text == text) }

  @Test(
    "controls, bidirectional overrides and invisible characters are shown, not obeyed",
    arguments: [
      ("\u{1B}[31mred", "␛[31mred"), ("a\nb\tc\0", "a␊b␉c␀"), ("\u{7F}", "␡"),
      ("\u{9B}2J", "\u{FFFD}2J"),
      ("\u{202E}gnp", "\u{FFFD}gnp"), ("a\u{200B}b", "a\u{FFFD}b"), ("\u{2028}", "\u{FFFD}"),
      ("\u{FEFF}x", "\u{FFFD}x"), ("\u{E0041}", "\u{FFFD}"), ("\r\n", "␍␊"),
      ("a\u{200D}b", "a\u{FFFD}b"),
      ("\u{2066}x\u{2069}", "\u{FFFD}x\u{FFFD}"), ("\u{AD}", "\u{FFFD}"),
    ])
  func hostile(text: String, expected: String) { #expect(VisibleText(text).text == expected) }

  @Test("ASCII terminals get question marks")
  func ascii() { #expect(VisibleText("\u{1B}[0m\u{202E}", ascii: true).text == "?[0m?") }

  @Test("a joiner between emoji is kept, and no other unsafe scalar is")
  func joiners() {
    #expect(VisibleText("👩‍👩‍👧").text == "👩‍👩‍👧")
    let all = (0..<0x11_0000).compactMap { Unicode.Scalar($0) }.filter(\.isUnsafeOnTerminal)
    var text = String.UnicodeScalarView()
    text.append(contentsOf: all)
    let shown = VisibleText(String(text)).text
    #expect(shown.unicodeScalars.filter(\.isUnsafeOnTerminal).isEmpty)
    #expect(shown.unicodeScalars.count == all.count)
  }
}
