import DealModel
import Testing
import TruthEngine

@Suite("Whether a failure mode holds")
struct DrillVerdictTests {
  private let limits = FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(7_200))

  /// An outage of ten hours as the engine shows it with these limits.
  private var usual: DrillMeasurements {
    var measured = DrillMeasurements(length: .seconds(36_000), deals: 21)
    measured.unmarkedUntil = .seconds(90)
    measured.staleAfter = .seconds(570)
    measured.expiredAfter = .seconds(7_140)
    measured.allExpiredAfter = .seconds(7_170)
    return measured
  }

  private func judge(
    _ sentence: String, _ measured: DrillMeasurements? = nil
  ) -> [DrillVerdict.Judgement] {
    DrillVerdict.judge(
      FailureMode(sentence), by: measured ?? usual, limits: limits, steward: "Bo"
    ).map(\.judgement)
  }

  @Test("what is kept, marked and expired as promised holds; the rest is for people")
  func holds() {
    #expect(
      judge("Values keep their last readings for two hours, marked stale; sales waits.")
        == [.holds, .people])
    #expect(judge("Figures are marked stale; no invoice is promised.") == [.holds, .people])
  }

  @Test("a promise longer than the values last is broken, and so is a shorter one")
  func time() {
    #expect(judge("Values keep their last readings for a day.") == [.broken])
    #expect(judge("Values keep their last readings for 20 minutes.") == [.broken])
    #expect(judge("Values keep their last readings for 2 h.") == [.holds])
  }

  @Test("readings that vanish break the promise to keep them")
  func lost() {
    var measured = usual
    measured.readingsLostAfter = .seconds(600)
    #expect(judge("Deals keep their last readings.", measured) == [.broken])
  }

  @Test("values that look live long into an outage break any promise about them")
  func unmarked() {
    var measured = usual
    measured.unmarkedUntil = .seconds(1_200)
    #expect(judge("Deals keep their last readings, marked stale.", measured) == [.broken])
  }

  @Test("an outage shorter than the promise leaves it standing")
  func short() {
    var measured = DrillMeasurements(length: .seconds(1_800), deals: 3)
    measured.unmarkedUntil = .seconds(90)
    measured.staleAfter = .seconds(570)
    #expect(judge("Deals keep their last readings for two hours.", measured) == [.holds])
  }
}
