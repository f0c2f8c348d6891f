import AdapterKit
import DealModel

extension JSONValue {
  /// The same document with numbers for words, and words for numbers and flags.
  var withOtherTypes: JSONValue {
    switch self {
    case .string: .number("7")
    case .number, .bool: .string("x")
    case .null: .null
    case .array(let elements): .array(elements.map(\.withOtherTypes))
    case .object(let members): .object(members.map { .init($0.name, $0.value.withOtherTypes) })
    }
  }
}

extension SandboxTransport {
  /// From now on every document comes with values of other types.
  func confuseTypes() {
    tamper { _, answer in
      var answer = answer
      if let document = try? JSONValue(parsing: answer.body) {
        answer.body = Array(document.withOtherTypes.text().utf8)
      }
      return answer
    }
  }
}
