public import DealModel
import Glibc

/// Reads secrets from the environment, a file's first line (a PEM document whole), or what a command
/// prints. No shell is involved.
public struct EnvironmentSecretReader: SecretReader {
  private let commandDeadline: Duration

  /// A reader.
  ///
  /// - Parameter commandDeadline: How long a command may take, in real time.
  public init(commandDeadline: Duration = .seconds(15)) { self.commandDeadline = commandDeadline }

  public func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    switch source {
    case .environment(let name): return try fromEnvironment(name, system)
    case .file(let path): return try fromFile(path, system)
    case .command(let words): return try await fromCommand(words, system)
    }
  }

  private func fromEnvironment(_ name: String, _ system: SystemName) throws -> Secret {
    guard let value = getenv(name), value.pointee != 0 else {
      throw Self.error(
        system,
        "is read from the environment variable \(name), which is not set. Set it, and "
          + "start again.")
    }
    return Secret(String(cString: value))
  }

  private func fromFile(_ path: String, _ system: SystemName) throws -> Secret {
    let place = "is read from the file \(path), which"
    // Non-blocking, so that a pipe at that path does not wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason =
        switch errno {
        case ENOENT, ENOTDIR: "does not exist. Create it, readable by you alone."
        case EACCES, EPERM: "you may not read. Mend its permissions."
        default: "cannot be opened. Check it."
        }
      throw Self.error(system, "\(place) \(reason)")
    }
    defer { close(descriptor) }
    guard let bytes = FileDescriptorReading.all(of: descriptor, atMost: 1 << 16) else {
      throw Self.error(system, "\(place) is no file of at most 64 KiB. Check it.")
    }
    return try Self.secret(
      in: bytes, system, "\(place) is empty. Put the secret on its first line.")
  }

  private func fromCommand(_ words: [String], _ system: SystemName) async throws -> Secret {
    let place = "is read from the command \(words.first ?? ""), which"
    let deadline = commandDeadline
    let run = Task<SecretCommand.Outcome, any Error> {
      await DetachedThread.run { SecretCommand(words: words).run(deadline: deadline) }
    }
    switch try await Joining.value(of: run) {
    case .printed(let bytes):
      return try Self.secret(
        in: bytes, system, "\(place) printed nothing. Run it by hand to see why.")
    case .cannotStart:
      throw Self.error(system, "\(place) cannot be started. Check its path in the configuration.")
    case .failed(let status):
      throw Self.error(
        system, "\(place) failed with status \(status). Run it by hand to see why.")
    case .timedOut:
      throw Self.error(
        system,
        "\(place) did not end within \(deadline.components.seconds) s. Does it ask a "
          + "question? It has no terminal.")
    case .tooLong:
      throw Self.error(system, "\(place) printed more than 64 KiB. Check it.")
    }
  }

  private static func secret(
    in bytes: [UInt8], _ system: SystemName, _ emptiness: String
  ) throws -> Secret {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error(system, "is no UTF-8 text. Check where it is kept.")
    }
    if text.hasPrefix("-----BEGIN") { return Secret(text) }
    var line = text.prefix { !$0.isNewline }
    while line.last?.isWhitespace == true { line.removeLast() }
    guard !line.isEmpty else { throw error(system, emptiness) }
    return Secret(String(line))
  }

  private static func error(_ system: SystemName, _ fault: String) -> SystemError {
    SystemError(
      .unauthorized, system: system, message: "A credential of \(system) \(fault)")
  }
}
