import DealModel

/// A property that is defined in the account.
struct HubSpotProperty: Sendable {
  /// How values are compared.
  enum Comparison: Sendable {
    case number, time, exact, ignoringCase
  }

  var name: String
  let label: String
  let type: String
  let fieldType: String
  let isUnique: Bool
  /// Members of the definition that the sandbox only passes on, such as `options`.
  let rest: [JSONValue.Member]

  /// A definition of `properties.json`; `nil` without a name.
  init?(_ definition: JSONValue) {
    guard let name = definition["name"]?.string else { return nil }
    self.name = name
    label = definition["label"]?.string ?? name
    type = definition["type"]?.string ?? Self.standardType(of: name)
    fieldType = definition["fieldType"]?.string ?? "text"
    isUnique = definition["hasUniqueValue"]?.bool ?? false
    let known: Set = ["name", "label", "type", "fieldType", "hasUniqueValue"]
    rest = (definition.members ?? []).filter { !known.contains($0.name) }
  }

  /// A property that every account has, or that a record bears without its being defined.
  init(standard name: String) {
    self.name = name
    label = name
    type = Self.standardType(of: name)
    fieldType = "text"
    isUnique = false
    rest = []
  }

  /// How search compares values. HubSpot ignores case in strings, not in enumerations.
  var comparison: Comparison {
    switch type {
    case "number": .number
    case "date", "datetime": .time
    case "enumeration", "bool": .exact
    default: .ignoringCase
    }
  }

  /// As `GET /crm/v3/properties/{type}` lists it.
  var document: JSONValue {
    .object(
      [
        .init("name", .string(name)), .init("label", .string(label)),
        .init("type", .string(type)), .init("fieldType", .string(fieldType)),
        .init("hasUniqueValue", .bool(isUnique)),
      ] + rest)
  }

  private static func standardType(of name: String) -> String {
    switch name {
    case "amount", "amount_in_home_currency", "hs_object_id", "hs_amount_billed", "hs_balance_due":
      "number"
    case "closedate", "createdate", "hs_lastmodifieddate", "lastmodifieddate", "hs_invoice_date",
      "hs_due_date":
      "datetime"
    case "dealstage", "pipeline", "hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id",
      "deal_currency_code", "hs_ticket_priority", "hs_ticket_category", "hs_invoice_status":
      "enumeration"
    default: "string"
    }
  }

  /// The instant a date property stands for: ISO 8601, a date, or epoch milliseconds.
  static func instant(_ text: String) -> Timestamp? {
    if let milliseconds = Int64(text) { return Timestamp(milliseconds: milliseconds) }
    if text.utf8.count == 10 { return CalendarDate(text).map { Timestamp(startOf: $0) } }
    return Timestamp(text)
  }
}
