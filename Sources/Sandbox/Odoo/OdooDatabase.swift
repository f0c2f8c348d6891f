internal import DealModel

/// The records of one Odoo database, as they stand.
struct OdooDatabase: Sendable {
  let name: String
  /// The release that is served, `19.0`.
  let version: String
  /// The ID of the user whose key it is.
  let user: Int
  private(set) var models: OdooModels
  private(set) var records: [String: [JSONValue]] = [:]
  /// Models that the user may not read.
  let denied: Set<String>
  /// Whether the deprecated interface is switched on.
  let servesRPC: Bool

  /// The first number of the release.
  var major: Int { version.split(separator: ".").first.flatMap { Int($0) } ?? 19 }

  /// - Throws: ``SandboxError`` naming the file and the record that cannot be served.
  init(folder: EmulatorFolder) throws(SandboxError) {
    let about = try folder.object("database")
    name = about?["name"]?.string ?? folder.name
    version = about?["version"]?.string ?? "19.0"
    user = about?["user_id"]?.integer ?? 7
    denied = Set((about?["denied"]?.array ?? []).compactMap(\.string))
    servesRPC = about?["rpc"]?.bool ?? true
    var custom: [String: [String: String]] = [:]
    for model in try folder.object("fields")?.members ?? [] {
      for field in model.value.members ?? [] {
        guard let type = field.value.string else {
          throw SandboxError(
            "`\(model.name).\(field.name)` needs a type such as `char`", at: folder.file("fields"))
        }
        custom[model.name, default: [:]][field.name] = type
      }
    }
    models = OdooModels(custom: custom)
    for file in try folder.documentNames() where models.fields[file] != nil {
      let all = try folder.numberedRecords(file)
      records[file] = all
      for (number, record) in all.enumerated() {
        for member in record.members ?? [] where models.field(member.name, of: file) == nil {
          throw SandboxError(
            "record \(number) has `\(member.name)`, which is no field of \(file); name it in "
              + "fields.json", at: folder.file(file))
        }
      }
    }
  }

  /// The records that a field of a record leads to.
  func related(_ record: JSONValue, _ name: String, _ field: OdooModels.Field) -> [JSONValue] {
    let value = self.value(of: record, name, field)
    let ids = value.array?.compactMap(\.integer) ?? [value.integer].compactMap(\.self)
    return ids.compactMap { self.record($0, of: field.relation) }
  }

  /// What stands in a field, those that show what others hold among them.
  func value(of record: JSONValue, _ name: String, _ field: OdooModels.Field) -> JSONValue {
    if !field.inverse.isEmpty {
      let id = record["id"]?.integer
      let own = (records[field.relation] ?? []).filter { $0[field.inverse]?.integer == id }
      return .array(own.compactMap { $0["id"] })
    }
    guard let way = field.related.first, let last = field.related.last else {
      return record[name] ?? field.empty
    }
    let target = models.fields.values.lazy.compactMap { $0[way] }.first { !$0.relation.isEmpty }
    guard let id = record[way]?.integer, let model = target?.relation else { return field.empty }
    return self.record(id, of: model)?[last] ?? field.empty
  }

  func record(_ id: Int, of model: String) -> JSONValue? {
    records[model]?.first { $0["id"]?.integer == id }
  }

  /// What people read where a value stands: of a record its name.
  func name(of value: JSONValue, _ field: OdooModels.Field) -> String {
    guard !field.relation.isEmpty, let id = value.integer else {
      return value == false ? "" : value.plainText
    }
    return record(id, of: field.relation).map { displayName(of: $0, field.relation) } ?? ""
  }

  /// The name of a record: `display_name`.
  func displayName(of record: JSONValue, _ model: String) -> String {
    if let own = record["display_name"]?.string { return own }
    let name = record["name"]?.string ?? ""
    if model == "purchase.order", let theirs = record["partner_ref"]?.string, !theirs.isEmpty {
      return "\(name) (\(theirs))"
    }
    return name
  }

  // MARK: Changes

  /// Sets a field: numbers stay numbers, an empty text is `false`.
  mutating func setField(
    _ field: String, of model: String, _ id: Int, to text: String, at now: Timestamp
  ) throws(SandboxError) {
    guard let type = models.field(field, of: model), field != "id" else {
      throw SandboxError("\(model) has no field `\(field)`")
    }
    let isNumber = ["monetary", "float", "integer", "many2one"].contains(type.type)
    let value: JSONValue =
      text.isEmpty
      ? type.empty
      : isNumber && ExactDecimal(text) != nil
        ? .number(text) : type.type == "boolean" ? .bool(text == "true") : .string(text)
    try change(id, of: model) { record in
      record.set(field, value)
      record.set("write_date", .string(Self.text(now)))
    }
  }

  mutating func delete(_ model: String, _ id: Int) throws(SandboxError) {
    guard record(id, of: model) != nil else { throw SandboxError("there is no \(model) \(id)") }
    records[model]?.removeAll { $0["id"]?.integer == id }
  }

  /// Gives a field another name.
  ///
  /// - Returns: Whether there is such a field.
  mutating func renameField(_ old: String, to new: String) -> Bool {
    let models = models.rename(old, to: new)
    for model in models {
      records[model] = records[model]?.map { record in
        guard case .object(let members) = record else { return record }
        return .object(
          members.map { $0.name == old ? JSONValue.Member(new, $0.value) : $0 })
      }
    }
    return !models.isEmpty
  }

  private mutating func change(
    _ id: Int, of model: String, _ work: (inout JSONValue) -> Void
  ) throws(SandboxError) {
    guard let place = records[model]?.firstIndex(where: { $0["id"]?.integer == id }),
      var record = records[model]?[place]
    else { throw SandboxError("there is no \(model) \(id)") }
    work(&record)
    records[model]?[place] = record
  }

  /// An instant as Odoo writes it: UTC without a zone.
  static func text(_ instant: Timestamp) -> String {
    let whole = Timestamp(milliseconds: instant.milliseconds / 1_000 * 1_000).description
    return whole.replacing("T", with: " ").replacing("Z", with: "")
  }
}
