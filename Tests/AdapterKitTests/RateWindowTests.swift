import DealModel
import TestSupport
import Testing

@testable import AdapterKit

@Suite("A rate is kept at the vendor's door")
struct RateWindowTests {
  private let start = Timestamp(milliseconds: 1_000_000)

  private func at(_ milliseconds: Int) -> Timestamp {
    start.adding(.milliseconds(milliseconds))
  }

  private func window(_ calls: Int) -> RateWindow {
    RateWindow(RateLimit(calls, per: .seconds(1)))
  }

  @Test("a call that is answered at once makes room a window after its answer")
  func answered() {
    var window = window(2)
    for call in [1, 2] as [UInt64] {
      #expect(window.nextSlot(at: start) == start)
      window.take(start, call: call)
      window.ended(call, at: at(80))
    }
    #expect(window.nextSlot(at: at(100)) == at(1_080))
  }

  @Test("calls that a new connection holds up do not meet those of the next window")
  func heldUp() {
    var window = window(2)
    for call in [1, 2] as [UInt64] { window.take(start, call: call) }
    // Neither is answered: they may be anywhere up to half a second from here.
    #expect(window.nextSlot(at: at(900)) == at(1_500))
    window.ended(1, at: at(450))
    #expect(window.nextSlot(at: at(900)) == at(1_450))
  }

  @Test("a slow answer is no reason to wait longer than a call is under way")
  func slowAnswer() {
    var window = window(1)
    window.take(start, call: 1)
    window.ended(1, at: at(20_000))
    #expect(window.nextSlot(at: at(1_600)) == at(1_600))
  }

  @Test("however the answers come, no window's length holds more arrivals than allowed")
  func anyOrder() {
    var chance = SeededRandom(seed: 7)
    for _ in 0..<200 {
      var window = window(3)
      var now = start
      var arrivals: [Timestamp] = []
      for call in 1...40 as ClosedRange<UInt64> {
        now = now.adding(.milliseconds(Int.random(in: 0...300, using: &chance)))
        let slot = window.nextSlot(at: now)
        window.take(slot, call: call)
        let transit = Int.random(in: 0...400, using: &chance)
        arrivals.append(slot.adding(.milliseconds(transit)))
        window.ended(call, at: slot.adding(.milliseconds(transit + 30)))
        now = max(now, slot)
      }
      arrivals.sort()
      for (earlier, later) in zip(arrivals, arrivals.dropFirst(3)) {
        #expect(earlier.duration(to: later) >= .seconds(1))
      }
    }
  }
}
