/// How one system misbehaves at present, and what that means for the next request.
///
/// Decides, and does nothing itself: the sandbox waits, drops and truncates as it is told. A delay
/// adds to any other fault; among the others the last one ordered that fits the request is applied.
public struct Misbehaviour: Hashable, Sendable {
  /// What happens to one request.
  public struct Verdict: Hashable, Sendable {
    /// How long it waits before anything else.
    public var delay: Duration = .zero
    /// What befalls it; `nil` when it is answered as usual.
    public var fault: ControlOrder.Act?
  }

  /// The faults in force, in the order they were given.
  public private(set) var faults: [ControlOrder] = []

  /// Good behaviour.
  public init() {}

  /// Takes an order; one of the same name and path before it is replaced.
  ///
  /// - Returns: Whether it was a general fault, or their end. Other orders are for the emulator.
  public mutating func obey(_ order: ControlOrder) -> Bool {
    switch order.act {
    case .delay, .fail, .throttle, .drop, .truncate, .hang:
      faults.removeAll { $0.name == order.name && $0.pathPrefix == order.pathPrefix }
      faults.append(order)
      return true
    case .mend:
      faults = []
      return true
    case .reset, .expireToken, .renameProperty, .correctInvoice, .setField, .delete, .merge,
      .delayIndex, .skewClock:
      return false
    }
  }

  /// What happens to the next request for that path; counted faults are used up by it.
  public mutating func verdict(for path: String) -> Verdict {
    var verdict = Verdict()
    for index in faults.indices.reversed() {
      let order = faults[index]
      if let prefix = order.pathPrefix, !path.hasPrefix(prefix) { continue }
      if case .delay(let milliseconds) = order.act {
        verdict.delay += .milliseconds(milliseconds)
      } else if verdict.fault == nil {
        verdict.fault = order.act
      } else {
        continue
      }
      if let count = order.count { faults[index].count = count - 1 }
    }
    faults.removeAll { $0.count.map { $0 <= 0 } ?? false }
    return verdict
  }
}
