public import DealModel
import Synchronization

/// What every adapter speaks through: one port per system, above the raw ``HTTPTransport``.
///
/// It guards (GET only, but for the POSTs that are declared to read; one origin; bounded bodies),
/// signs, keeps the vendor's limits, repeats passing failures within a budget, turns every failure
/// into a ``SystemError`` and reports every exchange once to the ``CallObserver``.
///
/// Cancelling a task ends its call at once; a cancelled exchange is not reported, because it says
/// nothing about the system. A deadline begins when a call is first let through our own gate.
///
/// All methods throw ``SystemError`` or `CancellationError`, nothing else.
public final class HTTPPort: Sendable {
  /// What the adapter told the port.
  public let settings: HTTPPortSettings
  let transport: any HTTPTransport
  let time: any TimeSource
  let random: any RandomSource
  let observer: any CallObserver
  let gate: CallGate
  let budget: Mutex<RetryBudget>
  let secrets: (any SecretReader)?
  let caFile: String?

  /// A port for one system.
  ///
  /// - Parameters:
  ///   - secrets: Knows what must not be seen in a payload.
  ///   - caFile: The path of certificates that are trusted besides those the machine trusts.
  public init(
    _ settings: HTTPPortSettings, transport: any HTTPTransport, time: any TimeSource,
    random: any RandomSource, observer: any CallObserver, secrets: (any SecretReader)? = nil,
    caFile: String? = nil
  ) {
    self.settings = settings
    self.transport = transport
    self.time = time
    self.random = random
    self.observer = observer
    self.secrets = secrets
    self.caFile = caFile
    gate = CallGate(
      concurrency: settings.concurrency, rateLimits: settings.rateLimits, time: time)
    budget = Mutex(RetryBudget(retries: settings.retries.budget))
  }

  /// A port for one system with what its adapter was given.
  public convenience init(_ settings: HTTPPortSettings, in context: AdapterContext) {
    self.init(
      settings, transport: context.transport, time: context.time, random: context.random,
      observer: context.observer, secrets: context.secrets, caFile: context.system.caFile)
  }

  /// The JSON answer to a call.
  ///
  /// - Throws: ``SystemError``; of kind `malformed` when a successful answer is no JSON document,
  ///   be it a web page, cut short, or nested deeper than 64 levels.
  public func json(_ call: HTTPCall) async throws -> JSONReply {
    try await read(call) { $0 }
  }

  /// The value that `decode` makes of the JSON answer to a call.
  ///
  /// What `decode` throws counts as a failure of the exchange and is reported with it: a
  /// ``SystemError`` as it is, anything else as `malformed`.
  public func read<Value>(
    _ call: HTTPCall, as decode: @Sendable (JSONReply) throws -> Value
  ) async throws -> Value {
    let operation = call.operation
    return try await perform(call) { answer in
      let reply = try self.document(in: answer, operation: operation)
      do { return try decode(reply) } catch let error as SystemError {
        throw error
      } catch {
        throw self.malformed(operation, "a document of another shape than documented")
      }
    }
  }

  /// The answer to a call as it came, status 2xx.
  public func answer(to call: HTTPCall) async throws -> HTTPAnswer {
    try await perform(call) { $0 }
  }

  /// An error for an answer that cannot be used.
  ///
  /// - Parameters:
  ///   - operation: What was asked, ``HTTPCall/operation``.
  ///   - fault: What came instead, to follow "answered … with": `a page without "results"`. Names
  ///     records by their ID, never by a value.
  public func malformed(_ operation: String, _ fault: String) -> SystemError {
    SystemError(
      .malformed, system: settings.system,
      message: "\(settings.system) (\(settings.vendor)) answered \(operation) with \(fault). "
        + "Nothing of it is used; check `base_url` and whether a proxy stands in between.")
  }

  /// When the credentials end; `nil` when unknown or never.
  public func credentialsExpire() async -> Timestamp? {
    await settings.authorizer.credentialsExpire()
  }

  /// What the vendor said the credentials may do; `nil` when it did not say.
  public func grantedScopes() async -> [String]? { await settings.authorizer.grantedScopes() }

  /// Waits for a renewal of credentials under way: what it brings may have to be kept.
  public func settle() async { await settings.authorizer.settle() }

  /// Walks a list page by page until there is no next page.
  ///
  /// - Parameters:
  ///   - operation: What is asked, for the error.
  ///   - pages: The most pages; a longer list is `malformed`.
  ///   - first: The first page's cursor.
  ///   - page: Reads one page and returns the next one's cursor, `nil` after the last.
  /// - Throws: ``SystemError`` of kind `malformed` when a cursor comes twice, and what `page` throws.
  public func walk(
    _ operation: String, atMost pages: Int = 2_000, from first: String? = nil,
    page: (String?) async throws -> String?
  ) async throws {
    var walk = PageWalk(mostPages: pages)
    var cursor = first
    repeat {
      try Task.checkCancellation()
      cursor = try await page(cursor)
      if let fault = walk.turn(to: cursor) { throw malformed(operation, fault) }
    } while cursor != nil
  }
}
