/// One change of one property of a record, as its vendor's own history tells it.
public struct PropertyChange: Hashable, Sendable {
  /// Who made a change.
  public enum Author: String, Hashable, Sendable {
    /// A person at a screen.
    case person
    /// A program: an integration, an import, a workflow.
    case program
    /// The vendor does not say.
    case unknown
  }

  /// The property by the vendor's name, as in ``Record/echoes``.
  public var property: String
  /// The field of the catalog that the adapter reads from this property; `nil` for others.
  public var field: FieldName?
  /// When it changed: by the vendor's clock, and once the engine has it by ours, where the vendor's
  /// is known to be off.
  public var at: Timestamp
  /// The value before, as the vendor writes it; `nil` when it was empty, or is not told.
  public var old: String?
  /// The value since, as the vendor writes it; `nil` when it was emptied, or is not told.
  public var new: String?
  /// What kind of author made it.
  public var author: Author
  /// The author by name, or in the vendor's own words; `nil` when it does not say.
  public var by: String?

  /// One change of one property.
  public init(
    property: String, field: FieldName? = nil, at: Timestamp, old: String?, new: String?,
    author: Author = .unknown, by: String? = nil
  ) {
    self.property = property
    self.field = field
    self.at = at
    self.old = old
    self.new = new
    self.author = author
    self.by = by
  }
}
