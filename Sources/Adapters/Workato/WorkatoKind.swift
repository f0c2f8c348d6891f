public import AdapterKit
public import DealModel

/// Workato: recipes and their jobs.
public enum WorkatoKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "workato", summary: "Workato: recipes as flows, and how their last jobs went.",
    records: [],
    keys: [
      .init(
        "token", .secret, required: true,
        "the token of an API client whose role may read recipe details, jobs and the workspace"),
      .init(
        "base_url", .url,
        "the data centre, if not `https://www.workato.com`: https://app.eu.workato.com, …"),
    ])

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try WorkatoAdapter(context)
  }
}
