import AsyncHTTPClient
import DealModel
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// The product's way out: AsyncHTTPClient with pooled connections, verified TLS and no redirects.
///
/// One value serves every system. The client behind it is made by the first exchange, so that the
/// program's start pays nothing. Call ``shutdown()`` once, last.
public final class AsyncHTTPTransport: HTTPTransport {
  private enum State {
    case idle
    case open(HTTPClient)
    case closed
  }

  private let state = Mutex(State.idle)
  private let connectionsPerOrigin: Int
  private let authorities = CertificateAuthorities()

  /// A way out.
  ///
  /// - Parameter connectionsPerOrigin: The most HTTP/1 connections kept to one origin.
  public init(connectionsPerOrigin: Int = 8) {
    self.connectionsPerOrigin = connectionsPerOrigin
  }

  deinit {
    // A client that is dropped while open would trap.
    if let client = close() { Task { try? await client.shutdown() } }
  }

  /// Closes every connection; exchanges under way fail.
  public func shutdown() async {
    if let client = close() { try? await client.shutdown() }
  }

  public func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    try Task.checkCancellation()
    let client = try openClient()
    let trust = try request.caFile.map { try authorities.trust(in: $0) }
    return try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
      group.addTask {
        try await Self.send(
          request, by: client, trust, deadline: deadline, maximumBytes: maximumBytes)
      }
      // AsyncHTTPClient's own deadline ends with the head of the answer; this one with its body.
      group.addTask {
        try await Task.sleep(for: deadline)
        throw HTTPTransportError.timedOut
      }
      defer { group.cancelAll() }
      do {
        guard let answer = try await group.next() else { throw HTTPTransportError.timedOut }
        return answer
      } catch {
        try Task.checkCancellation()
        throw error
      }
    }
  }

  private func close() -> HTTPClient? {
    state.withLock { state in
      defer { state = .closed }
      if case .open(let client) = state { return client }
      return nil
    }
  }

  private func openClient() throws -> HTTPClient {
    try state.withLock { state in
      switch state {
      case .open(let client): return client
      case .closed: throw HTTPTransportError.cannotConnect("the program is ending")
      case .idle:
        let client = HTTPClient(
          eventLoopGroupProvider: .singleton, configuration: configuration)
        state = .open(client)
        return client
      }
    }
  }

  private var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(10)),
      connectionPool: .init(
        idleTimeout: .seconds(60),
        concurrentHTTP1ConnectionsPerHostSoftLimit: connectionsPerOrigin),
      ignoreUncleanSSLShutdown: false, decompression: .disabled)
    // The port repeats what is worth repeating, within a budget.
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  private static func send(
    _ request: HTTPRequest, by client: HTTPClient, _ trust: TLSConfiguration?,
    deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    var outgoing = HTTPClientRequest(url: request.url)
    outgoing.tlsConfiguration = trust
    outgoing.method = HTTPMethod(rawValue: request.method)
    for field in request.headers { outgoing.headers.add(name: field.name, value: field.value) }
    if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
    let response: HTTPClientResponse
    do {
      response = try await client.execute(
        outgoing, deadline: .now() + .milliseconds(max(1, deadline.milliseconds)))
    } catch {
      throw transportError(error, hasHead: false)
    }
    let declared = response.headers.first(name: "content-length").flatMap { Int($0) }
    if let declared, declared > maximumBytes {
      throw HTTPTransportError.tooLarge(limit: maximumBytes)
    }
    var body: [UInt8] = []
    if let declared, declared > 0 { body.reserveCapacity(declared) }
    do {
      for try await part in response.body {
        guard body.count + part.readableBytes <= maximumBytes else {
          throw HTTPTransportError.tooLarge(limit: maximumBytes)
        }
        body.append(contentsOf: part.readableBytesView)
      }
    } catch {
      throw transportError(error, hasHead: true)
    }
    return HTTPAnswer(
      status: Int(response.status.code),
      headers: response.headers.map { HTTPField($0.name, $0.value) }, body: body)
  }

  /// What a library's error is for us; types decide, words are only passed on.
  private static func transportError(_ error: any Error, hasHead: Bool) -> any Error {
    let words = String(describing: error)
    switch error {
    case is HTTPTransportError, is CancellationError: return error
    case let error as NIOConnectionError: return HTTPTransportError.cannotConnect(error.words)
    case let error as IOError: return HTTPTransportError.cannotConnect(error.words)
    case let error as HTTPClientError: return transportError(error, hasHead: hasHead, words)
    // The last is a certificate for another name.
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      return HTTPTransportError.untrusted(words)
    case is HTTPParserError:
      return hasHead ? HTTPTransportError.truncated : HTTPTransportError.broken(words)
    default: return hasHead ? HTTPTransportError.truncated : .cannotConnect(words)
    }
  }

  private static func transportError(
    _ error: HTTPClientError, hasHead: Bool, _ words: String
  ) -> any Error {
    switch error {
    case .cancelled: return CancellationError()
    case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
      return HTTPTransportError.timedOut
    case .tlsHandshakeTimeout: return HTTPTransportError.cannotConnect(words)
    case .invalidURL, .emptyHost, .emptyScheme: return HTTPTransportError.broken(words)
    default: return hasHead ? HTTPTransportError.truncated : .cannotConnect(words)
    }
  }
}

extension NIOConnectionError {
  /// How far connecting came: the name, or the connection.
  fileprivate var words: String {
    guard let first = connectionErrors.first else {
      return "DNS: the name \(host) is not known"
    }
    let reason = (first.error as? IOError)?.words ?? "TCP: no connection in time"
    return "\(reason), at \(host) port \(port)"
  }
}

extension IOError {
  /// Why there is no connection.
  fileprivate var words: String {
    switch errnoCode {
    case ECONNREFUSED: "TCP: nobody listens there"
    case EHOSTUNREACH, ENETUNREACH: "TCP: there is no route to it"
    case ETIMEDOUT: "TCP: it does not answer"
    case ECONNRESET: "TCP: it ended the connection"
    default: "TCP: \(String(cString: strerror(errnoCode)).lowercased())"
    }
  }
}
