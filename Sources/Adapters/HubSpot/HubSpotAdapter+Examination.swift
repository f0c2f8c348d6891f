import AdapterKit
import DealModel

extension HubSpotAdapter {
  /// Custom and standard properties of deals. HubSpot marks its own as defined by itself.
  func properties() async throws -> [PropertyDescription]? {
    let call = HubSpotCall.properties("deals")
    return try await port.read(call) { reply in
      guard let results = reply.value["results"]?.array else {
        throw self.port.malformed(call.operation, "a document without \"results\"")
      }
      return results.compactMap(Self.property)
    }
  }

  private static func property(_ definition: JSONValue) -> PropertyDescription? {
    guard let name = definition["name"]?.string else { return nil }
    let content: PropertyDescription.Content =
      switch definition["type"]?.string {
      case "string": .text
      case "number": .number
      default: .other
      }
    let isOwn = definition["hubspotDefined"]?.bool ?? standardProperties.contains(name)
    return PropertyDescription(
      name: name, label: definition["label"]?.string ?? name, content: content,
      isUnique: definition["hasUniqueValue"]?.bool ?? false, isCustom: !isOwn)
  }

  /// Names that every account has, where the list does not say who defined them.
  private static let standardProperties: Set<String> = [
    "dealname", "amount", "dealstage", "pipeline", "closedate", "createdate", "description",
    "deal_currency_code", "hubspot_owner_id", "hs_lastmodifieddate", "hs_object_id",
    "hs_updated_by_user_id", "amount_in_home_currency",
  ]

  func examinations(_ brief: ExaminationBrief) async -> [Examination] {
    async let stages = stageExaminations(brief.stages)
    let scopes: [String]?
    do { scopes = try await grantedScopes() } catch let error as SystemError {
      return [.unasked(.scopes, error)] + (await stages)
    } catch {
      return await stages
    }
    return HubSpotScopes(scopes).examinations + (await stages)
  }

  /// - Source: `POST /oauth/v2/private-apps/get/access-token-info` for a private app's token
  ///   (`{"hubId":…,"appId":…,"userId":…,"scopes":[…]}`); for OAuth the token endpoint's own answer.
  private func grantedScopes() async throws -> [String]? {
    guard let token else { return await port.grantedScopes() }
    let secret = try await secrets.secret(from: token, for: system)
    let call = HubSpotCall.tokenInfo(secret)
    return try await port.read(call) { reply in
      guard let scopes = reply.value["scopes"]?.array else {
        throw self.port.malformed(call.operation, "a token without \"scopes\"")
      }
      return scopes.compactMap(\.string)
    }
  }

  private func stageExaminations(_ wanted: Set<String>) async -> [Examination] {
    guard !wanted.isEmpty else { return [] }
    do {
      let known = try await directory.dealPipelines.value().stages
      let labels = known.values.map(\.label)
      let names = Set(labels).union(known.keys)
      let missing = wanted.filter { !names.contains($0) }.sorted()
      guard !missing.isEmpty else {
        let list = wanted.sorted().joined(separator: ", ")
        return [Examination(.stages, .ok, "Named and there: \(list).")]
      }
      return missing.map { stage in
        let near = stage.nearest(among: labels.sorted()).map { " There is \($0)." } ?? ""
        return Examination(
          .stages, .finding,
          "No pipeline has the stage \(stage), so nothing is ever due by it.\(near)",
          mend: "mend `link_due`; a stage is named by its label or ID.")
      }
    } catch let error as SystemError {
      return [.unasked(.stages, error)]
    } catch {
      return []
    }
  }
}

/// What a token's scopes allow, and what they should not.
struct HubSpotScopes {
  private let granted: [String]?

  init(_ granted: [String]?) { self.granted = granted }

  /// Scopes without which something of a deal cannot be read (developers.hubspot.com, scopes).
  private static let needed = [
    "crm.objects.deals.read", "crm.objects.companies.read", "crm.objects.owners.read", "tickets",
  ]

  var examinations: [Examination] {
    guard let granted else {
      return [
        Examination(
          .scopes, .manual, "HubSpot did not say what the token may do.",
          mend: "see that the app has read scopes only.")
      ]
    }
    return [reading(granted), writing(granted)]
  }

  private func reading(_ granted: [String]) -> Examination {
    let missing = Self.needed.filter { !granted.contains($0) }
    guard !missing.isEmpty else {
      return Examination(.scopes, .ok, "may read deals, companies, owners and tickets.")
    }
    return Examination(
      .scopes, .finding, "may not read everything: \(missing.joined(separator: ", ")) is missing.",
      mend: "add the scopes to the app in HubSpot.")
  }

  private func writing(_ granted: [String]) -> Examination {
    // `tickets` reads and writes at once, and there is no other: HubSpot has no narrower scope.
    let writes = granted.filter { scope in
      scope.split(separator: ".").contains { ["write", "delete", "manage"].contains($0) }
    }.sorted()
    guard !writes.isEmpty else {
      return Examination(.writePermission, .ok, "may not write deals.")
    }
    return Examination(
      .writePermission, .finding, "This token may write: \(writes.joined(separator: ", ")).",
      mend: "make one that only reads; nothing here ever writes.")
  }
}
