import AdapterKit
import DealModel

/// An answer that begins as the honest one and does harm: to parsers, to memory, to whoever trusts it.
struct HostileAnswer: Sendable {
  let what: String
  let harm: @Sendable (HTTPAnswer) -> HTTPAnswer

  static let all: [HostileAnswer] = [
    inserting("NaN for a number", "NaN"), inserting("Infinity for a number", "-Infinity"),
    inserting("a number without an end", "1e"), inserting("a lone surrogate", #""\ud800""#),
    inserting("a control character", "\"a\u{0}b\""),
    inserting(
      "lists in lists in lists",
      String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)),
    inserting(
      "objects in objects",
      String(repeating: "{\"a\":", count: 100_000) + "0"
        + String(repeating: "}", count: 100_000)),
    HostileAnswer(what: "a name twice, with two values") { honest in
      guard let document = try? JSONValue(parsing: honest.body),
        let name = document.members?.first?.name
      else { return replaced(honest, Array(#"{"a":1,"a":2}"#.utf8)) }
      return replaced(honest, Array("{\"\(name)\":null,".utf8) + honest.body.dropFirst())
    },
    HostileAnswer(what: "bytes that are no UTF-8") { honest in
      replaced(honest, Array("{\"a\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8))
    },
    HostileAnswer(what: "UTF-16") { honest in
      replaced(honest, [0xFF, 0xFE] + honest.body.flatMap { [$0, 0] })
    },
    // The smallest stream of gzip there is; nobody asked for any, and nobody unpacks it.
    HostileAnswer(what: "gzip that nobody asked for") { honest in
      var answer = replaced(
        honest,
        [
          0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ])
      answer.headers.append(HTTPField("Content-Encoding", "gzip"))
      return answer
    },
    HostileAnswer(what: "a text behind the document") { honest in
      replaced(honest, honest.body + Array("{}".utf8))
    },
  ]

  /// The honest answer with one more value at its beginning.
  private static func inserting(_ what: String, _ value: String) -> HostileAnswer {
    HostileAnswer(what: what) { honest in
      let isList = honest.body.first == UInt8(ascii: "[")
      let head = isList ? "[\(value)," : "{\"hostile\":\(value),"
      return replaced(honest, Array(head.utf8) + honest.body.dropFirst())
    }
  }

  private static func replaced(_ honest: HTTPAnswer, _ body: [UInt8]) -> HTTPAnswer {
    var answer = honest
    answer.body = body
    return answer
  }
}
