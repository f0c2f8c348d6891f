public import DealModel

/// One sentence of evidence: plain words, with its instants and values kept as what they are, so
/// that a screen can write them in local time and grouped digits.
///
/// Made by interpolation: `"\(system) changed at \(instant)."` Every part comes from a reading.
public struct Evidence: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// A piece of the sentence.
  public enum Part: Hashable, Sendable {
    /// Words of ours, and names from the systems; not made safe for a terminal.
    case words(String)
    /// An instant in UTC.
    case instant(Timestamp)
    /// A value as a system holds it, or as it was computed.
    case value(FieldValue)
  }

  /// The pieces in order.
  public var parts: [Part]

  /// A sentence without instants or values.
  public init(stringLiteral value: String) { parts = [.words(value)] }

  /// A sentence with instants and values in it.
  public init(stringInterpolation: Interpolation) { parts = stringInterpolation.parts }

  /// The sentence in plain notation: instants in ISO 8601 UTC, amounts with their currency.
  public var sentence: String {
    text(instant: \.description, value: \.description)
  }

  /// The sentence with instants and values written in some way.
  public func text(
    instant: (Timestamp) -> String, value: (FieldValue) -> String
  ) -> String {
    parts.map { part in
      switch part {
      case .words(let words): words
      case .instant(let at): instant(at)
      case .value(let known): value(known)
      }
    }.joined()
  }

  /// Collects the pieces of a sentence.
  public struct Interpolation: StringInterpolationProtocol {
    var parts: [Part] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { parts.append(.words(literal)) }
    }

    /// Words as they are.
    public mutating func appendInterpolation(_ words: String) { parts.append(.words(words)) }
    /// The name of a system.
    public mutating func appendInterpolation(_ name: SystemName) { parts.append(.words(name.text)) }
    /// A number of things.
    public mutating func appendInterpolation(_ count: Int) { parts.append(.words(String(count))) }
    /// An instant.
    public mutating func appendInterpolation(_ instant: Timestamp) {
      parts.append(.instant(instant))
    }
    /// An amount.
    public mutating func appendInterpolation(_ money: Money) { parts.append(.value(.money(money))) }
    /// A value; `nil` is "nothing".
    public mutating func appendInterpolation(_ value: FieldValue?) {
      parts.append(value.map { .value($0) } ?? .words("nothing"))
    }
    /// A sentence within the sentence.
    public mutating func appendInterpolation(_ evidence: Evidence) { parts += evidence.parts }
  }
}
