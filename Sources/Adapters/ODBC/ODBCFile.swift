import Glibc

/// Which file stands under a path: another one once it was replaced.
struct ODBCFile: Hashable, Sendable {
  private let device: UInt
  private let number: UInt

  /// `nil` when nothing can be found there. Blocks.
  init?(path: String) {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    device = UInt(found.st_dev)
    number = UInt(found.st_ino)
  }
}
