import DealModel
import Testing

@testable import HealthHistory

@Suite("An incident")
struct IncidentTests {
  /// Minutes after 14:00 UTC.
  private func at(_ minutes: Double) -> Timestamp {
    Timestamp(milliseconds: 1_795_442_400_000 + Int64(minutes * 60_000))
  }

  private func span(
    _ status: SystemStatus, _ began: Double, _ end: Double, live: Bool = false,
    cause: HealthIncident.Cause? = nil, calls: Int = 0, failures: Int = 0
  ) -> StateSpan {
    StateSpan(
      status: status, began: at(began), end: at(end), isLive: live, cause: cause, calls: calls,
      failures: failures)
  }

  private func incidents(_ spans: [StateSpan]) -> [HealthIncident] {
    IncidentFinder.incidents(of: .system("erp_us"), in: spans)
  }

  private func words(_ spans: [StateSpan], now: Double) -> [String] {
    incidents(spans).map { $0.course(in: .utc, at: at(now)) }
  }

  @Test("reads as a story a stranger understands")
  func story() {
    let spans = [
      span(.healthy, -60, 2, calls: 60),
      span(
        .throttled, 2, 5,
        cause: .init(kind: "throttled", httpStatus: 429, retryAfter: .seconds(30)), calls: 6,
        failures: 5),
      span(
        .unauthorized, 5, 20, cause: .init(kind: "unauthorized", httpStatus: 401), calls: 40,
        failures: 36),
      span(.healthy, 20, 90, live: true, calls: 300),
    ]
    #expect(
      words(spans, now: 90) == [
        "14:02 throttled (429, asked to wait 30 s) → 14:05 unauthorized (401) → 14:20 healthy; "
          + "18 min, 41 of 46 calls failed"
      ])
  }

  @Test("goes on through recoveries of less than five minutes")
  func flapping() {
    let spans = [
      span(.down, 0, 3), span(.healthy, 3, 7.9), span(.down, 7.9, 9), span(.healthy, 9, 60),
      span(.degraded, 60, 61), span(.healthy, 61, 66), span(.degraded, 66, 67),
      span(.healthy, 67, 80),
    ]
    let found = incidents(spans)
    #expect(found.map(\.began) == [at(0), at(60), at(66)])
    #expect(found.map(\.ending) == [.ended(at(9)), .ended(at(61)), .ended(at(67))])
    #expect(found.first?.steps.map(\.status) == [.down, .healthy, .down])
  }

  @Test("that goes on is told as such; one whose watcher died, as last seen")
  func open() {
    #expect(
      words([span(.down, 0, 30, live: true, calls: 3, failures: 3)], now: 30)
        == ["14:00 down; 30 min so far, 3 of 3 calls failed"])
    #expect(
      words([span(.down, 0, 30)], now: 500)
        == ["14:00 down → last seen 14:30, nobody has watched since; at least 30 min"])
  }

  @Test("that ended while nobody watched lies between the last bad sight and the first good one")
  func endedUnseen() {
    let spans = [span(.down, 0, 30), span(.healthy, 120, 180, live: true)]
    #expect(
      words(spans, now: 180)
        == ["14:00 down → 14:30 nobody watched → 16:00 healthy; at most 2 h"])
  }

  @Test("is one when the system was not healthy on either side of a gap")
  func gap() {
    let spans = [
      span(.down, 0, 30), span(.unauthorized, 120, 125), span(.healthy, 125, 180, live: true),
    ]
    let found = incidents(spans)
    #expect(found.count == 1)
    #expect(found.first?.steps.map(\.status) == [.down, nil, .unauthorized])
    #expect(found.first?.ending == .ended(at(125)))
  }

  @Test("survives a restart of the watcher without a gap")
  func restart() {
    let spans = [span(.down, 0, 10), span(.down, 11, 20), span(.healthy, 20, 30, live: true)]
    let found = incidents(spans)
    #expect(found.first?.steps.map(\.status) == [.down])
    #expect(found.first?.ending == .ended(at(20)))
  }

  @Test("seen by two watchers is one, with the worst of what they saw and all their calls")
  func twoWatchers() {
    let spans = [
      span(.healthy, -60, 0, calls: 60), span(.down, 0, 20, calls: 20, failures: 20),
      span(.healthy, 20, 60, calls: 40),
      span(.degraded, 10, 12, calls: 2, failures: 1), span(.down, 12, 21, calls: 9, failures: 9),
      span(.healthy, 21, 60, calls: 40),
    ]
    let found = incidents(spans)
    #expect(found.count == 1)
    #expect(found.first?.ending == .ended(at(21)))
    #expect(found.first?.steps.map(\.status) == [.down])
    #expect(found.first?.calls == 31)
    #expect(found.first?.failures == 30)
  }

  @Test("is none while a system is healthy, unknown, or not watched")
  func none() {
    #expect(incidents([]).isEmpty)
    #expect(incidents([span(.healthy, 0, 10), span(.healthy, 100, 110, live: true)]).isEmpty)
    #expect(incidents([span(.unknown, 0, 10)]).isEmpty)
  }

  @Test("of a flow is told in a flow's words")
  func flow() {
    let found = IncidentFinder.incidents(
      of: .flow("zap"),
      in: [span(.degraded, 0, 10), span(.down, 10, 60), span(.healthy, 60, 90, live: true)])
    #expect(
      found.map { $0.course(in: .utc, at: at(90)) }
        == ["14:00 late → 14:10 silent → 15:00 reporting; 1 h"])
  }

  @Test("names the day where it is another one")
  func days() {
    let spans = [span(.down, -1_440, 30), span(.healthy, 30, 60, live: true)]
    #expect(
      words(spans, now: 60)
        == ["2026-11-22 14:00 down → 2026-11-23 14:30 healthy; 24 h 30 min"])
  }
}
