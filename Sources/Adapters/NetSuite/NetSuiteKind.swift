public import AdapterKit
public import DealModel

/// The kind `netsuite`.
public enum NetSuiteKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "netsuite", summary: "NetSuite over SuiteTalk REST: invoices, payments and costs.",
    records: [.invoices, .costs],
    keys: [
      .init("account", .text, required: true, "The account ID, such as 1234567 or 1234567_SB1"),
      .init("base_url", .url, "The address of the REST services; by default the account's own"),
      .init("consumer_key", .secret, "The consumer key, for token-based authentication"),
      .init("consumer_secret", .secret, "The consumer secret, for token-based authentication"),
      .init("token_id", .secret, "The token ID, for token-based authentication"),
      .init("token_secret", .secret, "The token secret, for token-based authentication"),
      .init("client_id", .secret, "The client ID of the integration, for OAuth 2.0"),
      .init("certificate_id", .secret, "The ID NetSuite gave the certificate, for OAuth 2.0"),
      .init("private_key", .secret, "The certificate's private key as PEM, for OAuth 2.0"),
      .init(
        "concurrency", .integer(atLeast: 1),
        "The most calls at a time, of the few the account shares among all integrations"),
      .init("subsidiaries", .flag, "Whether the account is OneWorld, with subsidiaries"),
    ])

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try NetSuiteAdapter(context)
  }
}
