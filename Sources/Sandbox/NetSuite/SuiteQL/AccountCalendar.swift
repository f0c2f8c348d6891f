internal import DealModel
private import Foundation

/// How an account writes days and where its clocks are.
struct AccountCalendar: Sendable {
  /// The format in which plain date columns print.
  let dateFormat: OracleDateFormat
  private let zone: TimeZone

  /// A calendar.
  ///
  /// - Returns: `nil` when the zone or the format is unknown.
  init?(zone name: String, dateFormat model: String) {
    guard let zone = TimeZone(identifier: name), let format = OracleDateFormat(model) else {
      return nil
    }
    self.zone = zone
    dateFormat = format
  }

  /// What the account's clocks show at an instant.
  func wallTime(of instant: Timestamp) -> WallTime {
    WallTime(instant, offsetSeconds: offset(at: instant))
  }

  /// The instant at which the account's clocks show that; the earlier where they show it twice.
  func instant(of wall: WallTime) -> Timestamp {
    let asUTC = wall.asUTC
    let guess = asUTC.adding(.seconds(-offset(at: asUTC)))
    let earlier = asUTC.adding(.seconds(-offset(at: guess.adding(.seconds(-7_200)))))
    return wallTime(of: earlier) == wall
      ? min(earlier, guess) : asUTC.adding(.seconds(-offset(at: guess)))
  }

  private func offset(at instant: Timestamp) -> Int {
    zone.secondsFromGMT(
      for: Date(timeIntervalSince1970: TimeInterval(instant.milliseconds) / 1_000))
  }
}
