import AdapterKit
import DealModel

/// Renews access tokens by the rotating refresh token.
///
/// - Source: developer.intuit.com, OAuth 2.0: the refresh token that comes back replaces the one that
///   was sent.
struct QuickBooksTokens: Sendable {
  /// Intuit's own token endpoint.
  static let address = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"

  let client: (id: SecretSource, secret: SecretSource)
  let refreshToken: RotatingSecret
  let system: SystemName
  let secrets: any SecretReader

  /// The credentials of a system.
  ///
  /// - Throws: ``SystemError`` of kind `refused` when they are incomplete or cannot be kept.
  init(_ context: AdapterContext) throws {
    let system = context.system
    let settings = system.settings
    guard let id = settings.secret("client_id"), let secret = settings.secret("client_secret"),
      let token = settings.secret("refresh_token")
    else {
      throw SystemError(
        .refused, system: system.name,
        message: "systems.\(system.name) has no complete credentials. Give it `client_id`, "
          + "`client_secret` and `refresh_token`.")
    }
    client = (id, secret)
    refreshToken = try RotatingSecret(
      token, program: settings.texts("keep_refresh_token"), name: "refresh_token",
      system: system.name, secrets: context.secrets, time: context.time)
    self.system = system.name
    secrets = context.secrets
  }

  /// A new access token; the refresh token that came with it is kept by then.
  func renewed(through endpoint: TokenEndpoint) async throws -> JSONValue {
    let id = try await secrets.secret(from: client.id, for: system)
    let secret = try await secrets.secret(from: client.secret, for: system)
    let login = Base64.encoded(Array("\(id.revealed()):\(secret.revealed())".utf8))
    return try await refreshToken.exchange { current in
      let answer = try await endpoint.post(
        form: [
          HTTPParameter("grant_type", "refresh_token"),
          HTTPParameter("refresh_token", current.revealed()),
        ], headers: [HTTPField("Authorization", "Basic \(login)")]
      ).value
      return (answer, answer["refresh_token"]?.string.map { Secret($0) })
    }
  }
}
