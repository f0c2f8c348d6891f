import DealModel
import Testing

@testable import Scheduler

@Suite struct PaceTests {
  let now = Timestamp(milliseconds: 1_000_000)
  let gone = SystemError(.unavailable, system: "erp", message: "No answer.")
  let odd = SystemError(.malformed, system: "erp", message: "Not JSON.")

  @Test("waits double up to a minute, never less than a quarter of their length")
  func curve() {
    for (failures, longest) in [
      (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (99, 60),
    ] {
      for random in [0, 1, UInt64.max, 0x1234_5678_9ABC] {
        let wait = Pace.wait(afterFailures: failures, random: random)
        #expect(wait <= .seconds(longest))
        #expect(wait >= .milliseconds(longest * 250))
      }
    }
  }

  @Test("a system that does not answer holds back every question, one answer frees them all")
  func whole() {
    var pace = Pace()
    pace.failed(gone, asking: .records(.invoices), at: now, random: 0)
    #expect(!pace.mayAsk(.records(.costs), at: now))
    #expect(pace.isFailing)
    pace.succeeded(asking: .records(.costs))
    #expect(pace.mayAsk(.records(.invoices), at: now))
    #expect(!pace.isFailing)
  }

  @Test("an answer that makes no sense holds back its own question only")
  func single() {
    var pace = Pace()
    pace.failed(odd, asking: .records(.invoices), at: now, random: 0)
    #expect(!pace.mayAsk(.records(.invoices), at: now))
    #expect(pace.mayAsk(.records(.costs), at: now))
    pace.succeeded(asking: .records(.costs))
    #expect(!pace.mayAsk(.records(.invoices), at: now))
  }

  @Test("a person's retry ends the wait and the count goes on")
  func retry() {
    var pace = Pace()
    for _ in 1...6 { pace.failed(gone, asking: .index, at: now, random: 0) }
    pace.retryNow(at: now)
    #expect(pace.mayAsk(.index, at: now))
    pace.failed(gone, asking: .index, at: now, random: 0)
    #expect(pace.nextAttempt.map { now.duration(to: $0) >= .seconds(15) } == true)
  }
}
