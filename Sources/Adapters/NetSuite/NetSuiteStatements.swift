import DealModel

/// A SuiteQL statement with the values of its `?`.
struct NetSuiteStatement: Hashable, Sendable {
  var text: String
  var parameters: [String] = []

  /// The body of the request. Values never become part of the statement.
  var body: JSONValue {
    .object(["q": .string(text), "params": .array(parameters.map { .string($0) })])
  }
}

/// The SuiteQL statements of one system.
///
/// Dates and times are always formatted by the statement: NetSuite would write them as the user's
/// preferences say. Times are UTC. Every statement that is paged has `id` as its order.
struct NetSuiteStatements: Sendable {
  /// The column alias of the deal ID.
  static let dealID = "deal_id"

  private let link: String
  private let echoes: [String]

  /// The statements for a system.
  ///
  /// - Throws: ``SystemError`` of kind `refused` when `link` or an echo cannot be a column.
  init(system: ConfiguredSystem) throws {
    for name in [system.link] + system.echoProperties {
      guard let first = name.first, first.isASCII, first.isLetter || first == "_",
        name.allSatisfy(\.isNameLetter)
      else {
        throw SystemError(
          .refused, system: system.name,
          message: "\(VisibleText(name)) cannot be a column of NetSuite. Mend `link` and "
            + "`compare` of \(system.name): the ID of a field, such as custbody_deal_id.")
      }
    }
    link = system.link.lowercased()
    echoes = system.echoProperties.map { $0.lowercased() }
  }

  /// The columns that the configuration names.
  var columns: [(role: SchemaDrift.Role, name: String)] {
    [(.link, link)] + echoes.map { (.echo, $0) }
  }

  /// Fails when one of these columns does not exist, and finds nothing when all do.
  func presence(of columns: [String]) -> NetSuiteStatement {
    let list = columns.map { "t.\($0)" }.joined(separator: ", ")
    return NetSuiteStatement(
      text: "SELECT t.id, \(list) FROM transaction t WHERE t.id = ?", parameters: ["0"])
  }

  /// The alias of an echo's column.
  static func echo(_ index: Int) -> String { "echo_\(index)" }

  /// Documents of these types that bear one of these deal IDs, behind an ID.
  func documents(
    of types: [NetSuiteDocumentType], bearing ids: [String], after last: String
  ) -> NetSuiteStatement {
    let places = ids.map { _ in "?" }.joined(separator: ", ")
    return NetSuiteStatement(
      text: """
        \(header) WHERE t.type IN (\(Self.list(types))) AND t.\(link) IN (\(places)) AND t.id > ? \
        ORDER BY t.id
        """, parameters: ids + [last])
  }

  /// The document with that ID.
  func document(_ id: String) -> NetSuiteStatement {
    NetSuiteStatement(text: "\(header) WHERE t.id = ?", parameters: [id])
  }

  /// Transactions of any type with that number or ID; the first fifty.
  func documents(numbered text: String) -> NetSuiteStatement {
    // An ID is a number: Oracle would fail to compare it with letters.
    let isID =
      text.utf8.count <= 18 && !text.isEmpty && text.allSatisfy { ("0"..."9").contains($0) }
    return NetSuiteStatement(
      text: """
        SELECT t.id, t.type, t.tranid, t.\(link) AS \(Self.dealID) FROM transaction t \
        WHERE t.tranid = ?\(isID ? " OR t.id = ?" : "") ORDER BY t.id FETCH FIRST 50 ROWS ONLY
        """, parameters: isID ? [text, text] : [text])
  }

  /// All documents that bear, or should bear, a deal ID, behind an ID.
  func links(after last: String) -> NetSuiteStatement {
    NetSuiteStatement(
      text: """
        SELECT t.id, t.type, t.tranid, t.\(link) AS \(Self.dealID) FROM transaction t \
        WHERE t.type IN (\(Self.list(NetSuiteDocumentType.records))) AND t.id > ? ORDER BY t.id
        """, parameters: [last])
  }

  /// One row of a column, whatever stands in it: refused when there is no such column.
  static func sample(of column: String) -> NetSuiteStatement {
    NetSuiteStatement(
      text: "SELECT t.id, t.\(column.lowercased()) AS echo FROM transaction t "
        + "ORDER BY t.id FETCH FIRST 1 ROWS ONLY")
  }

  /// Lines of a document without its main and tax lines, behind a line.
  func lines(of id: String, after last: String) -> NetSuiteStatement {
    NetSuiteStatement(
      text: """
        SELECT l.id, BUILTIN.DF(l.item) AS item, BUILTIN.DF(l.expenseaccount) AS account, l.memo, \
        l.quantity, l.quantitybilled, l.foreignamount FROM transactionline l \
        WHERE l.transaction = ? AND \(Self.isNetLine) AND l.id > ? ORDER BY l.id
        """, parameters: [id, last])
  }

  /// Documents applied to a document, or to which it is applied: payments and credits of an
  /// invoice, bills of an order. Links join lines, so amounts are added up by document.
  func applications(of id: String) -> NetSuiteStatement {
    NetSuiteStatement(
      text: """
        SELECT o.id, o.type, o.tranid, TO_CHAR(o.trandate, 'YYYY-MM-DD') AS trandate, \
        SUM(ABS(k.foreignamount)) AS amount FROM nexttransactionlinelink k JOIN transaction o \
        ON o.id = CASE WHEN k.previousdoc = ? THEN k.nextdoc ELSE k.previousdoc END \
        WHERE k.previousdoc = ? OR k.nextdoc = ? GROUP BY o.id, o.type, o.tranid, o.trandate \
        ORDER BY o.id
        """, parameters: [id, id, id])
  }

  /// Documents changed since an instant, and documents whose payments or credits were: a payment
  /// need not bear the deal ID, and applying one may leave its invoice's time as it was.
  ///
  /// - Parameter wall: A day and time, `2026-11-20 03:00:00`, that is past nowhere on Earth before
  ///   the instant: compared with the bare column, so that NetSuite can use its index.
  func changes(since instant: Timestamp, wall: String) -> NetSuiteStatement {
    let types = Self.list(NetSuiteDocumentType.records)
    func isRecent(_ alias: String) -> String {
      """
      \(alias).lastmodifieddate >= TO_DATE(?, 'YYYY-MM-DD HH24:MI:SS') \
      AND \(Self.utc("\(alias).lastmodifieddate")) >= ?
      """
    }
    return NetSuiteStatement(
      text: """
        SELECT t.id, t.type, t.\(link) AS \(Self.dealID), \(Self.utc("t.lastmodifieddate")) AS at \
        FROM transaction t WHERE t.type IN (\(types)) AND t.\(link) IS NOT NULL \
        AND \(isRecent("t")) UNION ALL \
        SELECT p.id, d.type, d.\(link) AS \(Self.dealID), \(Self.utc("p.lastmodifieddate")) AS at \
        FROM transaction p JOIN nexttransactionlinelink k ON k.nextdoc = p.id \
        JOIN transaction d ON d.id = k.previousdoc WHERE d.type IN (\(types)) \
        AND d.\(link) IS NOT NULL AND \(isRecent("p")) ORDER BY 4, 1, 3
        """,
      parameters: [wall, instant.description, wall, instant.description])
  }

  /// System notes of these transactions, behind a note. Without the type of record NetSuite would
  /// look through every note of the account; -30 stands for transactions.
  func notes(of documents: [String], after last: String) -> NetSuiteStatement {
    let places = documents.map { _ in "?" }.joined(separator: ", ")
    return NetSuiteStatement(
      text: """
        SELECT n.id, n.recordid, n.type, n.field, n.oldvalue, n.newvalue, n.context, \
        BUILTIN.DF(n.name) AS who, \(Self.utc("n.date")) AS at FROM systemnote n \
        WHERE n.recordtypeid = -30 AND n.recordid IN (\(places)) AND n.id > ? ORDER BY n.id
        """, parameters: documents + [last])
  }

  /// The select list and the sources of a document.
  private var header: String {
    let echoed = echoes.enumerated().map { "t.\($1) AS \(Self.echo($0)), " }.joined()
    return """
      SELECT t.id, t.type, t.tranid, t.status, t.voided, t.\(link) AS \(Self.dealID), \(echoed)\
      TO_CHAR(t.trandate, 'YYYY-MM-DD') AS trandate, TO_CHAR(t.duedate, 'YYYY-MM-DD') AS duedate, \
      \(Self.utc("t.createddate")) AS createddate, \
      \(Self.utc("t.lastmodifieddate")) AS lastmodifieddate, \
      BUILTIN.DF(t.status) AS statuslabel, BUILTIN.DF(t.entity) AS party, c.symbol AS currency, \
      t.foreigntotal, t.foreignamountpaid, t.foreignamountunpaid, t.foreignpaymentamountunused, \
      t.memo, t.otherrefnum, \
      (SELECT SUM(l.foreignamount) FROM transactionline l WHERE l.transaction = t.id \
      AND \(Self.isNetLine)) AS net, \
      CASE WHEN t.type = 'PurchOrd' THEN (SELECT SUM(\(Self.unbilled)) FROM transactionline l \
      WHERE l.transaction = t.id AND \(Self.isNetLine)) END AS unbilled \
      FROM transaction t LEFT JOIN currency c ON c.id = t.currency
      """
  }

  /// Neither the line that stands for the whole document nor a line of tax.
  private static let isNetLine = "NVL(l.mainline, 'F') = 'F' AND NVL(l.taxline, 'F') = 'F'"

  /// The part of an order's line that is not billed yet. A line without a quantity, such as an
  /// expense, is open as a whole until its order is billed or closed.
  private static let unbilled = """
    CASE WHEN NVL(l.isclosed, 'F') = 'T' THEN 0 \
    WHEN NVL(l.quantity, 0) = 0 THEN l.foreignamount \
    WHEN NVL(l.quantitybilled, 0) >= l.quantity THEN 0 \
    ELSE ROUND(l.foreignamount * (l.quantity - NVL(l.quantitybilled, 0)) / l.quantity, 8) END
    """

  /// A time as ISO 8601 UTC.
  private static func utc(_ column: String) -> String {
    "TO_CHAR(SYS_EXTRACT_UTC(\(column)), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
  }

  private static func list(_ types: [NetSuiteDocumentType]) -> String {
    types.map { "'\($0.rawValue)'" }.joined(separator: ", ")
  }
}
