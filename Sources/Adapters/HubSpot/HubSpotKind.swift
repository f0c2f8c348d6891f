public import AdapterKit
public import DealModel

/// HubSpot: the CRM with its deals, and tickets.
public enum HubSpotKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "hubspot", summary: "HubSpot CRM: deals, owners, pipelines, companies and tickets.",
    records: [.deals, .tickets],
    keys: [
      .init("base_url", .url, "where the API is, if not at https://api.hubapi.com"),
      .init("token", .secret, "the token of a private app or a service key"),
      .init("client_id", .secret, "OAuth instead of a token: the app's client ID"),
      .init("client_secret", .secret, "the app's client secret"),
      .init("refresh_token", .secret, "the refresh token of the account's installation"),
      .init("entity_property", .text, "the deal property that names our legal entity (`entity`)"),
      .init("unique_link", .flag, "whether the link property is defined as unique in HubSpot"),
      .init("currency", .currency, "the currency of amounts if the account names none"),
      .init("burst", .integer(atLeast: 1), "calls in 10 seconds that the plan allows (190)"),
    ])

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try HubSpotAdapter(context)
  }
}

extension HubSpotAdapter {
  static let vendorURL = "https://api.hubapi.com"

  /// The port to HubSpot with its credentials, limits and errors.
  static func port(_ context: AdapterContext) throws -> HTTPPort {
    let system = context.system
    return HTTPPort(
      HTTPPortSettings(
        system: system.name, vendor: "HubSpot", baseURL: try system.baseURL(default: vendorURL),
        authorizer: try authorizer(context), tokenEndpoint: .path("/oauth/v3/token"),
        readingPosts: HubSpotCall.readingPosts, errors: HubSpotCall.errors(of: system.name),
        rateLimits: [
          RateLimit(system.settings.integer("burst") ?? 190, per: .seconds(10)),
          // Five a second by the present documentation, four by older pages.
          RateLimit(4, per: .seconds(1), tag: HubSpotCall.searchTag),
        ],
        concurrency: 6, callDeadline: system.callDeadline,
        requestIDHeader: "X-HubSpot-Correlation-Id",
        callsLeftHeader: "X-HubSpot-RateLimit-Remaining"), in: context)
  }

  private static func authorizer(_ context: AdapterContext) throws -> any Authorizer {
    let settings = context.system.settings
    let name = context.system.name
    let secrets = context.secrets
    let oauth = ["client_id", "client_secret", "refresh_token"].map { settings.secret($0) }
    if let token = settings.secret("token") {
      guard oauth.allSatisfy({ $0 == nil }) else {
        throw contradiction(
          name,
          "has both `token` and OAuth credentials. Keep one: `token` for a private app, or "
            + "`client_id`, `client_secret` and `refresh_token`.")
      }
      return BearerAuthorizer(token: token, system: name, secrets: secrets)
    }
    guard let client = oauth[0], let secret = oauth[1], let refresh = oauth[2] else {
      throw contradiction(
        name,
        "has no complete credentials. Give it `token`, or all of `client_id`, "
          + "`client_secret` and `refresh_token`.")
    }
    return OAuthAuthorizer(system: name, time: context.time) { rotated in
      let kept =
        if let rotated { rotated } else { try await secrets.secret(from: refresh, for: name) }
      return [
        HTTPParameter("grant_type", "refresh_token"),
        HTTPParameter("client_id", try await secrets.secret(from: client, for: name).revealed()),
        HTTPParameter(
          "client_secret", try await secrets.secret(from: secret, for: name).revealed()),
        HTTPParameter("refresh_token", kept.revealed()),
      ]
    }
  }

  private static func contradiction(_ name: SystemName, _ fault: String) -> SystemError {
    SystemError(.refused, system: name, message: "systems.\(name) \(fault)")
  }
}
