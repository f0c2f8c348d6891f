import AdapterKit
import DealModel
import Sandbox
import Synchronization
import TestSupport

/// The network between the adapters and the emulators, with weather of its own for each system.
final class Network: HTTPTransport {
  /// How it goes with the exchanges of one system.
  enum Weather: Hashable, Sendable {
    /// Answers within a third of a second.
    case calm
    /// Answers within six seconds, in any order.
    case slow
    /// Every second answer comes after the deadline.
    case late
    /// A third of the requests, and of the answers, is lost.
    case lossy
    /// Nobody answers the telephone.
    case down
    /// A proxy's web page instead of every second answer, with status 200.
    case webPages
    /// Half of a body instead of every second answer, with status 200 or cut off.
    case halfPages
  }

  /// A rule that was broken on the wire.
  enum Breach: Hashable, Sendable {
    case verb(String)
    case budget(String)
  }

  private struct State {
    var weather: [SystemName: Weather] = [:]
    var throttling: Set<SystemName> = []
    var inFlight: [SystemName: Int] = [:]
    /// Which start of the program is on the line.
    var program = 0
    var sent: [SystemName: [Timestamp]] = [:]
    var breach: Breach?
    var exchanges = 0
    /// System → when it answered questions well.
    var answers: [SystemName: [Timestamp]] = [:]
  }

  private let sandbox: SandboxCompany
  private let clock: ManualClock
  private let random: SeededRandom
  private let trace: Trace
  private let state = Mutex(State())

  init(_ sandbox: SandboxCompany, clock: ManualClock, seed: UInt64, trace: Trace) {
    self.sandbox = sandbox
    self.clock = clock
    self.trace = trace
    random = SeededRandom(seed: seed ^ 0xA5A5_5A5A)
  }

  /// The first rule that was broken on the wire.
  var breach: Breach? { state.withLock { $0.breach } }
  /// How many exchanges there were.
  var exchanges: Int { state.withLock { $0.exchanges } }

  /// When a system first answered a question well after an instant.
  func firstAnswer(of system: SystemName, after instant: Timestamp) -> Timestamp? {
    state.withLock { $0.answers[system]?.first { $0 > instant } }
  }

  func set(_ weather: Weather, for system: SystemName) {
    state.withLock { $0.weather[system] = weather }
  }

  /// The program has ended, and with it its connections: what still waits for an answer has none.
  func hangUp() {
    state.withLock { state in
      state.program += 1
      state.inFlight = [:]
    }
  }

  /// Says that a system answers as beyond a limit because it was told to.
  func expectThrottling(_ isExpected: Bool, by system: SystemName) {
    state.withLock { state in
      if isExpected { state.throttling.insert(system) } else { state.throttling.remove(system) }
    }
  }

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    let emulated = EmulatedRequest(
      method: request.method, url: request.url,
      headers: request.headers.map { NamedValue($0.name, $0.value) }, body: request.body)
    let system = SystemName(emulated.segments.first ?? "")
    let path = "/" + emulated.segments.dropFirst().joined(separator: "/")
    let (number, program) = begin(request.method, path, to: system)
    trace.note { "  #\(number) \(system) \(request.method) \(path)" }
    defer {
      state.withLock { state in
        if state.program == program { state.inFlight[system, default: 1] -= 1 }
      }
    }
    do {
      let wasTold = state.withLock { $0.throttling.contains(system) }
      let answer = try await carry(emulated, to: system, deadline: deadline)
      if answer.status == 429, !wasTold, !state.withLock({ $0.throttling.contains(system) }) {
        note(.budget("\(system) answered \(request.method) \(path) as beyond its limit"))
      }
      if answer.status < 300, !path.hasSuffix("/token") {
        state.withLock { $0.answers[system, default: []].append(clock.now()) }
      }
      trace.note { "  #\(number) \(system) answers \(answer.status), \(answer.body.count) bytes" }
      return answer
    } catch {
      trace.note { "  #\(number) \(system) ends with \(error)" }
      throw error
    }
  }

  /// Counts a request as it goes out, by what the vendor allows.
  private func begin(_ method: String, _ path: String, to system: SystemName) -> (Int, Int) {
    let now = clock.now()
    return state.withLock { state in
      state.exchanges += 1
      if !Budget.reads(method, path, of: system) { state.breach = .verb("\(method) \(path)") }
      state.inFlight[system, default: 0] += 1
      let limits = Budget.limits(of: system)
      if let most = limits.concurrency, state.inFlight[system, default: 0] > most {
        state.breach = .budget("\(state.inFlight[system] ?? 0) calls at a time to \(system)")
      }
      var sent = state.sent[system, default: []]
      sent.removeAll { $0 <= now.adding(.zero - limits.window) }
      sent.append(now)
      state.sent[system] = sent
      if sent.count > limits.calls {
        state.breach = .budget("\(sent.count) calls to \(system) within \(limits.window)")
      }
      return (state.exchanges, state.program)
    }
  }

  private func note(_ breach: Breach) { state.withLock { $0.breach = $0.breach ?? breach } }

  private func carry(
    _ request: EmulatedRequest, to system: SystemName, deadline: Duration
  ) async throws -> HTTPAnswer {
    let weather = state.withLock { $0.weather[system] ?? .calm }
    let end = clock.now().adding(deadline)
    switch weather {
    case .down:
      try await clock.sleep(for: .milliseconds(draw(1...400)))
      throw HTTPTransportError.cannotConnect("refused")
    case .lossy where draw(1...3) == 1: try await timeOut(at: end)
    default: break
    }
    let outcome = try await sandbox.respond(to: request)
    var delay = Duration.milliseconds(draw(20...330))
    switch weather {
    case .slow: delay = .milliseconds(draw(500...6_000))
    case .late where draw(1...2) == 1: delay = deadline + .seconds(1)
    case .lossy where draw(1...3) == 1: try await timeOut(at: end)
    default: break
    }
    guard clock.now().adding(delay) < end else { return try await timeOut(at: end) }
    try await clock.sleep(for: delay)
    switch outcome {
    case .dropped: throw HTTPTransportError.cannotConnect("closed without an answer")
    case .truncated: throw HTTPTransportError.truncated
    case .answered(let response): return try spoil(response, weather)
    }
  }

  @discardableResult
  private func timeOut(at end: Timestamp) async throws -> HTTPAnswer {
    try await clock.sleep(until: end)
    throw HTTPTransportError.timedOut
  }

  private func spoil(_ response: EmulatedResponse, _ weather: Weather) throws -> HTTPAnswer {
    var answer = HTTPAnswer(
      status: response.status, headers: response.headers.map { HTTPField($0.name, $0.value) },
      body: response.body)
    switch weather {
    case .webPages where draw(1...2) == 1:
      answer = HTTPAnswer(
        status: 200, headers: [HTTPField("Content-Type", "text/html")],
        body: Array("<html><body>Please log in to the guest network.</body></html>".utf8))
    case .halfPages:
      switch draw(1...4) {
      case 1: throw HTTPTransportError.truncated
      case 2: answer.body = Array(answer.body.prefix(answer.body.count / 2))
      default: break
      }
    default: break
    }
    return answer
  }

  private func draw(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(random.next() % UInt64(range.count))
  }
}

/// What the vendors allow, as their documentation says and independent of what the adapters know.
enum Budget {
  struct Limits {
    /// The most calls at a time; `nil` where the vendor names none.
    var concurrency: Int?
    /// The most calls in any window of that length.
    var calls: Int
    var window: Duration
  }

  /// HubSpot: 190 in ten seconds. NetSuite: as many at a time as the configuration grants us. Jira:
  /// some 100 a second.
  static func limits(of system: SystemName) -> Limits {
    switch system {
    case "erp_us": Limits(concurrency: 2, calls: .max, window: .seconds(1))
    case "erp_eu": Limits(concurrency: 3, calls: .max, window: .seconds(1))
    case "pm": Limits(concurrency: nil, calls: 100, window: .seconds(1))
    default: Limits(concurrency: nil, calls: 190, window: .seconds(10))
    }
  }

  /// Whether a call only reads.
  static func reads(_ method: String, _ path: String, of system: SystemName) -> Bool {
    if method == "GET" { return true }
    return method == "POST" && readingPosts.contains(path)
  }

  private static let readingPosts: Set<String> = [
    "/crm/v3/objects/deals/search", "/crm/v3/objects/deals/batch/read",
    "/crm/v3/objects/tickets/search", "/crm/v3/objects/tickets/batch/read",
    "/crm/v3/objects/companies/batch/read", "/crm/v4/associations/deals/companies/batch/read",
    "/crm/v4/associations/deals/tickets/batch/read",
    "/crm/v4/associations/tickets/deals/batch/read", "/services/rest/query/v1/suiteql",
    "/services/rest/auth/oauth2/v1/token", "/rest/api/3/search/jql",
    "/rest/api/3/search/approximate-count",
    "/rest/api/3/issue/bulkfetch", "/rest/api/3/worklog/list",
    "/rest/api/3/changelog/bulkfetch",
  ]
}
