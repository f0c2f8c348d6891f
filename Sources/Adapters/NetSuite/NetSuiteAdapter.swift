import AdapterKit
import DealModel

/// NetSuite over SuiteTalk REST: invoices and costs by SuiteQL.
///
/// Invoices are invoices and credit memos, net of tax from their lines; costs are purchase orders
/// with their unbilled part, vendor bills, vendor credits, expense reports and checks. A batch of
/// deals is one SuiteQL call per kind, and a further call per thousand documents.
///
/// Source: Oracle's help on SuiteTalk REST web services and SuiteQL.
struct NetSuiteAdapter: Adapter {
  /// IDs are bound parameters of one `IN`, of which NetSuite takes a thousand; half of that leaves
  /// the documents of a batch on one page.
  static let batchSize = 500

  /// The vendor's name for people.
  static let vendor = "NetSuite"

  let system: ConfiguredSystem
  let account: NetSuiteAccountID
  let statements: NetSuiteStatements
  let port: HTTPPort
  let time: any TimeSource

  let capabilities = AdapterCapabilities(
    batchSizes: [.invoices: NetSuiteAdapter.batchSize, .costs: NetSuiteAdapter.batchSize],
    detailKinds: [.invoices, .costs], finds: true, reportsChanges: true, listsLinks: true,
    historyBatchSizes: [
      .invoices: NetSuiteAdapter.historyBatchSize, .costs: NetSuiteAdapter.historyBatchSize,
    ])

  init(_ context: AdapterContext) throws {
    system = context.system
    time = context.time
    account = try NetSuiteAccountID(of: system)
    statements = try NetSuiteStatements(system: system)
    let base = try system.baseURL(default: account.serviceAddress)
    let authorizer: any Authorizer
    if let signer = NetSuiteTokenAuthorizer(context, account: account) {
      authorizer = signer
    } else if let assertion = NetSuiteAssertion(context, audience: "\(base)\(Self.tokenPath)") {
      authorizer = OAuthAuthorizer(system: system.name, time: context.time) { _ in
        try await assertion.form()
      }
    } else {
      throw SystemError(
        .refused, system: system.name,
        message: "\(system.name) has no complete credentials. Give consumer_key, consumer_secret, "
          + "token_id and token_secret (token-based authentication), or client_id, "
          + "certificate_id and private_key (OAuth 2.0).")
    }
    port = HTTPPort(
      HTTPPortSettings(
        system: system.name, vendor: Self.vendor, baseURL: base, authorizer: authorizer,
        tokenEndpoint: .path(Self.tokenPath), readingPosts: [Self.queryPath],
        errors: Self.errorTable, concurrency: system.settings.integer("concurrency") ?? 2,
        callDeadline: system.callDeadline, requestIDHeader: "X-N-OperationId"),
      in: context)
  }

  func records(
    of kind: RecordKind, for ids: [DealID]
  ) async throws -> [DealID: [Record]] {
    guard let types = NetSuiteDocumentType.types(of: kind) else { throw notRead(kind) }
    var records = Dictionary(ids.map { ($0, [Record]()) }) { first, _ in first }
    guard !ids.isEmpty else { return records }
    let texts = ids.map(\.text)
    let bearing = { (last: String) in statements.documents(of: types, bearing: texts, after: last) }
    try await walk(bearing) { row in
      guard let record = NetSuiteReader(row, adapter: self).record else {
        throw port.malformed("POST \(Self.queryPath)", "a row without ID, deal ID or type")
      }
      // Nothing but the exact ID joins a record, whatever the database thinks is equal.
      guard records[record.dealID] == nil else {
        records[record.dealID]?.append(record)
        return
      }
      try port.refuseStray(
        bearing: [record.dealID], record: record.reference.id, asked: ids,
        operation: "POST \(Self.queryPath)")
    }
    return records.mapValues { $0.sorted(by: Self.isNewer) }
  }

  func find(_ text: String) async throws -> [FoundRecord] {
    let page = try await page(statements.documents(numbered: text))
    return page.rows.compactMap { row in
      guard let id = row["id"], let type = row["type"] else { return nil }
      return FoundRecord(
        reference: reference(type: type, id: id), number: row["tranid"] ?? id,
        dealID: row[NetSuiteStatements.dealID].map { DealID($0) })
    }
  }

  // MARK: Asking

  static let queryPath = "/services/rest/query/v1/suiteql"
  static let tokenPath = "/services/rest/auth/oauth2/v1/token"
  /// The most rows NetSuite puts on one page.
  static let pageSize = 1_000

  /// One page of a statement's rows.
  func page(_ statement: NetSuiteStatement, offset: Int = 0) async throws -> NetSuitePage {
    let call = HTTPCall.post(
      Self.queryPath,
      query: ["limit": String(Self.pageSize), "offset": String(offset)],
      json: statement.body, headers: [HTTPField("Prefer", "transient")])
    let operation = call.operation
    return try await port.read(call) { reply in
      guard let page = NetSuitePage(reply.value) else {
        throw port.malformed(operation, "a page without readable items")
      }
      return page
    }
  }

  /// Walks a statement's rows by key: each page begins behind the last ID of the one before, so
  /// that no row is met twice and no limit on rows is reached.
  ///
  /// - Parameters:
  ///   - statement: The statement for the rows behind an ID, in the order of `id`.
  ///   - each: Told of every row, in order.
  func walk(
    _ statement: (_ last: String) -> NetSuiteStatement, each: (NetSuiteRow) throws -> Void
  ) async throws {
    try await port.walk("POST \(Self.queryPath)", from: "0") { last in
      let page = try await self.page(statement(last ?? "0"))
      for row in page.rows { try each(row) }
      guard page.hasMore else { return nil }
      guard let next = page.rows.last?["id"] else {
        throw port.malformed("POST \(Self.queryPath)", "a page without an ID in its last row")
      }
      return next
    }
  }

  func reference(type: String, id: String) -> RecordReference {
    RecordReference(
      system: system.name, kind: NetSuiteDocumentType(rawValue: type)?.kind ?? .invoices, id: id)
  }

  private func notRead(_ kind: RecordKind) -> SystemError {
    SystemError(
      .refused, system: system.name,
      message: "\(system.name) (NetSuite) is not read for \(kind.rawValue), only for invoices and "
        + "costs. Give \(kind.domain.rawValue) another owner.")
  }

  /// Newest first: by day, then by the number NetSuite counts upwards.
  private static func isNewer(_ left: Record, _ right: Record) -> Bool {
    let (leftDay, rightDay) = (left.content.day, right.content.day)
    if leftDay != rightDay {
      guard let leftDay else { return false }
      guard let rightDay else { return true }
      return leftDay > rightDay
    }
    return (Int(left.reference.id) ?? 0) > (Int(right.reference.id) ?? 0)
  }
}

/// An account ID in the forms that addresses, signatures and people use.
struct NetSuiteAccountID: Hashable, Sendable {
  /// As configured: `1234567`, `1234567_SB1`.
  let text: String

  init(of system: ConfiguredSystem) throws {
    text = system.settings.text("account") ?? ""
    guard !text.isEmpty,
      text.utf8.allSatisfy({
        let character = Character(Unicode.Scalar($0))
        return $0 < 0x80
          && (character.isLetter || character.isNumber || character == "_" || character == "-")
      })
    else {
      throw SystemError(
        .refused, system: system.name,
        message: "`account` of systems.\(system.name) is no account ID. Take it from Setup > "
          + "Company > Company Information, such as 1234567 or 1234567_SB1.")
    }
  }

  /// The form of host names: `1234567-sb1`.
  private var host: String { text.lowercased().replacing("_", with: "-") }
  /// The form of the OAuth realm: `1234567_SB1`.
  var realm: String { text.uppercased().replacing("-", with: "_") }
  /// Where the account's REST services are.
  var serviceAddress: String { "https://\(host).suitetalk.api.netsuite.com" }

  /// Where a person opens a transaction.
  func address(ofType type: String, id: String) -> String {
    "https://\(host).app.netsuite.com/app/accounting/transactions/\(type.lowercased()).nl?id=\(id)"
  }
}
