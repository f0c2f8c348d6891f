internal import DealModel

/// One value of a selection, as stored and as shown.
struct TrytonChoice: Hashable, Sendable {
  let value: String
  let label: String

  init(_ value: String, _ label: String) {
    self.value = value
    self.label = label
  }
}

/// What a field holds.
enum TrytonType: Hashable, Sendable {
  case char
  case text
  case selection([TrytonChoice])
  case boolean
  case integer
  case float
  case numeric
  case date
  case timestamp
  /// `purchase.line,12`.
  case reference
  case many2one(String)
  /// Records of another model that name this one in a field of theirs. Where that is no field of
  /// Tryton's, it is told as `many2many`.
  case related(String, by: String, word: String)

  /// The word for it in `fields_get`.
  var word: String {
    switch self {
    case .char: "char"
    case .text: "text"
    case .selection: "selection"
    case .boolean: "boolean"
    case .integer: "integer"
    case .float: "float"
    case .numeric: "numeric"
    case .date: "date"
    case .timestamp: "timestamp"
    case .reference: "reference"
    case .many2one: "many2one"
    case .related(_, _, let word): word
    }
  }

  /// The name of its class in Python, which errors tell.
  var className: String { word.prefix(1).uppercased() + word.dropFirst() }

  /// The model that it leads to.
  var target: String? {
    switch self {
    case .many2one(let model), .related(let model, _, _): model
    default: nil
    }
  }

  /// Whether texts stand in it that are stripped, and since 8.0 never null in a search.
  var isText: Bool { self == .char || self == .text }
}

/// A field of a model.
struct TrytonField: Hashable, Sendable {
  var name: String
  let label: String
  let type: TrytonType
  /// Whether domains may name it: a computed field cannot be searched unless it says how.
  var isSearchable = true
  /// Whether it may be ordered by.
  var isSortable = true
  var isReadonly = false
  var isRequired = false
  /// Whether records are ordered by what a selection shows, and not by its place in the selection.
  var isOrderedByLabel = true

  init(_ name: String, _ label: String, _ type: TrytonType) {
    self.name = name
    self.label = label
    self.type = type
    if case .related = type { isSortable = false }
  }

  /// The same field, computed when it is read.
  func computed(isSearchable: Bool = false, isSortable: Bool = false) -> TrytonField {
    var field = self
    (field.isSearchable, field.isSortable, field.isReadonly) = (isSearchable, isSortable, true)
    return field
  }

  /// The same field, which must not be empty.
  var required: TrytonField {
    var field = self
    field.isRequired = true
    return field
  }

  /// The same selection, whose values stand in their order.
  var inOrder: TrytonField {
    var field = self
    field.isOrderedByLabel = false
    return field
  }

  /// The same field, which people cannot change.
  var readonly: TrytonField {
    var field = self
    field.isReadonly = true
    return field
  }

  /// What `fields_get` tells of it. Conditions of the user interface (`domain`, `states`, `context`,
  /// `on_change`) are left empty.
  var definition: JSONValue {
    let isLazy = isReadonly && !isSortable || type.word.hasSuffix("2many")
    var members: [JSONValue.Member] = [
      .init("context", "{}"), .init("loading", isLazy ? "lazy" : "eager"),
      .init("name", .string(name)), .init("on_change", []), .init("on_change_with", []),
      .init("readonly", .bool(isReadonly)), .init("required", .bool(isRequired)),
      .init("states", "{}"), .init("type", .string(type.word)), .init("domain", "[]"),
      .init("searchable", .bool(isSearchable)), .init("sortable", .bool(isSortable)),
      .init("string", .string(label)), .init("help", ""),
    ]
    switch type {
    case .char:
      members += [
        .init("translate", false), .init("autocomplete", []), .init("strip", true),
      ]
    case .selection(let choices):
      let pairs = choices.map { JSONValue.array([.string($0.value), .string($0.label)]) }
      members += [
        .init("selection", .array(pairs)), .init("selection_change_with", []),
        .init("sort", .bool(isOrderedByLabel)),
      ]
    case .many2one(let model): members.append(.init("relation", .string(model)))
    case .related(let model, let field, let word):
      members.append(.init("relation", .string(model)))
      if word == "one2many" { members.append(.init("relation_field", .string(field))) }
    default: break
    }
    return .object(members + [.init("create", true), .init("delete", true)])
  }
}

/// One key of an order: `["party.name", "ASC NULLS LAST"]`.
struct TrytonOrder: Hashable, Sendable {
  let path: String
  let isDescending: Bool
  /// Where records without a value stand; PostgreSQL puts them at the end, and first when it
  /// descends.
  let isNullFirst: Bool

  /// - Parameter word: `ASC`, `DESC`, perhaps with `NULLS FIRST` or `NULLS LAST` behind it; `nil` is
  ///   `ASC`.
  init?(_ path: String, _ word: String? = nil) {
    let words = (word ?? "ASC").uppercased().split(separator: " ").map(String.init)
    guard let direction = words.first, ["ASC", "DESC"].contains(direction) else { return nil }
    switch words.dropFirst().joined(separator: " ") {
    case "": isNullFirst = direction == "DESC"
    case "NULLS FIRST": isNullFirst = true
    case "NULLS LAST": isNullFirst = false
    default: return nil
    }
    self.path = path
    isDescending = direction == "DESC"
  }
}

/// A model: its fields and in which order it is listed.
struct TrytonModel: Sendable {
  let name: String
  /// What errors call it.
  let label: String
  private(set) var fields: [String: TrytonField]
  /// The usual order.
  let order: [TrytonOrder]
  /// The fields that a search by `rec_name` looks into.
  let names: [String]

  init(
    _ name: String, _ label: String, _ fields: [TrytonField], order: [TrytonOrder?] = [],
    names: [String] = ["name"]
  ) {
    self.name = name
    self.label = label
    self.fields = Dictionary(fields.map { ($0.name, $0) }) { first, _ in first }
    self.order = order.compactMap { $0 }
    self.names = names
  }

  mutating func add(_ field: TrytonField) { fields[field.name] = field }

  mutating func rename(_ old: String, to new: String) {
    guard var field = fields.removeValue(forKey: old) else { return }
    field.name = new
    fields[new] = field
  }
}
