public import DealModel
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore

/// Serves a desk over HTTP.
public struct WatchServer: Sendable {
  /// Why it cannot serve.
  public struct Fault: Error, Hashable, Sendable {
    /// A sentence with the mend.
    public let message: String
  }

  /// What a heartbeat may send; it is not read.
  private static let maximumBody = 64 << 10
  /// Connections at a time.
  private static let maximumConnections = 128

  private let desk: WatchDesk
  private let address: ListeningAddress
  private let logger: Logger

  /// A server that does not serve yet.
  public init(
    _ desk: WatchDesk, at address: ListeningAddress,
    logger: Logger = Logger(label: "watch") { _ in SwiftLogNoOpLogHandler() }
  ) {
    self.desk = desk
    self.address = address
    self.logger = logger
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter onReady: Called once, when connections are accepted, with the address it has.
  /// - Throws: ``Fault`` when the address cannot be had.
  public func run(
    onReady: @escaping @Sendable (_ address: ListeningAddress) async -> Void
  ) async throws {
    let configuration = HTTP1Channel.Configuration(idleTimeout: .seconds(10))
    let server = Server(
      childChannelSetup: HTTP1Channel(
        responder: { request, writer, _ in try await answer(request, with: writer) },
        configuration: configuration),
      configuration: ServerConfiguration(
        address: .hostname(address.host, port: address.port),
        availableConnectionsDelegate: MaximumAvailableConnections(
          Self.maximumConnections, logger: logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? address.port
        await onReady(ListeningAddress(host: address.host, port: port))
      },
      eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup, logger: logger)
    do {
      try await server.run()
    } catch is CancellationError {
      return
    } catch {
      throw Fault(
        message: "\(address) cannot be listened at (\(error)); name another address or port, or 0 "
          + "for any port.")
    }
  }

  private func answer(_ request: Request, with writer: consuming ResponseWriter) async throws {
    var answer: WatchDesk.Answer
    do {
      // What comes with a heartbeat is of no interest, but must be taken off the connection.
      var request = request
      _ = try await request.collectBody(upTo: Self.maximumBody)
      let path = (request.head.path ?? "/").prefix { $0 != "?" }
      answer = desk.answer(
        WatchDesk.Request(
          method: request.method.rawValue, path: String(path),
          authorization: request.headers[.authorization]))
    } catch is NIOTooManyBytesError {
      answer = WatchDesk.Answer(status: 413, body: "The body is larger than 64 KiB.\n")
    }
    var fields = HTTPFields()
    for header in answer.headers {
      if let name = HTTPFields.Element.Name(header.name) { fields[name] = header.value }
    }
    if answer.status != 204 {
      fields[.contentType] = answer.contentType
      fields[.contentLength] = String(answer.body.utf8.count)
    }
    // Nobody asks often; an open connection would hold up the end.
    fields[.connection] = "close"
    let body = request.method == .head ? "" : answer.body
    try await writer.write(
      response: HTTPResponse(status: .init(code: answer.status), headerFields: fields),
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}
