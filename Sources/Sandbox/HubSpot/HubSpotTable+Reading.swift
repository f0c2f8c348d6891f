import DealModel

extension HubSpotTable {
  /// Reads `deals.json` and its like.
  ///
  /// A property that a record bears is defined in the account even when `properties.json` does not
  /// mention it, as are the properties every account has.
  init(
    type: HubSpotObjectType, folder: EmulatorFolder, definitions: JSONValue?
  ) throws(SandboxError) {
    let file = folder.file(type.name)
    var reader = HubSpotRecordReader(file: file, type: type)
    for name in type.defaultProperties + type.keptProperties { _ = reader.column(of: name) }
    for definition in definitions?[type.name]?.array ?? [] {
      guard let property = HubSpotProperty(definition) else {
        throw SandboxError(
          "a property of `\(type.name)` has no name", at: folder.file("properties"))
      }
      reader.define(property)
    }
    var records: [HubSpotRecord] = []
    for document in try folder.records(type.name) { records.append(try reader.record(document)) }
    records.sort { $0.number < $1.number }
    for (left, right) in zip(records, records.dropFirst()) where left.number == right.number {
      throw SandboxError("two records have the ID \(left.id)", at: file)
    }
    self.init(type: type, properties: reader.properties, records: records)
    try checkUniqueness(file: file)
  }

  /// HubSpot makes duplicates of a unique property impossible, so a company with some cannot be.
  private func checkUniqueness(file: String) throws(SandboxError) {
    for (column, property) in properties.enumerated() where property.isUnique {
      var seen: Set<String> = []
      for position in live {
        guard let value = records[position][column], !value.isEmpty else { continue }
        guard seen.insert(value.lowercased()).inserted else {
          throw SandboxError(
            "record \(records[position].id) repeats a value of `\(property.name)`, which has "
              + "hasUniqueValue; make it unique, or the property not", at: file)
        }
      }
    }
  }
}

/// Turns records of the wire format into rows.
private struct HubSpotRecordReader {
  let file: String
  let type: HubSpotObjectType
  var properties: [HubSpotProperty] = []
  private var columns: [String: Int] = [:]

  init(file: String, type: HubSpotObjectType) {
    self.file = file
    self.type = type
  }

  mutating func define(_ property: HubSpotProperty) {
    if let column = columns[property.name] {
      properties[column] = property
    } else {
      columns[property.name] = properties.count
      properties.append(property)
    }
  }

  mutating func column(of name: String) -> Int {
    if let column = columns[name] { return column }
    define(HubSpotProperty(standard: name))
    return properties.count - 1
  }

  mutating func record(_ document: JSONValue) throws(SandboxError) -> HubSpotRecord {
    guard let id = document["id"]?.string, let number = Int64(id), String(number) == id else {
      throw SandboxError("a record's `id` must be a string of digits", at: file)
    }
    let createdAt = try instant("createdAt", of: document, id)
    let updatedAt = try instant("updatedAt", of: document, id)
    var values = [String?](repeating: nil, count: properties.count)
    func set(_ column: Int, _ value: String?) {
      while values.count <= column { values.append(nil) }
      values[column] = value
    }
    for member in document["properties"]?.members ?? [] {
      switch member.value {
      case .null: set(column(of: member.name), nil)
      case .string(let text): set(column(of: member.name), text)
      default:
        throw SandboxError(
          "record \(id): `\(member.name)` is \(member.value.typeName); HubSpot writes every value "
            + "as a string or null", at: file)
      }
    }
    set(column(of: "hs_object_id"), id)
    set(column(of: "createdate"), createdAt.text)
    set(column(of: type.modificationProperty), updatedAt.text)
    return HubSpotRecord(
      id: id, number: number, values: values, createdAt: createdAt.text,
      created: createdAt.instant, updatedAt: updatedAt.text, modified: updatedAt.instant,
      isArchived: document["archived"]?.bool ?? false,
      history: document["propertiesWithHistory"])
  }

  private func instant(
    _ name: String, of document: JSONValue, _ id: String
  ) throws(SandboxError) -> (text: String, instant: Timestamp) {
    guard let text = document[name]?.string, let instant = Timestamp(text) else {
      throw SandboxError(
        "record \(id): `\(name)` must be an instant, such as 2026-11-20T09:14:03.221Z", at: file)
    }
    return (text, instant)
  }
}
