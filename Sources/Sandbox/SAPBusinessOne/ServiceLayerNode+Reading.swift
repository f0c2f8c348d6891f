internal import DealModel

extension ServiceLayerNode {
  /// An entity set, one entity, or a count.
  func get(
    _ request: EmulatedRequest, _ resource: String, _ version: ServiceLayerVersion
  ) -> EmulatedResponse {
    do {
      if resource.hasSuffix("/$count") {
        let rows = try matches(String(resource.dropLast(7)), request)
        return .text(String(rows.count), status: 200, type: "text/plain")
      }
      guard let open = resource.firstIndex(of: "("), resource.hasSuffix(")") else {
        return try list(resource, request, version)
      }
      let set = String(resource[..<open])
      let key = resource[resource.index(after: open)...].dropLast().filter { $0 != "'" }
      guard let schema = schemas[set] else { return unknown(resource, version) }
      guard let row = sets[set]?.first(where: { Self.key(of: $0) == key }) else {
        return version.error(404, -2028, "No matching records found (ODBC -2028)")
      }
      let body = try selected(row, request.parameter("$select"), schema, version)
      return .json(
        .object(
          [.init(version.context, .string("\(root(request))$metadata#\(set)/@Element"))]
            + body))
    } catch let fault as ODataFault {
      return version.error(400, fault.code, fault.text)
    } catch {
      return unknown(resource, version)
    }
  }

  private func unknown(_ resource: String, _ version: ServiceLayerVersion) -> EmulatedResponse {
    version.error(404, -2028, "Resource not found for the segment '\(resource)'")
  }

  struct UnknownSet: Error {}

  private func matches(_ set: String, _ request: EmulatedRequest) throws -> [JSONValue] {
    guard let schema = schemas[set], let rows = sets[set] else { throw UnknownSet() }
    guard let text = request.parameter("$filter") else { return rows }
    let filter = try ODataFilterParser.parse(text) { name in
      guard let kind = schema[name] else { throw ODataFault.unknown(name) }
      return kind
    }
    let folds = request.header("B1S-CaseInsensitive") == "true"
    return rows.filter { row in filter.holds(foldsCase: folds) { row[$0] } }
  }

  private func list(
    _ set: String, _ request: EmulatedRequest, _ version: ServiceLayerVersion
  ) throws -> EmulatedResponse {
    let found = try matches(set, request)
    guard let schema = schemas[set] else { throw UnknownSet() }
    var rows = try sorted(found, request.parameter("$orderby"), schema)
    let skip = request.parameter("$skip").flatMap { Int($0) } ?? 0
    if let top = request.parameter("$top").flatMap({ Int($0) }) {
      rows = Array(rows.prefix(skip + top))
    }
    let size = requestedPageSize(request)
    let page = rows.dropFirst(skip).prefix(size ?? .max)
    var members: [JSONValue.Member] = [
      .init(version.context, .string("\(root(request))$metadata#\(set)"))
    ]
    let counts =
      version == .v1
      ? request.parameter("$inlinecount") == "allpages" : request.parameter("$count") == "true"
    if counts { members.append(version.count(found.count)) }
    let select = request.parameter("$select")
    // Names are checked however few rows there are.
    _ = try selected(.null, select, schema, version)
    members.append(
      .init("value", .array(try page.map { .object(try selected($0, select, schema, version)) })))
    if skip + page.count < rows.count {
      // Relative, and without the rest of the question.
      members.append(.init(version.nextLink, .string("\(set)?$skip=\(skip + page.count)")))
    }
    return .json(.object(members), headers: applied(request))
  }

  /// The page size asked for, else the configured one; `nil` when paging is turned off. `$top` has
  /// no say.
  func requestedPageSize(_ request: EmulatedRequest) -> Int? {
    let words = request.header("Prefer")?.split(separator: "=")
    var size = pageSize
    if let words, words.count == 2, words[0] == "odata.maxpagesize", let wanted = Int(words[1]) {
      size = wanted
    } else if let wanted = request.header("B1S-PageSize").flatMap({ Int($0) }) {
      size = wanted
    }
    return size > 0 ? size : nil
  }

  func applied(_ request: EmulatedRequest) -> [NamedValue] {
    guard let preference = request.header("Prefer") else { return [] }
    return [NamedValue("Preference-Applied", preference)]
  }

  private func sorted(
    _ rows: [JSONValue], _ order: String?, _ schema: ServiceLayerSchema
  ) throws -> [JSONValue] {
    guard let order else { return rows }
    let terms = try order.split(separator: ",").map { term -> (name: String, falls: Bool) in
      let words = term.split(separator: " ").map(String.init)
      guard let name = words.first, schema[name] != nil else {
        throw ODataFault.unknown(words.first ?? "")
      }
      return (name, words.dropFirst().first == "desc")
    }
    return rows.sorted { left, right in
      for term in terms {
        let (first, second) = (Self.key(left[term.name]), Self.key(right[term.name]))
        if first != second { return term.falls ? second < first : first < second }
      }
      return false
    }
  }

  private static func key(_ value: JSONValue?) -> ODataFilter.Key {
    if let number = value?.decimal { return .number(number) }
    return .text(value?.string ?? "")
  }

  static func key(of row: JSONValue) -> String? {
    row["DocEntry"]?.integer.map(String.init) ?? row["Code"]?.string
  }

  /// The members asked for, in that order; everything there is when nothing is.
  func selected(
    _ row: JSONValue, _ select: String?, _ schema: ServiceLayerSchema,
    _ version: ServiceLayerVersion, etag: Bool = true
  ) throws -> [JSONValue.Member] {
    let names: [String]
    if let select {
      names = select.split(separator: ",").map { String($0.drop { $0 == " " }) }
      if let unknown = names.first(where: { schema[$0] == nil }) {
        throw ODataFault.unknown(unknown, of: schema.name)
      }
    } else {
      names = row.members?.map(\.name) ?? []
    }
    let members = names.map { name -> JSONValue.Member in
      let value = row[name] ?? .null
      guard schema[name] == .date, let text = value.string else { return .init(name, value) }
      return .init(name, .string(version.date(text)))
    }
    guard etag, row["DocEntry"] != nil else { return members }
    return [.init(version.etag, .string("W/\"\(Self.stamp(row))\""))] + members
  }

  private static func stamp(_ row: JSONValue) -> String {
    (row["UpdateDate"]?.string ?? "") + (row["UpdateTime"]?.string ?? "")
  }

  // MARK: The row-level query

  /// `$crossjoin(Set,Set/DocumentLines)`: a row for each line of each document that passes.
  func rowLevel(_ request: EmulatedRequest, _ version: ServiceLayerVersion) -> EmulatedResponse {
    do {
      guard let body = try? request.json(), let path = body["QueryPath"]?.string,
        let option = body["QueryOption"]?.string, path.hasPrefix("$crossjoin("),
        let set = path.dropFirst(11).split(separator: ",").first.map(String.init),
        path == "$crossjoin(\(set),\(set)/DocumentLines)", let schema = schemas[set],
        ServiceLayerSchema.documentTables[set] != nil
      else { throw ODataFault(code: -1000, text: "invalid $crossjoin query") }
      let options = Self.options(option)
      let rows = try joined(set, schema, options, version)
      let skip = options["$skip"].flatMap { Int($0) } ?? 0
      let page = rows.dropFirst(skip).prefix(requestedPageSize(request) ?? .max)
      var members: [JSONValue.Member] = [
        .init(version.context, .string("\(root(request))$metadata#Collection(Edm.ComplexType)")),
        .init("value", .array(Array(page))),
      ]
      if skip + page.count < rows.count {
        let link = "QueryService_PostQuery?$skip=\(skip + page.count)"
        members.append(.init(version.nextLink, .string(link)))
      }
      return .json(.object(members), headers: applied(request), type: "text/plain")
    } catch let fault as ODataFault {
      return version.error(400, fault.code, fault.text)
    } catch {
      return version.error(400, -1000, "invalid $crossjoin query")
    }
  }

  private func joined(
    _ set: String, _ schema: ServiceLayerSchema, _ options: [String: String],
    _ version: ServiceLayerVersion
  ) throws -> [JSONValue] {
    let lines = "\(set)/DocumentLines"
    guard let expand = options["$expand"], let text = options["$filter"] else {
      throw ODataFault(code: -1000, text: "invalid $crossjoin query")
    }
    let filter = try ODataFilterParser.parse(text) { [line] path in
      let name = String(
        path.dropFirst(path.hasPrefix(lines + "/") ? lines.count + 1 : set.count + 1))
      let owner = path.hasPrefix(lines + "/") ? line : schema
      guard path.hasPrefix(set + "/"), let kind = owner[name] else {
        throw ODataFault.unknown(name, of: owner.name)
      }
      return kind
    }
    let headSelect = try Self.selection(of: set, in: expand)
    let lineSelect = try Self.selection(of: lines, in: expand)
    _ = try selected(.null, headSelect, schema, version)
    _ = try selected(.null, lineSelect, line, version)
    var rows: [JSONValue] = []
    for document in sets[set] ?? [] {
      for part in document["DocumentLines"]?.array ?? [] {
        let part = part.with("DocEntry", document["DocEntry"] ?? .null)
        let passes = filter.holds(foldsCase: false) { path in
          path.hasPrefix(lines + "/")
            ? part[String(path.dropFirst(lines.count + 1))]
            : document[String(path.dropFirst(set.count + 1))]
        }
        guard passes else { continue }
        rows.append(
          .object([
            .init(
              set, .object(try selected(document, headSelect, schema, version, etag: false))),
            .init(lines, .object(try selected(part, lineSelect, line, version, etag: false))),
          ]))
      }
    }
    return rows
  }

  /// `$expand=A($select=x,y),A/B($select=z)`: what is selected of one of them.
  private static func selection(of name: String, in expand: String) throws -> String {
    let opening = "\(name)($select="
    for start in expand.ranges(of: opening)
    where start.lowerBound == expand.startIndex
      || expand[expand.index(before: start.lowerBound)] == ","
    {
      return String(expand[start.upperBound...].prefix { $0 != ")" })
    }
    throw ODataFault(code: -1000, text: "invalid $crossjoin query")
  }

  /// The options, split where an ampersand stands outside of quotes.
  private static func options(_ text: String) -> [String: String] {
    var options: [String: String] = [:]
    var isQuoted = false
    var part = ""
    for character in text + "&" {
      if character == "'" { isQuoted.toggle() }
      guard character == "&", !isQuoted else {
        part.append(character)
        continue
      }
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      if pair.count == 2 { options[pair[0]] = pair[1] }
      part = ""
    }
    return options
  }
}
