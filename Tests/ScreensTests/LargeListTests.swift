import DealModel
import Testing
import TruthEngine

@testable import Screens

@Suite("Many deals")
struct LargeListTests {
  @Test(
    "twenty thousand deals: the cursor moves, the filter narrows, and only what is near is asked for"
  )
  func many() {
    var driver = Driver(columns: 200, rows: 60)
    let records = (0..<20_000).map { number in
      var deal = TestDeal.portfolio[number % 62]
      deal.number = 10_000 + number
      return deal.index
    }
    driver.send(.indexArrived(records, fetchedAt: TestCompany.ago(20)))
    driver.send(.indexCompleted(count: records.count, fetchedAt: TestCompany.ago(20)))
    #expect(driver.program.state.list.total == 20_000)
    driver.press(.end)
    #expect(driver.cursorLine?.contains("BW-39999") == true)
    guard case .show(let visible, let nearby, _)? = driver.program.state.lastShown else {
      Issue.record("what is on screen was told")
      return
    }
    #expect(visible.count == 56 && nearby.count == 56)
    driver.type("/crane")
    #expect(driver.cursorLine?.contains("crane") == true)
    #expect(driver.program.state.list.count < 3_000)
    driver.press(.escape)
    #expect(driver.program.state.list.count == 20_000)
  }

  @Test("the screen of conflicts has all deals read piece by piece, to a limit")
  func comparing() {
    var driver = Driver(columns: 80, rows: 24)
    let deals = (0..<2_000).map { number in
      var deal = TestDeal.portfolio[number % 62]
      deal.number = 10_000 + number
      return deal
    }
    driver.load(deals, dossiers: false)
    let dossiers = Dictionary(uniqueKeysWithValues: deals.map { ($0.dossier.id, $0.dossier) })
    func wanted() -> [DealID] {
      guard case .show(let visible, let nearby, _)? = driver.program.state.lastShown else {
        return []
      }
      return visible + nearby
    }
    let atFirst = wanted().count
    driver.press(.character("2"))
    #expect(wanted().count > atFirst)
    var read: Set<DealID> = []
    for _ in 0..<100 {
      let next = wanted().filter { !read.contains($0) }
      #expect(next.count <= Program.comparedAtOnce + 3 * 24)
      if next.isEmpty { break }
      read.formUnion(next)
      driver.send(.dossiersChanged(next.compactMap { dossiers[$0] }))
    }
    #expect(read.count >= Program.comparedAtMost)
    #expect(read.count <= Program.comparedAtMost + Program.comparedAtOnce)
    #expect(driver.shows("of 2,000 deals compared so far"))
    driver.press(.character("1"))
    #expect(wanted().count <= atFirst + 1)
  }
}
