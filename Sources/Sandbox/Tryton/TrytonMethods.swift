internal import DealModel

/// The methods of models that only read: their arguments by position, the context last.
///
/// Source: `ModelStorage.search_read`, `search_count`, `read` and `ModelSQL.search` of trytond;
/// `RPC.convert` in `rpc.py`.
struct TrytonMethods {
  let store: TrytonStore
  /// The user who is logged in.
  let user: JSONValue

  private static let writing: Set<String> = ["create", "write", "delete", "copy", "import_data"]
  static let reading = ["fields_get", "read", "search", "search_count", "search_read"]

  /// The result of a call such as `model.account.invoice.search_read`.
  ///
  /// - Throws: ``TrytonFault``.
  func result(of method: String, _ parameters: [JSONValue]) throws(TrytonFault) -> JSONValue {
    let words = method.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard words.count > 1 else {
      throw .exception("not enough values to unpack (expected 2, got 1)")
    }
    let name = words.dropFirst().dropLast().joined(separator: ".")
    guard words[0] == "model" else {
      // In 7.0 the kind of object is looked up first.
      let isKind = ["wizard", "report"].contains(words[0])
      throw .key(isKind || store.series == .eight ? name : words[0])
    }
    guard let model = store.models[name] else { throw .key(name) }
    let act = words[words.count - 1]
    let isPreferences = name == "res.user" && act == "get_preferences"
    guard isPreferences || Self.reading.contains(act) || Self.writing.contains(act) else {
      throw .status(403, nil)
    }
    guard parameters.last?.members != nil else {
      throw store.series == .seven
        ? .exception("Missing context argument") : .status(422, "Missing context argument")
    }
    let arguments = Array(parameters.dropLast())
    if isPreferences { return preferences(isContextOnly: arguments.first?.bool ?? false) }
    // Whatever else the groups may do, this user may not.
    if Self.writing.contains(act) { throw store.refusal(of: model) }
    return try result(of: act, arguments, model)
  }

  private func result(
    of act: String, _ arguments: [JSONValue], _ model: TrytonModel
  ) throws(TrytonFault) -> JSONValue {
    switch act {
    case "search":
      let bound = try bind(arguments, "ModelSQL.search", 1...6, ["domain"])
      return .array(try search(model, bound).map { .integer($0) })
    case "search_count":
      let bound = try bind(arguments, "ModelStorage.search_count", 1...3, ["domain"])
      return .integer(try search(model, [bound[0], bound[1], bound[2], []]).count)
    case "search_read":
      let bound = try bind(arguments, "ModelStorage.search_read", 1...5, ["domain"])
      let ids = try search(model, bound)
      let fields = bound[4].isNull ? ["id"] : try Self.names(bound[4])
      return .array(try TrytonReader(store: store).read(model.name, ids, fields))
    case "read":
      let bound = try bind(arguments, "ModelSQL.read", 2...2, ["ids", "fields_names"])
      let fields = try Self.names(bound[1])
      return .array(try TrytonReader(store: store).read(model.name, Self.ids(bound[0]), fields))
    default:
      let bound = try bind(arguments, "Model.fields_get", 0...2, [])
      let wanted = bound[0].isNull ? [] : try Self.names(bound[0])
      let shown = model.fields.values.filter { wanted.isEmpty || wanted.contains($0.name) }
      return .object(
        shown.sorted { $0.name < $1.name }.map { .init($0.name, $0.definition) })
    }
  }

  // MARK: Arguments

  /// The arguments, and null for those that were left out.
  private func bind(
    _ arguments: [JSONValue], _ method: String, _ counts: ClosedRange<Int>, _ required: [String]
  ) throws(TrytonFault) -> [JSONValue] {
    if arguments.count < counts.lowerBound {
      let missing = required.dropFirst(arguments.count).map { "'\($0)'" }
      let plural = missing.count == 1 ? "" : "s"
      throw .exception(
        "\(method)() missing \(missing.count) required positional argument\(plural): "
          + missing.joined(separator: " and "))
    }
    guard arguments.count <= counts.upperBound else {
      let (least, most) = (counts.lowerBound + 1, counts.upperBound + 1)
      let taken = least == most ? "\(most)" : "from \(least) to \(most)"
      throw .exception(
        "\(method)() takes \(taken) positional arguments but \(arguments.count + 1) were given")
    }
    let rest = [JSONValue](repeating: .null, count: counts.upperBound - arguments.count)
    return arguments + rest
  }

  private static func names(_ value: JSONValue) throws(TrytonFault) -> [String] {
    guard let elements = value.array else {
      throw .exception("'\(value.isNull ? "NoneType" : "int")' object is not iterable")
    }
    return elements.map { $0.string ?? $0.plainText }
  }

  private static func ids(_ value: JSONValue) throws(TrytonFault) -> [Int] {
    guard let elements = value.array else { throw .exception("'int' object is not iterable") }
    var ids: [Int] = []
    for element in elements {
      guard let id = element.integer ?? element.string.flatMap({ Int($0) }) else {
        throw .exception("invalid literal for int() with base 10: '\(element.plainText)'")
      }
      ids.append(id)
    }
    return ids
  }

  // MARK: Searching

  /// The IDs of the records of a domain, in their order.
  ///
  /// - Parameter arguments: Domain, offset, limit, order.
  private func search(
    _ model: TrytonModel, _ arguments: [JSONValue]
  ) throws(TrytonFault) -> [Int] {
    _ = try store.model(model.name)
    let domain = try TrytonDomain(arguments[0], series: store.series)
    let test = try TrytonMatcher(store: store).test(domain, of: model.name)
    let order = try TrytonSorting.order(arguments[3], of: model, in: store)
    var found = store.ids(model.name).compactMap { store.record(model.name, $0) }.filter(test)
    if model.fields["active"] != nil, !Self.asksForActive(domain) {
      found = found.filter { $0["active"]?.bool ?? true }
    }
    let sorted = TrytonSorting(store: store, model: model, order: order).sorted(found)
    let offset = max(0, arguments[1].integer ?? 0)
    let limit = arguments[2].integer.map { max(0, $0) } ?? .max
    return sorted.dropFirst(offset).prefix(limit).compactMap { $0["id"]?.integer }
  }

  /// Inactive records are left out unless somebody asks about it.
  private static func asksForActive(_ domain: TrytonDomain) -> Bool {
    switch domain {
    case .all(let parts), .any(let parts): parts.contains(where: asksForActive)
    case .condition(let path, _, _): path == "active"
    }
  }

  // MARK: Preferences

  /// Source: `get_preferences` in trytond's `res/user.py` and company's `res.py`.
  private func preferences(isContextOnly: Bool) -> JSONValue {
    let company = store.ids("company.company").first
    let record = store.record("company.company", company)
    var members: [JSONValue.Member] = []
    if !isContextOnly {
      members = [
        .init("name", user["name"] ?? .null), .init("password", "xxxxxxxxxx"),
        .init("email", user["email"] ?? .null), .init("actions", []),
        .init("status_bar", user["name"] ?? .null),
      ]
    }
    members += [
      .init("company_filter", "one"), .init("company", company.map { .integer($0) } ?? .null),
    ]
    if let record {
      members.append(
        .init("company.rec_name", .string(store.recName(of: record, in: "company.company"))))
    }
    return .object(
      members + [
        .init("language", "en"), .init("language_direction", "ltr"), .init("groups", []),
        .init("locale", ["date": "%m/%d/%Y", "decimal_point": ".", "thousands_sep": ","]),
      ])
  }
}
