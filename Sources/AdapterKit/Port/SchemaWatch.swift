public import DealModel
private import Synchronization

/// Compares what the configuration names with what a system says it has, and remembers the types
/// that were first seen, so that a change of type is noticed as well. Held in memory only.
public final class SchemaWatch: Sendable {
  /// A property that the configuration names.
  public struct Expectation: Hashable, Sendable {
    /// What it is for.
    public var role: SchemaDrift.Role
    /// Its name in the system.
    public var name: String
    /// The types that can be read; empty for whichever was seen first.
    public var types: Set<String>

    /// A property that the configuration names.
    public init(_ role: SchemaDrift.Role, _ name: String, types: Set<String> = []) {
      self.role = role
      self.name = name
      self.types = types
    }
  }

  private let expectations: [Expectation]
  private let firstTypes = Mutex<[String: String]>([:])

  /// A watch over these properties.
  public init(_ expectations: [Expectation]) { self.expectations = expectations }

  /// What is no longer as configured, in the order of the expectations.
  ///
  /// - Parameter found: Property → its type, everything the system has; empty types are not compared.
  public func drift(in found: [String: String]) -> [SchemaDrift] {
    firstTypes.withLock { first in
      expectations.compactMap { expected in
        guard let type = found[expected.name] else {
          return SchemaDrift(expected.role, expected.name, .gone)
        }
        guard !type.isEmpty else { return nil }
        let isReadable: Bool
        if expected.types.isEmpty {
          isReadable = type == first[expected.name, default: type]
        } else {
          isReadable = expected.types.contains(type)
        }
        if isReadable {
          first[expected.name] = type
          return nil
        }
        return SchemaDrift(expected.role, expected.name, .otherType(found: type))
      }
    }
  }
}
