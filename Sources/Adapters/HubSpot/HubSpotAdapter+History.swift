import AdapterKit
import DealModel

extension HubSpotAdapter {
  /// The deal properties from which fields are read, and the fields they are.
  private var fieldProperties: [String: FieldName] {
    [
      "dealname": .name, "amount": .value, "dealstage": .stage, "pipeline": .pipeline,
      "closedate": .closeDate, "hubspot_owner_id": .person, entityProperty: .entity,
    ]
  }

  /// The earlier values of deals' properties.
  ///
  /// HubSpot returns the versions of a property newest first, with when, by what and by whom each
  /// was written; it keeps a limited number of them, so that the oldest known version counts as the
  /// first entry.
  ///
  /// - Source: `POST /crm/v3/objects/deals/batch/read` with `propertiesWithHistory`, at most 50
  ///   inputs (developers.hubspot.com, CRM guides, objects).
  func history(
    of references: [RecordReference], properties: [String]
  ) async throws -> [RecordReference: [PropertyChange]] {
    let deals = references.filter { $0.kind == .deals && $0.system == system }
    guard !deals.isEmpty else { return [:] }
    let fields = fieldProperties
    let wanted = properties + fields.keys.sorted().filter { !properties.contains($0) }
    let owners = try await settled { try await directory.owners.value() }
    let names = (try? owners.get())?.userNames ?? [:]
    var found: [RecordReference: [PropertyChange]] = [:]
    for batch in deals.map(\.id).batches(of: HubSpotCall.historyBatchSize) {
      let call = HubSpotCall.batchReadHistory("deals", ids: batch, properties: wanted)
      let results = try await port.read(call) { reply in
        guard let results = reply.value["results"]?.array else {
          throw port.malformed(call.operation, "a document without \"results\"")
        }
        return results
      }
      for result in results {
        guard let id = result["id"]?.string, let history = result["propertiesWithHistory"] else {
          throw port.malformed(call.operation, "a record without \"propertiesWithHistory\"")
        }
        let reference = RecordReference(system: system, kind: .deals, id: id)
        found[reference] = (history.members ?? []).flatMap { member in
          HubSpotVersions(member.value.array ?? [], userNames: names)
            .changes(of: member.name, as: fields[member.name])
        }.sorted { $0.at > $1.at }
      }
    }
    return found
  }
}

/// The versions of one property, newest first.
struct HubSpotVersions {
  private struct Version {
    var value: String?
    var at: Timestamp
    var author: PropertyChange.Author
    var by: String?
  }

  private var versions: [Version] = []

  /// A version without a time tells nothing and is left out.
  init(_ entries: [JSONValue], userNames: [String: String]) {
    for entry in entries {
      guard let at = entry["timestamp"]?.string.flatMap({ Timestamp($0) }) else { continue }
      let text = entry["value"]?.string
      let user = Self.user(of: entry)
      let source = entry["sourceType"]?.string
      versions.append(
        Version(
          value: text?.isEmpty == true ? nil : text, at: at, author: Self.author(source),
          by: Self.name(of: entry, user: user, userNames: userNames)))
    }
    versions.sort { $0.at > $1.at }
  }

  func changes(of property: String, as field: FieldName?) -> [PropertyChange] {
    versions.enumerated().map { index, version in
      let older = index + 1 < versions.count ? versions[index + 1].value : nil
      return PropertyChange(
        property: property, field: field, at: version.at, old: older, new: version.value,
        author: version.author, by: version.by)
    }
  }

  /// Sources that are a person at a screen; every other one is a program.
  private static let people: Set<String> = [
    "CRM_UI", "CRM_UI_BULK_ACTION", "CONTACTS_WEB", "COMPANIES_WEB", "MOBILE_IOS",
    "MOBILE_ANDROID",
  ]

  private static func author(_ source: String?) -> PropertyChange.Author {
    guard let source else { return .unknown }
    return people.contains(source) ? .person : .program
  }

  /// `updatedByUserId`, or the user in a `sourceId` such as `userId:44100`.
  private static func user(of entry: JSONValue) -> String? {
    if let user = entry["updatedByUserId"] {
      return user.integer.map(String.init) ?? user.string
    }
    guard let source = entry["sourceId"]?.string, source.hasPrefix("userId:") else { return nil }
    return String(source.dropFirst("userId:".count))
  }

  private static func name(
    of entry: JSONValue, user: String?, userNames: [String: String]
  ) -> String? {
    let source = entry["sourceType"]?.string
    if author(source) == .person {
      return user.map { userNames[$0] ?? "user \($0)" }
    }
    return entry["sourceLabel"]?.string ?? source
  }
}
