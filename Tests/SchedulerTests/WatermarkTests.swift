import DealModel
import Scheduler
import TestSupport
import Testing
import TruthEngine

@Suite("A system whose answers are as old as its files", .timeLimit(.minutes(5)))
struct WatermarkTests {
  @Test("its readings bear the file's age, and are asked for no more often than live ones")
  func age() async throws {
    let company = Company()
    let written = try #require(Timestamp("2026-11-18T06:00:00Z"))
    await company.us.holds(asOf: written)
    await company.running(.dashboard) { listener in
      await company.engine.show(visible: ["BW-10001"], nearby: [], selected: nil)
      let came = await listener.wait {
        $0.section("BW-10001", "erp_us", .invoices).records != nil
          && $0.section("BW-10001", "erp_us", .costs).records != nil
      }
      #expect(came)
      let section = listener.section("BW-10001", "erp_us", .invoices)
      #expect(section.fetchedAt == written)
      #expect(section.lastAsked == company.clock.now())
      let asked = await company.us.questions.count
      // Far below three quarters of its freshness: a file two days old is not read in a circle.
      await company.advance(by: .seconds(30))
      for _ in 0..<1_000 { await Task.yield() }
      #expect(await company.us.questions.count == asked)
    }
  }

  @Test("a file dated in the future has an unknown age, not a fresh one")
  func future() async throws {
    let company = Company()
    await company.us.holds(asOf: company.clock.now().adding(.seconds(3_600)))
    await company.running(.command) { _ in
      let section = await company.engine.pull(["BW-10001"]).first?["erp_us", .invoices]
      let limits = Company.model.systems[1].limits
      #expect(limits.freshness(of: section?.fetchedAt, at: company.clock.now()) == .stale)
    }
  }
}
