public import DealModel
import Synchronization

/// Reads secrets and remembers them, so that they can be hidden wherever an answer repeats one.
public final class RememberingSecretReader: SecretReader {
  private let reader: any SecretReader
  private let read = Mutex<[String: Secret]>([:])

  /// Remembers what that reader reads.
  public init(_ reader: any SecretReader) { self.reader = reader }

  public func secret(from source: SecretSource, for system: SystemName) async throws -> Secret {
    let secret = try await reader.secret(from: source, for: system)
    read.withLock { $0[secret.revealed()] = secret }
    return secret
  }

  public var known: [Secret] { read.withLock { Array($0.values) } }
}
