public import DealModel
import Glibc

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
  private let lockPath: String
  private let system: SystemName
  private let secrets: any SecretReader
  private let time: any TimeSource

  private enum Keeper: Sendable {
    case file(String)
    case program([String])
  }

  /// A secret and where the next one is kept.
  ///
  /// - Parameters:
  ///   - source: Where it is read.
  ///   - program: A program with its arguments that is given each new one; needed unless the source
  ///     is a file.
  ///   - name: The key of the setting, for the error.
  /// - Throws: ``SystemError`` of kind `refused` when there is nowhere to keep the next one.
  public init(
    _ source: SecretSource, program: [String], name: String, system: SystemName,
    secrets: any SecretReader, time: any TimeSource
  ) throws {
    if !program.isEmpty {
      keeper = .program(program)
    } else if case .file(let path) = source {
      keeper = .file(path)
    } else {
      throw SystemError(
        .refused, system: system,
        message:
          "`\(name)` of systems.\(system) is replaced by its vendor with every use, and there "
          + "is nowhere to keep the next one. Read it from a file, or name a program that keeps it."
      )
    }
    if case .file(let path) = source {
      lockPath = path + ".lock"
    } else {
      let folder = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? "/tmp"
      lockPath = "\(folder)/plumbline-\(getuid())-\(Self.fingerprint(of: "\(source)")).lock"
    }
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
    defer { close(lock) }
    let current = try await secrets.secret(from: source, for: system)
    let (value, next) = try await use(current)
    if let next, next.revealed() != current.revealed() {
      try await keep(next)
      // Read back through the reader, which remembers what must never be seen.
      guard try await secrets.secret(from: source, for: system).revealed() == next.revealed()
      else { throw failure("was given to be kept, but is not what is read back") }
    }
    return value
  }

  /// A descriptor that holds the lock until it is closed.
  private func locked() async throws -> Int32 {
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw failure("cannot be locked: \(lockPath) cannot be created")
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

  private func keep(_ next: Secret) async throws {
    switch keeper {
    case .file(let path):
      guard Self.replace(path, with: Array((next.revealed() + "\n").utf8)) else {
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
  }

  private func failure(_ what: String) -> SystemError {
    SystemError(
      .unauthorized, system: system,
      message: "The new credential that \(system) sent \(what). Mend that, then connect anew: the "
        + "one before may be void.")
  }

  /// Replaces a file whole: whoever reads it finds the old content or the new, also after a crash.
  static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
    // Through a link, the file itself is replaced.
    let target = realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    let path = target ?? path
    let fresh = path + ".new"
    // What a crash left behind; nobody else writes while the lock is held.
    unlink(fresh)
    let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    let isWritten = fsync(descriptor) == 0 && count == bytes.count
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

  /// FNV-1a: the same for the same source in every process.
  private static func fingerprint(of text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}
