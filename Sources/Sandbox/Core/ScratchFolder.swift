import Foundation
import Synchronization

/// A folder for files that an emulator makes: made when first asked for, gone with its last user.
public final class ScratchFolder: Sendable {
  private let made = Mutex<String?>(nil)

  /// A folder that is not there yet.
  public init() {}

  /// Its absolute path. Where no folder can be made, a path that does not exist.
  public var path: String {
    made.withLock { made in
      if let made { return made }
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "plumbline-sandbox-\(UUID())").path
      try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      made = folder
      return folder
    }
  }

  /// Writes a file that its owner alone may read, over one that is there.
  ///
  /// - Throws: ``SandboxError`` when it cannot be written.
  func write(_ text: String, to name: String) throws(SandboxError) {
    let file = "\(path)/\(name)"
    guard
      FileManager.default.createFile(
        atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    else { throw SandboxError("cannot be written", at: file) }
  }

  /// Takes the folder away with all that is in it; whoever asks for its path afterwards gets a new one.
  func remove() {
    let folder = made.withLock { made in
      defer { made = nil }
      return made
    }
    if let folder { try? FileManager.default.removeItem(atPath: folder) }
  }

  deinit { remove() }
}
