internal import DealModel

/// One database: its models, its records, and what one user may read of them.
struct TrytonStore: Sendable {
  let series: TrytonSeries
  /// The name of the database, the first part of the address.
  let database: String
  /// The groups of the user, which errors tell.
  let groups: [String]
  /// The models that these groups may read; `nil` for all.
  let readable: Set<String>?
  private(set) var models: [String: TrytonModel]
  /// Model → ID → record, as the files have them.
  private var tables: [String: [Int: JSONValue]] = [:]

  /// - Throws: ``SandboxError`` naming the file and the record that cannot be served.
  init(folder: EmulatorFolder) throws(SandboxError) {
    let server = try folder.object("server")
    let place = folder.file("server")
    guard let series = TrytonSeries(rawValue: server?["series"]?.string ?? "8.0") else {
      throw SandboxError(
        "`series` is one of \(listed(TrytonSeries.allCases.map(\.rawValue)))", at: place)
    }
    self.series = series
    database = server?["database"]?.string ?? "tryton"
    groups = (server?["groups"]?.array ?? []).compactMap(\.string)
    readable = server?["readable"]?.array.map { Set($0.compactMap(\.string)) }
    models = TrytonSchema.models(series)
    for member in server?["fields"]?.members ?? [] {
      guard TrytonSchema.extensible.contains(member.name) else {
        throw SandboxError(
          "`fields` are added to \(listed(TrytonSchema.extensible))", at: place)
      }
      for field in member.value.members ?? [] {
        models[member.name]?.add(
          TrytonField(field.name, field.value.string ?? field.name, .char))
      }
    }
    for name in models.keys.sorted() {
      let records = try folder.numberedRecords(name, texts: Self.required[name] ?? [])
      tables[name] = Dictionary(uniqueKeysWithValues: records.map { ($0["id"]?.integer ?? 0, $0) })
    }
    try checkTargets(folder)
  }

  private static let required = [
    "account.invoice": ["type", "state"], "purchase.purchase": ["state"],
    "purchase.line": ["type"], "party.party": ["name"], "currency.currency": ["code"],
    "res.user": ["login"],
  ]

  /// Every record that is named has to be there; a foreign key sees to that in the database.
  private func checkTargets(_ folder: EmulatorFolder) throws(SandboxError) {
    for (name, table) in tables.sorted(by: { $0.key < $1.key }) {
      for (id, record) in table.sorted(by: { $0.key < $1.key }) {
        for field in (models[name]?.fields ?? [:]).values {
          guard case .many2one(let target) = field.type else { continue }
          let wanted = record[field.name]?.integer
          if wanted == nil, field.isRequired, field.name != "company" {
            throw SandboxError(
              "record \(id) needs `\(field.name)`, a number", at: folder.file(name))
          }
          guard let wanted, !["create_uid", "write_uid", "company"].contains(field.name) else {
            continue
          }
          guard tables[target]?[wanted] != nil else {
            throw SandboxError(
              "`\(field.name)` of record \(id) is \(wanted), which \(target).json does not have",
              at: folder.file(name))
          }
        }
      }
    }
  }

  // MARK: Reading

  func record(_ model: String, _ id: Int?) -> JSONValue? { id.flatMap { tables[model]?[$0] } }

  func ids(_ model: String) -> [Int] { (tables[model] ?? [:]).keys.sorted() }

  /// The records of a model that name another in a field of theirs: by its ID, or, in a reference, by
  /// `model,ID`.
  func related(
    _ model: String, by field: String, to id: Int, of owner: String
  ) -> [JSONValue] {
    let reference = "\(owner),\(id)"
    let found = (tables[model] ?? [:]).values.filter { record in
      record[field]?.integer == id || record[field]?.string == reference
    }
    guard model == "account.move.line" else {
      return found.sorted { Self.id($0) < Self.id($1) }
    }
    // Lines to pay come by the day they are due; those without one last.
    return found.sorted { left, right in
      let days = (left["maturity_date"]?.string, right["maturity_date"]?.string)
      if days.0 == days.1 { return Self.id(left) < Self.id(right) }
      return days.0.map { left in days.1.map { left < $0 } ?? true } ?? false
    }
  }

  private static func id(_ record: JSONValue) -> Int { record["id"]?.integer ?? 0 }

  /// The user of a login.
  func user(_ login: String) -> JSONValue? {
    (tables["res.user"] ?? [:]).values.first { $0["login"]?.string == login }
  }

  /// Makes sure that a model is there and may be read.
  func model(_ name: String) throws(TrytonFault) -> TrytonModel {
    guard let model = models[name] else { throw .key(name) }
    guard readable?.contains(name) ?? true else { throw refusal(of: model) }
    return model
  }

  /// What is said to who lacks a right on a model.
  func refusal(of model: TrytonModel) -> TrytonFault {
    .user(
      "You are not allowed to access \"\(model.label)\".",
      series == .seven ? "" : "Within groups: \(groups.joined(separator: ", "))")
  }

  // MARK: Changes

  /// Puts a record in place of the one of its ID, written now by the administrator.
  mutating func put(_ record: JSONValue, in model: String, at now: Timestamp) {
    let written = record.setting("write_date", to: .string(now.description))
    tables[model]?[Self.id(record)] = written
  }

  /// Takes a record away, and the lines of it.
  mutating func remove(_ model: String, _ id: Int) {
    tables[model]?[id] = nil
    for field in (models[model]?.fields ?? [:]).values {
      guard case .related(let lines, let owner, "one2many") = field.type,
        !field.isReadonly
      else { continue }
      tables[lines] = tables[lines]?.filter { $0.value[owner]?.integer != id }
    }
  }

  /// Calls a field of a customer's module otherwise.
  ///
  /// - Returns: Whether there is such a field.
  mutating func rename(_ old: String, to new: String) -> Bool {
    let standard = TrytonSchema.models(series)
    let owners = TrytonSchema.extensible.filter { name in
      models[name]?.fields[old] != nil && standard[name]?.fields[old] == nil
        && models[name]?.fields[new] == nil
    }
    for name in owners {
      models[name]?.rename(old, to: new)
      tables[name] = tables[name]?.mapValues { record in
        .object(
          (record.members ?? []).map { .init($0.name == old ? new : $0.name, $0.value) })
      }
    }
    return !owners.isEmpty
  }
}
