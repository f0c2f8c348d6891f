public import AdapterKit
public import DealModel

/// Any system with a JSON API, read by configuration alone: see the `rest` section of the
/// configuration's reference.
public enum RESTKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "rest", summary: "Any JSON API: requests, paging and mapping from the configuration.",
    records: Set(RecordKind.allCases), listsDeals: false,
    keys: [
      .init("base_url", .url, required: true, "where the API is"),
      .init("vendor", .text, "what people call the system (REST)"),
      .init("auth", .group(RESTSchema.auth), required: true, "how to be let in"),
      .init("headers", .mapping(.text), "further headers of every request"),
      .init("reading_posts", .list(.text), "the paths to which a POST only reads"),
      .init(
        "reading_methods", .group(RESTSchema.methods),
        "where the body of a POST names the method it calls, and the methods that only read"),
      .init("records", .group(RESTSchema.records), required: true, "what is read, and how"),
      .init(
        "probe", .group(RESTSchema.probe), required: true, "a cheap request that proves the login"),
      .init(
        "link_check", .group(RESTSchema.linkCheck),
        "a cheap request that tells whether the link property is there"),
      .init("errors", .list(.group(RESTSchema.errorRule)), "what the vendor's errors mean"),
      .init("error_codes", .list(.jsonPath), "where an error's body keeps its code"),
      .init(
        "failure_in_success", .jsonPath,
        "what is there, and not null, in an answer that failed although its status is 200"),
      .init("rate_limits", .list(.group(RESTSchema.rateLimit)), "the vendor's limits"),
      .init("concurrency", .integer(atLeast: 1), "the most calls at a time (4)"),
      .init("calls_left_header", .text, "the header that says how many calls are left"),
      .init("request_id_header", .text, "the header that bears the vendor's ID of a request"),
      .init(
        "time_zone", .text, "the zone of times that bear none: `UTC` (as by default), `+01:00`"),
      .init("false_is_empty", .flag, "whether `false` stands for no value in every field"),
    ])

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try RESTAdapter(context)
  }
}
