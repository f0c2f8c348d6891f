import DealModel
import TestSupport
import Testing

@testable import Scheduler

@Suite struct BreakerTests {
  let now = Timestamp(milliseconds: 1_000_000)
  let gone = SystemError(.unavailable, system: "erp", message: "No answer.")
  let odd = SystemError(.malformed, system: "erp", message: "Not JSON.")

  @Test("waits double up to a minute, never less than a quarter of their length")
  func curve() {
    for (failures, longest) in [
      (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (99, 60),
    ] {
      for random in [0, 1, UInt64.max, 0x1234_5678_9ABC] {
        let wait = Breaker.wait(afterFailures: failures, random: random)
        #expect(wait <= .seconds(longest))
        #expect(wait >= .milliseconds(longest * 250))
      }
    }
  }

  @Test("a system that does not answer holds back every question, one answer frees them all")
  func whole() {
    var breaker = Breaker()
    breaker.failed(gone, asking: .records(.invoices), at: now, random: 0)
    #expect(!breaker.mayAsk(.records(.costs), at: now))
    #expect(breaker.isFailing)
    breaker.succeeded(asking: .records(.costs))
    #expect(breaker.mayAsk(.records(.invoices), at: now))
    #expect(!breaker.isFailing)
  }

  @Test("an answer that makes no sense holds back its own question only")
  func single() {
    var breaker = Breaker()
    breaker.failed(odd, asking: .records(.invoices), at: now, random: 0)
    #expect(!breaker.mayAsk(.records(.invoices), at: now))
    #expect(breaker.mayAsk(.records(.costs), at: now))
    breaker.succeeded(asking: .records(.costs))
    #expect(!breaker.mayAsk(.records(.invoices), at: now))
  }

  @Test("a person's retry ends the wait and the count goes on")
  func retry() {
    var breaker = Breaker()
    for _ in 1...6 {
      breaker.failed(gone, asking: .index, at: now, random: 0)
      breaker.retryNow(at: now)
    }
    #expect(breaker.mayAsk(.index, at: now))
    breaker.failed(gone, asking: .index, at: now, random: 0)
    #expect(breaker.nextAttempt.map { now.duration(to: $0) >= .seconds(15) } == true)
  }

  @Test("it opens on the third failure in a row, tries with one call, and closes on an answer")
  func consecutive() {
    var breaker = Breaker()
    var time = now
    for failure in 1...3 {
      breaker.failed(gone, asking: .index, at: time, random: 0)
      #expect(breaker.state(at: time).phase == (failure < 3 ? .closed : .open))
      time = breaker.nextAttempt ?? time
    }
    let state = breaker.state(at: time)
    #expect(state.phase == .halfOpen)
    #expect(state.failures == 3 && state.reason == "3 calls in a row failed")
    #expect(breaker.mayAsk(.records(.costs), at: time))
    breaker.succeeded(asking: .index)
    #expect(breaker.state(at: time) == BreakerState())
  }

  @Test(
    "it opens at once when the next call would meet the same",
    arguments: [
      SystemError.Kind.unauthorized, .throttled(retryAfter: .seconds(300)),
    ])
  func atOnce(kind: SystemError.Kind) {
    var breaker = Breaker()
    breaker.failed(
      SystemError(kind, system: "erp", message: "No."), asking: .index, at: now, random: 0)
    let state = breaker.state(at: now)
    #expect(state.phase == .open && state.since == now && !state.reason.isEmpty)
    if case .throttled = kind { #expect(state.retryAfter == now.adding(.seconds(300))) }
  }

  @Test(
    "it opens when fewer than half of the last calls were answered, and takes two answers to close")
  func share() {
    var breaker = Breaker()
    var time = now
    for call in 0..<9 {
      if call % 3 == 2 {
        breaker.succeeded(asking: .index)
      } else {
        breaker.failed(gone, asking: .index, at: time, random: 0)
      }
      time = time.adding(.seconds(5))
      if call < 7 { #expect(breaker.state(at: time).phase == .closed) }
      if call == 7 {
        #expect(breaker.state(at: time).reason == "only 2 of the last 8 calls were answered")
      }
    }
    // The answer of call 8 alone does not close it.
    #expect(breaker.state(at: time).phase == .halfOpen)
    breaker.succeeded(asking: .index)
    #expect(breaker.state(at: time).phase == .closed)
    breaker.failed(gone, asking: .index, at: time, random: 0)
    #expect(breaker.state(at: time).phase == .closed)
  }

  @Test(
    "calls that were under way when it opened do not lengthen the wait, but a vendor's word does")
  func stragglers() {
    var breaker = Breaker()
    breaker.failed(gone, asking: .index, at: now, random: 0)
    let next = breaker.nextAttempt
    for _ in 1...5 { breaker.failed(gone, asking: .changes, at: now, random: 0) }
    #expect(breaker.nextAttempt == next)
    let told = SystemError(.throttled(retryAfter: .seconds(90)), system: "erp", message: "Wait.")
    breaker.failed(told, asking: .changes, at: now, random: 0)
    #expect(breaker.nextAttempt == now.adding(.seconds(90)))
  }

  @Test("an isolated system is not asked, whatever happens, until it is released")
  func isolation() {
    var breaker = Breaker()
    breaker.failed(gone, asking: .index, at: now, random: 0)
    breaker.isolate(at: now)
    breaker.isolate(at: now.adding(.seconds(9)))
    let later = now.adding(.seconds(86_400))
    breaker.retryNow(at: later)
    breaker.succeeded(asking: .index)
    for question: Breaker.Question in [.index, .changes, .links, .probe, .records(.costs)] {
      #expect(!breaker.mayAsk(question, at: later))
    }
    #expect(breaker.state(at: later).phase == .isolated)
    #expect(breaker.state(at: later).since == now)
    breaker.release(at: later)
    #expect(breaker.mayAsk(.index, at: later))
    #expect(breaker.state(at: later).phase == .closed)
  }

  @Test(
    "no wait is longer than a minute unless a vendor asks, whatever happens",
    arguments: 0..<100 as Range<UInt64>)
  func bounded(seed: UInt64) {
    let random = SeededRandom(seed: seed)
    var breaker = Breaker()
    var time = now
    for _ in 0..<500 {
      time = time.adding(.milliseconds(Int64(random.next() % 40_000)))
      if random.next() % 3 == 0 {
        breaker.succeeded(asking: .index)
      } else {
        let error = random.next() % 4 == 0 ? odd : gone
        breaker.failed(error, asking: .index, at: time, random: random.next())
      }
      let wait = breaker.nextAttempt(of: .index).map { time.duration(to: $0) } ?? .zero
      #expect(wait <= Breaker.longestWait, "seed \(seed)")
      let state = breaker.state(at: time)
      #expect((state.phase == .closed) == (state.since == nil), "seed \(seed)")
    }
  }
}
