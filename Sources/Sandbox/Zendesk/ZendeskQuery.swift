internal import DealModel

/// The search's query language: words, phrases in double quotes, and `property:value`, `<`, `>`,
/// `<=`, `>=`; a minus before a term negates it. Several values of one property are alternatives, and
/// everything else must hold at once. Texts match by whole words, in any case.
///
/// Source: support.zendesk.com, "Zendesk Support search reference".
struct ZendeskQuery: Sendable {
  private enum Comparison: String, Hashable, Sendable {
    case equal = ":"
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
  }

  private struct Term: Hashable, Sendable {
    /// `nil` for words that may stand anywhere.
    var property: String?
    var comparison = Comparison.equal
    var value: String
    var isNegated: Bool
  }

  private let terms: [Term]
  private let now: Timestamp

  init(_ text: String, now: Timestamp) {
    self.now = now
    terms = Self.pieces(text).map(Self.term)
  }

  func matches(_ ticket: JSONValue) -> Bool {
    var alternatives: [String: Bool] = [:]
    for term in terms {
      let fits = fits(term, ticket)
      if let property = term.property, term.comparison == .equal, !term.isNegated {
        alternatives[property] = (alternatives[property] ?? false) || fits
      } else if fits == term.isNegated {
        return false
      }
    }
    return alternatives.values.allSatisfy(\.self)
  }

  // MARK: Reading

  /// Parts at spaces outside double quotes; a backslash takes the next letter as it is.
  private static func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    var piece = ""
    var isQuoted = false
    var isEscaped = false
    for letter in text {
      if isEscaped {
        piece.append(letter)
        isEscaped = false
      } else if letter == "\\" {
        isEscaped = true
      } else if letter == "\"" {
        isQuoted.toggle()
      } else if letter == " ", !isQuoted {
        if !piece.isEmpty { pieces.append(piece) }
        piece = ""
      } else {
        piece.append(letter)
      }
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }

  private static func term(_ piece: String) -> Term {
    let isNegated = piece.hasPrefix("-") && piece.count > 1
    let text = isNegated ? piece.dropFirst() : piece[...]
    let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let rest = text.dropFirst(name.count)
    let operators: [Comparison] = [.atMost, .atLeast, .less, .greater, .equal]
    guard isProperty(name), let found = operators.first(where: { rest.hasPrefix($0.rawValue) })
    else { return Term(value: String(text), isNegated: isNegated) }
    return Term(
      property: String(name), comparison: found,
      value: String(rest.dropFirst(found.rawValue.count)), isNegated: isNegated)
  }

  private static let properties: Set<String> = [
    "type", "status", "priority", "ticket_type", "external_id", "tags", "subject", "description",
    "created", "updated", "assignee", "requester", "organization", "group", "custom_status_id",
  ]

  private static func isProperty(_ name: Substring) -> Bool {
    properties.contains(String(name))
      || name.hasPrefix("custom_field_") && Int(name.dropFirst(13)) != nil
  }

  // MARK: Matching

  private func fits(_ term: Term, _ ticket: JSONValue) -> Bool {
    guard let property = term.property else {
      let all = ["subject", "description"].compactMap { ticket[$0]?.string }
      return all.contains { Self.holds($0, term.value) }
    }
    switch property {
    case "type": return term.value == "ticket" || ticket["type"]?.string == term.value
    case "status", "priority":
      let order = Self.orders[property] ?? []
      guard term.value != "none" else { return ticket[property]?.isNull ?? true }
      guard let wanted = order.firstIndex(of: term.value) else { return false }
      let rank = Self.rank(ticket, property)
      return rank >= 0 && compare(rank, term.comparison, wanted)
    case "created", "updated":
      guard let at = ticket["\(property)_at"]?.string.flatMap({ Timestamp($0) }) else {
        return false
      }
      return fits(at, term)
    case "ticket_type": return value(ticket["type"], term)
    case "assignee", "requester", "organization", "group":
      return value(ticket["\(property)_id"], term)
    case let field where field.hasPrefix("custom_field_"):
      let id = Int(field.dropFirst(13))
      let found = ticket["custom_fields"]?.array?.first { $0["id"]?.integer == id }
      // A field that does not exist matches nothing, not even `none`.
      return found.map { value($0["value"], term) } ?? false
    default: return value(ticket[property], term)
    }
  }

  private static let orders = [
    "status": ["new", "open", "pending", "hold", "solved", "closed"],
    "priority": ["low", "normal", "high", "urgent"],
  ]

  /// The place of a ticket's value in the order of the property's values; -1 for none.
  static func rank(_ ticket: JSONValue, _ property: String) -> Int {
    orders[property]?.firstIndex(of: ticket[property]?.string ?? "") ?? -1
  }

  private func compare<Value: Comparable>(
    _ left: Value, _ comparison: Comparison, _ right: Value
  ) -> Bool {
    switch comparison {
    case .equal: left == right
    case .less: left < right
    case .atMost: left <= right
    case .greater: left > right
    case .atLeast: left >= right
    }
  }

  private func value(_ value: JSONValue?, _ term: Term) -> Bool {
    switch value {
    case .string(let text)?:
      return term.value == "*" ? !text.isEmpty : Self.holds(text, term.value)
    case .number(let text)?: return term.value == "*" || text == term.value
    case .bool(let flag)?: return term.value == (flag ? "true" : "false")
    case .array(let elements)?:
      return elements.contains { $0.string?.lowercased() == term.value.lowercased() }
    default: return term.value == "none"
    }
  }

  /// Whether the words of a phrase stand in a text, one behind the other; a star ends the last one.
  private static func holds(_ text: String, _ phrase: String) -> Bool {
    let words = words(in: text)
    let wanted = Self.words(in: phrase)
    guard !wanted.isEmpty, words.count >= wanted.count else { return false }
    let isOpen = phrase.hasSuffix("*")
    return (0...(words.count - wanted.count)).contains { start in
      zip(words[start...], wanted).enumerated().allSatisfy { index, pair in
        isOpen && index == wanted.count - 1 ? pair.0.hasPrefix(pair.1) : pair.0 == pair.1
      }
    }
  }

  private static func words(in text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  // MARK: Times

  /// An instant, a day, or how long ago: `4hours`, `2days`.
  private func fits(_ at: Timestamp, _ term: Term) -> Bool {
    if let instant = Timestamp(term.value) { return compare(at, term.comparison, instant) }
    if let day = CalendarDate(term.value) { return compare(at.date, term.comparison, day) }
    let digits = term.value.prefix { $0.isNumber }
    let units = ["minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800]
    let unit = term.value.dropFirst(digits.count).lowercased()
    guard let count = Int(digits), count < 100_000,
      let seconds = units.first(where: { unit == $0.key || unit == $0.key + "s" })?.value
    else { return false }
    // `updated>2hours`: within the last two hours.
    return compare(at, term.comparison, now.adding(.seconds(-count * seconds)))
  }
}
