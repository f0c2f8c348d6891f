import Glibc
import Testing

/// A folder that lives as long as this value.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/plumbline-e2e-XXXXXX".utf8CString)
    path = String(cString: try #require(mkdtemp(&template)))
  }

  deinit { Self.erase(path) }

  /// Writes a file and returns its path.
  func write(_ text: String, to name: String) throws -> String {
    let target = "\(path)/\(name)"
    let file = try #require(fopen(target, "wb"))
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    return target
  }

  /// A file's text.
  static func read(_ path: String) throws -> String {
    let file = try #require(fopen(path, "rb"), "\(path) cannot be read")
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  private static func erase(_ path: String) {
    if let folder = opendir(path) {
      var names: [String] = []
      while let entry = readdir(folder) {
        // `d_name` is a C array that Swift sees as a tuple.
        names.append(
          withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
          })
      }
      closedir(folder)
      for name in names where name != "." && name != ".." { erase("\(path)/\(name)") }
    }
    remove(path)
  }
}
