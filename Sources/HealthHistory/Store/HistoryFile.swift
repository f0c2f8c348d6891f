import DealModel
import Glibc

/// The file of the history: where it is, that only its owner may read it, and putting a damaged one
/// aside.
enum HistoryFile {
  /// `$XDG_STATE_HOME/plumbline/health.sqlite`, else `~/.local/state/plumbline/health.sqlite`.
  ///
  /// - Returns: `nil` when neither variable is set. A relative `XDG_STATE_HOME` is ignored, as the
  ///   XDG base directory specification asks.
  static func defaultPath(environment: [String: String]) -> String? {
    if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") {
      return "\(base)/plumbline/health.sqlite"
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return "\(home)/.local/state/plumbline/health.sqlite"
  }

  /// Makes the folder and the file if they are not there, for their owner alone. What SQLite adds
  /// beside the file gets the file's permissions.
  static func prepare(_ path: String) throws(HistoryFault) {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += path.hasPrefix("/") || !folder.isEmpty ? "/\(part)" : String(part)
      if mkdir(folder, 0o700) != 0, errno != EEXIST {
        throw fault("its folder \(folder) cannot be made", path)
      }
    }
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard file >= 0 else { throw fault("it cannot be opened for writing", path) }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw HistoryFault(.unusable, "\(path) is no regular file")
    }
    if facts.st_mode & 0o077 != 0, fchmod(file, 0o600) != 0 {
      throw fault("others may read it, and that cannot be changed", path)
    }
  }

  /// Moves a damaged file aside, with what SQLite keeps beside it.
  ///
  /// - Parameter damaged: The number of the file that was found to be damaged: when another process
  ///   has already put a new one in its place, that stays.
  /// - Returns: Where it is now; `nil` when another process was quicker.
  static func moveAside(_ path: String, damaged: UInt64?, at now: Timestamp) -> String? {
    // Two processes may find the damage at once: one moves.
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { if lock >= 0 { close(lock) } }
    if lock >= 0 { _ = flock(lock, LOCK_EX) }
    guard let present = number(of: path), damaged == nil || damaged == present else { return nil }
    let (hour, minute, second) = now.timeOfDay()
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let stamp = "\(now.date)T\(two(hour))\(two(minute))\(two(second))Z"
    var target = "\(path).damaged-\(stamp)"
    for count in 2..<100 where access(target, F_OK) == 0 {
      target = "\(path).damaged-\(stamp)-\(count)"
    }
    guard rename(path, target) == 0 else { return nil }
    for companion in ["-wal", "-shm"] { rename(path + companion, target + companion) }
    return target
  }

  /// The file's number on its disk; `nil` when it is not there.
  static func number(of path: String) -> UInt64? {
    var facts = stat()
    return stat(path, &facts) == 0 ? UInt64(facts.st_ino) : nil
  }

  private static func fault(_ what: String, _ path: String) -> HistoryFault {
    let reason = String(cString: strerror(errno)).lowercased()
    return HistoryFault(errno == ENOSPC ? .full : .unusable, "\(path): \(what) (\(reason))")
  }
}
