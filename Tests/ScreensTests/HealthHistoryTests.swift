import DealModel
import Testing

@testable import Screens

/// What is remembered of the test company: a throttled, then unauthorized, then mended ERP, an open
/// incident, one seen by nobody to its end, and a silent flow.
enum TestMemory {
  static func ago(_ minutes: Double) -> Timestamp {
    TestCompany.now.adding(.milliseconds(-Int64(minutes * 60_000)))
  }

  static let outage = HealthIncident(
    subject: .system("erp_eu"),
    steps: [
      .init(
        at: ago(318), status: .throttled,
        cause: .init(
          kind: "throttled", httpStatus: 429, operation: "POST /services/rest/query/v1/suiteql",
          retryAfter: .seconds(30))),
      .init(
        at: ago(315), status: .unauthorized,
        cause: .init(
          kind: "unauthorized", httpStatus: 401,
          operation: "POST /services/rest/query/v1/suiteql")),
    ], ending: .ended(ago(300)), calls: 46, failures: 41)

  static let open = HealthIncident(
    subject: .system("erp_eu"),
    steps: [.init(at: ago(4), status: .down, cause: .init(kind: "unavailable"))],
    ending: .ongoing, calls: 9, failures: 9)

  static let unseen = HealthIncident(
    subject: .system("crm"), steps: [.init(at: ago(3_000), status: .degraded)],
    ending: .endedUnseen(after: ago(2_900), before: ago(2_000)), calls: 12, failures: 3)

  static let silent = HealthIncident(
    subject: .flow("nightly_sync"),
    steps: [.init(at: ago(90), status: .degraded), .init(at: ago(80), status: .down)],
    ending: .lastSeen(ago(60)))

  /// A series with a bad stretch, a stretch that nobody watched, and latencies that rise.
  static func series(_ span: SystemHealthHistory.Span) -> [SystemHealthHistory.Bucket] {
    (0..<span.count).map { index in
      let began = TestCompany.now.adding(span.bucket * (index - span.count))
      if index < 6 { return .init(began: began) }
      let isBad = (20..<24).contains(index)
      return .init(
        began: began, worst: isBad ? (index < 22 ? .throttled : .unauthorized) : .healthy,
        calls: 10, failures: isBad ? 10 : 0, median: isBad ? nil : .milliseconds(100),
        latency95: isBad ? nil : .milliseconds(Int64(100 + index * 20)))
    }
  }

  static let memory: HealthMemory = {
    var histories = ["crm", "erp_us", "erp_eu", "pm"].map { name in
      SystemHealthHistory(
        subject: .system(SystemName(name)),
        series: Dictionary(
          uniqueKeysWithValues: SystemHealthHistory.Span.allCases.map { ($0, series($0)) }))
    }
    histories[0].incidents = [unseen]
    histories[2].incidents = [open, outage]
    histories[2].coverage = [
      .init(at: ago(9_000), coverage: .init(linked: 30, due: 60)),
      .init(at: ago(600), coverage: .init(linked: 57, due: 60)),
    ]
    histories[2].failedCalls = [
      .init(
        operation: "POST /services/rest/query/v1/suiteql", kind: "unauthorized", httpStatus: 401,
        count: 36, last: ago(301)),
      .init(
        operation: "POST /services/rest/query/v1/suiteql", kind: "unavailable", httpStatus: nil,
        count: 9, last: ago(1)),
    ]
    histories.append(SystemHealthHistory(subject: .flow("nightly_sync"), incidents: [silent]))
    return HealthMemory(histories: histories)
  }()
}

@Suite("The memory of health on screen")
struct HealthHistoryTests {
  private func driver(
    _ columns: Int, _ rows: Int, encoding: TextEncoding = .utf8,
    memory: HealthMemory = TestMemory.memory
  ) -> Driver {
    var driver = Driver(columns: columns, rows: rows, encoding: encoding)
    driver.load(TestDeal.portfolio)
    driver.press(.character("4"))
    driver.send(.historyArrived(memory))
    return driver
  }

  @Test(
    "incidents stand below the systems, and open state by state",
    arguments: [(80, 24), (120, 40), (200, 60)])
  func frames(columns: Int, rows: Int) {
    var driver = driver(columns, rows)
    // Down to the mended outage of the ERP, and into it.
    for _ in 0..<9 where driver.cursorLine?.contains("throttled") != true { driver.press(.down) }
    FrameFiles.check(driver.program.frame(), "incidents")
    driver.press(.enter)
    FrameFiles.check(driver.program.frame(), "incident", styles: columns == 120)
  }

  @Test("a system's page shows the last hour, day and week", arguments: [(80, 60), (120, 60)])
  func system(columns: Int, rows: Int) {
    var driver = driver(columns, rows)
    driver.press(.down, .down, .down, .enter)
    driver.press(.end)
    FrameFiles.check(driver.program.frame(), "history")
  }

  @Test("all of it can be shown in ASCII")
  func ascii() {
    var driver = driver(80, 40, encoding: .ascii)
    driver.press(.down, .down, .down, .enter, .pageDown)
    FrameFiles.check(driver.program.frame(), "history-ascii")
    let isPlain = driver.text.unicodeScalars.allSatisfy { $0.isASCII }
    #expect(isPlain)
  }

  @Test("what is remembered is asked for when the screen opens, each minute, and on a change")
  func asking() {
    var driver = Driver(columns: 120, rows: 40)
    driver.load(TestDeal.portfolio)
    let opening = driver.press(.character("4"))
    #expect(opening == [.recallHealth])
    let moving = driver.press(.down)
    #expect(moving.isEmpty)
    driver.now = driver.now.adding(.seconds(61))
    let later = driver.send(.timePassed)
    #expect(later.contains(.recallHealth))
    var systems = TestHealth.allWell
    systems[1] = TestHealth.system("erp_us", .down)
    let changed = driver.send(.healthChanged(systems))
    #expect(changed.contains(.recallHealth))
    let unchanged = driver.send(.healthChanged(systems))
    #expect(!unchanged.contains(.recallHealth))
    driver.press(.character("1"))
    driver.now = driver.now.adding(.seconds(600))
    let elsewhere = driver.send(.timePassed)
    #expect(!elsewhere.contains(.recallHealth))
  }

  @Test("that nothing can be remembered is said, and why")
  func trouble() {
    let words = "The health history is not kept: /x/health.sqlite may not be written."
    let driver = driver(120, 40, memory: HealthMemory(trouble: words))
    #expect(driver.shows(words))
  }

  @Test("fewer cells than buckets lose no failure and no bad state")
  func joining() {
    let buckets = TestMemory.series(.hour)
    let joined = HistorySection.joined(buckets, into: 7)
    #expect(joined.count <= 7)
    #expect(joined.map(\.calls).reduce(0, +) == buckets.map(\.calls).reduce(0, +))
    #expect(joined.contains { $0.worst == .unauthorized })
    #expect(joined.compactMap(\.latency95).max() == buckets.compactMap(\.latency95).max())
  }
}
