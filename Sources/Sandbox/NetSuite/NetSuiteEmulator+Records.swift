internal import DealModel

extension NetSuiteEmulator {
  /// Record type in addresses → transaction type, or table.
  private static let transactionTypes = [
    "invoice": "CustInvc", "creditmemo": "CustCred", "customerpayment": "CustPymt",
    "purchaseorder": "PurchOrd", "vendorbill": "VendBill", "vendorcredit": "VendCred",
    "vendorpayment": "VendPymt", "expensereport": "ExpRept", "check": "Check",
    "salesorder": "SalesOrd", "journalentry": "Journal",
  ]
  private static let tableTypes: Set<String> = ["customer", "vendor", "employee", "job"]

  /// The record service: one record by ID or external ID, or a search with `q`.
  func record(
    _ request: EmulatedRequest, type: String, rest: [String]
  ) async -> EmulatedResponse {
    let name = type.lowercased()
    let transactionType = Self.transactionTypes[name]
    guard transactionType != nil || Self.tableTypes.contains(name), rest.count <= 1 else {
      return NetSuiteAnswers.problem(
        404, code: "NOT_FOUND", "Record type '\(type)' does not exist.")
    }
    do {
      guard let key = rest.first else {
        return try await search(request, name: name, type: transactionType)
      }
      return try await one(request, name: name, type: transactionType, key: key)
    } catch let error as SuiteQLError {
      return NetSuiteAnswers.refused(error)
    } catch {
      return NetSuiteAnswers.failure(status: 500)
    }
  }

  private func search(
    _ request: EmulatedRequest, name: String, type: String?
  ) async throws -> EmulatedResponse {
    let window: NetSuitePaging
    switch NetSuitePaging.read(request) {
    case .success(let paging): window = paging
    case .failure(let problem): return problem.response
    }
    var conditions = type.map { ["r.type = '\($0)'"] } ?? []
    if let question = request.parameter("q") {
      conditions.append(try NetSuiteQuestion(question, calendar: engine.calendar).condition)
    }
    let table = type == nil ? name : "transaction"
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    let page = try engine.page(
      "SELECT r.id FROM \(table) r\(filter) ORDER BY r.id", limit: window.limit,
      offset: window.offset, now: time.now())
    let address = request.url.prefix { $0 != "?" }
    let rows = page.rows.compactMap { $0["id"] }.map { id -> JSONValue in
      let link: JSONValue = .object([
        "rel": "self", "href": .string("\(address)/\(id)"),
      ])
      return .object(["links": .array([link]), "id": .string(id)])
    }
    return window.response(rows, total: page.total, for: request)
  }

  private func one(
    _ request: EmulatedRequest, name: String, type: String?, key: String
  ) async throws -> EmulatedResponse {
    let table = type == nil ? name : "transaction"
    guard let columns = engine.tables[table] else { return NetSuiteAnswers.nonexistent }
    let selected = columns.keys.sorted().map { column -> String in
      let label = Self.isReference(column) ? ", BUILTIN.DF(r.\(column)) AS df_\(column)" : ""
      switch columns[column] {
      case .date: return "TO_CHAR(r.\(column), 'YYYY-MM-DD') AS \(column)"
      case .timestamp:
        return """
          TO_CHAR(SYS_EXTRACT_UTC(r.\(column)), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS \(column)
          """
      default: return "r.\(column)\(label)"
      }
    }
    let isExternal = key.hasPrefix("eid:")
    var filter = isExternal ? "r.externalid = ?" : "r.id = ?"
    if let type { filter += " AND r.type = '\(type)'" }
    let page = try engine.page(
      "SELECT \(selected.joined(separator: ", ")) FROM \(table) r WHERE \(filter)",
      parameters: [isExternal ? String(key.dropFirst(4)) : key], now: time.now())
    guard let row = page.rows.first, let id = row["id"] else { return NetSuiteAnswers.nonexistent }
    let address = request.url.prefix { $0 != "?" }
    let link: JSONValue = .object(["rel": "self", "href": .string(String(address))])
    var members: [JSONValue.Member] = [.init("links", .array([link]))]
    for column in row where !column.name.hasPrefix("df_") && column.name != "type" {
      let fields = Self.field(column, label: row["df_\(column.name)"], type: columns[column.name])
      members.append(fields)
    }
    if type != nil { members.append(.init("item", try await lines(of: id, in: request))) }
    return .json(
      .object(members), type: "application/vnd.oracle.resource+json; type=singular; charset=UTF-8")
  }

  /// The lines of a document; only a link to them unless the request expands them.
  private func lines(of id: String, in request: EmulatedRequest) async throws -> JSONValue {
    let address = request.url.prefix { $0 != "?" } + "/item"
    let link: JSONValue = .object(["rel": "self", "href": .string(String(address))])
    guard request.parameter("expandSubResources") == "true" else {
      return .object(["links": .array([link])])
    }
    let page = try engine.page(
      """
      SELECT l.id, l.item, BUILTIN.DF(l.item) AS df_item, l.quantity, ABS(l.foreignamount) AS amount
      FROM transactionline l WHERE l.transaction = ? AND NVL(l.mainline, 'F') = 'F'
      AND NVL(l.taxline, 'F') = 'F' ORDER BY l.id
      """, parameters: [id], now: time.now())
    let items = page.rows.map { row -> JSONValue in
      var members: [JSONValue.Member] = []
      if let line = row["id"] { members.append(.init("line", Self.number(line))) }
      if let item = row["item"] {
        members.append(.init("item", Self.reference(item, row["df_item"])))
      }
      for name in ["quantity", "amount"] {
        if let text = row[name] { members.append(.init(name, Self.number(text))) }
      }
      return .object(members)
    }
    return .object([
      "links": .array([link]), "items": .array(items), "totalResults": .integer(items.count),
    ])
  }

  private static func isReference(_ column: String) -> Bool {
    column == "status" || SuiteQLSchema.referencedKind(of: column) != nil
  }

  private static func reference(_ id: String, _ label: String?) -> JSONValue {
    .object([.init("links", []), .init("id", .string(id)), .init("refName", .string(label ?? id))])
  }

  private static func number(_ text: String) -> JSONValue {
    ExactDecimal(text).map { .number($0.description) } ?? .string(text)
  }

  /// Column → field as records spell it: camel case, numbers as numbers, references as objects.
  private static func field(
    _ column: NamedValue, label: String?, type: SuiteQLType?
  ) -> JSONValue.Member {
    let name = fieldNames[column.name] ?? column.name
    if column.name == "status" {
      let words = label?.split(separator: ":").last.map { String($0.drop { $0 == " " }) }
      return .init(
        name, .object(["id": .string(column.value), "refName": .string(words ?? column.value)]))
    }
    if isReference(column.name) { return .init(name, reference(column.value, label)) }
    if type == .number { return .init(name, number(column.value)) }
    if column.value == "T" || column.value == "F" { return .init(name, .bool(column.value == "T")) }
    return .init(name, .string(column.value))
  }

  private static let fieldNames = [
    "tranid": "tranId", "trandate": "tranDate", "duedate": "dueDate",
    "exchangerate": "exchangeRate", "foreigntotal": "total", "foreignamountpaid": "amountPaid",
    "foreignamountunpaid": "amountRemaining", "externalid": "externalId",
    "otherrefnum": "otherRefNum", "createddate": "createdDate",
    "lastmodifieddate": "lastModifiedDate", "entityid": "entityId", "companyname": "companyName",
    "projectmanager": "projectManager", "startdate": "startDate", "firstname": "firstName",
    "lastname": "lastName", "isinactive": "isInactive",
  ]
}

/// A record search's `q`: `custbody_deal_id IS "BW-10042" AND tranDate AFTER "1/1/2026"`.
struct NetSuiteQuestion {
  /// The same condition in SuiteQL on an alias `r`.
  let condition: String

  init(_ question: String, calendar: AccountCalendar) throws(SuiteQLError) {
    var lexer = SuiteQLLexer(question)
    let tokens = try lexer.tokens()
    var position = 0
    func word(_ place: Int) -> String? {
      if case .word(let text) = tokens[min(place, tokens.count - 1)] { text } else { nil }
    }
    func values(_ place: inout Int) throws(SuiteQLError) -> [String] {
      var values: [String] = []
      var isOpen = false
      while place < tokens.count {
        switch tokens[place] {
        case .quoted(let text), .string(let text), .number(let text): values.append(text)
        case .sign("("): isOpen = true
        case .sign(","): break
        case .sign(")"):
          place += 1
          return values
        default: throw .syntax(near: question)
        }
        place += 1
        if !isOpen { return values }
      }
      throw .syntax(near: question)
    }
    var condition = ""
    while true {
      guard let field = word(position)?.lowercased(),
        let sign = word(position + 1)?.uppercased()
      else { throw .syntax(near: question) }
      position += 2
      let found = sign.hasPrefix("EMPTY") ? [] : try values(&position)
      condition += try Self.comparison("r.\(field)", sign, found, calendar)
      guard let next = word(position)?.uppercased() else { break }
      guard next == "AND" || next == "OR" else { throw .syntax(near: next) }
      condition += " \(next) "
      position += 1
    }
    guard position == tokens.count - 1 else { throw .syntax(near: question) }
    self.condition = "(\(condition))"
  }

  private static func comparison(
    _ field: String, _ sign: String, _ values: [String], _ calendar: AccountCalendar
  ) throws(SuiteQLError) -> String {
    let texts = values.map { "'" + $0.replacing("'", with: "''") + "'" }
    let days = values.map { value -> String in
      let day = calendar.dateFormat.value(of: value)?.date.description ?? value
      return "TO_DATE('\(day.replacing("'", with: "''"))', 'YYYY-MM-DD')"
    }
    let plain = values.first.map { $0.replacing("'", with: "''") } ?? ""
    switch (sign, values.count) {
    case ("EMPTY", 0): return "\(field) IS NULL"
    case ("IS", 1), ("EQUAL", 1): return "\(field) = \(texts[0])"
    case ("IS_NOT", 1), ("EQUAL_NOT", 1): return "\(field) <> \(texts[0])"
    case ("CONTAIN", 1): return "\(field) LIKE '%\(plain)%'"
    case ("START_WITH", 1): return "\(field) LIKE '\(plain)%'"
    case ("END_WITH", 1): return "\(field) LIKE '%\(plain)'"
    case ("ANY_OF", 1...): return "\(field) IN (\(texts.joined(separator: ", ")))"
    case ("GREATER", 1): return "\(field) > TO_NUMBER(\(texts[0]))"
    case ("LESS", 1): return "\(field) < TO_NUMBER(\(texts[0]))"
    case ("BETWEEN", 2):
      return "\(field) BETWEEN TO_NUMBER(\(texts[0])) AND TO_NUMBER(\(texts[1]))"
    case ("ON", 1): return "TRUNC(\(field)) = \(days[0])"
    case ("AFTER", 1): return "\(field) > \(days[0])"
    case ("BEFORE", 1): return "\(field) < \(days[0])"
    default: throw .syntax(near: sign)
    }
  }
}
