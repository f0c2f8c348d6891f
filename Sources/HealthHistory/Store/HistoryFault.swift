import GRDB

/// Why the history cannot be read or written.
struct HistoryFault: Error, Hashable {
  /// What is to be done about it.
  enum Kind: Hashable {
    /// The file is no history any more: it is moved aside and a new one begun.
    case damaged
    /// Somebody else is writing: tried again later.
    case busy
    /// The disk or the history's own limit is full: the oldest is removed, then tried again.
    case full
    /// The place cannot be used: the program works without, and tries again now and then.
    case unusable
  }

  var kind: Kind
  /// A sentence with the path, without the full stop.
  var message: String

  /// What SQLite complains of.
  init(_ error: any Error, path: String) {
    guard let error = error as? DatabaseError else {
      self.init(.unusable, "\(path) cannot be used")
      return
    }
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_MISMATCH, .SQLITE_FORMAT:
      self.init(.damaged, "\(path) is damaged")
    case .SQLITE_BUSY, .SQLITE_LOCKED: self.init(.busy, "\(path) is busy")
    case .SQLITE_FULL: self.init(.full, "\(path) cannot grow: the disk or its limit is full")
    case .SQLITE_READONLY, .SQLITE_PERM: self.init(.unusable, "\(path) may not be written")
    case .SQLITE_CANTOPEN: self.init(.unusable, "\(path) cannot be opened")
    case .SQLITE_IOERR: self.init(.unusable, "\(path) cannot be read or written")
    // A table or column that a healthy file would have.
    case .SQLITE_ERROR: self.init(.damaged, "\(path) is not laid out as a history")
    default: self.init(.unusable, "\(path) cannot be used (SQLite \(error.resultCode.rawValue))")
    }
  }

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// That the history cannot be read, as whole sentences with the mend.
  var unread: String {
    let mend =
      switch kind {
      case .damaged: "It is begun anew."
      case .busy: "Another program is writing to it; ask again."
      case .full: "Make room."
      case .unusable:
        "Ask as the user and with the version of plumbline that run `plumbline watch`, or name its "
          + "file with --history-file."
      }
    return "The health history cannot be read: \(message). \(mend)"
  }
}
