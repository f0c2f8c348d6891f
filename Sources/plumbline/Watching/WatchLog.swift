import AdapterKit
import DealModel
import Logging

/// The log of `watch`: a line per event on stderr.
///
/// Under systemd the journal keeps the time and takes the level from `<N>` (sd-daemon(3)); elsewhere
/// both are written out.
struct WatchLog: LogHandler {
  let isJournal: Bool
  let time: any TimeSource
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  static func logger(time: any TimeSource, environment: [String: String]) -> Logger {
    let isJournal = environment["JOURNAL_STREAM"] != nil
    return Logger(label: "plumbline") { _ in WatchLog(isJournal: isJournal, time: time) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let words = VisibleText("\(event.message)").text
    let line =
      isJournal ? "<\(priority(event.level))>\(words)" : "\(time.now()) \(event.level): \(words)"
    Standard.error(line + "\n")
  }

  /// The level as syslog counts it.
  private func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
