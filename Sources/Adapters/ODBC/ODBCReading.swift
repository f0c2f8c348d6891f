import DealModel

/// Makes records of one kind from the rows of one statement.
///
/// A class, because every row holds it.
final class ODBCReading: Sendable {
  let system: ConfiguredSystem
  let kind: RecordKind
  let zone: ODBCZone
  /// The setting the statement stands in, for people.
  let setting: String

  let usesMinorUnits: Bool
  /// The currency of rows whose statement gives none.
  let currency: Currency?

  init(system: ConfiguredSystem, kind: RecordKind, zone: ODBCZone, setting: String) {
    self.system = system
    self.kind = kind
    self.zone = zone
    self.setting = setting
    usesMinorUnits = system.settings.flag("minor_units") ?? false
    currency = system.settings.currency("currency")
  }

  var nothing: SystemError {
    SystemError(.malformed, system: system.name, message: "\(system.name) (ODBC) gave no currency.")
  }

  /// Checks that the columns are there and hold what can be read.
  ///
  /// - Throws: ``SystemError`` of kind `drifted` naming the column.
  func check(_ table: ODBCTable) throws {
    for need in ODBCColumnNeed.needs(of: kind, link: system.link) {
      let found = need.names.compactMap { table.index(of: $0) }
      guard found.count >= need.least else {
        let missing = need.names.first { table.index(of: $0) == nil } ?? ""
        let names = need.names.map { VisibleText($0).text }
        let list = names.joined(separator: need.least == 1 ? " or " : ", ")
        throw drifted(missing, "gives no column \(list)", need.mend)
      }
      for index in found where !need.contents.contains(table.columns[index].content) {
        let column = table.columns[index]
        throw drifted(
          column.name,
          "gives column \(VisibleText(column.name)) as "
            + "\(VisibleText(column.typeName.prefix(40))), which \(need.use)", need.mend)
      }
    }
  }

  /// The rows of a table as records, in the table's order.
  ///
  /// - Throws: ``SystemError`` when the columns are wrong, or a row lacks its ID or its deal ID.
  func records(_ table: ODBCTable, errors: ODBCErrors) throws -> [Record] {
    try check(table)
    let link = table.index(of: system.link)
    return try (0..<table.rowCount).map { place in
      let (id, deal) = try names(place, of: table, link: link, errors: errors)
      return record(ODBCRow(table: table, place: place, reading: self), id: id, deal: deal)
    }
  }

  /// The ID of a row's record and the deal it belongs to.
  ///
  /// - Parameter link: The place of the column that bears the deal ID.
  /// - Throws: ``SystemError`` when one is missing.
  func names(
    _ place: Int, of table: ODBCTable, link: Int?, errors: ODBCErrors
  ) throws -> (id: String, deal: DealID) {
    let start = place * table.columns.count
    let column = table.places[ODBCField.id.rawValue]
    guard column >= 0, let id = table.values[start + column], !id.isEmpty else {
      throw errors.malformed("SQL \(setting)", "a row whose column id is empty")
    }
    guard let link, let deal = table.values[start + link] else {
      throw errors.malformed(
        "SQL \(setting)", "record \(VisibleText(id)), whose column \(system.link) is empty")
    }
    return (id, DealID(deal))
  }

  func record(_ row: ODBCRow, id: String, deal: DealID) -> Record {
    var echoes: [String: Answer<FieldValue>] = [:]
    for name in system.echoProperties where row.table.index(of: name) != nil {
      echoes[name] = row.text(inColumn: name).map { .value(.text($0)) } ?? Answer.none
    }
    return Record(
      reference: RecordReference(system: system.name, kind: kind, id: id), dealID: deal,
      number: row.number, url: row[.url], createdAt: row.instant(.created).value,
      modifiedAt: row.instant(.modified).value, modifiedBy: row[.modifiedBy],
      echoes: echoes, content: row.content(kind))
  }

  private func drifted(_ column: String, _ fault: String, _ mend: String) -> SystemError {
    SystemError(
      .drifted(field: column), system: system.name,
      message: "`\(setting)` of \(system.name) (ODBC) \(fault). \(mend)")
  }
}

/// Columns that a kind of record is read from.
struct ODBCColumnNeed: Sendable {
  var names: [String]
  /// How many of them there must be.
  var least: Int
  var contents: Set<ODBCColumn.Content>
  /// What cannot be done with another type.
  var use: String
  var mend: String

  private static let words: Set<ODBCColumn.Content> = [
    .text, .exact, .float, .date, .wallClock, .instant, .flag,
  ]

  private static func text(_ names: [String], least: Int = 0) -> ODBCColumnNeed {
    ODBCColumnNeed(
      names: names, least: least, contents: words, use: "is no text",
      mend: "Name the column so, with AS.")
  }

  private static func amount(_ names: [String], least: Int = 0) -> ODBCColumnNeed {
    ODBCColumnNeed(
      names: names, least: least, contents: [.text, .exact], use: "holds no exact amounts",
      mend: least > 1
        ? "Name two of them at least, as exact numbers: the third follows."
        : "Name it so with AS, as an exact number: CAST(… AS NUMERIC(18,2)), or with SQLite "
          + "printf('%.2f', …).")
  }

  private static func date(_ names: [String], least: Int = 0) -> ODBCColumnNeed {
    ODBCColumnNeed(
      names: names, least: least, contents: [.text, .date, .wallClock, .instant],
      use: "is no date", mend: "Name it so with AS, as a date or as text like 2026-11-20.")
  }

  private static func flag(_ name: String) -> ODBCColumnNeed {
    ODBCColumnNeed(
      names: [name], least: 1, contents: [.text, .exact, .flag], use: "is no yes or no",
      mend: "Name it so with AS, as a boolean or as 1 and 0.")
  }

  /// What a kind needs; columns that may be missing are checked for their type only.
  static func needs(of kind: RecordKind, link: String) -> [ODBCColumnNeed] {
    let every = [
      text(["id"], least: 1), text([link], least: 1), text(["number", "url", "currency"]),
      date(["created_at", "modified_at"]),
    ]
    switch kind {
    case .invoices:
      return every + [
        text(["status"], least: 1), amount(["net"], least: 1),
        amount(["gross", "paid", "outstanding"], least: 2), date(["issued", "due"]),
      ]
    case .costs:
      return every + [
        text(["type"], least: 1), text(["status"], least: 1), amount(["net"], least: 1),
        amount(["open"]), date(["date"]), text(["party"]),
      ]
    case .milestones:
      return every + [text(["name"], least: 1), flag("done"), date(["due", "start"])]
    case .hours:
      return every + [amount(["hours", "seconds"], least: 1), date(["date"], least: 1)]
    case .tickets: return every + [text(["subject"], least: 1), flag("open")]
    case .deals: return every + [amount(["value"]), date(["close_date", "stage_since"])]
    }
  }
}
