public import DealModel
private import Glibc

extension LocalZone {
  /// The zone of the operating system (`TZ`, or /etc/localtime) for some years before and after an
  /// instant.
  public static func system(around instant: Timestamp) -> LocalZone {
    let day: Int64 = 86_400
    let centre = instant.milliseconds / 1_000
    let end = centre + 10 * 366 * day
    var last = centre - 15 * 366 * day
    var offset = systemOffset(last)
    let first = offset
    var changes: [Change] = []
    while last < end {
      // Zones keep an offset for at least some weeks.
      let next = last + 14 * day
      let after = systemOffset(next)
      if after != offset {
        var low = last
        var high = next
        while high - low > 1 {
          let middle = low + (high - low) / 2
          if systemOffset(middle) == offset { low = middle } else { high = middle }
        }
        changes.append(Change(at: Timestamp(milliseconds: high * 1_000), offsetSeconds: after))
        offset = after
      }
      last = next
    }
    return LocalZone(firstOffsetSeconds: first, changes: changes)
  }

  /// Seconds ahead of UTC, as the C library says.
  private static func systemOffset(_ seconds: Int64) -> Int {
    var instant = time_t(seconds)
    var local = tm()
    guard localtime_r(&instant, &local) != nil else { return 0 }
    return local.tm_gmtoff
  }
}
