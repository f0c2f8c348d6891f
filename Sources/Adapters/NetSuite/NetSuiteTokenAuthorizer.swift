import AdapterKit
import Crypto
import DealModel
private import FoundationEssentials

/// Token-based authentication: every request is signed by OAuth 1.0a with HMAC-SHA256.
///
/// Secrets are read at the first request and again after a refusal, so that a rotated one is found.
actor NetSuiteTokenAuthorizer: Authorizer {
  private let system: SystemName
  private let realm: String
  private let sources: [SecretSource]
  private let secrets: any SecretReader
  private let time: any TimeSource
  private let random: any RandomSource
  private var credentials: OAuthSignature.Credentials?

  /// An authorizer; `nil` when the system is not configured for it.
  init?(_ context: AdapterContext, account: NetSuiteAccountID) {
    let names = ["consumer_key", "consumer_secret", "token_id", "token_secret"]
    sources = names.compactMap { context.system.settings.secret($0) }
    guard sources.count == names.count else { return nil }
    system = context.system.name
    realm = account.realm
    secrets = context.secrets
    time = context.time
    random = context.random
  }

  func authorize(
    _ request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> HTTPRequest {
    let credentials = if let credentials { credentials } else { try await read() }
    let signature = OAuthSignature(
      credentials: credentials, realm: realm, nonce: nonce(),
      timestamp: time.now().milliseconds / 1_000)
    var request = request
    request.headers.append(
      HTTPField("Authorization", signature.header(method: request.method, url: request.url)))
    return request
  }

  /// One more attempt is always worth it: NetSuite has answered INVALID_LOGIN where it meant that
  /// too many requests run at once, and a fresh signature costs nothing.
  func renew(
    afterRefusalOf request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> Bool {
    credentials = nil
    return true
  }

  private func read() async throws -> OAuthSignature.Credentials {
    var values: [Secret] = []
    for source in sources { values.append(try await secrets.secret(from: source, for: system)) }
    let read = OAuthSignature.Credentials(
      consumerKey: values[0], consumerSecret: values[1], token: values[2], tokenSecret: values[3])
    credentials = read
    return read
  }

  /// Twenty letters and digits; NetSuite asks for six at least.
  private func nonce() -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    return String((0..<20).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
  }
}

/// The signature of one request by OAuth 1.0a (RFC 5849), HMAC-SHA256.
struct OAuthSignature {
  /// The four credentials of token-based authentication.
  struct Credentials: Sendable {
    var consumerKey: Secret
    var consumerSecret: Secret
    var token: Secret
    var tokenSecret: Secret
  }

  let credentials: Credentials
  let realm: String
  let nonce: String
  /// Seconds since 1970.
  let timestamp: Int64

  /// The value of the `Authorization` header.
  ///
  /// The realm and a JSON body are not part of what is signed; the query is.
  func header(method: String, url: String) -> String {
    let parameters = [
      ("oauth_consumer_key", credentials.consumerKey.revealed()),
      ("oauth_nonce", nonce),
      ("oauth_signature_method", "HMAC-SHA256"),
      ("oauth_timestamp", String(timestamp)),
      ("oauth_token", credentials.token.revealed()),
      ("oauth_version", "1.0"),
    ].map { ($0, PercentEncoding.encoded($1)) }
    let parts = url.split(separator: "?", maxSplits: 1)
    // What stands in the address is percent-encoded already, as the signature wants it.
    let query = (parts.count > 1 ? parts[1].split(separator: "&") : []).map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(sides[0]), sides.count > 1 ? String(sides[1]) : "")
    }
    let signed = (parameters + query).sorted { $0 < $1 }.map { "\($0)=\($1)" }
    let base = [method, String(parts.first ?? ""), signed.joined(separator: "&")]
      .map { PercentEncoding.encoded($0) }.joined(separator: "&")
    let key = [credentials.consumerSecret, credentials.tokenSecret]
      .map { PercentEncoding.encoded($0.revealed()) }.joined(separator: "&")
    let code = HMAC<SHA256>.authenticationCode(
      for: Array(base.utf8), using: SymmetricKey(data: Array(key.utf8)))
    let signature = PercentEncoding.encoded(Base64.encoded(Array(code)))
    let listed = parameters.map { "\($0)=\"\($1)\"" }.joined(separator: ", ")
    return "OAuth realm=\"\(realm)\", \(listed), oauth_signature=\"\(signature)\""
  }
}
