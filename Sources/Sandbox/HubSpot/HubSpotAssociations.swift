import DealModel

/// Which records belong together, in both directions, as HubSpot keeps them.
struct HubSpotAssociations: Sendable {
  /// One labelled association.
  struct Label: Hashable, Sendable {
    let typeID: Int
    let category: String
    let label: String?

    var document: JSONValue {
      .object([
        "category": .string(category), "typeId": .integer(typeID),
        "label": label.map { .string($0) } ?? .null,
      ])
    }
  }

  /// A record that another belongs to, and how.
  struct Target: Sendable {
    let id: String
    var labels: [Label]
  }

  private struct Pair: Hashable { let from, to: String }

  /// Type pair → record → its targets in the order of the file.
  private var targets: [Pair: [String: [Target]]] = [:]

  /// The type ID of the same association seen from the other side.
  ///
  /// Source: developers.hubspot.com, association type IDs.
  private static let inverses = [
    1: 2, 2: 1, 3: 4, 4: 3, 5: 6, 6: 5, 15: 16, 16: 15, 25: 26, 26: 25, 27: 28, 28: 27, 175: 176,
    176: 175, 179: 180, 180: 179, 279: 280, 280: 279, 339: 340, 340: 339, 341: 342, 342: 341,
  ]

  /// Reads `associations.json`.
  init(folder: EmulatorFolder) throws(SandboxError) {
    let file = folder.file("associations")
    for (index, document) in try folder.records("associations").enumerated() {
      guard let from = Self.end(document["from"]), let to = Self.end(document["to"]),
        let typeID = document["typeId"]?.integer
      else {
        throw SandboxError(
          "association \(index) needs `from` and `to`, each with `type` and an `id` of digits, and "
            + "`typeId`", at: file)
      }
      let category = document["category"]?.string ?? "HUBSPOT_DEFINED"
      let label = document["label"]?.string
      add(from, to, Label(typeID: typeID, category: category, label: label))
      if let inverse = Self.inverses[typeID] {
        add(to, from, Label(typeID: inverse, category: category, label: label))
      }
    }
  }

  private static func end(_ document: JSONValue?) -> (type: HubSpotObjectType, id: String)? {
    guard let type = document?["type"]?.string.flatMap(HubSpotObjectType.init(path:)),
      let id = document?["id"]?.string, let number = Int64(id), String(number) == id
    else { return nil }
    return (type, id)
  }

  private mutating func add(
    _ from: (type: HubSpotObjectType, id: String), _ to: (type: HubSpotObjectType, id: String),
    _ label: Label
  ) {
    let pair = Pair(from: from.type.name, to: to.type.name)
    var list = targets[pair, default: [:]][from.id] ?? []
    if let index = list.firstIndex(where: { $0.id == to.id }) {
      if !list[index].labels.contains(label) { list[index].labels.append(label) }
    } else {
      list.append(Target(id: to.id, labels: [label]))
    }
    targets[pair, default: [:]][from.id] = list
  }

  /// What a record belongs to.
  func targets(of id: String, _ from: HubSpotObjectType, to: HubSpotObjectType) -> [Target] {
    targets[Pair(from: from.name, to: to.name)]?[id] ?? []
  }

  /// The targets as the associations endpoints list them; IDs are numbers there.
  static func document(_ targets: some Sequence<Target>) -> JSONValue {
    .array(
      targets.map { target in
        .object([
          "toObjectId": .number(target.id),
          "associationTypes": .array(target.labels.map(\.document)),
        ])
      })
  }
}
