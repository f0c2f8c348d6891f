import Glibc

/// Reads a file of the operating system whole: a table, a configuration.
enum SmallFile {
  /// The first 64 KiB; `nil` when it cannot be read.
  static func bytes(at path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    return [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      count = fread(buffer.baseAddress, 1, buffer.count, file)
    }
  }
}
