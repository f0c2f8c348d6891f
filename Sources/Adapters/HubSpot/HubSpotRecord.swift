import AdapterKit
import DealModel

/// A record as HubSpot's API writes it: every property a string or null.
struct HubSpotRecord: Hashable, Sendable {
  /// What became of a property.
  enum Property: Hashable, Sendable {
    /// It has a value.
    case text(String)
    /// It is defined and empty.
    case empty
    /// It is not in the answer: HubSpot leaves out what is not defined in the account.
    case undefined
  }

  let id: String
  let createdAt: Timestamp?
  let updatedAt: Timestamp?
  /// When it was deleted; `nil` of a record that is not.
  let archivedAt: Timestamp?
  /// Property → its values with their times, newest first, where history was asked for.
  let history: [String: [HubSpotVersion]]
  private let properties: [String: String?]

  /// Reads a record.
  ///
  /// - Returns: `nil` when it has no ID or no properties, or a property is no string.
  init?(_ value: JSONValue) {
    guard let id = value["id"]?.string, !id.isEmpty,
      let members = value["properties"]?.members
    else { return nil }
    var properties: [String: String?] = [:]
    properties.reserveCapacity(members.count)
    for member in members {
      switch member.value {
      case .string(let text): properties[member.name] = .some(text)
      case .null: properties[member.name] = .some(nil)
      // Documented as strings throughout; what else comes is kept by its own text.
      case .number(let text): properties[member.name] = .some(text)
      case .bool(let flag): properties[member.name] = .some(flag ? "true" : "false")
      case .array, .object: return nil
      }
    }
    self.id = id
    self.properties = properties
    createdAt = value["createdAt"]?.string.flatMap { Timestamp($0) }
    updatedAt = value["updatedAt"]?.string.flatMap { Timestamp($0) }
    archivedAt = value["archivedAt"]?.string.flatMap { Timestamp($0) }
    history = (value["propertiesWithHistory"]?.members ?? []).reduce(into: [:]) { found, member in
      found[member.name] = member.value.array?.map { HubSpotVersion($0) }
    }
  }

  /// A property.
  subscript(name: String) -> Property {
    guard let found = properties[name] else { return .undefined }
    guard let text = found, !text.isEmpty else { return .empty }
    return .text(text)
  }

  /// A property's value; `nil` when it is empty or undefined.
  func text(_ name: String) -> String? {
    if case .text(let text) = self[name] { text } else { nil }
  }

  /// When it was last changed, by HubSpot's clock.
  var modifiedAt: Timestamp? {
    text("hs_lastmodifieddate").flatMap { Timestamp($0) } ?? updatedAt
  }
}

/// A value a property once had.
struct HubSpotVersion: Hashable, Sendable {
  /// The value; empty when it was cleared.
  let value: String
  /// When it was set.
  let at: Timestamp?

  init(_ version: JSONValue) {
    value = version["value"]?.string ?? ""
    at = version["timestamp"]?.string.flatMap { Timestamp($0) }
  }
}

/// A page of records as list, search and batch read return it.
struct HubSpotPage: Sendable {
  var records: [HubSpotRecord]
  var next: String?
  var total: Int?

  /// Reads a page.
  ///
  /// - Throws: ``SystemError`` of kind `malformed`.
  init(_ reply: JSONReply, of call: HTTPCall, port: HTTPPort) throws {
    guard let results = reply.value["results"]?.array else {
      throw port.malformed(call.operation, "a document without \"results\"")
    }
    records = []
    records.reserveCapacity(results.count)
    for (index, result) in results.enumerated() {
      guard let record = HubSpotRecord(result) else {
        let name = result["id"]?.string.map { "record \($0)" } ?? "record number \(index + 1)"
        throw port.malformed(call.operation, "a page on which \(name) has another shape")
      }
      records.append(record)
    }
    next = reply.value["paging"]?["next"]?["after"].flatMap { after in
      after.string ?? after.integer.map(String.init)
    }
    total = reply.value["total"]?.integer
    try Self.checkErrors(reply, call, port)
  }

  /// A batch read answers 207 for a success with gaps. A gap that only says that there is no such
  /// record is no error.
  private static func checkErrors(_ reply: JSONReply, _ call: HTTPCall, _ port: HTTPPort) throws {
    let errors = reply.value["errors"]?.array ?? []
    let others = errors.filter { $0["category"]?.string != "OBJECT_NOT_FOUND" }
    guard !others.isEmpty else { return }
    throw SystemError(
      .refused, system: port.settings.system,
      message: "\(port.settings.system) (HubSpot) could not read \(others.count) of the records "
        + "asked for by \(call.operation). Check that the token may read them.")
  }
}

/// HubSpot's associations of many records with another type.
struct HubSpotAssociations: Sendable {
  struct Target: Hashable, Sendable {
    let id: String
    let typeIDs: Set<Int>
  }

  /// Record → what it is associated with, in the vendor's order.
  var targets: [String: [Target]] = [:]

  /// Reads the answer of `POST /crm/v4/associations/…/batch/read`. IDs are numbers in `toObjectId`
  /// and strings elsewhere.
  init(_ reply: JSONReply, of call: HTTPCall, port: HTTPPort) throws {
    guard let results = reply.value["results"]?.array else {
      throw port.malformed(call.operation, "a document without \"results\"")
    }
    for result in results {
      guard let from = Self.id(result["from"]?["id"]), let list = result["to"]?.array else {
        throw port.malformed(call.operation, "an association without its ends")
      }
      for entry in list {
        guard let id = Self.id(entry["toObjectId"]) else {
          throw port.malformed(call.operation, "an association of record \(from) without a target")
        }
        let types = entry["associationTypes"]?.array ?? []
        targets[from, default: []].append(
          Target(id: id, typeIDs: Set(types.compactMap { $0["typeId"]?.integer })))
      }
    }
  }

  private static func id(_ value: JSONValue?) -> String? {
    value?.string ?? value?.integer.map(String.init)
  }
}
