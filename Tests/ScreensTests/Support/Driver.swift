import DealModel
import TruthEngine

@testable import Screens

/// Drives a program as a person and the engine would.
struct Driver {
  var program: Program
  /// What the last message asked for.
  var effects: [Effect] = []
  var now = TestCompany.now

  init(
    columns: Int, rows: Int, encoding: TextEncoding = .utf8,
    model: CompanyModel = TestCompany.model()
  ) {
    program = Program(
      model: model, encoding: encoding, zone: LocalZone(firstOffsetSeconds: 3_600),
      now: TestCompany.now)
    send(.terminalResized(Size(columns: columns, rows: rows)))
  }

  @discardableResult
  mutating func send(_ message: Message) -> [Effect] {
    effects = program.update(message, at: now)
    return effects
  }

  /// Presses keys one after the other; returns what they asked for besides what is on screen.
  @discardableResult
  mutating func press(_ keys: Key...) -> [Effect] {
    var orders: [Effect] = []
    for key in keys {
      orders += send(.keyPressed(key)).filter { if case .show = $0 { false } else { true } }
    }
    return orders
  }

  /// Types characters.
  @discardableResult
  mutating func type(_ text: String) -> [Effect] {
    text.reduce(into: []) { $0 += press(.character($1)) }
  }

  /// Lets the cursor rest, so that the pane beside the list follows it.
  mutating func rest() {
    now = now.adding(State.SidePane.rest)
    send(.timePassed)
  }

  /// The index and everything else of some deals arrive.
  mutating func load(_ deals: [TestDeal], dossiers: Bool = true) {
    send(.indexArrived(deals.map(\.index), fetchedAt: TestCompany.ago(20)))
    send(.indexCompleted(count: deals.count, fetchedAt: TestCompany.ago(20)))
    if dossiers { send(.dossiersChanged(deals.map(\.dossier))) }
    send(.healthChanged(TestHealth.allWell))
  }

  /// The rows of the frame without trailing blanks.
  var lines: [String] {
    program.frame().lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// The frame as one text.
  var text: String { lines.joined(separator: "\n") }

  /// The row under the cursor: the first that is reversed over its whole first cell.
  var cursorLine: String? {
    let frame = program.frame()
    let row = frame.rows.indices.first { index in
      index > 1 && frame.rows[index].contains { $0.style.isReversed }
    }
    return row.map { lines[$0] }
  }

  /// Whether some row holds the words.
  func shows(_ words: String) -> Bool { text.contains(words) }
}

/// Health of the test company's systems.
enum TestHealth {
  static func system(_ name: SystemName, _ status: SystemStatus = .healthy) -> SystemHealth {
    let model = TestCompany.model()
    var health = SystemHealth(
      system: name, kind: model.system(name)?.kind ?? "",
      steward: model.system(name)?.steward ?? "",
      failureMode: model.system(name)?.failureMode ?? "")
    health.status = status
    health.since = TestCompany.ago(7_500)
    health.lastSuccess = TestCompany.ago(status == .healthy ? 12 : 4_000)
    health.lastLatency = .milliseconds(184)
    health.medianLatency = .milliseconds(160)
    health.latency95 = .milliseconds(1_240)
    health.recentLatencies = (0..<48).map { (call: Int) -> Duration in
      let slow = call == 40 ? 900 : 0
      return Duration.milliseconds(120 + (call * 37) % 90 + slow)
    }
    health.calls = 1_284
    health.lastCall = TestCompany.ago(12)
    health.retriesLeft = 10
    health.reason = SystemHealth.inTime
    health.clockSkew = ClockSkew(
      offset: .milliseconds(300), uncertainty: .milliseconds(600), samples: 9)
    health.identity = "account 4012783"
    health.slowest = .init(
      operation: "POST /services/rest/query/v1/suiteql", duration: .milliseconds(1_240),
      began: TestCompany.ago(300))
    health.callsLeft = name == "crm" ? 249_310 : nil
    health.oldestReading = TestCompany.ago(status == .healthy ? 50 : 4_000)
    health.linkCoverage = .init(linked: 57, due: 60)
    guard status != .healthy, status != .unknown else { return health }
    health.errors = 31
    let messages: [SystemStatus: String] = [
      .degraded: "erp_us answered in 9.8 s, later than agreed. Nothing to do unless it goes on.",
      .throttled: "crm allows no more calls for now. Calls resume by themselves.",
      .unauthorized: "erp_eu refuses the token. Renew the token of the integration user.",
      .drifted: "pm no longer has the field customfield_10042. Put its new ID into link:.",
      .down: "erp_eu could not be reached: connection refused. Is NetSuite in maintenance?",
    ]
    let error = SystemError(
      status == .throttled ? .throttled(retryAfter: .seconds(8)) : .unavailable, system: name,
      message: messages[status] ?? "It failed.")
    health.lastErrors = (0..<3).map {
      .init(
        at: TestCompany.ago(30 + Int64($0) * 95), operation: "POST /services/rest/query/v1/suiteql",
        error: error)
    }
    let reasons: [SystemStatus: String] = [
      .degraded: "The last answers took 9.8 s each; 160 ms is usual.",
      .throttled: "It asks for patience: the last 3 calls were turned away.",
      .unauthorized: "It refuses the credentials: the last 3 calls were turned away.",
      .drifted: "The link property customfield_10042 is gone.",
      .down: "It gives no answer that can be used: the last 12 calls failed.",
    ]
    health.reason = reasons[status] ?? ""
    guard status != .degraded else { return health }
    health.nextAttempt = TestCompany.now.adding(.seconds(17))
    if status == .drifted {
      health.drift = [
        SchemaDrift(.link, "customfield_10042", .gone, firstSeen: TestCompany.ago(7_500))
      ]
      return health
    }
    health.breaker = BreakerState(
      .open, since: TestCompany.ago(7_500), nextAttempt: health.nextAttempt, failures: 12,
      reason: status == .down ? "12 calls in a row failed" : "the vendor asked for patience",
      retryAfter: status == .throttled ? health.nextAttempt : nil)
    return health
  }

  /// A system of which everything is worth a word at once.
  static func troubled(_ name: SystemName) -> SystemHealth {
    var health = system(name, .degraded)
    health.quotaRunsOut = TestCompany.now.adding(.seconds(2_460))
    health.callsLeft = 1_310
    health.secretExpires = TestCompany.day("2026-11-29")
    health.credentialsExpire = TestCompany.now.adding(.seconds(2_580))
    health.clockSkew = ClockSkew(offset: .seconds(-95), uncertainty: .milliseconds(900), samples: 9)
    health.retriesLeft = 0
    health.drift = [
      SchemaDrift(
        .echo, "invoiced_total", .otherType(found: "string"), firstSeen: TestCompany.ago(90))
    ]
    return health
  }

  /// A system that a person has taken out.
  static func isolated(_ name: SystemName) -> SystemHealth {
    var health = system(name)
    health.breaker = BreakerState(
      .isolated, since: TestCompany.ago(620), reason: "isolated by hand")
    return health
  }

  static let allWell: [SystemHealth] = ["crm", "erp_us", "erp_eu", "pm"].map { system($0) }
}
