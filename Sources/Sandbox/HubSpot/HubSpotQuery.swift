import DealModel

/// A search as its body writes it, checked against HubSpot's limits.
///
/// Source: developers.hubspot.com, CRM search; the `v3` and `2026-03` specification files.
struct HubSpotQuery: Sendable {
  /// One condition.
  struct Filter: Sendable {
    enum Operator: String, Sendable {
      case lt = "LT"
      case lte = "LTE"
      case gt = "GT"
      case gte = "GTE"
      case eq = "EQ"
      case neq = "NEQ"
      case between = "BETWEEN"
      case isIn = "IN"
      case notIn = "NOT_IN"
      case has = "HAS_PROPERTY"
      case hasNot = "NOT_HAS_PROPERTY"
      case contains = "CONTAINS_TOKEN"
      case containsNot = "NOT_CONTAINS_TOKEN"
    }

    let property: String
    let comparison: Operator
    /// `value`, or `values` of `IN` and `NOT_IN`; empty for the two that take none.
    let values: [String]
    /// The upper bound of `BETWEEN`.
    let highValue: String?
  }

  struct Sort: Sendable {
    let property: String
    let isDescending: Bool
  }

  /// Of which one must hold; of each, every filter. None at all matches everything.
  let groups: [[Filter]]
  let sort: Sort?
  let text: String
  let properties: [String]
  let limit: Int
  let offset: Int
  /// What the result depends on, but for the page: equal keys have equal matches.
  let key: String

  /// Results beyond this many cannot be had with one query, whatever the page.
  static let cap = 10_000

  init(_ body: JSONValue, isDated: Bool) throws(HubSpotFailure) {
    guard body.members != nil else { throw .invalid("Invalid input JSON: expected an object") }
    let documents = body["filterGroups"]?.array ?? []
    let mostGroups = isDated ? 6 : 5
    guard documents.count <= mostGroups else {
      throw .invalid("too many filterGroups: at most \(mostGroups)")
    }
    var groups: [[Filter]] = []
    for document in documents {
      let filters = document["filters"]?.array ?? []
      guard filters.count <= 6 else { throw .invalid("too many filters in a group: at most 6") }
      var group: [Filter] = []
      for filter in filters { group.append(try Self.filter(filter)) }
      groups.append(group)
    }
    guard groups.map(\.count).reduce(0, +) <= 18 else {
      throw .invalid("too many filters: at most 18")
    }
    self.groups = groups
    sort = try Self.sort(body["sorts"]?.array ?? [])
    text = body["query"]?.string ?? ""
    guard text.count <= 3_000 else { throw .invalid("query is longer than 3000 characters") }
    properties = (body["properties"]?.array ?? []).compactMap(\.string)
    limit = try Self.whole(body["limit"], "limit") ?? 10
    guard (1...200).contains(limit) else { throw .invalid("limit must be between 1 and 200") }
    offset = try Self.whole(body["after"], "after") ?? 0
    guard offset < Self.cap else {
      throw .invalid("The search cannot page beyond \(Self.cap) results: after is \(offset)")
    }
    key = [body["filterGroups"], body["sorts"], body["query"]]
      .map { $0?.text() ?? "" }.joined(separator: "\u{0}")
  }

  private static func filter(_ document: JSONValue) throws(HubSpotFailure) -> Filter {
    guard let property = document["propertyName"]?.string else {
      throw .invalid("a filter has no propertyName", code: "REQUIRED_FIELD")
    }
    guard let comparison = document["operator"]?.string.flatMap(Filter.Operator.init) else {
      throw .invalid(
        "Invalid input JSON: unknown operator", code: "INVALID_OPERATOR", property: property)
    }
    var values: [String] = []
    switch comparison {
    case .has, .hasNot: break
    case .isIn, .notIn:
      values = (document["values"]?.array ?? []).compactMap(Self.text)
      guard !values.isEmpty else {
        throw .invalid(
          "operator \(comparison.rawValue) requires values", code: "MISSING_VALUES",
          property: property)
      }
    default:
      guard let value = document["value"].flatMap(Self.text) else {
        throw .invalid(
          "operator \(comparison.rawValue) requires a value", code: "MISSING_VALUE",
          property: property)
      }
      values = [value]
    }
    let highValue = document["highValue"].flatMap(Self.text)
    guard comparison != .between || highValue != nil else {
      throw .invalid(
        "operator BETWEEN requires a highValue", code: "MISSING_VALUE", property: property)
    }
    return Filter(
      property: property, comparison: comparison, values: values, highValue: highValue)
  }

  private static func sort(_ documents: [JSONValue]) throws(HubSpotFailure) -> Sort? {
    guard documents.count <= 1 else { throw .invalid("only one sort is allowed") }
    guard let document = documents.first else { return nil }
    if let name = document.string {
      return Sort(
        property: name.hasPrefix("-") ? String(name.dropFirst()) : name,
        isDescending: name.hasPrefix("-"))
    }
    guard let name = document["propertyName"]?.string else {
      throw .invalid("a sort has no propertyName")
    }
    return Sort(property: name, isDescending: document["direction"]?.string == "DESCENDING")
  }

  private static func whole(
    _ value: JSONValue?, _ name: String
  ) throws(HubSpotFailure) -> Int? {
    guard let value, !value.isNull, value != "" else { return nil }
    guard let text = text(value), let number = Int(text), number >= 0 else {
      throw .invalid("\(name) must be a whole number")
    }
    return number
  }

  /// A value as text; clients write numbers with and without quotes.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text), .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    default: nil
    }
  }
}
