public import DealModel
import Synchronization

/// Remembers the exchanges of one question, so that every reading can say which requests brought it.
///
/// The engine makes one for each question and binds it to the task that asks; ``HTTPPort`` finds it
/// there, and adapters know nothing of it. An answer that several questions share, a directory of
/// owners for instance, belongs to whoever asked for it first. Token requests are never recorded.
public final class ExchangeRecorder: Sendable {
  /// What is remembered of an exchange besides its numbers.
  public enum Depth: Hashable, Sendable {
    /// Nothing.
    case numbers
    /// The SHA-256 of each body.
    case digests
    /// The requests and answers themselves, without secrets: this many bytes of bodies in all.
    case payloads(mostBytes: Int)
  }

  /// The recorder of the question that this task belongs to.
  @TaskLocal public static var current: ExchangeRecorder?

  /// The most exchanges remembered of one question.
  public static let mostExchanges = 64

  private struct Recorded {
    var traces: [RequestTrace] = []
    var exchanges: [Payload.Exchange] = []
    var omitted = 0
    var bytesLeft: Int
  }

  let depth: Depth
  private let recorded: Mutex<Recorded>

  /// A recorder for one question.
  public init(_ depth: Depth = .numbers) {
    self.depth = depth
    let bytes = if case .payloads(let mostBytes) = depth { mostBytes } else { 0 }
    recorded = Mutex(Recorded(bytesLeft: bytes))
  }

  /// Whether answers are kept, or their digests: what costs an effort of its own is made for no less.
  public var keepsBodies: Bool { depth != .numbers }

  /// Does a piece of work whose exchanges are remembered here.
  public func recording<Value: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> Value
  ) async rethrows -> Value {
    try await Self.$current.withValue(self, operation: work)
  }

  /// The exchanges so far, in the order in which they ended.
  public var traces: [RequestTrace] { recorded.withLock { $0.traces } }

  /// What went over the wire so far; empty unless payloads are recorded.
  public func payload(askedAt: Timestamp, failures: [SystemError] = []) -> Payload {
    recorded.withLock {
      Payload(
        exchanges: $0.exchanges, omitted: $0.omitted, failures: failures, askedAt: askedAt)
    }
  }

  /// A question to something other than an HTTP server ended: rows of a file, of a database.
  ///
  /// - Parameters:
  ///   - question: What was asked, without secrets: `/srv/exports/invoices.csv`, an SQL statement.
  ///   - answer: What came back, in a form to read; `nil` for nothing. Made only when it is kept.
  public func note(
    _ report: CallReport, question: String, answer: @autoclosure () -> [UInt8]?
  ) {
    let body = depth == .numbers ? nil : answer()
    var trace = RequestTrace(
      system: report.system, operation: report.operation, began: report.began,
      duration: report.duration, isUsable: report.error == nil, bodyBytes: body?.count)
    trace.bodyDigest = body.map { BodyDigest.sha256($0) }
    guard let limit = keep(trace, size: body?.count ?? 0) else { return }
    let readable = ReadableBody(body ?? [], mask: SecretMask(secrets: []), mostBytes: limit)
    let exchange = Payload.Exchange(
      trace: trace, request: question, requestBody: "", headers: [], body: readable.text,
      isCut: readable.isCut)
    recorded.withLock { $0.exchanges.append(exchange) }
  }

  /// Keeps a trace, and says how many bytes of its body may be kept; `nil` for none of it.
  private func keep(_ trace: RequestTrace, size: Int) -> Int? {
    recorded.withLock { recorded in
      guard recorded.traces.count < Self.mostExchanges else {
        recorded.omitted += 1
        return nil
      }
      recorded.traces.append(trace)
      guard case .payloads = depth else { return nil }
      let size = min(recorded.bytesLeft, size)
      recorded.bytesLeft -= size
      return size
    }
  }

  /// An exchange ended.
  ///
  /// - Parameters:
  ///   - answer: What came back; `nil` for nothing.
  ///   - mask: Hides what must not be seen.
  ///   - headers: Names of headers that the vendor's port knows to be harmless, in lower case.
  func note(
    _ report: CallReport, request: HTTPRequest, answer: HTTPAnswer?, headers: Set<String>,
    mask: @autoclosure () -> SecretMask
  ) {
    var trace = RequestTrace(
      system: report.system, operation: report.operation, began: report.began,
      duration: report.duration, status: report.status, requestID: report.requestID,
      isUsable: report.error == nil, bodyBytes: answer?.body.count)
    if depth != .numbers { trace.bodyDigest = answer.map { BodyDigest.sha256($0.body) } }
    guard let limit = keep(trace, size: answer?.body.count ?? 0) else { return }
    let mask = mask()
    let body = ReadableBody(answer?.body ?? [], mask: mask, mostBytes: limit)
    let exchange = Payload.Exchange(
      trace: trace, request: mask.masked("\(request.method) \(request.url)"),
      requestBody: ReadableBody(request.body, mask: mask, mostBytes: 64 << 10).text,
      headers: (answer?.headers ?? []).filter { headers.contains($0.name.lowercased()) }
        .map { Payload.Header($0.name, mask.masked($0.value)) },
      body: body.text, isCut: body.isCut)
    recorded.withLock { $0.exchanges.append(exchange) }
  }
}
