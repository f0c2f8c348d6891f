import AdapterKit
import DealModel

/// Compares what a caller presents with a secret in a time that does not tell how much was right.
enum TokenCheck {
  /// Whether an `Authorization` header bears that token.
  static func accepts(_ header: String?, _ secret: Secret) -> Bool {
    let presented = Array((header ?? "").utf8)
    let wanted = Array("Bearer \(secret.revealed())".utf8)
    // The scheme's name is read in any case (RFC 9110 §11.1).
    let scheme = presented.prefix(7).map { (65...90).contains($0) ? $0 | 0x20 : $0 }
    let normalized = Array("Bearer ".utf8) + presented.dropFirst(7)
    var difference = UInt8(scheme == Array("bearer ".utf8) ? 0 : 1)
    if normalized.count != wanted.count { difference = 1 }
    for index in normalized.indices {
      difference |= normalized[index] ^ wanted[index % wanted.count]
    }
    return difference == 0
  }
}

/// So many at once, and then as many a second as come back: keeps guessing slow. A struct that
/// decides by the time it is given.
struct Allowance: Hashable, Sendable {
  private let most: Int64
  private let millisecondsEach: Int64
  private var left: Int64
  private var counted: Int64?

  /// - Parameter every: How long it takes until one comes back.
  init(_ most: Int, every: Duration) {
    self.most = Int64(most)
    millisecondsEach = max(1, every.milliseconds)
    left = Int64(most)
  }

  /// Takes one, if there is one left.
  mutating func take(at milliseconds: Int64) -> Bool {
    let before = counted ?? milliseconds
    let back = max(0, milliseconds - before) / millisecondsEach
    left = min(most, left + min(back, most))
    counted = left == most ? milliseconds : before + back * millisecondsEach
    guard left > 0 else { return false }
    left -= 1
    return true
  }
}
