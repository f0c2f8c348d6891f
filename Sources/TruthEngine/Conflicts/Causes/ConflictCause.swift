/// Why an owner and an echo disagree, and what speaks for it.
public struct ConflictCause: Hashable, Sendable {
  /// The kinds of cause; the raw value is the word in JSON.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The echo was written by hand over what the owner says: the worst kind.
    case ownershipViolation = "ownership_violation"
    /// The two values belong to different records: a duplicate or crossed ID.
    case identity
    /// The same amount in another currency, or the same number under another currency's name.
    case currency
    /// One value is 10, 100 or 1000 times the other.
    case scale
    /// One value is the other negated.
    case sign
    /// The same records added up by another definition.
    case definition
    /// A difference within the currency's minor unit per document.
    case rounding
    /// The flow that carries the value still has time.
    case timing
    /// The echo was written before the owner changed.
    case staleCopy = "stale_copy"
    /// Nothing that is known explains it.
    case unexplained
  }

  /// The kind of cause.
  public var kind: Kind
  /// The cause in one sentence.
  public var detail: Evidence
  /// What speaks for it, and what is not known: each sentence is backed by a reading.
  public var evidence: [Evidence]
  /// Whether readings prove it; otherwise it is the likeliest of what can be known.
  public var isProven: Bool

  /// A cause with its evidence.
  public init(kind: Kind, detail: Evidence, evidence: [Evidence] = [], isProven: Bool) {
    self.kind = kind
    self.detail = detail
    self.evidence = evidence
    self.isProven = isProven
  }

  /// Nothing that is known explains it.
  public static var unexplained: ConflictCause {
    ConflictCause(
      kind: .unexplained, detail: "Nothing that could be read explains the difference.",
      isProven: false)
  }
}

extension ConflictCause.Kind {
  /// The cause in words for a narrow column: `stale copy`.
  public var words: String { rawValue.split(separator: "_").joined(separator: " ") }

  /// Severity for sorting by cause: the order in which causes are tried, worst first.
  public var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}
