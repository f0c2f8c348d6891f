import DealModel

extension HubSpotEmulator {
  /// `GET /crm/v4/objects/{type}/{id}/associations/{other}`: 500 a page.
  func associations(
    of id: String, _ type: HubSpotObjectType, to other: HubSpotObjectType,
    _ request: EmulatedRequest
  ) throws(HubSpotFailure) -> JSONValue {
    guard let position = table(type).position(of: id), !table(type).records[position].isArchived
    else { throw .notFound }
    let page = try HubSpotPage(request, standard: 500, most: 500)
    let targets = associations.targets(of: id, type, to: other)
      .sorted { (Int64($0.id) ?? 0) < (Int64($1.id) ?? 0) }
      .filter { (Int64($0.id) ?? 0) > page.after }
    let shown = targets.prefix(page.limit)
    let results = HubSpotAssociations.document(shown).array ?? []
    return page.document(
      results, next: targets.count > shown.count ? shown.last?.id : nil, of: request)
  }

  /// `POST /crm/v4/associations/{type}/{other}/batch/read`: at most 1000 inputs.
  ///
  /// A record without any association is an error in a 207, not an empty result.
  func batchAssociations(
    _ type: HubSpotObjectType, to other: HubSpotObjectType, _ body: JSONValue, at now: Timestamp
  ) throws(HubSpotFailure) -> EmulatedResponse {
    let ids = try Self.inputs(of: body)
    guard ids.count <= 1_000 else {
      throw .invalid("The maximum number of inputs in a batch request is 1000")
    }
    var results: [JSONValue] = []
    var errors: [JSONValue] = []
    var seen: Set<String> = []
    for id in ids where seen.insert(id).inserted {
      let targets = associations.targets(of: id, type, to: other)
      if targets.isEmpty {
        errors.append(
          .object([
            "status": "error", "category": "OBJECT_NOT_FOUND",
            "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
            "message": .string("No \(other.singular) is associated with \(type.singular) \(id)."),
            "context": .object([
              "fromObjectId": [.string(id)], "fromObjectType": [.string(type.singular)],
              "toObjectType": [.string(other.singular)],
            ]),
          ]))
      } else {
        results.append(
          .object([
            "from": .object(["id": .string(id)]), "to": HubSpotAssociations.document(targets),
          ]))
      }
    }
    return Self.batch(results, errors, at: now)
  }
}
