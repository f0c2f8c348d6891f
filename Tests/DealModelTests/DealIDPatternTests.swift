import DealModel
import Testing

@Suite("Patterns of deal IDs")
struct DealIDPatternTests {
  @Test(
    "an ID has to match whole",
    arguments: [
      ("^BW-[0-9]{5}$", "BW-10001", true), ("^BW-[0-9]{5}$", "BW-1000", false),
      ("^BW-[0-9]{5}$", "BW-100011", false),
      ("^BW-[0-9]{5}$", "xBW-10001", false), ("BW-[0-9]{5}", "BW-10001 ", false),
      ("BW-\\d+", "BW-7", true),
      ("BW-\\d+", "BW-", false), ("(AB|CD)+-?\\w{2,3}", "ABCD-x1", true),
      ("(AB|CD)+-?\\w{2,3}", "ABCDxyzw", false),
      ("a|b|", "", true), ("a*", "aaaa", true), ("a?b", "b", true), ("[^a-c]x", "dx", true),
      ("[^a-c]x", "ax", false),
      ("[]x]+", "]x", true), ("[a-]+", "a-", true), ("\\.\\-\\[", ".-[", true), (".", "é", true),
      (".", "\n", false),
      ("^$", "", true), ("a^b", "ab", false), ("a$b", "ab", false),
      ("(?:x{0,2}y){2}", "xxyy", true),
      ("\\S+", "東京", true), ("\\D", "5", false), ("x{3,}", "xx", false), ("x{3,}", "xxxx", true),
      ("a+?b", "aab", true),
      ("\\A\\d{2}\\z", "12", true), ("[\\d-]+", "1-2", true),
    ])
  func matching(pattern: String, id: String, matches: Bool) throws {
    #expect(try DealIDPattern(pattern).matches(DealID(id)) == matches)
  }

  @Test(
    "a broken or unknown pattern is refused with where",
    arguments: [
      "", "(", ")", "[", "[a", "a{", "a{2", "a{3,2}", "a{999}", "*a", "+", "?", "{2}", "\\", "\\q",
      "\\1", "(?=a)", "(?i)a",
      "[z-a]", "[\\D]", "(a", "a)", "((a{256}){256}){256}",
    ])
  func refusals(pattern: String) {
    let error = #expect(throws: DealIDPatternError.self) { try DealIDPattern(pattern) }
    #expect((error?.column ?? 0) >= 1)
    #expect(error?.message.isEmpty == false)
  }

  @Test(
    "patterns that ruin backtracking engines are matched in passing",
    arguments: ["(a+)+$", "(a|a)*b", "(a*)*c", "(.*)*x", "(a?){200}a{200}"])
  func catastrophes(pattern: String) throws {
    let compiled = try DealIDPattern(pattern)
    #expect(!compiled.matches(String(repeating: "a", count: 199) + "!"))
  }

  @Test("counts of nothing and deep groups are no trap")
  func hostilePatterns() throws {
    #expect(try DealIDPattern("((((){256}){256}){256}){256}").matches(""))
    let deep = String(repeating: "(", count: 10_000)
    #expect(throws: DealIDPatternError.self) { try DealIDPattern(deep) }
  }

  @Test("an ID of more than 256 scalars never matches")
  func longIDs() throws {
    let any = try DealIDPattern(".*")
    #expect(any.matches(String(repeating: "x", count: 256)))
    #expect(!any.matches(String(repeating: "x", count: 257)))
    #expect(!any.matches(String(repeating: "x", count: 5_000_000)))
  }
}
