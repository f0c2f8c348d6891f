extension Duration {
  /// The duration as people say it, in whole units and at most two of them: `45 s`, `2 min`,
  /// `1 h 30 min`, `24 h`, `3 d`. A negative one has a minus sign.
  public var words: String {
    let seconds = components.seconds
    if seconds < 0 { return "-" + (.zero - self).words }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3_600 {
      return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds / 60) min \(seconds % 60) s"
    }
    let minutes = seconds / 60
    if minutes <= 48 * 60 {
      return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
    }
    let hours = minutes / 60
    return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
  }
}
