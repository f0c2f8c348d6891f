/// One exchange over the wire and nothing more: no retry, no redirect, no interpretation.
///
/// AsyncHTTPClient implements it for the product; the simulation puts emulators behind it.
public protocol HTTPTransport: Sendable {
  /// Sends a request and collects the answer.
  ///
  /// - Parameters:
  ///   - deadline: How long the whole exchange may take, connecting included.
  ///   - maximumBytes: The largest body accepted; beyond it the call fails, nothing is kept.
  /// - Throws: ``HTTPTransportError`` or `CancellationError`.
  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer
}

/// A request as it goes out.
public struct HTTPRequest: Hashable, Sendable {
  /// The verb in upper case.
  public var method: String
  /// The absolute URL, percent-encoded.
  public var url: String
  /// Headers in order.
  public var headers: [HTTPField]
  /// The body; empty for none.
  public var body: [UInt8]
  /// The path of a PEM file with certificates that are trusted besides those the machine trusts;
  /// `nil` for none.
  public var caFile: String?

  /// A request.
  public init(
    method: String, url: String, headers: [HTTPField] = [], body: [UInt8] = [],
    caFile: String? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.caFile = caFile
  }
}

/// One header field.
public struct HTTPField: Hashable, Sendable {
  /// The name; compared without regard to case.
  public var name: String
  /// The value.
  public var value: String

  /// One header field.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// An answer as it came in.
public struct HTTPAnswer: Hashable, Sendable {
  /// The status code.
  public var status: Int
  /// Headers in order.
  public var headers: [HTTPField]
  /// The whole body.
  public var body: [UInt8]

  /// An answer.
  public init(status: Int, headers: [HTTPField] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, without regard to case.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }
}

/// Why there was no answer.
public enum HTTPTransportError: Error, Hashable, Sendable {
  /// The host could not be found or refused the connection; the words of the system.
  case cannotConnect(String)
  /// TLS failed: an unknown, expired or mismatched certificate; the words of the library.
  case untrusted(String)
  /// The deadline passed.
  case timedOut
  /// The connection ended before the answer was whole.
  case truncated
  /// The body is larger than allowed.
  case tooLarge(limit: Int)
  /// What was sent is no HTTP, or the URL cannot be used.
  case broken(String)
}
