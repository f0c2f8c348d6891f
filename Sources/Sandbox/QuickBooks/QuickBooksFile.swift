internal import DealModel

/// The objects of one company file, as they stand.
struct QuickBooksFile: Sendable {
  /// What is left of a deleted object.
  struct Deletion: Hashable, Sendable {
    var entity: String
    var id: String
    var at: Timestamp
  }

  let realm: String
  private(set) var company: JSONValue
  private(set) var preferences: JSONValue
  private(set) var objects: [String: [JSONValue]] = [:]
  private(set) var deletions: [Deletion] = []

  /// - Throws: ``SandboxError`` naming the file and the record that cannot be served.
  init(folder: EmulatorFolder) throws(SandboxError) {
    guard let company = try folder.object("company"), let realm = company["realmId"]?.string else {
      throw SandboxError(
        "expected an object with `realmId` and what CompanyInfo holds", at: folder.file("company"))
    }
    self.realm = realm
    self.company = .object((company.members ?? []).filter { $0.name != "realmId" })
    preferences = try folder.object("preferences") ?? [:]
    for entity in QuickBooksSchema.entities {
      let name = entity.lowercased()
      var ids: Set<String> = []
      let records = try folder.records(name)
      for (index, record) in records.enumerated() {
        guard let id = record["Id"]?.string, !id.isEmpty, id.allSatisfy(\.isNumber),
          ids.insert(id).inserted
        else {
          throw SandboxError(
            "record \(index) has no `Id` of its own: digits, as a string", at: folder.file(name))
        }
      }
      objects[entity] = records
    }
  }

  /// Whether documents have currencies of their own.
  var isMulticurrency: Bool {
    preferences["CurrencyPrefs"]?["MultiCurrencyEnabled"]?.bool ?? false
  }

  func object(_ entity: String, _ id: String) -> JSONValue? {
    objects[entity]?.first { $0["Id"]?.string == id }
  }

  /// Objects changed since an instant, that instant included, the earliest first.
  func changes(of entity: String, since instant: Timestamp) -> [JSONValue] {
    let changed = (objects[entity] ?? []).compactMap { object -> (Timestamp, JSONValue)? in
      guard let at = Self.modified(object), at >= instant else { return nil }
      return (at, object)
    }
    let gone = deletions.filter { $0.entity == entity && $0.at >= instant }.map { deletion in
      (
        deletion.at,
        JSONValue.object([
          "domain": "QBO", "status": "Deleted", "Id": .string(deletion.id),
          "MetaData": .object(["LastUpdatedTime": .string(deletion.at.description)]),
        ])
      )
    }
    return (changed + gone).sorted { $0.0 < $1.0 }.map(\.1)
  }

  static func modified(_ object: JSONValue) -> Timestamp? {
    object["MetaData"]?["LastUpdatedTime"]?.string.flatMap { Timestamp($0) }
  }

  // MARK: Changes

  /// Replaces an object by what `change` makes of it: a new version, changed now.
  ///
  /// - Returns: Whether there is such an object.
  mutating func change(
    _ entity: String, _ id: String, at now: Timestamp,
    _ change: (inout JSONValue) throws -> Void
  ) rethrows -> Bool {
    guard let place = objects[entity]?.firstIndex(where: { $0["Id"]?.string == id }),
      var object = objects[entity]?[place]
    else { return false }
    try change(&object)
    let version = object["SyncToken"]?.string.flatMap { Int($0) } ?? 0
    object.set("SyncToken", .string(String(version + 1)))
    var data = object["MetaData"] ?? [:]
    let whole = Timestamp(milliseconds: now.milliseconds / 1_000 * 1_000)
    data.set("LastUpdatedTime", .string(whole.description))
    object.set("MetaData", data)
    objects[entity]?[place] = object
    return true
  }

  /// Deletes an object; what is left of it shows in change data capture alone.
  mutating func delete(_ entity: String, _ id: String, at now: Timestamp) -> Bool {
    guard let place = objects[entity]?.firstIndex(where: { $0["Id"]?.string == id }) else {
      return false
    }
    objects[entity]?.remove(at: place)
    let whole = Timestamp(milliseconds: now.milliseconds / 1_000 * 1_000)
    deletions.append(Deletion(entity: entity, id: id, at: whole))
    return true
  }

  /// Calls a custom field otherwise: in the preferences and wherever it stands.
  ///
  /// - Returns: Whether there is such a field.
  mutating func renameField(_ old: String, to new: String) -> Bool {
    var isThere = false
    preferences = preferences.mapping { name, value in
      guard name == "StringValue", value == .string(old) else { return value }
      isThere = true
      return .string(new)
    }
    guard isThere else { return false }
    objects = objects.mapValues { $0.map { Self.renamingField(old, to: new, in: $0) } }
    return true
  }

  private static func renamingField(
    _ old: String, to new: String, in object: JSONValue
  ) -> JSONValue {
    guard let fields = object["CustomField"]?.array else { return object }
    var object = object
    object.set(
      "CustomField",
      .array(
        fields.map { field in
          guard field["Name"]?.string == old else { return field }
          var field = field
          field.set("Name", .string(new))
          return field
        }))
    return object
  }
}

extension JSONValue {
  /// Sets a member: in its place, or at the end. Nothing unless this is an object.
  mutating func set(_ name: String, _ value: JSONValue) {
    guard case .object(var members) = self else { return }
    if let place = members.firstIndex(where: { $0.name == name }) {
      members[place].value = value
    } else {
      members.append(Member(name, value))
    }
    self = .object(members)
  }

  /// The document with every member's value replaced, innermost first.
  func mapping(_ transform: (String, JSONValue) -> JSONValue) -> JSONValue {
    switch self {
    case .object(let members):
      .object(members.map { Member($0.name, transform($0.name, $0.value.mapping(transform))) })
    case .array(let elements): .array(elements.map { $0.mapping(transform) })
    default: self
    }
  }

  /// The document without the members of these names at its top.
  func without(_ names: Set<String>) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { !names.contains($0.name) })
  }
}
