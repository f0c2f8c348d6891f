import DealModel
import Glibc
import TerminalHost
import Testing

@Suite("Local time") struct LocalZoneTests {
  private func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

  private func berlin() throws -> LocalZone {
    LocalZone(
      firstOffsetSeconds: 3_600,
      changes: [
        .init(at: try instant("2026-10-25T01:00:00Z"), offsetSeconds: 3_600),
        .init(at: try instant("2026-03-29T01:00:00Z"), offsetSeconds: 7_200),
      ])
  }

  @Test("an offset holds from its first instant until the next change")
  func offsets() throws {
    let zone = try berlin()
    #expect(zone.offsetSeconds(at: try instant("2026-03-29T00:59:59Z")) == 3_600)
    #expect(zone.offsetSeconds(at: try instant("2026-03-29T01:00:00Z")) == 7_200)
    #expect(zone.offsetSeconds(at: try instant("2026-10-25T00:59:59.999Z")) == 7_200)
    #expect(zone.offsetSeconds(at: try instant("2026-10-25T01:00:00Z")) == 3_600)
    #expect(LocalZone.utc.offsetSeconds(at: try instant("2026-10-25T01:00:00Z")) == 0)
  }

  @Test("late in the evening UTC the local day is the next one")
  func days() throws {
    let zone = try berlin()
    let evening = try instant("2026-06-30T22:30:05Z")
    #expect(zone.date(of: evening).description == "2026-07-01")
    #expect(zone.timeOfDay(of: evening) == (0, 30, 5))
  }

  @Test("changes to the offset that holds already are dropped")
  func noChange() {
    let same = LocalZone.Change(at: Timestamp(milliseconds: 0), offsetSeconds: 60)
    #expect(LocalZone(firstOffsetSeconds: 60, changes: [same]).changes.isEmpty)
  }

  @Test("the system's zone says what the C library says, each week of twenty years")
  func system() throws {
    let centre = try instant("2026-11-20T12:00:00Z")
    let zone = LocalZone.system(around: centre)
    for week in -520...500 {
      let seconds = centre.milliseconds / 1_000 + Int64(week) * 7 * 86_400
      var time = time_t(seconds)
      var local = tm()
      localtime_r(&time, &local)
      #expect(
        zone.offsetSeconds(at: Timestamp(milliseconds: seconds * 1_000)) == local.tm_gmtoff)
    }
  }
}
