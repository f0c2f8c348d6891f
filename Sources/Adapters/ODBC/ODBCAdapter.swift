import AdapterKit
import DealModel

/// A database behind an ODBC driver: the SQL is in the configuration, and nothing but its columns'
/// names is known here.
///
/// A batch of deals is one statement per kind, with the IDs bound. Every statement runs in a
/// transaction that is rolled back, on a connection that the database itself holds read only where it
/// can (``ODBCDatabase``).
///
/// Source: Microsoft's ODBC reference; unixODBC 2.3.
struct ODBCAdapter: Adapter {
  /// IDs are question marks of one `IN`; every database takes so many.
  static let usualBatchSize = 500
  /// The most rows of a page, where a statement asks by `:limit`.
  static let pageSize: Int32 = 5_000

  let system: ConfiguredSystem
  let statements: ODBCStatements
  let zone: ODBCZone
  let port: ODBCPort
  let time: any TimeSource
  let capabilities: AdapterCapabilities

  init(_ context: AdapterContext) throws {
    system = context.system
    time = context.time
    statements = try ODBCStatements(system)
    port = try ODBCPort(context)
    let name = system.settings.text("time_zone") ?? "UTC"
    guard let zone = ODBCZone(name) else {
      throw SystemError(
        .refused, system: system.name,
        message: "`time_zone` of systems.\(system.name) is no zone that is known here. Write UTC, "
          + "+01:00 or a name such as Europe/Berlin.")
    }
    self.zone = zone
    let batchSize = system.settings.integer("batch_size") ?? Self.usualBatchSize
    capabilities = AdapterCapabilities(
      batchSizes: statements.records.mapValues { _ in batchSize },
      listsDeals: statements.dealIndex != nil, detailKinds: Set(statements.details.keys),
      finds: !statements.find.isEmpty, reportsChanges: !statements.changes.isEmpty,
      listsLinks: !statements.links.isEmpty)
    if context.sharedID.origin == system.name, statements.dealIndex == nil {
      throw SystemError(
        .refused, system: system.name,
        message: "\(system.name) is the origin of the shared ID and cannot list its deals. Give it "
          + "`deal_index`, a SELECT of all deals.")
    }
  }

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    guard let statement = statements.records[kind] else { throw notConfigured("records", kind) }
    guard !ids.isEmpty else { return [:] }
    let table = try await port.table(
      statement.bound([.ids: ids.map { .text($0.text) }]), statement.setting)
    return try reading(kind, statement).records(table, of: ids, errors: port.errors)
  }

  func dealPage(after cursor: PageCursor?) async throws -> DealPage {
    guard let statement = statements.dealIndex else {
      throw refused(
        "\(system.name) (ODBC) lists no deals. Give it `deal_index`, a SELECT of all deals.")
    }
    let page = try await page(statement, kind: .deals, after: cursor?.text)
    let reading = reading(.deals, statement)
    var answer = DealPage(deals: [], next: page.next.map { PageCursor($0) })
    for row in page.rows {
      let link = try link(row, kind: .deals)
      if let deal = link.dealID, !deal.text.isEmpty {
        answer.deals.append(reading.record(row, id: link.reference.id, deal: deal))
      } else {
        answer.unlinked.append(link)
      }
    }
    return answer
  }

  func find(_ text: String) async throws -> [FoundRecord] {
    guard !text.isEmpty else { return [] }
    var found: [FoundRecord] = []
    for (kind, statement) in statements.find.sorted(by: { $0.key < $1.key }) {
      let table = try await port.table(
        statement.bound([.text: [.text(text)]]), statement.setting)
      for row in try rows(table, of: kind, statement) {
        let link = try link(row, kind: kind)
        // The database may compare loosely.
        guard link.number == text || link.reference.id == text else { continue }
        found.append(
          FoundRecord(reference: link.reference, number: link.number, dealID: link.dealID))
      }
    }
    return found
  }

  func close() async { await port.close() }

  // MARK: Reading

  func reading(_ kind: RecordKind, _ statement: ODBCStatement) -> ODBCReading {
    ODBCReading(system: system, kind: kind, zone: zone, setting: statement.setting)
  }

  /// The rows of a statement that lists records with their deal IDs and little more.
  func rows(
    _ table: ODBCTable, of kind: RecordKind, _ statement: ODBCStatement
  ) throws -> [ODBCRow] {
    for name in ["id", system.link] where table.index(of: name) == nil {
      throw SystemError(
        .drifted(field: name), system: system.name,
        message: "`\(statement.setting)` of \(system.name) (ODBC) gives no column "
          + "\(VisibleText(name)). Name the column so, with AS.")
    }
    let reading = reading(kind, statement)
    return (0..<table.rowCount).map { ODBCRow(table: table, place: $0, reading: reading) }
  }

  func link(_ row: ODBCRow, kind: RecordKind) throws -> Link {
    guard let id = row[.id], !id.isEmpty else {
      throw port.errors.malformed("SQL \(row.reading.setting)", "a row whose column id is empty")
    }
    let deal = row.text(inColumn: system.link).flatMap { $0.isEmpty ? nil : DealID($0) }
    var link = Link(
      reference: RecordReference(system: system.name, kind: kind, id: id), number: row.number,
      dealID: deal, url: row[.url])
    if kind == .deals {
      link.fields = row.fields
      link.createdAt = row.instant(.created).value
      link.modifiedAt = row.instant(.modified).value
    }
    return link
  }

  func notConfigured(_ key: String, _ kind: RecordKind) -> SystemError {
    refused(
      "\(system.name) (ODBC) is not read for \(kind.rawValue). Give it `\(key).\(kind.rawValue)`, "
        + "or \(kind.domain.rawValue) another owner.")
  }

  func refused(_ message: String) -> SystemError {
    SystemError(.refused, system: system.name, message: message)
  }
}
