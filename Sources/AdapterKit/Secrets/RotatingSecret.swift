public import DealModel
import Glibc
import Synchronization

/// A secret that its vendor replaces when it is used, such as a rotating refresh token.
///
/// The new one is kept before anybody uses what came with it: in the file it was read from, replaced
/// whole and readable by its owner alone, or by a configured program that gets it on its standard
/// input. Processes that share one secret use it one after another, by a lock on a file beside it, and
/// read it anew before each use, so that none of them is left with a secret the vendor took back.
public struct RotatingSecret: Sendable {
  /// How long others are waited for, by the injected clock.
  static let patience: Duration = .seconds(15)

  private let source: SecretSource
  private let keeper: Keeper
  private let isReplacedAlways: Bool
  private let lockPath: String
  /// The folder for locks of secrets that are no files.
  private let lockFolder: String?
  private let system: SystemName
  private let secrets: any SecretReader
  private let time: any TimeSource
  private let unkept = Unkept()

  private enum Keeper: Sendable {
    case file(String)
    case program([String])
  }

  /// A secret that came and could not be kept: all that is left of the credential.
  private final class Unkept: Sendable {
    /// What was used, and what replaces it.
    let pair = Mutex<(used: Secret, next: Secret)?>(nil)
  }

  /// A secret and where the next one is kept.
  ///
  /// - Parameters:
  ///   - source: Where it is read: a file, or a command beside a program that keeps it.
  ///   - program: A program with its arguments that is given each new one; needed unless the source
  ///     is a file.
  ///   - isReplacedAlways: Whether the vendor replaces it with every use, so that it is not used where
  ///     the next one could not be kept.
  ///   - name: The key of the setting, for the error.
  /// - Throws: ``SystemError`` of kind `refused` when there is nowhere to keep the next one.
  public init(
    _ source: SecretSource, program: [String], isReplacedAlways: Bool = true, name: String,
    system: SystemName, secrets: any SecretReader, time: any TimeSource
  ) throws {
    switch source {
    case .file(let path):
      keeper = program.isEmpty ? .file(path) : .program(program)
      lockPath = FileReplacement.target(of: path) + ".lock"
      lockFolder = nil
    case .command where !program.isEmpty:
      keeper = .program(program)
      // Wherever a process is started from, it has to be the same.
      let folder = "/tmp/plumbline-\(getuid())"
      lockPath = "\(folder)/\(Self.fingerprint(of: "\(source)")).lock"
      lockFolder = folder
    case .command, .environment:
      throw SystemError(
        .refused, system: system,
        message:
          "`\(name)` of systems.\(system) is replaced by its vendor with every use, and there "
          + "is nowhere to keep the next one. Read it from a file, or by a command beside a program "
          + "that keeps it.")
    }
    self.isReplacedAlways = isReplacedAlways
    self.source = source
    self.system = system
    self.secrets = secrets
    self.time = time
  }

  /// Uses the secret while no other process does, and keeps the one that replaces it.
  ///
  /// - Parameter use: Told the secret; returns its result and the next secret, `nil` when it stays.
  /// - Throws: ``SystemError``, `CancellationError`, or what `use` throws.
  public func exchange<Value: Sendable>(
    _ use: @Sendable (Secret) async throws -> (Value, next: Secret?)
  ) async throws -> Value {
    let lock = try await locked()
    defer { if let lock { close(lock) } }
    let current = try await keptLate(try await secrets.secret(from: source, for: system))
    if case .file(let path) = keeper, !FileReplacement.prepare(path), isReplacedAlways {
      throw SystemError(
        .refused, system: system,
        message: "The next credential of \(system) could not be kept, so this one is not used: "
          + "\(path) cannot be replaced. Let its folder be written to, on a disk with room.")
    }
    defer { if case .file(let path) = keeper { FileReplacement.discard(path) } }
    let (value, next) = try await use(current)
    if let next, next.revealed() != current.revealed() {
      unkept.pair.withLock { $0 = (current, next) }
      try await keep(next)
    }
    return value
  }

  /// The secret to be used now: one that could not be kept before is kept first, unless another has
  /// come in its place.
  private func keptLate(_ current: Secret) async throws -> Secret {
    guard let pair = unkept.pair.withLock({ $0 }) else { return current }
    guard pair.used.revealed() == current.revealed() else {
      unkept.pair.withLock { $0 = nil }
      return current
    }
    try await keep(pair.next)
    return pair.next
  }

  /// A descriptor that holds the lock until it is closed; `nil` where there can be none, and a secret
  /// that may never change needs none.
  private func locked() async throws -> Int32? {
    let descriptor =
      isFolderReady ? open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) : -1
    guard descriptor >= 0 else {
      guard isReplacedAlways else { return nil }
      let reason = String(cString: strerror(errno)).lowercased()
      throw SystemError(
        .refused, system: system,
        message: "The credential of \(system) is not used, because it cannot be locked: "
          + "\(lockPath) cannot be created: \(reason). Let its folder be written to.")
    }
    let end = time.now().adding(Self.patience)
    do {
      while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        guard errno == EWOULDBLOCK || errno == EINTR, time.now() < end else {
          throw SystemError(
            .unavailable, system: system,
            message: "Another program has been renewing the credential of \(system) for "
              + "\(Self.patience.components.seconds) s. It is tried again by itself; if it stays "
              + "so, see who holds \(lockPath).")
        }
        try await time.sleep(for: .milliseconds(50))
      }
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Whether the folder for locks, where one is needed, is there and ours.
  private var isFolderReady: Bool {
    guard let folder = lockFolder else { return true }
    mkdir(folder, 0o700)
    var status = stat()
    guard lstat(folder, &status) == 0 else { return false }
    errno = EPERM
    return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == getuid()
  }

  private func keep(_ next: Secret) async throws {
    switch keeper {
    case .file(let path):
      guard FileReplacement.replace(path, with: Array((next.revealed() + "\n").utf8)) else {
        throw failure("cannot be kept: \(path) cannot be replaced")
      }
    case .program(let words):
      let run = Task<SecretCommand.Outcome, any Error> {
        await DetachedThread.run {
          SecretCommand(words: words).run(
            deadline: Self.patience, input: Array((next.revealed() + "\n").utf8))
        }
      }
      // Not joined by the caller's cancellation: a secret half kept is lost.
      guard case .printed = try await run.value else {
        throw failure("cannot be kept: \(words.first ?? "") failed")
      }
    }
    // Read back through the reader, which remembers what must never be seen.
    guard try await secrets.secret(from: source, for: system).revealed() == next.revealed()
    else { throw failure("was given to be kept, but is not what is read back") }
    unkept.pair.withLock { $0 = nil }
  }

  private func failure(_ what: String) -> SystemError {
    SystemError(
      .unauthorized, system: system,
      message: "The new credential that \(system) sent \(what). Mend that while this runs: it is "
        + "tried again. If this ends before, connect anew, for the one before may be void.")
  }

  /// FNV-1a: the same for the same source in every process.
  private static func fingerprint(of text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}
