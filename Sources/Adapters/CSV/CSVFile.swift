import DealModel
import Glibc

/// An open export. The file stays readable while this lives, also when another takes its name.
///
/// Read with `pread`, never mapped: a mapped file that is cut short while it is read ends the program
/// with SIGBUS, and exports are overwritten in place.
final class CSVFile: Sendable {
  /// What tells one state of a file from another.
  struct Stamp: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    var size: Int
    /// Nanoseconds since 1970.
    var modified: Int64

    var modifiedAt: Timestamp { Timestamp(milliseconds: modified / 1_000_000) }

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      size = Int(status.st_size)
      modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    }
  }

  let path: String
  let stamp: Stamp
  private let descriptor: Int32

  /// The last part of the path, for sentences.
  var name: String { String(path.split(separator: "/").last ?? "") }

  /// Opens a file.
  ///
  /// - Throws: ``CSVFileFault``.
  init(_ path: String) throws {
    // Without O_NONBLOCK a pipe of that name would wait for a writer for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw CSVFileFault.cannotOpen(path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw CSVFileFault.noFile(path)
    }
    self.path = path
    self.descriptor = descriptor
    stamp = Stamp(status)
  }

  deinit { close(descriptor) }

  /// Whether the bytes are still those of the stamp.
  var isUnchanged: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && Stamp(status) == stamp
  }

  /// The state of the file that bears the path now; `nil` for none.
  static func stamp(of path: String) -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Stamp(status)
  }

  /// Reads up to that many bytes from an offset into a buffer.
  ///
  /// - Returns: How many bytes came: fewer only at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        break
      } else if errno != EINTR {
        throw CSVFileFault.cannotRead(path, code: errno)
      }
    }
    return done
  }
}

/// Why a file cannot be read. The adapter makes sentences of it.
enum CSVFileFault: Error, Hashable {
  case cannotOpen(String, code: Int32)
  case noFile(String)
  case cannotRead(String, code: Int32)
  /// Nothing matches the path.
  case nothingThere
  /// It changed while it was read, or a moment ago.
  case inMotion(String)
  /// Its last line has no end.
  case openLine(String, line: Int)
  case empty(String)
  case tooLarge(String, limit: String)
  /// Columns that are named do not exist, or exist twice.
  case drifted([CSVDrift], file: String, line: Int)
  case notText(String, hint: String)
}

/// A column that is not there as the configuration has it.
struct CSVDrift: Hashable, Sendable {
  var role: SchemaDrift.Role
  var column: String
  var isDoubled = false
  /// Whether the export before had it, and nobody named it.
  var isVanished = false
  /// The columns there are, as far as they look alike.
  var nearest: String?
  /// Whether the whole header is one field that looks like several.
  var isUnparted = false
}
