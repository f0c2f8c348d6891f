public import DealModel

/// Why a value is what it is, as facts: who owns it, who else holds it, what it is computed from,
/// and which requests brought it. The screen and the command put the same facts into words.
public struct Explanation: Hashable, Sendable {
  /// What is explained.
  public enum Subject: Hashable, Sendable {
    /// A field or a figure of the deal.
    case field(FieldName)
    /// A record as a whole.
    case record(RecordReference)
  }

  /// The deal.
  public var deal: DealID
  /// What is explained.
  public var subject: Subject
  /// What a person calls it: `margin`, `INV1053`.
  public var title: String
  /// One sentence that says who owns it and why.
  public var ownership: String
  /// The sum with what it lacks, for a figure of money; `nil` for everything else.
  public var figure: Figure?
  /// The value, or which kind of absence it is; of a record its number.
  public var answer: Answer<FieldValue>
  /// The value in every system that holds it, the owner's first.
  public var versions: [Version]
  /// What a record says, in the order to show it; empty for a field.
  public var facts: [Fact]
  /// The disagreements about it.
  public var conflicts: [Conflict]
  /// How a figure is computed, in words; `nil` for a value that is read as it is.
  public var formula: String?
  /// What a figure is made of: the totals of the parts, with their signs, are the figure.
  public var parts: [FormulaPart]
  /// The figures that a record has a part in.
  public var contributions: [Contribution]
  /// What was asked to know it, the owner first.
  public var sources: [Source]

  /// The value in one system.
  public struct Version: Hashable, Sendable {
    /// How it stands to the owner's value.
    public enum Standing: Hashable, Sendable {
      /// It is the owner's value: the one displayed.
      case owner
      /// A copy that is compared, and agrees within the tolerance.
      case agrees
      /// A copy that disagrees.
      case differs
      /// A copy that is not compared with the owner's value; why.
      case notCompared(String)
    }

    /// The system.
    public var system: SystemName
    /// How it stands to the owner's value.
    public var standing: Standing
    /// The property that holds a copy; `nil` for the owner's own value.
    public var property: String?
    /// The record that holds it; `nil` for a figure made of several.
    public var record: RecordReference?
    /// What people call that record; empty when it has no number.
    public var number: String
    /// The value, or which kind of absence it is.
    public var answer: Answer<FieldValue>
    /// When it was read; for a figure the oldest of what it is made of.
    public var fetchedAt: Timestamp?
    /// When it was changed at its source, by the source's own clock.
    public var modifiedAt: Timestamp?
    /// How far that clock is off.
    public var clockSkew = Duration.zero
    /// Who changed the record last, where the system says so.
    public var modifiedBy: String?
    /// Where a person can open it.
    public var url: String?
  }

  /// One value of a record.
  public struct Fact: Hashable, Sendable {
    /// What it is called, as in JSON: `net`, `due`.
    public var name: String
    /// The value.
    public var answer: Answer<FieldValue>
  }

  /// A record's part in a figure.
  public struct Contribution: Hashable, Sendable {
    /// The figure.
    public var field: FieldName
    /// Its part in the figure's formula.
    public var term: FormulaTerm
    /// Whether the part is taken off.
    public var isSubtracted: Bool
  }

  /// One system's answer about one kind of record, and the requests behind it.
  public struct Source: Hashable, Sendable {
    /// The system and the kind of record.
    public var key: SectionKey
    /// When the last answer arrived; `nil` when there never was one.
    public var fetchedAt: Timestamp?
    /// Why the system cannot be asked now.
    public var failure: Section.Failure?
    /// The exchanges that brought the last answer.
    public var requests: [RequestTrace]
  }
}
