internal import DealModel
internal import GRDB

extension NetSuiteEmulator {
  /// Gives an invoice another net amount: its first line takes the difference, tax stays as it is,
  /// and total, unpaid part, status and time of change follow.
  func correctInvoice(_ number: String, net: ExactDecimal) throws -> JSONValue {
    let now = modificationTime
    return try engine.queue.write { database in
      guard
        let header = try Row.fetchOne(
          database,
          sql: """
            SELECT id, foreigntotal, foreignamountpaid FROM "transaction" \
            WHERE type = 'CustInvc' AND tranid = ?
            """, arguments: [number])
      else { throw SandboxError("there is no invoice `\(number)`") }
      let id: Int64 = header["id"]
      let lines = try Row.fetchAll(
        database,
        sql: """
          SELECT rowid, foreignamount FROM transactionline WHERE "transaction" = ? \
          AND coalesce(mainline, 'F') = 'F' AND coalesce(taxline, 'F') = 'F' ORDER BY id
          """, arguments: [id])
      guard let first = lines.first else {
        throw SandboxError("invoice `\(number)` has no line to correct")
      }
      var sum = ExactDecimal.zero
      for line in lines { sum = try sum.adding(Self.number(line["foreignamount"])) }
      // Sales lines are negative, so the sum of the lines is the net amount's opposite.
      let difference = try net.adding(sum)
      let corrected = try Self.number(first["foreignamount"]).subtracting(difference)
      let rowID: Int64 = first["rowid"]
      try database.execute(
        sql: "UPDATE transactionline SET foreignamount = ?, netamount = ? WHERE rowid = ?",
        arguments: [corrected.description, corrected.description, rowID])
      let total = try Self.number(header["foreigntotal"]).adding(difference)
      let unpaid = try total.subtracting(Self.number(header["foreignamountpaid"]))
      try database.execute(
        sql: """
          UPDATE transactionline SET foreignamount = ?, netamount = ? \
          WHERE "transaction" = ? AND mainline = 'T'
          """, arguments: [total.description, total.description, id])
      try database.execute(
        sql: """
          UPDATE "transaction" SET foreigntotal = ?, foreignamountunpaid = ?, \
          status = CASE WHEN status IN ('A', 'B') THEN ? ELSE status END, lastmodifieddate = ? \
          WHERE id = ?
          """,
        arguments: [
          total.description, unpaid.description, unpaid > .zero ? "A" : "B", now, id,
        ])
      try SystemNotes.note(
        "TRANDOC.MAMOUNTMAIN", of: String(id),
        from: Self.number(header["foreigntotal"]).description, to: total.description, at: now,
        in: database)
      return .object([
        "invoice": .string(number), "net": .string(net.description),
        "total": .string(total.description), "unpaid": .string(unpaid.description),
      ])
    }
  }

  /// Gives a field of a row another value; an empty one makes it null.
  func setField(_ field: String, of record: String, to value: String) throws -> JSONValue {
    let parts = record.split(separator: "/").map(String.init)
    let table = parts.first?.lowercased() ?? ""
    guard let columns = engine.tables[table] else {
      throw SandboxError(
        "there is no table `\(table)`\(suggestion(table, engine.tables.keys.sorted()))")
    }
    guard columns[field] != nil else {
      throw SandboxError(
        "`\(table)` has no column `\(field)`\(suggestion(field, columns.keys.sorted()))")
    }
    let keys: [String]
    switch (table, parts.count) {
    case ("transactionline", 3): keys = ["transaction", "id"]
    case (_, 2) where columns["id"] != nil && table != "transactionline": keys = ["id"]
    default: throw SandboxError("write TABLE/ID, or transactionline/TRANSACTION/LINE")
    }
    let condition = keys.map { "\"\($0)\" = ?" }.joined(separator: " AND ")
    let now = modificationTime
    let stored: (any DatabaseValueConvertible)? = value.isEmpty ? nil : value
    try engine.queue.write { database in
      let before = try Row.fetchOne(
        database, sql: "SELECT \"\(field)\" AS value FROM \"\(table)\" WHERE \(condition)",
        arguments: StatementArguments(Array(parts.dropFirst())))
      try database.execute(
        sql: "UPDATE \"\(table)\" SET \"\(field)\" = ? WHERE \(condition)",
        arguments: StatementArguments(
          [stored] + parts.dropFirst().map { key -> (any DatabaseValueConvertible)? in key }))
      guard database.changesCount > 0 else { throw SandboxError("there is no `\(record)`") }
      // A change of a line touches its document.
      try database.execute(
        sql: "UPDATE \"transaction\" SET lastmodifieddate = ? WHERE id = ? AND ?",
        arguments: [now, parts[1], table.hasPrefix("transaction")])
      if table.hasPrefix("transaction"), let old: DatabaseValue = before?["value"] {
        let name =
          table == "transaction" ? SystemNotes.field(of: field) : "TRANLINE.\(field.uppercased())"
        try SystemNotes.note(
          name, of: parts[1], from: SuiteQLFunctions.text(old), to: value.isEmpty ? nil : value,
          at: now, in: database)
      }
    }
    return .object(["record": .string(record), "field": .string(field), "value": .string(value)])
  }

  /// Deletes a transaction with its lines and what was applied to it; `deletedrecord` remembers it.
  func delete(_ record: String) throws -> JSONValue {
    let parts = record.split(separator: "/").map(String.init)
    guard parts.count == 2, parts[0].lowercased() == "transaction" else {
      throw SandboxError("write transaction/ID")
    }
    let now = modificationTime
    return try engine.queue.write { database in
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT id, type, tranid FROM \"transaction\" WHERE id = ?",
          arguments: [parts[1]])
      else { throw SandboxError("there is no `\(record)`") }
      let id: Int64 = row["id"]
      let type: String = row["type"]
      let number: String? = row["tranid"]
      for (table, column) in [
        ("transaction", "id"), ("transactionline", "transaction"),
        ("nexttransactionlinelink", "previousdoc"), ("nexttransactionlinelink", "nextdoc"),
      ] {
        try database.execute(
          sql: "DELETE FROM \"\(table)\" WHERE \"\(column)\" = ?", arguments: [id])
      }
      try database.execute(
        sql: "INSERT INTO deletedrecord (recordid, type, name, deleteddate) VALUES (?, ?, ?, ?)",
        arguments: [id, Self.recordTypes[type] ?? type, number, now])
      return .object(["deleted": .string(record)])
    }
  }

  /// The names of transaction types in `deletedrecord`.
  private static let recordTypes = [
    "CustInvc": "Invoice", "CustCred": "Credit Memo", "PurchOrd": "Purchase Order",
    "VendBill": "Bill", "VendCred": "Bill Credit", "ExpRept": "Expense Report",
  ]

  /// Now, in whole seconds as NetSuite keeps them.
  private var modificationTime: String {
    Timestamp(milliseconds: time.now().milliseconds / 1_000 * 1_000).description
  }

  private static func number(_ value: DatabaseValue) throws -> ExactDecimal {
    guard let text = SuiteQLFunctions.text(value) else { return .zero }
    guard let number = ExactDecimal(text) else {
      throw SandboxError("an amount of this invoice is no number")
    }
    return number
  }
}
