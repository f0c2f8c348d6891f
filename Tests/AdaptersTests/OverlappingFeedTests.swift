import AdapterKit
import DealModel
import TestSupport
import Testing

@testable import Adapters

@Suite("A feed of changes whose questions overlap")
struct OverlappingFeedTests {
  private func at(_ time: String) throws -> Timestamp {
    try #require(Timestamp("2026-11-20T\(time)Z"))
  }

  @Test("a change is told once, also where the next question meets it again")
  func once() throws {
    var feed = OverlappingFeed(since: try at("09:00:00"), reported: [])
    let isNew = feed.reports(id: "7", deal: "BW-1", at: try at("09:00:30"))
    #expect(isNew)
    feed.turn(at: try at("09:01:00"))
    var next = try #require(OverlappingFeed(feed.cursor))
    let isNewAgain = next.reports(id: "7", deal: "BW-1", at: try at("09:00:30"))
    #expect(!isNewAgain)
    let isLater = next.reports(id: "7", deal: "BW-1", at: try at("09:00:40"))
    #expect(isLater)
  }

  @Test("a record that bears a time to come does not take the changes until then with it")
  func future() throws {
    var feed = OverlappingFeed(since: try at("09:00:00"), reported: [])
    _ = feed.reports(id: "7", deal: "BW-1", at: try at("23:00:00"))
    feed.turn(at: try at("09:01:00"))
    #expect(feed.reach == (try at("08:59:00")))
    let isTold = feed.reports(id: "7", deal: "BW-1", at: try at("23:00:00"))
    #expect(!isTold, "once told, it is no change any more")
  }

  @Test("a clock that was put back takes the feed nowhere back")
  func clockPutBack() throws {
    var feed = OverlappingFeed(since: try at("09:00:00"), reported: [])
    feed.turn(at: try at("08:00:00"))
    #expect(feed.reach == (try at("08:58:00")))
  }
}
