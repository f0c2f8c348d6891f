public import DealModel

/// An owner and an echo that disagree beyond the tolerance.
public struct Conflict: Hashable, Sendable {
  /// What kind of disagreement it is.
  public enum Kind: String, Hashable, Sendable {
    /// The values differ.
    case value
    /// The amounts are in different currencies.
    case currency
    /// The owner has a value and the echo has none.
    case echoMissing = "echo_missing"
    /// The echo has a value and the owner has none.
    case ownerMissing = "owner_missing"
  }

  /// The deal.
  public var deal: DealID
  /// The field they disagree about.
  public var field: FieldName
  /// What kind of disagreement it is.
  public var kind: Kind
  /// What the owner says: the value displayed.
  public var owner: Side
  /// What the echo says.
  public var echo: Side
  /// The property that is the echo in its system.
  public var echoProperty: String
  /// The difference as a sum of money, positive; `nil` when the field is no money, or the
  /// currencies differ.
  public var atStake: Money?
  /// Since when they disagree, as exactly as the vendors' histories allow: where they tell, when the
  /// first value that disagrees appeared; else the later of the two sides' changes, so since then at
  /// the latest. `nil` if unknown.
  public var since: Timestamp?
  /// Whom to ask: the steward of the echo's system; before them, whoever edited the echo by hand.
  public var ask: String
  /// Why they disagree.
  public var cause: ConflictCause
  /// Who changed which side when, newest first, where the vendors keep histories; at most
  /// ``changesKept``.
  public var changes: [Change]

  /// The most changes a conflict carries.
  public static let changesKept = 20

  /// A change of one side, by its vendor's history.
  public struct Change: Hashable, Sendable {
    /// The record that changed.
    public var record: RecordReference
    /// What happened to it.
    public var change: PropertyChange

    /// A change of one record.
    public init(record: RecordReference, change: PropertyChange) {
      self.record = record
      self.change = change
    }
  }

  /// One side of a conflict.
  public struct Side: Hashable, Sendable {
    /// The system.
    public var system: SystemName
    /// Its value; `nil` when it answered that it has none.
    public var value: FieldValue?
    /// Its amounts: one, or one per currency, which are never added; empty when it is no money.
    public var amounts: [Money]
    /// When it was last changed at its source, by the source's own clock.
    public var modifiedAt: Timestamp?
    /// How far the source's clock is ahead of ours; zero for one that is right.
    public var clockSkew: Duration
    /// When the answer arrived here.
    public var fetchedAt: Timestamp?
    /// Records it came from.
    public var records: [RecordReference]

    /// One side of a conflict.
    public init(
      system: SystemName, value: FieldValue?, amounts: [Money] = [], modifiedAt: Timestamp? = nil,
      fetchedAt: Timestamp? = nil, records: [RecordReference] = [],
      clockSkew: Duration = .zero
    ) {
      self.system = system
      self.value = value
      if amounts.isEmpty, case .money(let money)? = value {
        self.amounts = [money]
      } else {
        self.amounts = amounts
      }
      self.modifiedAt = modifiedAt
      self.fetchedAt = fetchedAt
      self.records = records
      self.clockSkew = clockSkew
    }

    /// When it was last changed, by our clock: what the sides are compared by.
    public var changedAt: Timestamp? { modifiedAt?.corrected(for: clockSkew) }
  }

  /// An owner and an echo that disagree.
  public init(
    deal: DealID, field: FieldName, kind: Kind, owner: Side, echo: Side, echoProperty: String,
    atStake: Money? = nil, since: Timestamp? = nil, ask: String,
    cause: ConflictCause = .unexplained, changes: [Change] = []
  ) {
    self.deal = deal
    self.field = field
    self.kind = kind
    self.owner = owner
    self.echo = echo
    self.echoProperty = echoProperty
    self.atStake = atStake
    self.since = since
    self.ask = ask
    self.cause = cause
    self.changes = changes
  }
}
