/// The name a configuration gives to one system: `crm`, `erp_us`.
public struct SystemName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name as configured.
  public let text: String

  /// A configured name.
  public init(_ text: String) { self.text = text }

  public var description: String { text }

  /// Alphabetical.
  public static func < (left: SystemName, right: SystemName) -> Bool { left.text < right.text }
}

extension SystemName: ExpressibleByStringLiteral {
  /// A configured name.
  public init(stringLiteral value: String) { self.init(value) }
}
