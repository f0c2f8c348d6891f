public import DealModel

/// Puts a system's credentials on requests and renews them.
///
/// A method is called once per exchange, also for a retry, so that nonces and times are fresh.
/// They throw ``SystemError`` or `CancellationError`, nothing else.
public protocol Authorizer: Sendable {
  /// The request with its credentials.
  ///
  /// - Parameters:
  ///   - request: Final in method, URL, headers and body: what a signature covers.
  ///   - endpoint: The way to the token endpoint, where one is configured.
  func authorize(
    _ request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> HTTPRequest

  /// The vendor refused a request's credentials: renews them if that can help.
  ///
  /// - Returns: Whether the same call is worth one more attempt.
  func renew(
    afterRefusalOf request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> Bool

  /// When the credentials end; `nil` when unknown or never.
  func credentialsExpire() async -> Timestamp?

  /// What the vendor said the credentials may do; `nil` when it did not say.
  func grantedScopes() async -> [String]?

  /// Waits for a renewal under way: what it brings may have to be kept.
  func settle() async
}

extension Authorizer {
  /// Nothing can be renewed.
  public func renew(
    afterRefusalOf request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> Bool { false }

  /// Never, as far as is known.
  public func credentialsExpire() async -> Timestamp? { nil }

  /// The vendor does not say.
  public func grantedScopes() async -> [String]? { nil }

  /// Nothing is under way.
  public func settle() async {}
}

/// The way to a system's token endpoint: the only request that is sent without credentials.
public struct TokenEndpoint: Sendable {
  private let post: @Sendable (HTTPCall.Body, [HTTPField]) async throws -> JSONReply

  /// A way to a token endpoint that takes forms; tests answer themselves.
  public init(_ post: @escaping @Sendable ([HTTPParameter], [HTTPField]) async throws -> JSONReply)
  {
    self.init { (body: HTTPCall.Body, headers) in
      guard case .form(let form) = body else { return try await post([], headers) }
      return try await post(form, headers)
    }
  }

  /// A way to a token endpoint that takes any body.
  public init(
    _ post: @escaping @Sendable (HTTPCall.Body, [HTTPField]) async throws -> JSONReply
  ) {
    self.post = post
  }

  /// Posts a form to the endpoint and reads its JSON answer.
  ///
  /// - Throws: ``SystemError`` or `CancellationError`.
  public func post(form: [HTTPParameter], headers: [HTTPField] = []) async throws -> JSONReply {
    try await post(.form(form), headers)
  }

  /// Posts a JSON document to the endpoint, as session logins want it, and reads its JSON answer.
  ///
  /// - Throws: ``SystemError`` or `CancellationError`.
  public func post(json: JSONValue, headers: [HTTPField] = []) async throws -> JSONReply {
    try await post(.json(json), headers)
  }
}

/// `Authorization: Bearer`, or another scheme, with a token that does not end until someone rotates it.
public struct BearerAuthorizer: Authorizer {
  private let header: HeaderSecret

  /// A bearer token read from its source.
  ///
  /// - Parameter scheme: The word before it.
  public init(
    token: SecretSource, system: SystemName, secrets: any SecretReader, scheme: String = "Bearer"
  ) {
    header = HeaderSecret(secrets: secrets, system: system, sources: [token]) {
      "\(scheme) \($0[0].revealed())"
    }
  }

  public func authorize(
    _ request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> HTTPRequest { try await header.added(to: request) }

  public func renew(
    afterRefusalOf request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> Bool { try await header.readAnew(afterRefusalOf: request) }
}

/// `Authorization: Basic` with a user name and a password or token.
public struct BasicAuthorizer: Authorizer {
  private let header: HeaderSecret

  /// A user and a password, each read from its source.
  public init(
    user: SecretSource, password: SecretSource, system: SystemName, secrets: any SecretReader
  ) {
    header = HeaderSecret(secrets: secrets, system: system, sources: [user, password]) {
      "Basic " + Base64.encoded(Array("\($0[0].revealed()):\($0[1].revealed())".utf8))
    }
  }

  public func authorize(
    _ request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> HTTPRequest { try await header.added(to: request) }

  public func renew(
    afterRefusalOf request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> Bool { try await header.readAnew(afterRefusalOf: request) }
}

/// A header of the vendor's own with a token, such as `X-Api-Key`.
public struct HeaderAuthorizer: Authorizer {
  private let header: HeaderSecret

  /// A token read from its source.
  ///
  /// - Parameter prefix: What stands before the token, its space included.
  public init(
    name: String, prefix: String, token: SecretSource, system: SystemName,
    secrets: any SecretReader
  ) {
    header = HeaderSecret(name: name, secrets: secrets, system: system, sources: [token]) {
      prefix + $0[0].revealed()
    }
  }

  public func authorize(
    _ request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> HTTPRequest { try await header.added(to: request) }

  public func renew(
    afterRefusalOf request: HTTPRequest, through endpoint: TokenEndpoint
  ) async throws -> Bool { try await header.readAnew(afterRefusalOf: request) }
}

/// A header, usually `Authorization`, made of secrets that are read once and again after a refusal, so that
/// a rotated secret is found without a restart.
actor HeaderSecret {
  private let name: String
  private let secrets: any SecretReader
  private let system: SystemName
  private let sources: [SecretSource]
  private let compose: @Sendable ([Secret]) -> String
  private var header: Secret?

  init(
    name: String = "Authorization", secrets: any SecretReader, system: SystemName,
    sources: [SecretSource], compose: @escaping @Sendable ([Secret]) -> String
  ) {
    self.name = name
    self.secrets = secrets
    self.system = system
    self.sources = sources
    self.compose = compose
  }

  func added(to request: HTTPRequest) async throws -> HTTPRequest {
    let header = if let header { header } else { try await read() }
    var request = request
    request.headers.append(HTTPField(name, header.revealed()))
    return request
  }

  /// Whether the source now holds another secret than the refused request bore.
  func readAnew(afterRefusalOf request: HTTPRequest) async throws -> Bool {
    let refused = request.headers.last { $0.name == name }?.value
    return try await read().revealed() != refused
  }

  private func read() async throws -> Secret {
    var found: [Secret] = []
    for source in sources { found.append(try await secrets.secret(from: source, for: system)) }
    let composed = Secret(compose(found))
    header = composed
    return composed
  }
}

/// Base64 with the usual alphabet and padding (RFC 4648 §4).
public enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".unicodeScalars)

  /// The bytes as text.
  public static func encoded(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    var index = 0
    while index < bytes.count {
      let rest = min(3, bytes.count - index)
      var group: UInt32 = 0
      for place in 0..<3 {
        group = group << 8 | (place < rest ? UInt32(bytes[index + place]) : 0)
      }
      for place in 0..<4 {
        let digit = Int(group >> UInt32(18 - 6 * place) & 0x3F)
        text.append(place <= rest ? alphabet[digit] : "=")
      }
      index += 3
    }
    return String(text)
  }
}
