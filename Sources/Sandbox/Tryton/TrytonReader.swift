internal import DealModel

/// Reads fields of records, those beyond a dot too, and writes them as JSON-RPC does.
///
/// Source: `read` in trytond's `model/modelsql.py`; `JSONEncoder` in `protocols/jsonrpc.py`.
struct TrytonReader {
  let store: TrytonStore

  /// The records with the fields that are asked for, and their IDs.
  ///
  /// - Throws: ``TrytonFault`` for a field or a record that is not there.
  func read(
    _ name: String, _ ids: [Int], _ fields: [String]
  ) throws(TrytonFault) -> [JSONValue] {
    let model = try store.model(name)
    guard !ids.isEmpty else { return [] }
    let plan = try plan(fields, model)
    var rows: [JSONValue] = []
    var missing: [Int] = []
    var seen: Set<Int> = []
    for id in ids where seen.insert(id).inserted {
      guard let record = store.record(name, id) else {
        missing.append(id)
        continue
      }
      rows.append(try row(record, plan, model))
    }
    guard missing.isEmpty else {
      let shown = missing.sorted().map(String.init).joined(separator: ", ")
      throw .user(
        "You are trying to read records \"\(shown)\" of \"\(model.label)\" that don't exist.", "")
    }
    return rows
  }

  // MARK: What is asked for

  private struct Plan {
    var own: [String] = []
    /// Field → what is read of the records that it leads to.
    var beyond: [(field: TrytonField, names: [String])] = []
    var labels: [TrytonField] = []
  }

  /// What can be read and is no field; the model's name only since 8.0.
  private var special: [String] {
    let names = ["_timestamp", "_write", "_delete"]
    return store.series == .seven ? names : names + ["__name__"]
  }

  private func plan(_ fields: [String], _ model: TrytonModel) throws(TrytonFault) -> Plan {
    var plan = Plan()
    for name in fields {
      if special.contains(name) {
        if !plan.own.contains(name) { plan.own.append(name) }
        continue
      }
      let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      let isLabel = parts.count == 1 && name.hasSuffix(":string")
      let local = isLabel ? String(name.dropLast(7)) : String(parts[0])
      guard let field = model.fields[local] else { throw .key(local) }
      if parts.count > 1 {
        guard field.type.target != nil else {
          throw .exception("'\(field.type.className)' object has no attribute 'get_target'")
        }
        if let place = plan.beyond.firstIndex(where: { $0.field.name == local }) {
          plan.beyond[place].names.append(String(parts[1]))
        } else {
          plan.beyond.append((field, [String(parts[1])]))
        }
      } else if isLabel, case .selection = field.type {
        plan.labels.append(field)
      } else if isLabel {
        throw .key(name)
      } else if !plan.own.contains(local) {
        plan.own.append(local)
      }
    }
    if !plan.own.contains("id") { plan.own.append("id") }
    return plan
  }

  // MARK: What is answered

  private func row(
    _ record: JSONValue, _ plan: Plan, _ model: TrytonModel
  ) throws(TrytonFault) -> JSONValue {
    var members: [JSONValue.Member] = []
    for name in plan.own { members.append(.init(name, own(name, record, model))) }
    for field in plan.labels {
      guard case .selection(let choices) = field.type else { continue }
      let there = store.value(field, of: record, in: model.name).string
      let label = choices.first { $0.value == there }?.label ?? there ?? ""
      members.append(.init("\(field.name):string", .string(label)))
    }
    for (field, names) in plan.beyond {
      let value = store.value(field, of: record, in: model.name)
      let target = field.type.target ?? ""
      let ids = value.array?.compactMap(\.integer) ?? value.integer.map { [$0] } ?? []
      let found = try read(target, ids, names)
      let isMany = value.array != nil
      members.append(.init("\(field.name).", isMany ? .array(found) : found.first ?? .null))
    }
    return .object(members)
  }

  private func own(_ name: String, _ record: JSONValue, _ model: TrytonModel) -> JSONValue {
    switch name {
    case "_timestamp":
      let text = record["write_date"]?.string ?? record["create_date"]?.string
      return text.flatMap { Timestamp($0) }.map { .string(Self.epoch($0)) } ?? .null
    case "_write", "_delete": return true
    case "__name__": return .string(model.name)
    default:
      guard let field = model.fields[name] else { return .null }
      return Self.encoded(store.value(field, of: record, in: model.name), field.type)
    }
  }

  /// Seconds since 1970 with six places, as PostgreSQL extracts them.
  private static func epoch(_ instant: Timestamp) -> String {
    let fraction = String(instant.milliseconds % 1_000 + 1_000).dropFirst()
    return "\(instant.milliseconds / 1_000).\(fraction)000"
  }

  private static func encoded(_ value: JSONValue, _ type: TrytonType) -> JSONValue {
    switch TrytonValue(stored: value, type) {
    case .number(let number):
      switch type {
      case .numeric:
        return .object([
          "__class__": "Decimal", "decimal": .string(value.string ?? value.plainText),
        ])
      case .float: return .number(number.scale == 0 ? "\(number).0" : number.description)
      default: return .number(number.description)
      }
    case .day(let day):
      return .object([.init("__class__", "date")] + parts(of: day))
    case .instant(let instant):
      let (hour, minute, second) = instant.timeOfDay()
      let micro = Int(instant.milliseconds % 1_000) * 1_000
      return .object(
        [.init("__class__", "datetime")] + parts(of: instant.date) + [
          .init("hour", .integer(hour)), .init("minute", .integer(minute)),
          .init("second", .integer(second)), .init("microsecond", .integer(micro)),
        ])
    case .null: return value.array.map { .array($0) } ?? .null
    case .text, .flag: return type == .boolean ? .bool(value.bool ?? false) : value
    }
  }

  private static func parts(of day: CalendarDate) -> [JSONValue.Member] {
    let (year, month, day) = day.components
    return [
      .init("year", .integer(year)), .init("month", .integer(month)),
      .init("day", .integer(day)),
    ]
  }
}
