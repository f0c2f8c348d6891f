/// How many records a vendor says there are.
public struct RecordCount: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// How far the number can be believed.
  public enum Precision: String, Hashable, Sendable {
    /// To the record.
    case exact
    /// There may be more: the vendor stops counting at a cap.
    case atLeast = "at_least"
    /// The vendor calls its own count approximate.
    case about
  }

  /// The number.
  public var number: Int
  /// How far it can be believed.
  public var precision: Precision

  /// A count.
  public init(_ number: Int, _ precision: Precision = .exact) {
    self.number = number
    self.precision = precision
  }

  /// An exact count.
  public init(integerLiteral value: Int) { self.init(value) }

  /// Whether so many records, listed to the vendor's own end of the list, can be all of them. More
  /// than were counted may have been created meanwhile. An approximate count may be off by one in a
  /// hundred.
  public func isReached(by listed: Int) -> Bool {
    switch precision {
    case .exact, .atLeast: listed >= number
    case .about: listed >= number - number / 100
    }
  }
}
