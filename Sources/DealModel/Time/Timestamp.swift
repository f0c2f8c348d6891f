/// An instant in UTC, to the millisecond.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64

  /// The instant that many milliseconds after 1970-01-01T00:00:00Z.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Midnight UTC at the start of a day.
  public init(startOf date: CalendarDate) {
    milliseconds = Int64(date.daysSinceEpoch) * 86_400_000
  }

  /// An instant in ISO 8601 with an offset: `2026-11-20T09:14:03.221Z`, `…+01:00`, `…+0100`.
  ///
  /// Digits beyond the millisecond are dropped. A time without an offset is refused: it is not
  /// an instant.
  ///
  /// - Returns: `nil` for any other shape, and for a day or time that does not exist.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20,
      let date = CalendarDate(String(decoding: bytes[0..<10], as: UTF8.self)),
      bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
      let hour = digits(bytes[11..<13]), bytes[13] == UInt8(ascii: ":"),
      let minute = digits(bytes[14..<16]), bytes[16] == UInt8(ascii: ":"),
      let second = digits(bytes[17..<19]), hour < 24, minute < 60, second < 61
    else { return nil }
    var position = 19
    var fraction = 0
    if bytes[position] == UInt8(ascii: ".") {
      let start = position + 1
      var end = start
      while end < bytes.count, digits(bytes[end..<end + 1]) != nil { end += 1 }
      let kept = bytes[start..<min(end, start + 3)]
      guard end > start, end - start <= 12, let value = digits(kept) else { return nil }
      fraction = value * [100, 10, 1][kept.count - 1]
      position = end
    }
    guard let offset = Self.offsetMinutes(bytes[position...]) else { return nil }
    let seconds = (hour * 60 + minute - offset) * 60 + second
    milliseconds =
      Int64(date.daysSinceEpoch) * 86_400_000 + Int64(seconds) * 1_000 + Int64(fraction)
  }

  /// The instant later by a duration.
  public func adding(_ duration: Duration) -> Timestamp {
    Timestamp(milliseconds: milliseconds &+ duration.milliseconds)
  }

  /// The time from this instant to another; negative when the other is earlier.
  public func duration(to other: Timestamp) -> Duration {
    .milliseconds(other.milliseconds &- milliseconds)
  }

  /// The UTC day of the instant.
  public var date: CalendarDate { date(offsetSeconds: 0) }

  /// The day of the instant where clocks are that far ahead of UTC.
  public func date(offsetSeconds: Int) -> CalendarDate {
    CalendarDate(daysSinceEpoch: Int32(clamping: floorDivision(local(offsetSeconds), 86_400_000)))
  }

  /// Hour, minute and second where clocks are that far ahead of UTC.
  public func timeOfDay(offsetSeconds: Int = 0) -> (hour: Int, minute: Int, second: Int) {
    let local = local(offsetSeconds)
    let seconds = Int((local &- floorDivision(local, 86_400_000) &* 86_400_000) / 1_000)
    return (seconds / 3_600, seconds / 60 % 60, seconds % 60)
  }

  /// ISO 8601 UTC, with milliseconds only where there are some: `2026-11-20T09:14:03Z`.
  public var description: String {
    let (hour, minute, second) = timeOfDay()
    let rest = Int(milliseconds &- floorDivision(milliseconds, 1_000) &* 1_000)
    let fraction = rest == 0 ? "" : "." + padded(rest, 3)
    return "\(date)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))\(fraction)Z"
  }

  /// The earlier instant is the smaller.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The milliseconds that clocks show that far ahead of UTC; clamped where they cannot be counted.
  private func local(_ offsetSeconds: Int) -> Int64 {
    let (offset, isTooFar) = Int64(offsetSeconds).multipliedReportingOverflow(by: 1_000)
    let (local, overflow) = milliseconds.addingReportingOverflow(offset)
    return isTooFar || overflow ? (offsetSeconds < 0 ? .min : .max) : local
  }

  /// Minutes ahead of UTC for `Z`, `+01:00`, `+0100` or `+01`.
  private static func offsetMinutes(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let sign = bytes.first else { return nil }
    if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
    var rest = Array(bytes.dropFirst())
    if rest.count == 5, rest[2] == UInt8(ascii: ":") { rest.remove(at: 2) }
    guard rest.count == 4 || rest.count == 2, let hours = digits(rest[0..<2]), hours < 24 else {
      return nil
    }
    let minutes = rest.count == 4 ? digits(rest[2..<4]) : 0
    guard let minutes, minutes < 60 else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }
}

extension Duration {
  /// Whole milliseconds, rounded towards zero; clamped where they do not fit in 64 bits.
  public var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    return overflow || carry ? (seconds < 0 ? .min : .max) : sum
  }
}

/// The quotient rounded down, also below zero.
func floorDivision(_ number: Int64, _ divisor: Int64) -> Int64 {
  let quotient = number / divisor
  return number % divisor < 0 ? quotient - 1 : quotient
}
