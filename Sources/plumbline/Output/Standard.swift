import DealModel
import Glibc

/// The process's standard streams: answers to stdout, words for people to stderr.
enum Standard {
  /// Writes text to stdout as it is: the caller has made it safe.
  static func output(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes text to stderr as it is: the caller has made it safe.
  static func error(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Writes text to stdout as it is.
  ///
  /// - Returns: Whether somebody still reads there.
  static func tells(_ text: String) -> Bool { write(text, to: STDOUT_FILENO) }

  @discardableResult
  private static func write(_ text: String, to file: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        // Nobody reads any more: a pipe that was closed is no failure of ours.
        return false
      }
      bytes = bytes.dropFirst(written)
    }
    return true
  }
}
