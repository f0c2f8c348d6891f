/// How far local clocks are ahead of UTC, and when that changes: the time zone of a screen.
///
/// A plain value, so that frames can be made in any zone without asking the operating system.
public struct LocalZone: Hashable, Sendable {
  /// An instant from which another offset holds.
  public struct Change: Hashable, Sendable {
    /// The first instant of the new offset.
    public let at: Timestamp
    /// Seconds ahead of UTC from then on; negative west of Greenwich.
    public let offsetSeconds: Int

    /// A change of offset.
    public init(at: Timestamp, offsetSeconds: Int) {
      self.at = at
      self.offsetSeconds = offsetSeconds
    }
  }

  /// Seconds ahead of UTC before the first change.
  public let firstOffsetSeconds: Int
  /// The changes, earliest first.
  public let changes: [Change]

  /// A zone.
  ///
  /// - Parameters:
  ///   - firstOffsetSeconds: Seconds ahead of UTC before the first change.
  ///   - changes: In any order; a change to the offset that holds already is dropped.
  public init(firstOffsetSeconds: Int, changes: [Change] = []) {
    self.firstOffsetSeconds = firstOffsetSeconds
    var offset = firstOffsetSeconds
    var kept: [Change] = []
    for change in changes.sorted(by: { $0.at < $1.at }) where change.offsetSeconds != offset {
      kept.append(change)
      offset = change.offsetSeconds
    }
    self.changes = kept
  }

  /// Coordinated Universal Time.
  public static let utc = LocalZone(firstOffsetSeconds: 0)

  /// Seconds that local clocks are ahead of UTC at an instant.
  public func offsetSeconds(at instant: Timestamp) -> Int {
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].at <= instant { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? firstOffsetSeconds : changes[low - 1].offsetSeconds
  }

  /// The local day of an instant.
  public func date(of instant: Timestamp) -> CalendarDate {
    instant.date(offsetSeconds: offsetSeconds(at: instant))
  }

  /// The local hour, minute and second of an instant.
  public func timeOfDay(of instant: Timestamp) -> (hour: Int, minute: Int, second: Int) {
    instant.timeOfDay(offsetSeconds: offsetSeconds(at: instant))
  }
}
