import AdapterKit
import DealModel

/// Puts faults into words for people, and decides what the scheduler does next.
///
/// By SQLSTATE where the driver gives one. PostgreSQL's driver has one state for everything that fails
/// while connecting, and SQLite's has one for everything: there the database's own number and, last,
/// its words decide. Words are shown only where they can quote nothing but the configured SQL.
struct ODBCErrors: Sendable {
  let system: ConfiguredSystem
  let connection: ODBCConnection

  private var who: String { "\(system.name) (ODBC)" }

  /// - Parameter operation: What was asked: `SQL records.invoices`.
  func error(_ fault: ODBCFault, _ operation: String) -> SystemError {
    let setting = operation.split(separator: " ").last.map(String.init) ?? operation
    switch fault {
    case .cannotConnect(let diagnostic): return connecting(diagnostic)
    case .notReadOnly(let diagnostic):
      return make(
        .refused,
        "could not be made to read only, so nothing was read. Use a login that may set "
          + "its transactions to read only.", diagnostic)
    case .lost(let diagnostic):
      return make(
        .unavailable,
        "broke the connection in the middle of \(operation). Nothing of it is used; it "
          + "is asked again by itself.", diagnostic)
    case .failed(let diagnostic): return statement(diagnostic, operation, setting)
    case .cancelled: return late(operation)
    case .noColumns:
      return make(.refused, "gives no table for `\(setting)`. Write a SELECT there.", nil)
    case .tooManyRows(let most):
      return make(
        .malformed,
        "answered \(operation) with more than \(most) rows. Nothing of it is used; "
          + "narrow `\(setting)`, or lower `batch_size`.", nil)
    case .tooMuch(let most):
      return make(
        .malformed,
        "answered \(operation) with more than \(most / (1 << 20)) MiB. Nothing of it is used; "
          + "leave long columns out of `\(setting)`, or lower `batch_size`.", nil)
    case .tooLong(let column):
      return make(
        .malformed,
        "answered \(operation) with a value of more than a million characters in column "
          + "\(VisibleText(column)). Leave the column out.", nil)
    }
  }

  /// The error for a call that took longer than its deadline.
  func late(_ operation: String) -> SystemError {
    let seconds = system.callDeadline.components.seconds
    return make(
      .unavailable,
      "did not answer \(operation) within \(seconds) s. It is tried again by itself; "
        + "an index on the column of the deal ID makes it fast.", nil)
  }

  /// The error for an answer that cannot be used.
  func malformed(_ operation: String, _ fault: String) -> SystemError {
    make(.malformed, "answered \(operation) with \(fault). Nothing of it is used.", nil)
  }

  // MARK: Connecting

  private func connecting(_ diagnostic: ODBCDiagnostic) -> SystemError {
    let words = diagnostic.words.lowercased()
    if diagnostic.state == "IM002" {
      return make(
        .refused,
        "names a data source that is not set up here. Mend DSN or Driver in `connection`; "
          + "`odbcinst -q -d` lists the drivers, `odbcinst -q -s` the data sources.", diagnostic)
    }
    if words.contains("can't open lib") || ["IM003", "IM004"].contains(diagnostic.state) {
      return make(.refused, "needs the ODBC driver \(driverName). \(package)", diagnostic)
    }
    if diagnostic.state.hasPrefix("28") || Self.refusals.contains(where: words.contains) {
      return make(
        .unauthorized,
        "does not let us in: user or password is wrong, or the login may not use the "
          + "database from here. Check `user` and `password`.", diagnostic)
    }
    if words.contains("database"), words.contains("does not exist") || diagnostic.native == 1049 {
      return make(
        .refused, "has no database of the configured name. Mend Database in `connection`.",
        diagnostic)
    }
    if words.contains("too many connections") || words.contains("too many clients") {
      return make(
        .throttled(retryAfter: nil),
        "has no connection left for us. Lower `concurrency`, or raise "
          + "the database's limit.", diagnostic)
    }
    let place = connection.place.map { " at \(VisibleText($0))" } ?? ""
    if Self.unknownHosts.contains(where: words.contains) {
      return make(
        .unavailable,
        "cannot be reached\(place): no host of that name is known. Check Server in "
          + "`connection`, and the network.", diagnostic)
    }
    if words.contains("certificate") || words.contains("ssl") {
      return make(
        .unavailable,
        "cannot be reached safely\(place): TLS failed, so nothing was sent. The server "
          + "needs a certificate that this machine trusts; name your own authority by "
          + "\(connection.driver.authority).", diagnostic)
    }
    if connection.driver == .sqlite {
      return make(
        .unavailable,
        "cannot open its file\(place). Check that it exists and may be read; it is "
          + "tried again by itself.", diagnostic)
    }
    return make(
      .unavailable,
      "cannot be reached\(place). Check Server and Port in `connection`, and whether "
        + "the database runs; it is tried again by itself.", diagnostic)
  }

  private static let refusals = [
    "authentication failed", "no pg_hba.conf entry", "login failed", "access denied for user",
    "no password supplied", "is not permitted to log in", "role \"",
  ]
  private static let unknownHosts = [
    "could not translate host name", "unknown host", "unknown mysql server host",
  ]

  private var driverName: String {
    connection.driverName.map { "\(VisibleText($0))" } ?? "of the data source"
  }

  /// What to install.
  private var package: String {
    guard let package = connection.driver.package else {
      return "It is not installed, or has another name here; `odbcinst -q -d` lists the names."
    }
    return "Install Debian's package \(package), or mend its name: `odbcinst -q -d` lists those "
      + "that are installed."
  }

  // MARK: Statements

  private func statement(
    _ diagnostic: ODBCDiagnostic, _ operation: String, _ setting: String
  ) -> SystemError {
    let isSQLite = diagnostic.words.hasPrefix("[SQLite]")
    switch (diagnostic.state, isSQLite ? diagnostic.native : nil) {
    case ("57014", _), ("HYT00", _), ("HYT01", _), ("HY008", _), (_, 9): return late(operation)
    case ("42S02", _), ("42P01", _), ("42S22", _), ("42703", _), (_, 1): break
    case ("42501", _):
      return make(
        .unauthorized,
        "does not let us read what `\(setting)` names. Grant SELECT on it to the "
          + "login.", diagnostic)
    case ("25006", _), (_, 8):
      return make(
        .refused, "was asked to write by `\(setting)`, and refused. Only read.", diagnostic)
    case ("53300", _), ("53000", _):
      return make(
        .throttled(retryAfter: nil), "is short of resources and did not answer \(operation).",
        diagnostic)
    case (_, 5), (_, 6), ("40001", _), ("40P01", _), ("55P03", _):
      return make(
        .unavailable,
        "is locked by another program, so \(operation) was not answered. It is tried "
          + "again by itself.", diagnostic)
    case (_, 11), (_, 26):
      return make(
        .malformed, "is no SQLite database, or a damaged one. Check Database in `connection`.",
        diagnostic)
    case (_, 14):
      return make(.unavailable, "cannot open its file. Check that it may be read.", diagnostic)
    default:
      if diagnostic.state.hasPrefix("22") {
        return make(
          .malformed, "met a value that `\(setting)` cannot convert. Mend the conversion there.",
          diagnostic)
      }
      if diagnostic.state.hasPrefix("42") || diagnostic.state.hasPrefix("37") { break }
      return make(
        .unavailable, "failed at \(operation). It is tried again by itself.", diagnostic)
    }
    return wrongNames(diagnostic, setting)
  }

  /// A table or column that is missing, or SQL that cannot be read. The words quote the SQL alone.
  private func wrongNames(_ diagnostic: ODBCDiagnostic, _ setting: String) -> SystemError {
    let words = diagnostic.words
    let column = Self.name(
      in: words,
      after: [
        "no such column: ", "column ", "Unknown column ",
        "Invalid column name ",
      ])
    let table = Self.name(
      in: words, after: ["no such table: ", "relation ", "Table ", "Invalid object name "])
    let isColumn =
      ["42S22", "42703"].contains(diagnostic.state) || words.contains("no such column")
    let isTable = ["42S02", "42P01"].contains(diagnostic.state) || words.contains("no such table")
    if isColumn, let column {
      return make(
        .drifted(field: column),
        "has no column \(VisibleText(column)) any more, which `\(setting)` "
          + "names. Mend the SQL, or have the column back.", diagnostic)
    }
    if isTable, let table {
      return make(
        .drifted(field: table),
        "has no table \(VisibleText(table)), which `\(setting)` names. Mend "
          + "the SQL, or grant the login its use.", diagnostic)
    }
    let first = words.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return make(
      .refused,
      "cannot read the SQL of `\(setting)`: \(VisibleText(first.prefix(200))). Mend it "
        + "there.", diagnostic)
  }

  /// The name that follows one of these words, without quotes and qualifier.
  static func name(in words: String, after starts: [String]) -> String? {
    for start in starts {
      guard let range = words.firstRange(of: start) else { continue }
      let rest = words[range.upperBound...].prefix {
        $0.isLetter || $0.isNumber || "_.\"'`$-".contains($0)
      }
      let name = rest.filter { !"\"'`".contains($0) }.split(separator: ".").last.map(String.init)
      if let name, !name.isEmpty { return name }
    }
    return nil
  }

  private func make(
    _ kind: SystemError.Kind, _ words: String, _ diagnostic: ODBCDiagnostic?
  ) -> SystemError {
    SystemError(
      kind, system: system.name, message: "\(who) \(words)",
      cause: diagnostic.map { "SQLSTATE \($0.state), number \($0.native)" })
  }
}
