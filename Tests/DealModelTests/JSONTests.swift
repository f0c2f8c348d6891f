import DealModel
import Testing

private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: text.utf8) }

@Suite("JSON")
struct JSONTests {
  @Test("numbers keep the digits they were written with")
  func numbers() throws {
    let value = try parse(#"{"a": 0.1000, "b": 123456789012345678.90, "c": 1e3, "d": -0}"#)
    #expect(value["a"] == .number("0.1000"))
    #expect(value["b"]?.decimal == ExactDecimal("123456789012345678.9"))
    #expect(value["c"]?.integer == 1_000)
    #expect(value["d"]?.integer == 0)
    #expect(try parse("1e400").decimal == nil)
    #expect(try parse("1.5").integer == nil)
  }

  @Test(
    "documents of RFC 8259 are read",
    arguments: [
      ("null", JSONValue.null), (" true ", true), ("[]", []), ("{}", [:]), ("\"\"", ""),
      ("[1,[2,[]]]", [1, [2, []]]), ("\t\r\n [ ] ", []), (#""\u00e9""#, "é"),
      (#""\ud83d\ude80""#, "🚀"),
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), ("\"é🚀\"", "é🚀"), (#""\u0000""#, "\u{0}"),
      ("\"\u{7F}\"", "\u{7F}"), ("\u{FEFF}1", 1), (#"{"":1}"#, ["": 1]), ("-1", -1),
      (#""\uD834\uDD1E""#, "\u{1D11E}"),
    ] as [(String, JSONValue)])
  func documents(text: String, expected: JSONValue) throws {
    #expect(try parse(text) == expected)
  }

  @Test(
    "what is no document is refused",
    arguments: [
      "", " ", "[", "{", "]", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
      "{'a':1}",
      "nul", "nulll", "True", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity",
      "--1",
      "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", #""\ud800""#, #""\udc00""#,
      #""\ud800\ud800""#,
      #""\ud800x""#, "\"\n\"", "\"\t\"", "1 1", "{} x", "[1]]", "/* */1", "<html></html>",
      #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "[\"a]", "\"\\u+123\"",
    ])
  func refusals(text: String) { #expect(throws: JSONError.self) { try parse(text) } }

  @Test(
    "invalid UTF-8 in a string is refused, with where",
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
  }

  @Test("names that differ only in how they are composed are different names")
  func composedNames() throws {
    let value = try parse("{\"e\u{301}\":1,\"\u{e9}x\":2}")
    #expect(value.members?.count == 2)
  }

  @Test("nesting is bounded, and a deep document does not exhaust the stack")
  func depth() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try parse(deep) }
    let deeper = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try parse(deeper) }
    let objects = String(repeating: "{\"a\":", count: 100_000)
    #expect(throws: JSONError.self) { try parse(objects) }
  }

  @Test("every cut of a document is refused or read, and never traps")
  func truncation() throws {
    let text = #"{"a":[1.5e+3,true,null,"x\u00e9\ud83d\ude80\n"],"b":{"c":-0.1}}"#
    let bytes = Array(text.utf8)
    #expect(throws: Never.self) { try JSONValue(parsing: bytes) }
    for length in 0..<bytes.count {
      #expect(throws: JSONError.self) { try JSONValue(parsing: bytes[..<length]) }
    }
  }

  @Test("what is written is read back as it was, in line and over lines")
  func roundTrip() throws {
    let value: JSONValue = [
      "text": "a\"b\\c\n\r\t\u{1}\u{7F}\u{85}\u{202E}\u{1F680}\u{E0041}é",
      "list": [1, [], [:], nil, false],
      "deep": ["amount": .number("1234.50")],
    ]
    #expect(try parse(value.text()) == value)
    #expect(try parse(value.text(pretty: true)) == value)
    #expect(value.text().contains("1234.50"))
  }

  @Test("nothing that a terminal could obey is written as it is")
  func safeWriting() {
    let hostile = "\u{1B}[2J\u{9B}31m\u{7F}\u{202E}\u{200B}\u{2028}\u{FEFF}\u{E0041}\u{0}"
    let text = JSONValue.string(hostile).text()
    #expect(text.unicodeScalars.filter(\.isUnsafeOnTerminal).isEmpty)
    #expect(text.contains(#"\u001b"#))
  }

  @Test("the layout over lines is two spaces a level and a line a member")
  func layout() {
    let value: JSONValue = ["a": [1, 2], "b": [:]]
    #expect(
      value.text(pretty: true) == """
        {
          "a": [
            1,
            2
          ],
          "b": {}
        }
        """)
  }
}
