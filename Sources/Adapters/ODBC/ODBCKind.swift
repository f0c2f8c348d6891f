public import AdapterKit
public import DealModel

/// The kind `odbc`.
public enum ODBCKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "odbc",
    summary: "The custom ledger: any database with an ODBC driver, read by configured SQL.",
    records: Set(RecordKind.allCases),
    keys: [
      .init("connection", .text, "The connection string without any password"),
      .init("connection_string", .secret, "The whole connection string, where it is a secret"),
      .init("user", .text, "The login, added to the connection string as UID"),
      .init("password", .secret, "The login's password, added as PWD"),
      .init(
        "records", .mapping(.text), required: true,
        "Kind of record to the SELECT that reads a batch, with :ids"),
      .init(
        "details", .mapping(.text), "Kind of record to the SELECT of one record, with :id"),
      .init("lines", .mapping(.text), "Kind of record to the SELECT of its lines, with :id"),
      .init(
        "applications", .mapping(.text),
        "Kind of record to the SELECT of payments and credits applied to it, with :id"),
      .init("find", .mapping(.text), "Kind of record to the SELECT by its number, with :text"),
      .init(
        "changes", .mapping(.text), "Kind of record to the SELECT of what changed, with :since"),
      .init(
        "links", .mapping(.text),
        "Kind of record to the SELECT of all records and their deal IDs; :after and :limit page it"),
      .init(
        "deal_index", .text,
        "The SELECT of all deals, where deals originate here; :after and :limit page it"),
      .init("batch_size", .integer(atLeast: 1), "The most deal IDs bound to one statement (500)"),
      .init("concurrency", .integer(atLeast: 1), "The most connections at a time (2)"),
      .init("currency", .currency, "The currency of rows without a column `currency`"),
      .init("minor_units", .flag, "Whether amounts are whole cents, not euros"),
      .init(
        "time_zone", .text,
        "The zone of times that bear none: UTC, +01:00 or Europe/Berlin (UTC)"),
    ])

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try ODBCAdapter(context)
  }
}
