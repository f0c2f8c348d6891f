public import AdapterKit
public import DealModel

/// Make: scenarios and their logs.
public enum MakeKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "make", summary: "Make: scenarios as flows, and how their last runs went.", records: [],
    keys: [
      .init(
        "token", .secret, required: true,
        "an API token with the scopes `scenarios:read` and `user:read`"),
      .init("zone", .text, "the zone in the address of the organisation (`eu1.make.com`)"),
      .init("team", .text, "the ID of the team, so that people can open a scenario"),
      .init("base_url", .url, "where the API is, if not at `https://` and the zone"),
    ])

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try MakeAdapter(context)
  }
}
