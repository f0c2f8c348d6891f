import CompanyConfiguration
import DealModel
import Testing

@Suite("A file that is hardly YAML")
struct BrokenYAMLTests {
  @Test(
    "is told of at its line and column in a plain sentence",
    arguments: [
      ("company: A\n\t↓x: 1\n", "tab"),
      ("company: A\nshared_id:\n↓\torigin: crm\n", "A tab stands where YAML wants spaces"),
      ("company: A\nsystems: {crm: {kind: hubspot}\nownership↓: x\n", "bracket is not closed"),
      ("company: A\nname: b↓: c\n", "colon too many"),
      ("company: ↓@acme\n", "cannot begin with this character"),
      ("company: ↓*acme\n", "`*` begins an alias"),
      ("company: \"a\\↓d\"\n", "use single quotes instead"),
      ("company: A\n↓--- \ncompany: B\n", "A second document begins here"),
      ("company: A\u{0}↓\n", "control character"),
    ])
  func syntax(marked: String, message: String) {
    let (text, line, _) = SampleConfiguration.mark(in: marked)
    let errors = SampleConfiguration.read(text).errors
    #expect(errors.count == 1, "\(errors.map(\.description))")
    #expect(errors.first?.message.contains(message) == true, "\(errors.map(\.description))")
    #expect(errors.first.map { abs($0.line - line) <= 1 } == true, "\(errors.map(\.description))")
  }

  @Test(
    "is told of when it says nothing",
    arguments: ["", "\n\n", "# only a comment\n", "---\n", "~\n"])
  func empty(text: String) {
    #expect(
      SampleConfiguration.read(text).errors.map(\.description) == [
        "/home/ops/plumbline.yaml:1:1: The file says nothing; SampleData/README.md shows one to begin with."
      ])
  }

  @Test("is told of when its top level is no mapping", arguments: ["- a\n- b\n", "just words\n"])
  func top(text: String) {
    let errors = SampleConfiguration.read(text).errors
    #expect(errors.count == 1)
    #expect(errors.first?.message.contains("A configuration must be a mapping") == true)
  }

  @Test("may repeat keys: each repeat is told of, at its own place, and the rest is checked")
  func duplicates() {
    let text = SampleConfiguration.text
      .replacing("company: Brightwater Group", with: "company: A\n'company': B\ncompany: C")
      .replacing("fresh_for: 2m", with: "fresh_for: 2x\n    \"kind\": jira")
      .replacing("{amount: \"95.00\",", with: "{amount: \"95.00\", amount: 96,")
    #expect(
      SampleConfiguration.read(text).errors.map { "\($0.line):\($0.column) \($0.message)" } == [
        "2:1 The key `company` already stands in line 1; keep one.",
        "3:1 The key `company` already stands in line 1; keep one.",
        "15:16 `fresh_for` is no duration: `2x`; write a whole number and ms, s, m, h or d, such as `90s` or `24h`.",
        "16:5 The key `kind` already stands in line 10; keep one.",
        "62:32 The key `amount` already stands in line 62; keep one.",
      ])
  }

  @Test("may not use anchors and aliases")
  func anchors() {
    let text = SampleConfiguration.text
      .replacing("{env: HUBSPOT_TOKEN}", with: "&t {env: HUBSPOT_TOKEN}")
      .replacing("{file: secrets/us}", with: "*t")
    #expect(
      SampleConfiguration.read(text).errors.map(\.description) == [
        "/home/ops/plumbline.yaml:10:12: Anchors (`&name`) and aliases (`*name`) are not used here; write it out."
      ])
  }

  @Test("cannot grow beyond bounds by aliases, nesting or size")
  func bounds() {
    var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    var previous = "a"
    for name in ["b", "c", "d", "e", "f", "g", "h", "i"] {
      let repeats = Array(repeating: "*\(previous)", count: 9).joined(separator: ", ")
      bomb += "\(name): &\(name) [\(repeats)]\n"
      previous = name
    }
    bomb += "? *i\n: x\n? *i\n: y\n"
    #expect(
      SampleConfiguration.read(bomb).errors.map(\.message) == [
        "Too many aliases (`*name`); write the values out instead."
      ])

    let deep = "company: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(
      SampleConfiguration.read(deep).errors.first?.message.contains("Nested too deeply") == true)
    let abyss = "company: " + String(repeating: "[", count: 100_000)
    #expect(!SampleConfiguration.read(abyss).errors.isEmpty)

    let many = "entities: [" + String(repeating: "a,", count: 30_000) + "a]"
    #expect(
      SampleConfiguration.read(many).errors.contains { $0.message.contains("too many values") })

    let huge = "company: " + String(repeating: "x", count: ConfigurationFile.maximumSize)
    #expect(SampleConfiguration.read(huge).errors.first?.message.contains("256 KiB") == true)
    let bytes = ConfigurationFile.read(Array(huge.utf8), file: "f", kinds: [])
    #expect(bytes.errors.first?.description.hasPrefix("f:1:1: The file holds more than") == true)
  }

  @Test("that is not UTF-8 is told of at the byte")
  func encoding() {
    let bytes = Array("company: A\nname: ä".utf8) + [0xE4, 0x0A]
    let errors = ConfigurationFile.read(bytes, file: "f", kinds: []).errors
    #expect(
      errors.map(\.description) == ["f:2:8: The file is not UTF-8 here; save it as UTF-8."])
  }

  @Test("shows no escape sequence of the file in an error")
  func escapes() {
    let errors = SampleConfiguration.read("\"comp\\e[2Jany\": A\n").errors
    #expect(errors.contains { $0.message.contains("␛[2J") })
    #expect(!errors.contains { $0.description.unicodeScalars.contains("\u{1B}") })
  }

  @Test("of random damage never stops the reader, and every error has a place in the file")
  func damage() {
    var random = SplitMix(state: 20_261_120)
    let original = Array(SampleConfiguration.text.unicodeScalars)
    let debris = Array("{}[]:,'\"\\*&!|>-?#%@`\t\n ~x\u{0}".unicodeScalars)
    for _ in 0..<150 {
      var scalars = original
      for _ in 0..<(1 + Int(random.next() % 3)) {
        let index = Int(random.next() % UInt64(scalars.count))
        scalars[index] = debris[Int(random.next() % UInt64(debris.count))]
      }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars)
      let text = String(view)
      let lines = text.unicodeScalars.count { $0 == "\n" } + 2
      let result = SampleConfiguration.read(text)
      #expect((result.model == nil) == !result.errors.isEmpty)
      for error in result.errors {
        #expect((1...lines).contains(error.line) && error.column >= 1, "\(error)")
      }
    }
  }
}

private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
