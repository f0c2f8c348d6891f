public import DealModel
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore

/// Serves a sandbox company over HTTP on the loopback interface, and on no other.
public struct SandboxServer: Sendable {
  private let sandbox: SandboxCompany
  private let time: any TimeSource
  private let port: Int
  private let logger: Logger

  /// A larger request body is refused; a vendor's largest batch is far below it.
  private static let maximumBody = 8 << 20

  /// A server that does not serve yet.
  ///
  /// - Parameters:
  ///   - time: Where the `Date` header comes from; the same clock as the company's.
  ///   - port: 0 takes any that is free.
  ///   - logger: Silent unless given.
  public init(
    sandbox: SandboxCompany, time: any TimeSource, port: Int = 0,
    logger: Logger = Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() }
  ) {
    self.sandbox = sandbox
    self.time = time
    self.port = port
    self.logger = logger
  }

  /// Serves until the task is cancelled; then closes every connection and returns.
  ///
  /// - Parameter onReady: Called once, when connections are accepted, with the port.
  /// - Throws: ``SandboxError`` when the port cannot be had.
  public func run(onReady: @escaping @Sendable (_ port: Int) async -> Void) async throws {
    let server = Server(
      childChannelSetup: HTTP1Channel { request, writer, _ in
        try await answer(request, with: writer)
      },
      configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { channel in await onReady(channel.localAddress?.port ?? port) },
      eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup,
      logger: logger)
    do {
      try await server.run()
    } catch is CancellationError {
      return
    } catch let error as IOError {
      throw SandboxError(
        "127.0.0.1:\(port) cannot be had (\(error)); name another port, or 0 for any")
    }
  }

  /// Why a connection is closed before its answer is complete.
  private struct ConnectionDropped: Error {}

  private func answer(_ request: Request, with writer: consuming ResponseWriter) async throws {
    let outcome: SandboxCompany.Outcome
    do {
      let body = try await request.body.collect(upTo: Self.maximumBody)
      outcome = try await sandbox.respond(to: emulated(request, body: body))
    } catch is NIOTooManyBytesError {
      outcome = .answered(.json(.object(["error": "the body is too large"]), status: 413))
    }
    switch outcome {
    case .answered(let response):
      let body = request.method == .head ? [] : response.body
      try await writer.write(
        response: head(response), body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    case .dropped: throw ConnectionDropped()
    case .truncated(let response, let count):
      var bodyWriter = try await writer.writeHead(head(response))
      try await bodyWriter.write(ByteBuffer(bytes: response.body.prefix(count)))
      throw ConnectionDropped()
    }
  }

  private func emulated(_ request: Request, body: ByteBuffer) -> EmulatedRequest {
    let host = request.head.authority ?? "127.0.0.1:\(port)"
    var headers = [NamedValue("Host", host)]
    for field in request.headers { headers.append(NamedValue(field.name.rawName, field.value)) }
    return EmulatedRequest(
      method: request.method.rawValue, url: "http://\(host)\(request.head.path ?? "/")",
      headers: headers, body: Array(body.readableBytesView))
  }

  /// The status line and headers. A HEAD request gets the length its GET would have.
  private func head(_ response: EmulatedResponse) -> HTTPResponse {
    typealias Field = HTTPFields.Element
    var fields = HTTPFields()
    let isDated = response.header("Date") != nil
    let date = isDated ? [] : [NamedValue("Date", time.now().httpDate)]
    for header in response.headers + date {
      guard let name = Field.Name(header.name) else { continue }
      fields.append(Field(name: name, value: header.value))
    }
    fields[.contentLength] = String(response.body.count)
    return HTTPResponse(status: .init(code: response.status), headerFields: fields)
  }
}

extension Timestamp {
  /// The instant as HTTP writes it (RFC 9110 §5.6.7): `Fri, 20 Nov 2026 09:14:03 GMT`.
  var httpDate: String {
    // 1970-01-01 was a Thursday.
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let day = days[((Int(date.daysSinceEpoch) % 7) + 7) % 7]
    let (year, month, dayOfMonth) = date.components
    let (hour, minute, second) = timeOfDay()
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(day), \(two(dayOfMonth)) \(months[month - 1]) \(year) "
      + "\(two(hour)):\(two(minute)):\(two(second)) GMT"
  }
}
