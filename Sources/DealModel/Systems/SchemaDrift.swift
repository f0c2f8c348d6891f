/// Something that the configuration names and the system no longer has, or has otherwise.
public struct SchemaDrift: Hashable, Sendable {
  /// What the configuration uses it for.
  public enum Role: String, CaseIterable, Hashable, Sendable {
    /// The property that bears the deal ID.
    case link
    /// A property that is compared with the owner's value.
    case echo
    /// A property that a field is read from.
    case field
    /// A stage at which records are due.
    case stage
  }

  /// What happened to it.
  public enum Fault: Hashable, Sendable {
    /// There is no such thing any more, or our account may not see it.
    case gone
    /// It holds another type of value than can be read.
    case otherType(found: String)
  }

  /// What it is for.
  public var role: Role
  /// Its name as the configuration has it.
  public var name: String
  /// What happened to it.
  public var fault: Fault
  /// When it was first seen so; `nil` until the health has taken it in.
  public var firstSeen: Timestamp?

  /// Something that is no longer as configured.
  public init(_ role: Role, _ name: String, _ fault: Fault, firstSeen: Timestamp? = nil) {
    self.role = role
    self.name = name
    self.fault = fault
    self.firstSeen = firstSeen
  }

  /// What is wrong, as a sentence without the system: `The link property custbody_x is gone.`
  public var sentence: String {
    let what =
      switch role {
      case .link: "The link property"
      case .echo: "The compared property"
      case .field: "The property"
      case .stage: "The stage"
      }
    // The name is the configuration's own text; the type is a system's.
    switch fault {
    case .gone: return "\(what) \(name) is gone."
    case .otherType(let found): return "\(what) \(name) is now a \(VisibleText(found.prefix(40)))."
    }
  }

  /// Whether it is the same fault, whenever it was seen.
  public func isSame(as other: SchemaDrift) -> Bool {
    role == other.role && name == other.name && fault == other.fault
  }
}
