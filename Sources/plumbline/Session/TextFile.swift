import Glibc

/// Small text files, read and written without surprises.
enum TextFile {
  /// Why a file could not be read or written.
  struct Failure: Error {
    /// A sentence with the path.
    var words: String
  }

  /// A file's bytes, read no further than the limit asks.
  static func read(_ path: String, limit: Int) -> Result<[UInt8], Failure> {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      return .failure(Failure(words: "\(path) cannot be read: \(reason())."))
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        return .failure(Failure(words: "\(path) cannot be read: \(reason())."))
      }
      if count == 0 { break }
      bytes += buffer[..<count]
      if bytes.count >= limit { break }
    }
    return .success(bytes)
  }

  /// Writes a new file; an existing one is never overwritten.
  ///
  /// - Parameter mode: The permissions.
  static func writeNew(_ text: String, to path: String, mode: mode_t = 0o644) -> Result<
    Void, Failure
  > {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else {
      return .failure(Failure(words: "\(path) cannot be written: \(reason())."))
    }
    defer { close(file) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        unlink(path)
        return .failure(Failure(words: "\(path) cannot be written: \(reason())."))
      }
      bytes = bytes.dropFirst(count)
    }
    return .success(())
  }

  private static func reason() -> String { String(cString: strerror(errno)).lowercased() }
}
