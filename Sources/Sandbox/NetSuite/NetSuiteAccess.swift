private import Crypto
internal import DealModel
private import Foundation
private import JWTKit

/// Who may come in: token-based authentication and OAuth 2.0 by client credentials, checked as
/// NetSuite checks them.
struct NetSuiteAccess: Sendable {
  let system: SystemName
  let account: String
  let credentials: [String: String]
  /// Nonces of the last minutes, with their timestamps: none is taken twice.
  private var nonces: [String: Int64] = [:]
  /// Access token → its end.
  private var tokens: [String: Timestamp] = [:]
  private var tokensIssued = 0
  /// Whether the access token of token-based authentication was revoked.
  private var isRevoked = false

  /// How far a signature's time may be from the server's.
  static let tolerance: Int64 = 300
  /// How long an access token lives.
  static let tokenLife: Duration = .seconds(3_600)

  init(system: SystemName, account: String, credentials: [String: String]) {
    self.system = system
    self.account = account
    self.credentials = credentials
  }

  /// Why a request does not come in.
  enum Refusal: Hashable {
    /// Wrong or missing credentials, or a wrong signature.
    case invalidLogin
    /// An access token that has ended or was never issued.
    case invalidToken
  }

  /// Why a request does not come in; `nil` when it does.
  mutating func refusal(of request: EmulatedRequest, at now: Timestamp) -> Refusal? {
    if let token = request.bearerToken {
      guard let end = tokens[token], now < end else { return .invalidToken }
      return nil
    }
    guard let header = request.header("authorization"), !isRevoked,
      let signature = TokenSignature(header: header)
    else { return .invalidLogin }
    return accepts(signature, of: request, at: now) ? nil : .invalidLogin
  }

  /// Every token in use ends. One of OAuth 2.0 can be had anew, one of token-based authentication
  /// cannot.
  mutating func expireTokens() {
    tokens = [:]
    if credentials["token_id"] != nil { isRevoked = true }
  }

  /// The signing token is granted again.
  mutating func mend() { isRevoked = false }

  private mutating func accepts(
    _ signature: TokenSignature, of request: EmulatedRequest, at now: Timestamp
  ) -> Bool {
    guard let consumerSecret = credentials["consumer_secret"],
      let tokenSecret = credentials["token_secret"],
      signature["oauth_consumer_key"] == credentials["consumer_key"],
      signature["oauth_token"] == credentials["token_id"],
      signature["realm"] == account.uppercased().replacing("-", with: "_"),
      signature["oauth_signature_method"] == "HMAC-SHA256",
      signature["oauth_version"] ?? "1.0" == "1.0",
      let nonce = signature["oauth_nonce"], nonce.utf8.count >= 6,
      let time = signature["oauth_timestamp"].flatMap({ Int64($0) })
    else { return false }
    let second = now.milliseconds / 1_000
    guard abs(time - second) <= Self.tolerance else { return false }
    let expected = signature.signature(
      method: request.method, url: request.url, query: request.query,
      consumerSecret: consumerSecret, tokenSecret: tokenSecret)
    guard signature["oauth_signature"] == expected else { return false }
    nonces = nonces.filter { $0.value >= second - Self.tolerance * 2 }
    return nonces.updateValue(time, forKey: nonce) == nil
  }

  // MARK: OAuth 2.0

  /// Why a client assertion earns no token; `nil` when it does.
  func grantRefusal(of request: EmulatedRequest, at now: Timestamp) async -> TokenError? {
    let form = request.form
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    guard request.method == "POST", form["grant_type"] == "client_credentials",
      form["client_assertion_type"] == kind, let assertion = form["client_assertion"]
    else { return .invalidRequest }
    let audience = String(request.url.prefix { $0 != "?" })
    return await accepts(assertion, audience: audience, at: now) ? nil : .invalidGrant
  }

  /// A new access token; the first, the second… of this run.
  mutating func issueToken(at now: Timestamp) -> String {
    tokensIssued += 1
    let token = "sandbox-\(system)-token-\(tokensIssued)"
    tokens[token] = now.adding(Self.tokenLife)
    return token
  }

  enum TokenError: String, Error {
    case invalidRequest = "invalid_request"
    case invalidGrant = "invalid_grant"
  }

  private func accepts(_ assertion: String, audience: String, at now: Timestamp) async -> Bool {
    guard let clientID = credentials["client_id"],
      let certificate = credentials["certificate_id"], let pem = credentials["public_key"],
      let header = Self.header(of: assertion), header["kid"]?.string == certificate,
      let algorithm = header["alg"]?.string,
      let keys = await Self.keys(pem: pem, algorithm: algorithm),
      let claims = try? await keys.verify(assertion, as: ClientClaims.self)
    else { return false }
    let second = now.milliseconds / 1_000
    return claims.iss == clientID && claims.aud == audience
      && claims.scopes.contains("rest_webservices") && claims.exp > second
      && claims.iat <= second + Self.tolerance && claims.exp - claims.iat <= 3_600
  }

  private static func header(of assertion: String) -> JSONValue? {
    guard let part = assertion.split(separator: ".").first else { return nil }
    var base64 = part.replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    return Data(base64Encoded: String(base64)).flatMap { try? JSONValue(parsing: Array($0)) }
  }

  private static func keys(pem: String, algorithm: String) async -> JWTKeyCollection? {
    let keys = JWTKeyCollection()
    do {
      switch algorithm {
      case "ES256": await keys.add(ecdsa: try ES256PublicKey(pem: pem))
      case "ES384": await keys.add(ecdsa: try ES384PublicKey(pem: pem))
      case "ES512": await keys.add(ecdsa: try ES512PublicKey(pem: pem))
      case "PS256":
        await keys.add(pss: try Insecure.RSA.PublicKey(pem: pem), digestAlgorithm: .sha256)
      case "PS384":
        await keys.add(pss: try Insecure.RSA.PublicKey(pem: pem), digestAlgorithm: .sha384)
      case "PS512":
        await keys.add(pss: try Insecure.RSA.PublicKey(pem: pem), digestAlgorithm: .sha512)
      default: return nil
      }
      return keys
    } catch {
      return nil
    }
  }
}

/// The claims of a client assertion. Times are checked against the sandbox's clock, not here.
private struct ClientClaims: JWTPayload {
  var iss: String
  var aud: String
  var scopes: [String]
  var iat: Int64
  var exp: Int64

  enum CodingKeys: String, CodingKey {
    case iss, aud, iat, exp
    case scopes = "scope"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    iss = try values.decode(String.self, forKey: .iss)
    aud = try values.decode(String.self, forKey: .aud)
    iat = try values.decode(Int64.self, forKey: .iat)
    exp = try values.decode(Int64.self, forKey: .exp)
    if let one = try? values.decode(String.self, forKey: .scopes) {
      scopes = one.split { $0 == " " || $0 == "," }.map(String.init)
    } else {
      scopes = try values.decode([String].self, forKey: .scopes)
    }
  }

  func verify(using algorithm: some JWTAlgorithm) async throws {}
}

/// The parameters of an OAuth 1.0a header and the signature they should bear.
private struct TokenSignature {
  private let parameters: [String: String]

  /// `OAuth realm="…", oauth_consumer_key="…", …`; `nil` for any other header.
  init?(header: String) {
    guard header.lowercased().hasPrefix("oauth ") else { return nil }
    var parameters: [String: String] = [:]
    for pair in header.dropFirst(6).split(separator: ",") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[1].hasPrefix("\""), parts[1].hasSuffix("\""),
        parts[1].count >= 2
      else { return nil }
      let name = parts[0].filter { !$0.isWhitespace }
      guard parameters[name] == nil else { return nil }
      parameters[name] = percentDecoded(parts[1].dropFirst().dropLast())
    }
    self.parameters = parameters
  }

  subscript(name: String) -> String? { parameters[name] }

  /// The signature of the base string (RFC 5849 §3.4): every `oauth_*` parameter but the signature
  /// itself, and the query; not the realm, not a JSON body.
  func signature(
    method: String, url: String, query: [NamedValue], consumerSecret: String, tokenSecret: String
  ) -> String {
    var pairs = parameters.filter { $0.key != "realm" && $0.key != "oauth_signature" }
      .map { (Self.encoded($0.key), Self.encoded($0.value)) }
    pairs += query.map { (Self.encoded($0.name), Self.encoded($0.value)) }
    pairs.sort { $0 < $1 }
    let joined = pairs.map { "\($0)=\($1)" }.joined(separator: "&")
    let base = [method, Self.normalized(url), joined].map(Self.encoded).joined(separator: "&")
    let key = Self.encoded(consumerSecret) + "&" + Self.encoded(tokenSecret)
    let code = HMAC<SHA256>.authenticationCode(
      for: Data(base.utf8), using: SymmetricKey(data: Data(key.utf8)))
    return Data(code).base64EncodedString()
  }

  /// Scheme and host in lower case, without the scheme's own port and without the query.
  private static func normalized(_ url: String) -> String {
    let address = url.prefix { $0 != "?" }
    guard let scheme = address.firstRange(of: "://") else { return String(address) }
    let rest = address[scheme.upperBound...]
    var host = rest.prefix { $0 != "/" }.lowercased()
    let name = address[..<scheme.lowerBound].lowercased()
    let usual = name == "https" ? ":443" : ":80"
    if host.hasSuffix(usual) { host.removeLast(usual.count) }
    return "\(name)://\(host)\(rest.drop { $0 != "/" })"
  }

  private static func encoded(_ text: String) -> String {
    let unreserved = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
  }
}
