public import AdapterKit
public import DealModel
private import Synchronization

/// Answers what is asked over HTTP: `/metrics`, `/healthz`, and `POST /heartbeat/<flow>`.
public final class WatchDesk: Sendable {
  /// A request, as far as it matters.
  struct Request: Hashable, Sendable {
    var method: String
    /// The path without a query.
    var path: String
    var authorization: String?
  }

  /// An answer.
  struct Answer: Hashable, Sendable {
    var status: Int
    var body: String
    var contentType = "text/plain; charset=utf-8"
    var headers: [(name: String, value: String)] = []

    static func == (left: Answer, right: Answer) -> Bool {
      left.status == right.status && left.body == right.body
        && left.headers.elementsEqual(right.headers, by: ==)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(status)
      hasher.combine(body)
    }
  }

  private struct State {
    var flows: [FlowState]
    var wrongTokens = Allowance(10, every: .seconds(6))
    var health: [SystemHealth] = []
    var lastRound: Timestamp?
    var keepsHistory = true
  }

  private let tokens: [String: Secret]
  private let counts: CallMetrics
  private let time: any TimeSource
  private let started: Timestamp
  private let version: String
  /// How long a round may be ago before the watch itself counts as ill.
  private let patience: Duration
  private let state: Mutex<State>
  private let heard: @Sendable (String, Timestamp) -> Void
  private let changed: @Sendable (FlowChange) -> Void

  /// A desk that waits for every flow.
  ///
  /// - Parameters:
  ///   - tokens: Flow → its token.
  ///   - known: Flow → what was heard of it before; one nobody ever listened for is absent.
  ///   - patience: How long after a round of probes the next may take to come.
  ///   - heard: Is told of every report of a flow, and when it came; must return at once.
  ///   - changed: Is told of every flow that comes into another state: its name, the two states,
  ///     when, and why; must return at once.
  public init(
    _ company: CompanyModel, tokens: [String: Secret], counts: CallMetrics, version: String,
    patience: Duration, known: [String: FlowReport] = [:], time: any TimeSource,
    heard: @escaping @Sendable (_ flow: String, _ at: Timestamp) -> Void = { _, _ in },
    changed:
      @escaping @Sendable (
        _ flow: String, _ from: SystemStatus, _ to: SystemStatus, _ at: Timestamp, _ reason: String
      ) -> Void
  ) {
    let now = time.now()
    self.tokens = tokens
    self.counts = counts
    self.version = version
    self.patience = patience
    self.time = time
    started = now
    self.heard = heard
    self.changed = { changed($0.flow, $0.from, $0.to, $0.at, $0.reason) }
    state = Mutex(
      State(
        flows: company.watch.heartbeats.map { FlowState($0, known: known[$0.flow], at: now) }))
  }

  // MARK: - Being told

  /// The health of all systems is this now.
  public func healthTold(_ health: [SystemHealth]) { state.withLock { $0.health = health } }

  /// A round of probes has ended.
  public func roundEnded(at now: Timestamp) { state.withLock { $0.lastRound = now } }

  /// Whether the history of health can be written.
  public func historyKept(_ isKept: Bool) { state.withLock { $0.keepsHistory = isKept } }

  /// Waits for flows to fall late and silent, until cancelled.
  public func watchFlows() async {
    while !Task.isCancelled {
      let now = time.now()
      let (changes, next) = state.withLock { state in
        var changes: [FlowChange] = []
        for index in state.flows.indices {
          if let change = state.flows[index].timePassed(at: now) { changes.append(change) }
        }
        return (changes, state.flows.compactMap { $0.nextChange(at: now) }.min())
      }
      for change in changes { changed(change) }
      // A report may come meanwhile and make the next change an earlier one: a minute bounds that.
      let minute = now.adding(.seconds(60))
      do { try await time.sleep(until: min(next ?? minute, minute)) } catch { return }
    }
  }

  // MARK: - Answering

  /// Answers a request.
  func answer(_ request: Request) -> Answer {
    switch request.path {
    case "/metrics":
      return read(request) {
        Answer(status: 200, body: metrics, contentType: MetricsText.contentType)
      }
    case "/healthz": return read(request) { pulse }
    case "/":
      return read(request) {
        Answer(status: 200, body: "plumbline watch: /metrics, /healthz, POST /heartbeat/<flow>\n")
      }
    default: break
    }
    guard request.path.hasPrefix("/heartbeat/") else {
      return Answer(status: 404, body: "There is nothing here; /metrics is what there is.\n")
    }
    return heartbeat(request, of: String(request.path.dropFirst("/heartbeat/".count)))
  }

  private func read(_ request: Request, _ answer: () -> Answer) -> Answer {
    if request.method == "GET" || request.method == "HEAD" { return answer() }
    return Answer(
      status: 405, body: "Only GET and HEAD.\n", headers: [("Allow", "GET, HEAD")])
  }

  private var metrics: String {
    let (health, flows, keeps) = state.withLock { ($0.health, $0.flows, $0.keepsHistory) }
    return MetricsPage(
      health: health, counts: counts.snapshot, flows: flows, started: started, version: version,
      keepsHistory: keeps
    ).text
  }

  private var pulse: Answer {
    let last = state.withLock { $0.lastRound } ?? started
    if last.duration(to: time.now()) <= patience { return Answer(status: 200, body: "ok\n") }
    return Answer(status: 503, body: "No round of probes has ended since \(last).\n")
  }

  private func heartbeat(_ request: Request, of flow: String) -> Answer {
    guard request.method == "POST" else {
      return Answer(status: 405, body: "Only POST.\n", headers: [("Allow", "POST")])
    }
    // Who has no token does not learn which flows there are.
    guard let token = tokens[flow] else {
      let isKnownCaller = tokens.values.contains {
        TokenCheck.accepts(request.authorization, $0)
      }
      if isKnownCaller {
        return Answer(status: 404, body: "No flow of that name is configured.\n")
      }
      return refused(status: 404, body: "No flow of that name is configured.\n")
    }
    guard TokenCheck.accepts(request.authorization, token) else {
      var answer = refused(
        status: 401, body: "Present the flow's token: Authorization: Bearer <token>.\n")
      if answer.status == 401 {
        answer.headers.append(("WWW-Authenticate", "Bearer realm=\"plumbline\""))
      }
      return answer
    }
    let now = time.now()
    let change = state.withLock { state -> FlowChange? in
      guard let index = state.flows.firstIndex(where: { $0.name == flow }) else { return nil }
      return state.flows[index].reported(at: now)
    }
    heard(flow, now)
    if let change { changed(change) }
    return Answer(status: 204, body: "")
  }

  /// A refusal; beyond a handful they are put off. A right token is never put off by wrong ones.
  private func refused(status: Int, body: String) -> Answer {
    let isAllowed = state.withLock { $0.wrongTokens.take(at: time.now().milliseconds) }
    if isAllowed { return Answer(status: status, body: body) }
    return Answer(
      status: 429, body: "Too many wrong attempts; wait.\n", headers: [("Retry-After", "60")])
  }
}
