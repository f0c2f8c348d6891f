internal import DealModel

/// Holds tickets against a query.
struct TicketSQLMatcher {
  let desk: RTDesk
  let now: Timestamp

  private static let texts: Set<String> = ["subject", "status", "queue", "owner", "type"]
  private static let numbers: Set<String> = ["id", "priority", "effectiveid"]
  private static let dates: Set<String> = [
    "created", "lastupdated", "due", "started", "starts", "resolved", "told",
  ]

  /// Whether a search may name that.
  static func knows(_ key: String) -> Bool {
    let name = key.lowercased()
    return texts.contains(name) || numbers.contains(name) || dates.contains(name)
      || field(name) != nil
  }

  /// The custom field that a key names: `CF.{Deal ID}`, `'CF.{Deal ID}'` or `CF.Site`.
  private static func field(_ key: String) -> String? {
    guard key.lowercased().hasPrefix("cf.") else { return nil }
    let name = key.dropFirst(3)
    return name.hasPrefix("{") && name.hasSuffix("}")
      ? String(name.dropFirst().dropLast()) : String(name)
  }

  func matches(_ query: TicketSQL, _ ticket: JSONValue) -> Bool {
    switch query {
    case .all(let parts): return parts.allSatisfy { matches($0, ticket) }
    case .any(let parts): return parts.contains { matches($0, ticket) }
    case .condition(let key, let operation, let value, let isQuoted):
      if let field = Self.field(key) {
        // A field that does not exist has no value anywhere; nobody says so.
        return texts(
          desk.values(of: field, in: ticket), operation, value, isNull: !isQuoted)
      }
      let name = key.lowercased()
      if Self.dates.contains(name) { return date(name, ticket, operation, value) }
      if Self.numbers.contains(name) { return number(name, ticket, operation, value) }
      return texts(word(name, ticket, value), operation, value, isNull: !isQuoted)
    }
  }

  private func word(_ name: String, _ ticket: JSONValue, _ value: String) -> [String] {
    switch name {
    case "status":
      let status = ticket["Status"]?.string ?? ""
      let isInactive = ["resolved", "rejected", "deleted"].contains(status)
      if value == "__Active__" { return [isInactive ? status : "__Active__"] }
      if value == "__Inactive__" { return [isInactive ? "__Inactive__" : status] }
      return [status]
    case "queue": return [ticket["Queue"]?.string ?? "General"]
    case "owner": return [ticket["Owner"]?.string ?? "Nobody"]
    case "type": return ["ticket"]
    default: return [ticket["Subject"]?.string ?? ""]
    }
  }

  /// Compares texts in any case, as the usual databases do.
  private func texts(
    _ there: [String], _ operation: String, _ value: String, isNull: Bool
  ) -> Bool {
    let wanted = value.lowercased()
    let values = there.map { $0.lowercased() }
    if isNull, wanted == "null" { return operation.hasSuffix("NOT") != values.isEmpty }
    let isNegated = operation == "!=" || operation.hasPrefix("NOT ")
    let found = values.contains { text in
      switch operation {
      case "=", "!=", "IS": text == wanted
      case "LIKE", "NOT LIKE": text.contains(wanted)
      case "STARTSWITH", "NOT STARTSWITH": text.hasPrefix(wanted)
      case "ENDSWITH", "NOT ENDSWITH": text.hasSuffix(wanted)
      case ">": text > wanted
      case ">=": text >= wanted
      case "<": text < wanted
      case "<=": text <= wanted
      default: false
      }
    }
    return found != isNegated
  }

  private func number(
    _ name: String, _ ticket: JSONValue, _ operation: String, _ value: String
  ) -> Bool {
    let there = name == "priority" ? ticket["Priority"]?.integer ?? 0 : ticket["id"]?.integer ?? 0
    guard let wanted = Int(value) else { return false }
    return compare(there, operation, wanted)
  }

  private func date(
    _ name: String, _ ticket: JSONValue, _ operation: String, _ value: String
  ) -> Bool {
    let members = ["lastupdated": "LastUpdated"]
    let member = members[name] ?? name.prefix(1).uppercased() + name.dropFirst()
    guard let there = ticket[member]?.string.flatMap({ Timestamp($0) }) else { return false }
    // A time that cannot be read is the beginning of time.
    let wanted = instant(value) ?? Timestamp(milliseconds: 0)
    return compare(there, operation, wanted)
  }

  /// `2026-11-20 08:00:00` in the user's zone, or how long ago: `10 minutes ago`. The user's offset is
  /// applied even where a zone stands behind the time (`RT::Date`, `ParseByTimeParseDate`).
  private func instant(_ text: String) -> Timestamp? {
    if let day = CalendarDate(text) { return utc(ofLocal: Timestamp(startOf: day)) }
    let words = text.split(separator: " ").map(String.init)
    guard (2...3).contains(words.count) else { return Timestamp(text).map(utc(ofLocal:)) }
    if words.last == "ago" { return ago(words) }
    var zone = words.count == 3 ? words[2] : "Z"
    if ["GMT", "UTC"].contains(zone.uppercased()) { zone = "Z" }
    return Timestamp("\(words[0])T\(words[1])\(zone)").map(utc(ofLocal:))
  }

  private func ago(_ words: [String]) -> Timestamp? {
    let units = ["second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800]
    guard words.count == 3, let count = Int(words[0]), (0...10_000_000).contains(count),
      let seconds = units.first(where: { [$0.key, $0.key + "s"].contains(words[1]) })?.value
    else { return nil }
    return now.adding(.seconds(-count * seconds))
  }

  private func utc(ofLocal local: Timestamp) -> Timestamp {
    local.adding(.seconds(-desk.zone.offsetSeconds(at: local)))
  }

  private func compare<Value: Comparable>(
    _ left: Value, _ operation: String, _ right: Value
  ) -> Bool {
    switch operation {
    case "=": left == right
    case "!=": left != right
    case ">": left > right
    case ">=": left >= right
    case "<": left < right
    case "<=": left <= right
    default: false
    }
  }
}
