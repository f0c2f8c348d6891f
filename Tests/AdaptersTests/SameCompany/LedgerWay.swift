import DealModel

extension SameCompanyWay {
  /// A ledger in a SQLite file, which has no exact numbers: amounts are texts there.
  static let odbcSQLite = SameCompanyWay(name: "odbc on SQLite") { company in
    Files(
      emulator: "kind: odbc",
      texts: [
        "erp/ledger.sql": LedgerWriter(company, amount: "VARCHAR(40)").script.joined(
          separator: "\n")
      ],
      configuration: LedgerWriter.configuration(
        "connection: Driver=SQLite3;Database={{scratch}}/erp.sqlite"))
  }

  /// The same ledger on a PostgreSQL server, with numbers of three places.
  static let odbcPostgreSQL = SameCompanyWay(
    name: "odbc on PostgreSQL", isServedBySandbox: false
  ) { company in
    let ledger = try PostgreSQLLedger()
    for statement in LedgerWriter(company, amount: "NUMERIC(24, 3)").script {
      try ledger.run(statement)
    }
    try ledger.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    return Files(
      texts: ["secrets/password": PostgreSQLServer.password + "\n"],
      configuration: LedgerWriter.configuration(
        """
        connection: "\(ledger.connection)"
        user: reader
        password: {file: "{{directory}}/secrets/password"}
        """), kept: [ledger])
  }
}

/// A ledger as a firm writes it for itself: its own words, a row per document and deal.
private struct LedgerWriter {
  let company: SameCompany
  /// How the database keeps amounts.
  let amount: String

  init(_ company: SameCompany, amount: String) {
    self.company = company
    self.amount = amount
  }

  static func configuration(_ connection: String) -> String {
    """
    kind: odbc
    link: deal
    \(connection)
    records:
      invoices: >
        SELECT id, deal, number, CASE kind WHEN 'CN' THEN 'credit_note' ELSE 'invoice' END AS type,
        CASE state WHEN 'X' THEN 'voided' WHEN 'P' THEN 'paid' ELSE 'open' END AS status,
        booked AS issued, due, net, gross, paid, currency
        FROM sales WHERE deal IN (:ids)
      costs: >
        SELECT id, deal, number,
        CASE kind WHEN 'PO' THEN 'purchase_order' WHEN 'VC' THEN 'vendor_credit' ELSE 'bill' END AS type,
        CASE state WHEN 'X' THEN 'voided' WHEN 'P' THEN 'paid' ELSE 'open' END AS status,
        vendor AS party, booked AS date, net, unbilled AS open, currency
        FROM spending WHERE deal IN (:ids)
    """
  }

  /// A statement for each table and for each document.
  var script: [String] {
    [
      """
      CREATE TABLE sales (id INTEGER PRIMARY KEY, deal VARCHAR(20), number VARCHAR(20),
        kind CHAR(2), state CHAR(1), booked DATE, due DATE, net \(amount), gross \(amount),
        paid \(amount), currency CHAR(3));
      """,
      """
      CREATE TABLE spending (id INTEGER PRIMARY KEY, deal VARCHAR(20), number VARCHAR(20),
        kind CHAR(2), state CHAR(1), vendor VARCHAR(80), booked DATE, net \(amount),
        unbilled \(amount), currency CHAR(3));
      """,
    ] + inserts("sales", sales) + inserts("spending", spending)
  }

  /// A hundred rows a statement.
  private func inserts(_ table: String, _ rows: [String]) -> [String] {
    stride(from: 0, to: rows.count, by: 100).map { start in
      "INSERT INTO \(table) VALUES\n"
        + rows[start..<min(start + 100, rows.count)].joined(separator: ",\n") + ";"
    }
  }

  private var sales: [String] {
    company.documents.filter { !$0.isCost }.map { document in
      row([
        "\(document.key)", text(document.deals.first?.text), text(document.number),
        text(document.kind == .creditNote ? "CN" : "IN"), state(document),
        text(document.day.description), text(document.due?.description),
        // A firm that writes credit notes below nothing.
        number(document.kind == .creditNote ? -document.net : document.net),
        number(document.kind == .creditNote ? -document.gross : document.gross),
        number(document.kind == .creditNote ? -document.paid : document.paid),
        text(document.currency.code),
      ])
    }
  }

  private var spending: [String] {
    company.documents.filter(\.isCost).flatMap { document in
      document.deals.enumerated().map { place, deal in
        let part = document.part(of: deal)
        let kind = [SameCompany.Document.Kind.purchaseOrder: "PO", .vendorCredit: "VC"]
        let open = document.state == .open ? part.lines.map(\.open).total : .zero
        return row([
          "\(document.key * 10 + place)", text(deal.text), text(document.number),
          text(kind[document.kind] ?? "BI"), state(document), text(document.party),
          text(document.day.description),
          number(document.kind == .vendorCredit ? -part.net : part.net),
          document.kind == .purchaseOrder ? number(open) : "NULL", text(document.currency.code),
        ])
      }
    }
  }

  private func state(_ document: SameCompany.Document) -> String {
    switch document.state {
    case .open: "'O'"
    case .settled, .closed: "'P'"
    case .voided: "'X'"
    }
  }

  private func row(_ values: [String]) -> String { "(\(values.joined(separator: ", ")))" }

  private func text(_ text: String?) -> String {
    text.map { "'\($0.replacing("'", with: "''"))'" } ?? "NULL"
  }

  private func number(_ number: ExactDecimal) -> String { "'\(number)'" }
}
