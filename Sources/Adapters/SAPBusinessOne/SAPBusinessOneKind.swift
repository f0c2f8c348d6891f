public import AdapterKit
public import DealModel

/// The kind `sap-b1`.
public enum SAPBusinessOneKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "sap-b1",
    summary: "SAP Business One over its Service Layer: invoices, payments and costs.",
    records: [.invoices, .costs],
    keys: [
      .init("base_url", .url, required: true, "The Service Layer's address, https://HOST:50000"),
      .init(
        "version", .choice(["v1", "v2"]),
        "Which Service Layer is asked: v2 (OData V4, the default) or v1 (OData V3)"),
      .init("company_db", .text, required: true, "The company database, such as SBODEMODE"),
      .init("user", .secret, required: true, "The user that reads; it needs a licence"),
      .init("password", .secret, required: true, "That user's password"),
      .init(
        "time_zone", .text, required: true,
        "The time zone of the company's clocks, such as Europe/Berlin"),
      .init(
        "local_currency", .currency, "The company's local currency, where the user may not ask"),
      .init(
        "down_payments", .flag,
        "Whether down payment invoices are invoices, as they are unless set to false"),
    ])

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try SAPBusinessOneAdapter(context)
  }
}
