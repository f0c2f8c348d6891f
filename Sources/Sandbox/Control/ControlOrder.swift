public import DealModel

/// An order to a system of the sandbox: to misbehave, to mend, or to change a record.
public struct ControlOrder: Hashable, Sendable {
  /// The word an order begins with.
  public enum Name: String, CaseIterable, Hashable, Sendable {
    case delay, fail, throttle, drop, truncate, hang, mend, reset
    case expireToken = "expire-token"
    case renameProperty = "rename-property"
    case correctInvoice = "correct-invoice"
    case setField = "set-field"
    case delayIndex = "delay-index"
    case skewClock = "skew-clock"
    case delete, merge
  }

  /// What is to be done.
  public enum Act: Hashable, Sendable {
    /// Every answer comes that many milliseconds later.
    case delay(milliseconds: Int)
    /// Requests fail with that status and the vendor's own error body.
    case fail(status: Int)
    /// Requests are answered as beyond a limit; the policy is the vendor's word for which one.
    case throttle(policy: String?)
    /// The connection is closed without an answer.
    case drop
    /// The full length is declared, half of the body is sent, and the connection is closed.
    case truncate
    /// No answer ever comes.
    case hang
    /// Every misbehaviour ends, dead tokens and renamed properties included. Records stay as they
    /// are.
    case mend
    /// Everything is as it was at the start, records and tokens included.
    case reset
    /// The access token in use is expired from now on. One that can be renewed can be renewed.
    case expireToken
    /// A property, column or field is called otherwise from now on.
    case renameProperty(from: String, to: String)
    /// An invoice has another net amount from now on, and was modified now.
    case correctInvoice(number: String, net: ExactDecimal)
    /// A field of a record has another value from now on, and the record was modified now. The
    /// record is written as the system's emulator documents it: `deals/9123456789`.
    case setField(record: String, field: String, value: String)
    /// Its clock is that many seconds ahead from now on, or behind when negative: dates of answers,
    /// stamps of changes, and what it holds against signatures and tokens.
    case skewClock(seconds: Int)
    /// A record is deleted from now on, as the vendor deletes: gone from lists and answers, and
    /// remembered wherever the vendor remembers it. Written as for ``setField(record:field:value:)``.
    case delete(record: String)
    /// A record is merged into another from now on.
    case merge(record: String, into: String)
    /// Changes reach the search index that much later.
    case delayIndex(milliseconds: Int)
  }

  /// What is to be done.
  public var act: Act
  /// After how many requests a fault ends by itself; `nil` for never.
  public var count: Int?
  /// Requests whose path, below the system's prefix, begins so are affected; `nil` for all.
  public var pathPrefix: String?

  /// An order.
  public init(_ act: Act, count: Int? = nil, pathPrefix: String? = nil) {
    self.act = act
    self.count = count
    self.pathPrefix = pathPrefix
  }

  /// The word the order begins with.
  public var name: Name {
    switch act {
    case .delay: .delay
    case .fail: .fail
    case .throttle: .throttle
    case .drop: .drop
    case .truncate: .truncate
    case .hang: .hang
    case .mend: .mend
    case .reset: .reset
    case .expireToken: .expireToken
    case .renameProperty: .renameProperty
    case .correctInvoice: .correctInvoice
    case .setField: .setField
    case .delayIndex: .delayIndex
    case .skewClock: .skewClock
    case .delete: .delete
    case .merge: .merge
    }
  }
}

extension ControlOrder.Name {
  /// How the order is written in words: `delay MS [count=N] [path=PREFIX]`.
  public var usage: String {
    switch self {
    case .delay: "delay MILLISECONDS [count=N] [path=PREFIX]"
    case .fail: "fail STATUS [count=N] [path=PREFIX]"
    case .throttle: "throttle [POLICY] [count=N] [path=PREFIX]"
    case .drop: "drop [count=N] [path=PREFIX]"
    case .truncate: "truncate [count=N] [path=PREFIX]"
    case .hang: "hang [count=N] [path=PREFIX]"
    case .mend, .reset, .expireToken: rawValue
    case .renameProperty: "rename-property OLD NEW"
    case .correctInvoice: "correct-invoice NUMBER NET-AMOUNT"
    case .setField: "set-field RECORD FIELD VALUE"
    case .delayIndex: "delay-index MILLISECONDS"
    case .skewClock: "skew-clock SECONDS"
    case .delete: "delete RECORD"
    case .merge: "merge RECORD INTO-RECORD"
    }
  }

  /// The orders that every system obeys.
  public static let general: [Self] = [
    .delay, .fail, .throttle, .drop, .truncate, .hang, .skewClock, .mend, .reset,
  ]
}

extension SandboxError {
  /// An emulator was given an order that is none of its own.
  ///
  /// - Parameter orders: Those it obeys, beside the general ones.
  public static func notObeyed(
    _ order: ControlOrder, orders: [ControlOrder.Name]
  ) -> SandboxError {
    let possible = (ControlOrder.Name.general + orders).map(\.rawValue)
    return SandboxError(
      "this system does not know `\(order.name.rawValue)`; it knows \(listed(possible))")
  }
}
