import DealModel
import Foundation

/// The zone of times that bear none in the database.
struct ODBCZone: Hashable, Sendable {
  private let zone: TimeZone

  static let utc = ODBCZone(zone: .gmt)

  private init(zone: TimeZone) { self.zone = zone }

  /// `UTC`, `+01:00` or a name such as `Europe/Berlin`; `nil` for anything else.
  init?(_ text: String) {
    if text.uppercased() == "UTC" || text == "Z" {
      self = .utc
    } else if let first = text.first, first == "+" || first == "-",
      let instant = Timestamp("2000-01-01T00:00:00\(text)"),
      let zone = TimeZone(
        secondsFromGMT: Int(
          instant.duration(to: Timestamp(milliseconds: 946_684_800_000)).components.seconds))
    {
      self.zone = zone
    } else if text.contains("/"), let zone = TimeZone(identifier: text) {
      self.zone = zone
    } else {
      return nil
    }
  }

  /// The instant at which clocks there show a day and time, `2026-11-20 09:14:03.221`; an offset in
  /// the text wins. In the hour that comes twice, the earlier instant.
  func instant(_ text: String) -> Timestamp? {
    if let instant = Timestamp(text) { return instant }
    guard let shown = Timestamp(text + "Z") else { return nil }
    let first = shown.adding(.seconds(-offset(at: shown.adding(.seconds(-86_400)))))
    let second = shown.adding(.seconds(-offset(at: shown)))
    if wallClock(first) == wallClock(second) { return second }
    let isFirst = first.adding(.seconds(offset(at: first))) == shown
    return isFirst ? first : shown.adding(.seconds(-offset(at: second)))
  }

  /// A day and time as clocks there show them: `2026-11-20 09:14:03.221`.
  func wallClock(_ instant: Timestamp) -> String {
    let shown = instant.adding(.seconds(offset(at: instant))).description.dropLast()
    return String(shown.map { $0 == "T" ? " " : $0 })
  }

  private func offset(at instant: Timestamp) -> Int {
    zone.secondsFromGMT(
      for: Date(timeIntervalSince1970: Double(instant.milliseconds / 1_000)))
  }
}
