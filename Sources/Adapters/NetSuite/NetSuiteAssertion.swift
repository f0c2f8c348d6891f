import AdapterKit
import DealModel
import JWTKit

/// The client assertion of OAuth 2.0 client credentials: a JWT signed with the private key of the
/// certificate that NetSuite was given.
struct NetSuiteAssertion: Sendable {
  private let system: SystemName
  private let sources: [SecretSource]
  private let audience: String
  private let secrets: any SecretReader
  private let time: any TimeSource

  /// An assertion; `nil` when the system is not configured for it.
  ///
  /// - Parameter audience: The address of the token endpoint.
  init?(_ context: AdapterContext, audience: String) {
    let names = ["client_id", "certificate_id", "private_key"]
    sources = names.compactMap { context.system.settings.secret($0) }
    guard sources.count == names.count else { return nil }
    system = context.system.name
    self.audience = audience
    secrets = context.secrets
    time = context.time
  }

  /// The form of a token request, signed anew.
  ///
  /// - Throws: ``SystemError`` of kind `unauthorized` when the key cannot be read or used.
  func form() async throws -> [HTTPParameter] {
    var values: [Secret] = []
    for source in sources { values.append(try await secrets.secret(from: source, for: system)) }
    let second = time.now().milliseconds / 1_000
    // Five minutes are enough for one request; NetSuite allows sixty.
    let claims = Claims(
      iss: values[0].revealed(), scope: ["rest_webservices"], aud: audience, iat: second,
      exp: second + 300)
    let assertion: String
    do {
      let certificate = JWKIdentifier(string: values[1].revealed())
      let keys = try await Self.keys(pem: values[2].revealed(), certificate)
      assertion = try await keys.sign(claims, kid: certificate)
    } catch {
      // The library's words may quote the key; ours must not.
      throw SystemError(
        .unauthorized, system: system,
        message: "`private_key` of \(system) is no private key that can sign. Give the PEM of an "
          + "EC key (P-256, P-384, P-521) or an RSA key of 3072 bits or more, without a passphrase."
      )
    }
    return [
      HTTPParameter("grant_type", "client_credentials"),
      HTTPParameter(
        "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
      HTTPParameter("client_assertion", assertion),
    ]
  }

  /// The key with the algorithm it is made for: ES256, ES384 or ES512 by its curve, PS256 for RSA.
  private static func keys(
    pem: String, _ certificate: JWKIdentifier
  ) async throws -> JWTKeyCollection {
    let keys = JWTKeyCollection()
    if let key = try? ES256PrivateKey(pem: pem) {
      await keys.add(ecdsa: key, kid: certificate)
    } else if let key = try? ES384PrivateKey(pem: pem) {
      await keys.add(ecdsa: key, kid: certificate)
    } else if let key = try? ES512PrivateKey(pem: pem) {
      await keys.add(ecdsa: key, kid: certificate)
    } else {
      await keys.add(
        pss: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: .sha256, kid: certificate)
    }
    return keys
  }

  private struct Claims: JWTPayload {
    var iss: String
    var scope: [String]
    var aud: String
    var iat: Int64
    var exp: Int64

    func verify(using algorithm: some JWTAlgorithm) async throws {}
  }
}
