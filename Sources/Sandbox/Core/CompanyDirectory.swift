import Glibc

/// Reads files below one directory and nowhere else.
struct CompanyDirectory: Sendable {
  /// The absolute path, symbolic links resolved.
  let path: String

  /// A file larger than this is refused: a hundred thousand deals take a fifth of it.
  static let maximumBytes = 1 << 29

  init(path: String) throws(SandboxError) {
    guard let resolved = Self.resolved(path), Self.isDirectory(resolved) else {
      throw SandboxError("there is no such directory", at: path)
    }
    self.path = resolved
  }

  /// The content of a file; `nil` when there is none.
  ///
  /// - Throws: ``SandboxError`` for a path that leads out of the directory, by `..`, as an absolute
  ///   path or through a symbolic link, and for a file that cannot be read.
  func bytes(of relativePath: String) throws(SandboxError) -> [UInt8]? {
    guard let file = try absolutePath(of: relativePath) else { return nil }
    // Non-blocking, so that a pipe in the folder reads as empty instead of waiting for a writer.
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(relativePath) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EISDIR { return nil }
        throw unreadable(relativePath)
      }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= Self.maximumBytes else {
        throw SandboxError("larger than \(Self.maximumBytes >> 20) MiB", at: relativePath)
      }
    }
  }

  /// The content of a text file; `nil` when there is none.
  ///
  /// - Throws: ``SandboxError`` when it is no UTF-8, and as ``bytes(of:)`` does.
  func text(of relativePath: String) throws(SandboxError) -> String? {
    guard let bytes = try bytes(of: relativePath) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SandboxError("is no UTF-8 text", at: relativePath)
    }
    return text
  }

  /// The names in a folder in alphabetical order; none when there is no such folder.
  func names(in relativePath: String) throws(SandboxError) -> [String] {
    guard let folder = try absolutePath(of: relativePath), let stream = opendir(folder) else {
      return []
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      // `d_name` is a C array that Swift sees as a tuple.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// The resolved path of something below the directory; `nil` when there is nothing.
  private func absolutePath(of relativePath: String) throws(SandboxError) -> String? {
    let parts = relativePath.split(separator: "/", omittingEmptySubsequences: false)
    guard !relativePath.isEmpty, !parts.contains(""), !parts.contains(".."),
      !relativePath.utf8.contains(0)
    else { throw outside(relativePath) }
    guard let resolved = Self.resolved(path + "/" + relativePath) else { return nil }
    guard resolved.hasPrefix(path == "/" ? "/" : path + "/") else { throw outside(relativePath) }
    return resolved
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func isDirectory(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }

  private func outside(_ path: String) -> SandboxError {
    SandboxError("leads out of the company directory; write a path below it", at: path)
  }

  private func unreadable(_ path: String) -> SandboxError {
    SandboxError("cannot be read; check its permissions", at: path)
  }
}
