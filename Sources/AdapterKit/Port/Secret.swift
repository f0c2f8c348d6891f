public import DealModel

/// A secret in memory. It never prints itself: interpolation, `dump` and reflection show `•••`.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let text: String

  /// Wraps a secret.
  public init(_ text: String) { self.text = text }

  /// The secret itself; call it only where a request is signed.
  public func revealed() -> String { text }

  public var description: String { "•••" }
  public var debugDescription: String { "•••" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Reads secrets from where the configuration says they are.
public protocol SecretReader: Sendable {
  /// The secret; read anew on every call, so that a rotated one is found.
  ///
  /// - Throws: ``SystemError`` of kind `unauthorized` naming the source and the mend, never the
  ///   secret.
  func secret(from source: SecretSource, for system: SystemName) async throws -> Secret

  /// The secrets read so far, to be hidden wherever an answer repeats one; empty for a reader that
  /// does not remember.
  var known: [Secret] { get }
}

extension SecretReader {
  /// Remembers nothing.
  public var known: [Secret] { [] }
}
