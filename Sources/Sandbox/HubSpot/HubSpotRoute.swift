/// What a path asks for, whichever of HubSpot's path families it is written in.
///
/// `v3` (associations: `v4`) and the date-based families `2026-03` and `2026-09` answer the same
/// objects from the same handler.
struct HubSpotRoute: Hashable {
  enum Resource: Hashable {
    case list(HubSpotObjectType)
    case record(HubSpotObjectType, id: String)
    case batchRead(HubSpotObjectType)
    case search(HubSpotObjectType)
    case owners
    case owner(id: String)
    case pipelines(HubSpotObjectType)
    case pipeline(HubSpotObjectType, id: String)
    case properties(HubSpotObjectType)
    case property(HubSpotObjectType, name: String)
    case associations(HubSpotObjectType, id: String, to: HubSpotObjectType)
    case batchAssociations(HubSpotObjectType, to: HubSpotObjectType)
    case accountDetails
    case privateAppUsage
    case token
    case introspection
    case privateAppToken
  }

  let resource: Resource
  /// Whether the path is of a date-based family.
  let isDated: Bool

  private static let dates: Set<String> = ["2026-03", "2026-09"]

  /// What those segments ask for; `nil` when nothing is served there.
  init?(_ segments: [String]) {
    guard segments.count >= 3 else { return nil }
    let resource: Resource?
    switch (segments[0], segments[1], segments[2]) {
    case ("oauth", "v1", "token"), ("oauth", "v3", "token"):
      isDated = false
      resource = Self.token(segments[3...])
    case ("oauth", let date, "token") where Self.dates.contains(date):
      isDated = true
      resource = Self.token(segments[3...])
    case ("oauth", "v2", "private-apps"):
      isDated = false
      resource = segments[3...] == ["get", "access-token-info"] ? .privateAppToken : nil
    case ("account-info", "v3", _):
      isDated = false
      resource = Self.account(segments[2...])
    case ("account-info", let date, _) where Self.dates.contains(date):
      isDated = true
      resource = Self.account(segments[2...])
    case ("crm", "v3", let kind):
      isDated = false
      resource = Self.crm(kind, Array(segments[3...]), associations: false, objects: true)
    case ("crm", "v4", let kind):
      isDated = false
      resource = Self.crm(kind, Array(segments[3...]), associations: true, objects: false)
    case ("crm", let kind, let date) where Self.dates.contains(date):
      isDated = true
      resource = Self.crm(kind, Array(segments[3...]), associations: true, objects: true)
    default: return nil
    }
    guard let resource else { return nil }
    self.resource = resource
  }

  private static func token(_ rest: ArraySlice<String>) -> Resource? {
    switch Array(rest) {
    case []: .token
    case ["introspect"]: .introspection
    default: nil
    }
  }

  private static func account(_ rest: ArraySlice<String>) -> Resource? {
    switch Array(rest) {
    case ["details"]: .accountDetails
    case ["api-usage", "daily", "private-apps"]: .privateAppUsage
    default: nil
    }
  }

  private static func crm(
    _ kind: String, _ rest: [String], associations: Bool, objects: Bool
  ) -> Resource? {
    if kind == "owners", objects { return owners(rest) }
    guard let first = rest.first, let type = HubSpotObjectType(path: first) else { return nil }
    let tail = Array(rest.dropFirst())
    switch (kind, tail.count) {
    case ("objects", 0) where objects: return .list(type)
    case ("objects", 1) where objects:
      return tail[0] == "search" ? .search(type) : .record(type, id: tail[0])
    case ("objects", 2) where objects && tail == ["batch", "read"]: return .batchRead(type)
    case ("objects", 3) where associations && tail[1] == "associations":
      return HubSpotObjectType(path: tail[2]).map { .associations(type, id: tail[0], to: $0) }
    case ("associations", 3) where associations && tail.dropFirst() == ["batch", "read"]:
      return HubSpotObjectType(path: tail[0]).map { .batchAssociations(type, to: $0) }
    case ("pipelines", 0) where objects: return .pipelines(type)
    case ("pipelines", 1) where objects: return .pipeline(type, id: tail[0])
    case ("properties", 0) where objects: return .properties(type)
    case ("properties", 1) where objects: return .property(type, name: tail[0])
    default: return nil
    }
  }

  private static func owners(_ rest: [String]) -> Resource? {
    switch rest.count {
    case 0: .owners
    case 1: .owner(id: rest[0])
    default: nil
    }
  }

  /// Whether this is the search endpoint, which has limits and headers of its own.
  var isSearch: Bool { if case .search = resource { true } else { false } }

  /// The verb the resource is read with; HubSpot reads batches and searches with POST.
  var method: String {
    switch resource {
    case .batchRead, .search, .batchAssociations, .token, .introspection, .privateAppToken: "POST"
    default: "GET"
    }
  }

  /// The scope a caller needs; `nil` when any will do.
  var scope: String? {
    switch resource {
    case .list(let type), .record(let type, _), .batchRead(let type), .search(let type),
      .pipelines(let type), .pipeline(let type, _), .properties(let type), .property(let type, _),
      .associations(let type, _, _), .batchAssociations(let type, _):
      type.scope
    case .owners, .owner: "crm.objects.owners.read"
    case .accountDetails, .privateAppUsage, .token, .introspection, .privateAppToken: nil
    }
  }
}

/// A type of CRM object, by whichever name a path gives it.
struct HubSpotObjectType: Hashable, Sendable {
  /// The plural name: `deals`.
  let name: String

  private static let identifiers = [
    "0-1": "contacts", "0-2": "companies", "0-3": "deals", "0-5": "tickets", "0-8": "line_items",
    "0-53": "invoices", "0-101": "commerce_payments", "0-970": "projects",
  ]
  private static let singulars = [
    "contacts": "contact", "companies": "company", "deals": "deal", "tickets": "ticket",
    "line_items": "line_item", "invoices": "invoice", "commerce_payments": "commerce_payment",
    "projects": "project",
  ]

  /// Every type there is.
  static let all = singulars.keys.sorted().map { HubSpotObjectType(name: $0) }

  private init(name: String) { self.name = name }

  /// The type a path names: `deals`, `deal` or `0-3`.
  init?(path: String) {
    if let name = Self.identifiers[path] {
      self.init(name: name)
    } else if Self.singulars[path] != nil {
      self.init(name: path)
    } else if let plural = Self.singulars.first(where: { $0.value == path })?.key {
      self.init(name: plural)
    } else {
      return nil
    }
  }

  /// `deal`.
  var singular: String { Self.singulars[name] ?? name }

  /// The scope that reads it.
  var scope: String { name == "tickets" ? "tickets" : "crm.objects.\(name).read" }

  /// The property that bears the time of the last change.
  var modificationProperty: String {
    name == "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate"
  }

  /// The properties that come back when none are asked for.
  var defaultProperties: [String] {
    let own =
      switch name {
      case "deals": ["dealname", "amount", "closedate", "pipeline", "dealstage"]
      case "companies": ["name", "domain"]
      case "contacts": ["firstname", "lastname", "email"]
      case "tickets":
        [
          "subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority",
          "hs_ticket_category",
        ]
      default: [String]()
      }
    return own + alwaysReturned
  }

  /// The properties that come back whatever is asked for.
  var alwaysReturned: [String] { ["createdate", modificationProperty, "hs_object_id"] }

  /// Properties of every account that HubSpot keeps by itself.
  var keptProperties: [String] {
    switch name {
    case "deals", "tickets": ["hs_merged_object_ids", "hs_v2_date_entered_current_stage"]
    case "contacts", "companies": ["hs_merged_object_ids"]
    default: []
    }
  }

  /// The property that bears the stage; `nil` of a type without stages.
  var stageProperty: String? {
    switch name {
    case "deals": "dealstage"
    case "tickets": "hs_pipeline_stage"
    default: nil
    }
  }

  /// The properties that a search's `query` looks into.
  var searchedProperties: [String] {
    switch name {
    case "deals": ["dealname", "description"]
    case "companies": ["name", "domain", "website"]
    case "contacts": ["firstname", "lastname", "email", "company"]
    case "tickets": ["subject", "content"]
    default: ["hs_name"]
    }
  }
}
