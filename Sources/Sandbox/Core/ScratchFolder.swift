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

  deinit {
    if let folder = made.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: folder) }
  }
}
