import Glibc

/// Replaces a file whole: whoever reads it finds the old content or the new, also after a crash.
enum FileReplacement {
  /// What a secret may have, with room.
  private static let reserved: off_t = 16_384

  /// Through a link, the file itself.
  static func target(of path: String) -> String {
    realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    } ?? path
  }

  /// Makes the file that will take the place of another, with room for what comes, so that a folder
  /// that may not be written to and a disk that is full are noticed before they matter.
  static func prepare(_ path: String) -> Bool {
    let fresh = target(of: path) + ".new"
    // What a crash left behind; nobody else writes while the lock is held.
    unlink(fresh)
    let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard posix_fallocate(descriptor, 0, reserved) == 0 else {
      unlink(fresh)
      return false
    }
    return true
  }

  /// Takes away what was prepared and is not needed.
  static func discard(_ path: String) { unlink(target(of: path) + ".new") }

  /// Replaces a file, by the one that was prepared where that is there.
  static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
    let path = target(of: path)
    let fresh = path + ".new"
    let descriptor = open(fresh, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    // Written into the room that is reserved; only then is the rest given back.
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    let isWritten =
      count == bytes.count && ftruncate(descriptor, off_t(count)) == 0 && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(fresh, path) == 0 else {
      unlink(fresh)
      return false
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if opened >= 0 {
      fsync(opened)
      close(opened)
    }
    return true
  }
}
