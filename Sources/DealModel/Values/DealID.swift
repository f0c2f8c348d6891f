/// The shared ID: it originates in one system and is borne by every other. Nothing else joins records.
///
/// Compared exactly, to the letter.
public struct DealID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The ID as its origin writes it.
  public let text: String

  /// An ID as some system bears it; whether it fits the configured pattern is a link rule's matter.
  public init(_ text: String) { self.text = text }

  public var description: String { text }

  /// By Unicode scalars, so that equal-width IDs sort by number.
  public static func < (left: DealID, right: DealID) -> Bool { left.text < right.text }
}

extension DealID: ExpressibleByStringLiteral {
  /// An ID.
  public init(stringLiteral value: String) { self.init(value) }
}
