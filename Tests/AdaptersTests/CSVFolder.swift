import DealModel
import Glibc
import Synchronization
import TestSupport

/// A folder of exports that lives as long as this value, with a clock that dates what is written.
final class CSVFolder: Sendable {
  let path: String
  let clock: ManualClock

  init(_ clock: ManualClock = ManualClock("2026-11-20T09:00:00Z")) throws {
    var template = Array("/tmp/plumbline-csv-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Failure(path: "/tmp") }
    path = String(cString: made)
    self.clock = clock
  }

  deinit {
    for name in names { remove("\(path)/\(name)") }
    remove(path)
  }

  var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }

  /// Writes a file under another name and renames it, as a careful job does.
  ///
  /// - Parameter age: How long ago it was written, by the clock.
  func write(_ bytes: [UInt8], to name: String, age: Duration = .seconds(10)) throws {
    try overwrite(bytes, to: "." + name, age: age)
    guard rename("\(path)/.\(name)", "\(path)/\(name)") == 0 else { throw Failure(path: name) }
  }

  func write(_ text: String, to name: String, age: Duration = .seconds(10)) throws {
    try write(Array(text.utf8), to: name, age: age)
  }

  /// Writes into the file that bears the name, as a careless job does.
  func overwrite(_ bytes: [UInt8], to name: String, age: Duration = .seconds(10)) throws {
    guard let file = fopen("\(path)/\(name)", "wb") else { throw Failure(path: name) }
    let written = fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    guard written == bytes.count else { throw Failure(path: name) }
    let second = Int(clock.now().adding(.zero - age).milliseconds / 1_000)
    var times = utimbuf(actime: second, modtime: second)
    utime("\(path)/\(name)", &times)
  }

  func erase(_ name: String) { remove("\(path)/\(name)") }

  struct Failure: Error { let path: String }
}
