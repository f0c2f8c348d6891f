import DealModel
import Testing

@Suite("Days and instants")
struct TimeTests {
  @Test("every day from 1890 to 2110 comes back as it was, and days follow each other")
  func roundTrip() throws {
    var expected = try #require(CalendarDate(year: 1890, month: 1, day: 1)).daysSinceEpoch
    for year in 1890...2110 {
      for month in 1...12 {
        for day in 1...31 {
          guard let date = CalendarDate(year: year, month: month, day: day) else { continue }
          #expect(date.daysSinceEpoch == expected)
          #expect(date.components == (year, month, day))
          expected += 1
        }
      }
    }
    #expect(CalendarDate("1970-01-01")?.daysSinceEpoch == 0)
    #expect(CalendarDate("2026-11-20")?.description == "2026-11-20")
    #expect(CalendarDate("0001-01-01")?.description == "0001-01-01")
    #expect(CalendarDate("9999-12-31")?.description == "9999-12-31")
  }

  @Test(
    "leap years follow the Gregorian rule",
    arguments: [(2024, true), (2026, false), (1900, false), (2000, true)])
  func leapYears(year: Int, isLeap: Bool) {
    #expect((CalendarDate(year: year, month: 2, day: 29) != nil) == isLeap)
  }

  @Test(
    "what is no day is refused",
    arguments: [
      "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-01", "20261120", "2026/11/20",
      "2026-11-20 ", " 2026-11-20", "2026-11-2０", "0000-01-01", "", "2026-11-20T00:00:00Z",
      "-026-11-20",
    ])
  func refusedDays(text: String) { #expect(CalendarDate(text) == nil) }

  @Test("days are counted and clamped at the ends of what fits")
  func arithmetic() throws {
    let day = try #require(CalendarDate("2026-12-31"))
    #expect(day.adding(days: 1).description == "2027-01-01")
    #expect(day.adding(days: -365).description == "2025-12-31")
    #expect(day.days(until: try #require(CalendarDate("2027-01-10"))) == 10)
    #expect(day.adding(days: .max).daysSinceEpoch == .max)
    _ = CalendarDate(daysSinceEpoch: .max).description
    _ = CalendarDate(daysSinceEpoch: .min).description
  }

  @Test(
    "an instant is read with any form of offset",
    arguments: [
      ("2026-11-20T09:14:03Z", "2026-11-20T09:14:03Z"),
      ("2026-11-20T09:14:03.221Z", "2026-11-20T09:14:03.221Z"),
      ("2026-11-20T09:14:03.2Z", "2026-11-20T09:14:03.200Z"),
      ("2026-11-20T09:14:03.221987654Z", "2026-11-20T09:14:03.221Z"),
      ("2026-11-20T10:14:03+01:00", "2026-11-20T09:14:03Z"),
      ("2026-11-20T10:14:03.500+0100", "2026-11-20T09:14:03.500Z"),
      ("2026-11-20T00:14:03-0930", "2026-11-20T09:44:03Z"),
      ("2026-11-20T10:14:03+01", "2026-11-20T09:14:03Z"),
      ("2026-11-20 09:14:03z", "2026-11-20T09:14:03Z"),
      ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"),
      ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
    ])
  func instants(text: String, expected: String) throws {
    #expect(try #require(Timestamp(text)).description == expected)
  }

  @Test(
    "what is no instant is refused",
    arguments: [
      "2026-11-20", "2026-11-20T09:14:03", "2026-11-20T09:14Z", "2026-11-20T24:00:00Z",
      "2026-11-20T09:60:00Z", "2026-11-20T09:14:61Z", "2026-02-30T09:14:03Z",
      "2026-11-20T09:14:03.Z",
      "2026-11-20T09:14:03+1:00", "2026-11-20T09:14:03+24:00", "2026-11-20T09:14:03+01:60",
      "2026-11-20T09:14:03ZZ", "2026-11-20X09:14:03Z", "", "2026-11-20T09:14:03.1234567890123Z",
      "2026-11-20T09:14:03+", "2026-11-20T09:14:03 Z", "2026-11-20T-9:14:03Z",
    ])
  func refusedInstants(text: String) { #expect(Timestamp(text) == nil) }

  @Test("the day of an instant depends on where one is")
  func localDays() throws {
    let instant = try #require(Timestamp("2026-11-20T23:30:00Z"))
    #expect(instant.date.description == "2026-11-20")
    #expect(instant.date(offsetSeconds: 3_600).description == "2026-11-21")
    #expect(instant.timeOfDay(offsetSeconds: 3_600) == (0, 30, 0))
  }

  @Test("extreme instants are described and never trap")
  func extremes() {
    for milliseconds in [Int64.max, .min, 0, -1] {
      let instant = Timestamp(milliseconds: milliseconds)
      _ = instant.description
      _ = instant.date(offsetSeconds: 50_400)
      _ = instant.timeOfDay(offsetSeconds: -43_200)
      _ = instant.adding(.seconds(1))
      _ = instant.duration(to: Timestamp(milliseconds: 0))
    }
  }
}

@Suite("Freshness")
struct FreshnessTests {
  let limits = FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400))
  let now = Timestamp(milliseconds: 1_000_000_000_000)

  private func freshness(age milliseconds: Int64) -> Freshness {
    limits.freshness(of: Timestamp(milliseconds: now.milliseconds - milliseconds), at: now)
  }

  @Test("a reading ages from live over aging and stale to expired, each limit included")
  func ages() {
    #expect(freshness(age: 0) == .live)
    #expect(freshness(age: 120_000) == .live)
    #expect(freshness(age: 120_001) == .aging)
    #expect(freshness(age: 600_000) == .aging)
    #expect(freshness(age: 600_001) == .stale)
    #expect(freshness(age: 86_400_000) == .stale)
    #expect(freshness(age: 86_400_001) == .expired)
  }

  @Test("no reading is unavailable, and one from the future is stale, never fresh")
  func unknownAges() {
    #expect(limits.freshness(of: nil, at: now) == .unavailable)
    #expect(freshness(age: -2_000) == .live)
    #expect(freshness(age: -2_001) == .stale)
  }

  @Test("a stale limit beyond the expiry limit is cut to it")
  func cutLimits() {
    let short = FreshnessLimits(
      freshFor: .seconds(60), staleAfter: .seconds(900), expireAfter: .seconds(300))
    #expect(short.staleAfter == .seconds(300))
    #expect(short.freshness(of: now.adding(.seconds(-301)), at: now) == .expired)
  }

  @Test("the next change of a reading is the first instant at which its freshness differs")
  func nextChange() throws {
    var instant = now
    var seen: [Freshness] = [limits.freshness(of: now, at: instant)]
    while let change = limits.nextChange(of: now, after: instant) {
      let before = Timestamp(milliseconds: change.milliseconds - 1)
      #expect(limits.freshness(of: now, at: before) == seen.last)
      instant = change
      seen.append(limits.freshness(of: now, at: instant))
    }
    #expect(seen == [.live, .aging, .stale, .expired])
  }
}
