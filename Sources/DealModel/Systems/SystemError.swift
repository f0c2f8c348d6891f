/// Why a system did not give a usable answer: one shape for every adapter.
///
/// Detection and wording are separate: the ``kind`` decides what the scheduler does next, the
/// ``message`` is what people read. Neither holds a secret or a business value.
public struct SystemError: Error, Hashable, Sendable {
  /// What the scheduler does next.
  public enum Kind: Hashable, Sendable {
    /// The credentials are wrong, expired beyond renewal, or lack a permission. Not retried.
    case unauthorized
    /// The vendor asks for patience; the duration is its own, `nil` when it named none.
    case throttled(retryAfter: Duration?)
    /// No answer, or a passing failure: retried within the budget.
    case unavailable
    /// The system's schema changed: a property, column or stage is missing or of another type.
    case drifted(field: String)
    /// The answer could not be understood: truncated, not JSON, an impossible value.
    case malformed
    /// The system understood and said no. Not retried.
    case refused
  }

  /// What the scheduler does next.
  public var kind: Kind
  /// The system that failed.
  public var system: SystemName
  /// What failed, where, and how to mend it: whole sentences for people.
  public var message: String
  /// The underlying failure in its own words, without secrets; for logs.
  public var cause: String?

  /// An error of one system.
  public init(_ kind: Kind, system: SystemName, message: String, cause: String? = nil) {
    self.kind = kind
    self.system = system
    self.message = message
    self.cause = cause
  }
}

extension SystemError.Kind {
  /// The word for JSON and screens: `unauthorized`, `throttled`, `unavailable`, `drifted`,
  /// `malformed` or `refused`.
  public var word: String {
    switch self {
    case .unauthorized: "unauthorized"
    case .throttled: "throttled"
    case .unavailable: "unavailable"
    case .drifted: "drifted"
    case .malformed: "malformed"
    case .refused: "refused"
    }
  }
}
