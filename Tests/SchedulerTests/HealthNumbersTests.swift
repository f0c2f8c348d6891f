import DealModel
import TestSupport
import Testing

@testable import Scheduler

@Suite struct HealthNumbersTests {
  let start = Timestamp(milliseconds: 1_795_000_000_000)

  // MARK: - Clock

  @Test(
    "the true skew lies within the stated uncertainty", arguments: 0..<300 as Range<UInt64>)
  func skew(seed: UInt64) throws {
    let random = SeededRandom(seed: seed)
    let ahead = Int64(random.next() % 14_400_000) - 7_200_000
    var estimator = SkewEstimator()
    var now = start
    for _ in 0..<(3 + Int(random.next() % 20)) {
      now = now.adding(.milliseconds(Int64(random.next() % 30_000)))
      let took = Int64(random.next() % 3_000)
      // The vendor writes its date at some moment of the exchange, in whole seconds.
      let written = now.milliseconds + Int64(random.next() % UInt64(took + 1)) + ahead
      estimator.note(
        serverDate: Timestamp(milliseconds: written - written % 1_000), began: now,
        duration: .milliseconds(took))
    }
    let estimate = try #require(estimator.estimate)
    let error = abs(estimate.offset.milliseconds - ahead)
    #expect(error <= estimate.uncertainty.milliseconds, "seed \(seed)")
    if abs(ahead) > 8_000 {
      #expect(estimate.isOff, "seed \(seed)")
      #expect(abs(estimator.correction.milliseconds - ahead) <= 4_500, "seed \(seed)")
    }
    if abs(ahead) < 2_000 { #expect(estimator.correction == .zero, "seed \(seed)") }
  }

  @Test("a correction stays put while the estimate wavers, and ends when the clock is mended")
  func correction() {
    var estimator = SkewEstimator()
    func note(_ second: Int64, ahead: Int64) {
      estimator.note(
        serverDate: start.adding(.seconds(second + ahead)), began: start.adding(.seconds(second)),
        duration: .milliseconds(100))
    }
    for second in 0..<9 as Range<Int64> { note(second * 10, ahead: 90) }
    let first = estimator.correction
    for second in 10..<40 as Range<Int64> {
      note(second * 10, ahead: 90 + second % 2)
      #expect(estimator.correction == first)
    }
    for second in 40..<50 as Range<Int64> { note(second * 10, ahead: 0) }
    #expect(estimator.correction == .zero)
    #expect(estimator.estimate?.isOff == false)
  }

  @Test("an exchange that took long tells nothing of the clock")
  func slowExchange() {
    var estimator = SkewEstimator()
    estimator.note(serverDate: start, began: start, duration: .seconds(11))
    #expect(estimator.estimate == nil)
  }

  // MARK: - Quota

  @Test("calls left that fall tell when they are used up")
  func quota() {
    var trend = QuotaTrend()
    for minute in 0...10 {
      trend.note(1_000 - 10 * minute, at: start.adding(.seconds(60 * minute)))
    }
    #expect(trend.runsOut == start.adding(.seconds(60 * 100)))
  }

  @Test("calls left that rise, stay, or were watched for seconds tell nothing")
  func noQuota() {
    var steady = QuotaTrend()
    var windows = QuotaTrend()
    var brief = QuotaTrend()
    for second in 0..<600 {
      steady.note(500, at: start.adding(.seconds(second)))
      windows.note(100 - second % 10, at: start.adding(.seconds(second)))
    }
    for second in 0..<30 { brief.note(100 - second, at: start.adding(.seconds(second))) }
    #expect(steady.runsOut == nil)
    #expect(windows.runsOut == nil)
    #expect(brief.runsOut == nil)
  }

  @Test("absurd numbers of calls left are survived", arguments: 0..<100 as Range<UInt64>)
  func absurdQuota(seed: UInt64) {
    let random = SeededRandom(seed: seed)
    var trend = QuotaTrend()
    var now = start
    for _ in 0..<200 {
      now = now.adding(.milliseconds(Int64(random.next() % 200_000)))
      let left =
        random.next() % 4 == 0 ? Int(truncatingIfNeeded: random.next()) : Int(random.next() % 90)
      trend.note(left, at: now)
      if let end = trend.runsOut { #expect(end >= now) }
    }
  }

  // MARK: - Latency

  @Test("an answer of three seconds is late for a system that usually takes 40 ms")
  func late() {
    var record = LatencyRecord(deadline: .seconds(20))
    for call in 0..<20 { note(&record, 40, call) }
    #expect(record.lateness == nil)
    for call in 20..<22 { note(&record, 3_000, call) }
    #expect(record.lateness == nil)
    note(&record, 3_000, 22)
    #expect(record.lateness == "The last answers took 3.0 s each; 40 ms is usual.")
    for call in 23..<25 { note(&record, 40, call) }
    #expect(record.lateness != nil)
    note(&record, 40, 25)
    #expect(record.lateness == nil)
    #expect(record.slowest?.duration == .seconds(3))
  }

  @Test("a system that always takes three seconds is not late, one near its deadline is")
  func usuallySlow() {
    var record = LatencyRecord(deadline: .seconds(20))
    for call in 0..<30 { note(&record, 3_000, call) }
    #expect(record.lateness == nil)
    var near = LatencyRecord(deadline: .seconds(20))
    for call in 0..<3 { note(&near, 11_000, call) }
    #expect(near.lateness == "The last answers took 11.0 s each; a call may take 20.0 s.")
  }

  @Test("what has been late for an hour is the new usual")
  func newUsual() {
    var record = LatencyRecord(deadline: .seconds(20))
    for call in 0..<20 { note(&record, 40, call) }
    for call in 20..<430 { note(&record, 3_000, call) }
    #expect(record.lateness == nil)
    #expect(record.recent.count == LatencyRecord.kept)
  }

  private func note(_ record: inout LatencyRecord, _ milliseconds: Int64, _ call: Int) {
    record.note(
      .milliseconds(milliseconds), operation: "GET /x", began: start.adding(.seconds(10 * call)))
  }
}
