import AdapterKit
import DealModel

/// What the gaps of a request are filled with.
struct RESTFilling: Hashable, Sendable {
  /// Deal IDs or parents' keys, for `{deal}` and `{key}`, `{deals}` and `{keys}`, `{each}`.
  var ids: [String] = []
  /// Further words: `text`, `id`, `since`.
  var words: [String: String] = [:]
  /// Whole numbers: `page`, `offset`, `limit`, `since_unix`.
  var numbers: [String: Int] = [:]
}

extension RESTRequest {
  /// The call with its gaps filled. A parameter whose gap has no value yet, such as the first page's
  /// cursor, is left out, and so is a member of an object in the body.
  ///
  /// What goes into an address is percent-encoded by ``HTTPCall``, what goes into a body by the
  /// writer of the document: no ID can leave its place.
  func call(_ filling: RESTFilling, headers: [HTTPField]) -> HTTPCall {
    var arguments: [String: String] = [:]
    for gap in TextTemplate(pattern).gaps {
      arguments[gap] = word(gap, filling, isInsideWords: false)
    }
    let parameters = query.compactMap { parameter -> HTTPParameter? in
      filled(parameter.value, filling).map { HTTPParameter(parameter.name, $0) }
    }
    let body: HTTPCall.Body =
      self.body.flatMap { filled($0, filling) }.map { .json($0) } ?? .none
    return HTTPCall(method, pattern, arguments, query: parameters, headers: headers, body: body)
  }

  private func filled(_ template: TextTemplate, _ filling: RESTFilling) -> String? {
    let isOnly = template.onlyGap != nil
    return template.filled { word($0, filling, isInsideWords: !isOnly) }
  }

  private func filled(_ value: JSONValue, _ filling: RESTFilling) -> JSONValue? {
    switch value {
    case .null, .bool, .number: return value
    case .array(let elements): return .array(elements.compactMap { filled($0, filling) })
    case .object(let members):
      return .object(
        members.compactMap { member in
          filled(member.value, filling).map { .init(member.name, $0) }
        })
    case .string(let text):
      let template = TextTemplate(text)
      switch template.onlyGap {
      case "deals"?: return .array(filling.ids.map { .string($0) })
      case "keys"?: return .array(filling.ids.map(name))
      case let gap?:
        if let number = filling.numbers[gap] { return .integer(number) }
        let word = word(gap, filling, isInsideWords: false)
        return word.map { gap == "id" || gap == "key" ? name($0) : .string($0) }
      case nil: return filled(template, filling).map { .string($0) }
      }
    }
  }

  /// Whether an ID can be asked for: no search finds one without a letter or digit, and some refuse to
  /// look for it; and one that holds what parts IDs would be taken for several.
  func canAsk(for id: String) -> Bool {
    guard id.contains(where: { $0.isLetter || $0.isNumber }) else { return false }
    let isListed = query.contains { $0.value.gaps.contains { $0 == "deals" || $0 == "keys" } }
    return !isListed || separator.isEmpty || !id.contains(separator)
  }

  /// The ID or key of a record as the system takes it.
  private func name(_ id: String) -> JSONValue {
    areIDsNumbers ? Int(id).map { .integer($0) } ?? .string(id) : .string(id)
  }

  private func word(_ gap: String, _ filling: RESTFilling, isInsideWords: Bool) -> String? {
    switch gap {
    case "deal", "key": return filling.ids.first.map { isInsideWords ? quoted($0) : $0 }
    case "deals", "keys":
      return filling.ids.map { isInsideWords ? quoted($0) : $0 }.joined(separator: separator)
    case "each":
      guard let each else { return nil }
      return filling.ids.compactMap { id in each.filled { _ in quoted(id) } }
        .joined(separator: separator)
    default:
      if let number = filling.numbers[gap] { return String(number) }
      return filling.words[gap].map { isInsideWords && gap != "cursor" ? quoted($0) : $0 }
    }
  }

  /// An ID inside quotes of the vendor's query language.
  private func quoted(_ text: String) -> String {
    switch quote {
    case .none: return text
    case .doubled: return text.map { "'\"".contains($0) ? "\($0)\($0)" : "\($0)" }.joined()
    case .backslash: return text.map { "'\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }
  }
}
