import AdapterKit
import DealModel

extension ODBCAdapter {
  func detail(of reference: RecordReference) async throws -> RecordDetail {
    let kind = reference.kind
    guard let statement = statements.details[kind] else { throw notConfigured("details", kind) }
    let table = try await rows(of: statement, reference)
    guard let record = try reading(kind, statement).records(table, errors: port.errors).first else {
      throw refused(
        "There is no record \(VisibleText(reference.id)) among the \(kind.rawValue) of "
          + "\(system.name) (ODBC) any more. It was deleted there, or `\(statement.setting)` leaves "
          + "it out.")
    }
    guard record.reference == reference, table.rowCount == 1 else {
      throw port.errors.malformed(
        "SQL \(statement.setting)", "other records than the one asked for")
    }
    var detail = RecordDetail(record: record, fetchedAt: time.now())
    if let lines = statements.lines[kind] {
      let rows = try await detailRows(of: lines, reference, table, statement)
      detail.lines = rows.map(line)
    }
    if let applications = statements.applications[kind] {
      let rows = try await detailRows(of: applications, reference, table, statement)
      detail.applications = rows.map(application)
    }
    detail.notes = notes(of: table, kind: kind)
    detail.fetchedAt = time.now()
    return detail
  }

  private func rows(
    of statement: ODBCStatement, _ reference: RecordReference
  ) async throws -> ODBCTable {
    try await port.table(statement.bound([.id: [.text(reference.id)]]), statement.setting)
  }

  /// The rows of lines or applications, each with the document's currency where it has none.
  private func detailRows(
    of statement: ODBCStatement, _ reference: RecordReference, _ document: ODBCTable,
    _ documentStatement: ODBCStatement
  ) async throws -> [ODBCRow] {
    var table = try await rows(of: statement, reference)
    try checkAmounts(table, statement)
    if table.index(of: "currency") == nil, let index = document.index(of: "currency") {
      let width = table.columns.count
      var values: [String?] = []
      for row in 0..<table.rowCount {
        values += table.values[row * width..<(row + 1) * width] + [document.values[index]]
      }
      table = ODBCTable(columns: table.columns + [document.columns[index]], values: values)
    }
    let reading = reading(reference.kind, statement)
    return (0..<table.rowCount).map { ODBCRow(table: table, place: $0, reading: reading) }
  }

  private func checkAmounts(_ table: ODBCTable, _ statement: ODBCStatement) throws {
    for name in ["net", "amount", "quantity", "billed"] {
      guard let index = table.index(of: name), table.columns[index].content == .float else {
        continue
      }
      throw SystemError(
        .drifted(field: name), system: system.name,
        message: "`\(statement.setting)` of \(system.name) (ODBC) gives column \(name) as "
          + "\(VisibleText(table.columns[index].typeName)), which holds no exact amounts. Name it so "
          + "with AS, as an exact number: CAST(… AS NUMERIC(18,2)), or with SQLite "
          + "printf('%.2f', …).")
    }
  }

  private func line(_ row: ODBCRow) -> DocumentLine {
    DocumentLine(
      text: row[.text] ?? "", quantity: row.number(.quantity), net: row.optionalAmount(.net),
      billed: row.number(.billed))
  }

  private func application(_ row: ODBCRow) -> Application {
    Application(
      kind: row[.type].flatMap { Application.Kind(rawValue: $0.lowercased()) } ?? .payment,
      number: row.number, date: row.date(.date), amount: row.optionalAmount(.amount))
  }

  /// Columns that no figure is read from, such as a memo, in the statement's order.
  private func notes(of table: ODBCTable, kind: RecordKind) -> [RecordDetail.Note] {
    let read = Set(ODBCColumnNeed.needs(of: kind, link: system.link).flatMap(\.names))
    let hidden = read.union(["modified_by", "subject", "hours", "seconds", "start", "person"])
    return table.columns.indices.compactMap { index in
      let name = table.columns[index].name
      guard !hidden.contains(name.lowercased()), name != system.link,
        let text = table.values[index]
      else { return nil }
      return RecordDetail.Note(name, text)
    }
  }
}
