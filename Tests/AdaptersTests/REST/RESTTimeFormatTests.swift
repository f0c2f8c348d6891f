import DealModel
import Testing

@testable import Adapters

@Suite("Times as systems write them")
struct RESTTimeFormatTests {
  @Test(
    "an instant, however it is written",
    arguments: [
      ("iso", nil, JSONValue.string("2026-11-20T09:14:03+01:00"), "2026-11-20T08:14:03Z"),
      ("iso", nil, "2026-11-20T09:14:03", "2026-11-20T09:14:03Z"),
      ("iso", "Europe/Berlin", "2026-11-20T09:14:03", "2026-11-20T08:14:03Z"),
      ("iso", "Europe/Berlin", "2026-07-20T09:14:03", "2026-07-20T07:14:03Z"),
      ("iso", "-05:00", "2026-11-20", "2026-11-20T05:00:00Z"),
      ("unix", nil, 1_795_166_043, "2026-11-20T09:14:03Z"),
      ("unix", nil, "1795166043", "2026-11-20T09:14:03Z"),
      ("unix_ms", nil, .number("1795166043221"), "2026-11-20T09:14:03.221Z"),
      ("dd.MM.yyyy HH:mm:ss", "Europe/Berlin", "20.11.2026 09:14:03", "2026-11-20T08:14:03Z"),
      ("yyyy-MM-dd HH:mm:ss", nil, "2026-11-20 09:14:03", "2026-11-20T09:14:03Z"),
      ("d/M/yy", nil, "5/3/26", "2026-03-05T00:00:00Z"),
      (
        "parts", nil,
        [
          "__class__": "datetime", "year": 2026, "month": 11, "day": 20, "hour": 9, "minute": 14,
          "second": 3, "microsecond": 5,
        ] as JSONValue, "2026-11-20T09:14:03Z"
      ),
      (
        "parts", "+01:00", ["year": 2026, "month": 11, "day": 20] as JSONValue,
        "2026-11-19T23:00:00Z"
      ),
    ])
  func instants(
    _ format: String, _ zone: String?, _ written: JSONValue, _ expected: String
  ) throws {
    let format = try #require(RESTTimeFormat(format, zone: zone))
    #expect(format.instant(written) == Timestamp(expected))
  }

  @Test(
    "a day is the day that stands there, or that of the stated zone",
    arguments: [
      ("iso", nil, JSONValue.string("2026-11-20"), "2026-11-20"),
      ("iso", nil, "2026-11-20T23:30:00-05:00", "2026-11-20"),
      ("iso", "Europe/Berlin", "2026-11-20T23:30:00Z", "2026-11-21"),
      ("iso", "Europe/Berlin", "2026-11-20T23:30:00", "2026-11-20"),
      ("dd/MM/yyyy", nil, "20/11/2026", "2026-11-20"),
      ("unix", "America/New_York", 1_795_132_800, "2026-11-19"),
      ("parts", nil, ["year": 2026, "month": 2, "day": 28] as JSONValue, "2026-02-28"),
    ])
  func days(_ format: String, _ zone: String?, _ written: JSONValue, _ expected: String) throws {
    let format = try #require(RESTTimeFormat(format, zone: zone))
    #expect(format.day(written) == CalendarDate(expected))
  }

  @Test(
    "what is no time is none",
    arguments: [
      ("iso", JSONValue.string("tomorrow")), ("iso", 20_261_120), ("iso", nil), ("unix", "x"),
      ("dd/MM/yyyy", "2026-11-20"), ("dd/MM/yyyy", "31/02/2026"), ("dd/MM/yyyy", "20/11/2026 "),
      ("dd/MM/yyyy HH:mm", "20/11/2026 25:00"), ("parts", ["year": 2026, "month": 2] as JSONValue),
      ("parts", ["year": 2026, "month": 2, "day": 30] as JSONValue), ("parts", "2026-11-20"),
      ("parts", ["year": 2026, "month": 2, "day": 1, "hour": 24] as JSONValue),
      ("parts", ["year": 2026, "month": -2, "day": 1] as JSONValue),
    ])
  func nonsense(_ format: String, _ written: JSONValue) throws {
    let format = try #require(RESTTimeFormat(format, zone: nil))
    #expect(format.instant(written) == nil)
    #expect(format.day(written) == nil)
  }

  @Test("a format or zone that is none is refused")
  func refused() {
    for format in ["dd", "yyyy", "QQ/MM/yyyy", "hello"] {
      #expect(RESTTimeFormat(format, zone: nil) == nil, "\(format)")
    }
    for zone in ["Atlantis/Centre", "+99:00", "Europe/../Berlin", "/etc/passwd", ""] {
      #expect(RESTTimeFormat("iso", zone: zone) == nil, "\(zone)")
    }
  }

  @Test("an instant is written as it is read, to the second")
  func writing() throws {
    let instant = try #require(Timestamp("2026-11-20T08:14:03.221Z"))
    func text(_ format: String, _ zone: String? = nil) -> String? {
      RESTTimeFormat(format, zone: zone)?.text(instant)
    }
    #expect(text("iso") == "2026-11-20T08:14:03Z")
    #expect(text("unix") == "1795162443")
    #expect(text("unix_ms") == "1795162443221")
    #expect(text("yyyy-MM-dd HH:mm:ss", "Europe/Berlin") == "2026-11-20 09:14:03")
    #expect(text("d.M.yy") == "20.11.2026")
    let parts = RESTTimeFormat.parts(of: instant)
    #expect(parts.map(\.number) == [2026, 11, 20, 8, 14, 3])
    #expect(parts.map(\.name) == ["year", "month", "day", "hour", "minute", "second"])
  }
}
