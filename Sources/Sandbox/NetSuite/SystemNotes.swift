internal import DealModel
internal import GRDB

/// NetSuite's own record of who changed what: the table `systemnote`.
enum SystemNotes {
  /// The type of record that stands for transactions.
  static let transactions = -30

  /// The codes of a note's type.
  enum Kind: String {
    /// A field set when the record was made.
    case setAtCreation = "2"
    /// A field changed later.
    case changed = "4"
  }

  /// Gives every transaction the note that its creation left, where the file has none: NetSuite
  /// never has a transaction without.
  static func completeCreations(in database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO systemnote (id, recordtypeid, recordid, field, newvalue, "date", context, type) \
        SELECT (SELECT coalesce(max(id), 0) FROM systemnote) + row_number() OVER (ORDER BY t.id), \
        ?, t.id, 'TRANDOC.MAMOUNTMAIN', t.foreigntotal, t.createddate, 'UIF', ? \
        FROM "transaction" t WHERE t.createddate IS NOT NULL AND t.id NOT IN \
        (SELECT recordid FROM systemnote WHERE recordtypeid = ? AND type IN ('1', '2'))
        """,
      arguments: [transactions, Kind.setAtCreation.rawValue, transactions])
  }

  /// Notes a change made now in the user interface.
  static func note(
    _ field: String, of transaction: String, from old: String?, to new: String?, at now: String,
    in database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO systemnote (id, recordtypeid, recordid, field, oldvalue, newvalue, "date", \
        context, type) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM systemnote), ?, ?, ?, ?, ?, ?, \
        'UIF', ?)
        """,
      arguments: [
        transactions, transaction, field, old, new, now, Kind.changed.rawValue,
      ])
  }

  /// The name under which notes tell of a transaction's column; custom fields go by their own.
  static func field(of column: String) -> String {
    switch column {
    case "foreigntotal": "TRANDOC.MAMOUNTMAIN"
    case "status": "TRANDOC.KSTATUS"
    case "voided": "TRANDOC.BVOID"
    case "trandate": "TRANDOC.DDATE"
    case _ where column.hasPrefix("cust"): column.uppercased()
    default: "TRANDOC.\(column.uppercased())"
    }
  }
}
