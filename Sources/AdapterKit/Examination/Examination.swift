public import DealModel

/// One thing that `doctor` asked a system, and what came of it: one line for people.
public struct Examination: Hashable, Sendable {
  /// What was checked, a word for programs: `link_property`.
  public enum Check: String, CaseIterable, Hashable, Sendable {
    /// Whether the settings fit together.
    case settings
    /// Whether the system can be reached: DNS, TCP, TLS, HTTP.
    case reach
    /// Whether it lets us in, and as whom.
    case credentials
    /// Whether the credentials may read everything that is needed.
    case scopes
    /// Whether they may write, which nothing here needs.
    case writePermission = "write_permission"
    /// Whether the property that bears the deal ID exists.
    case linkProperty = "link_property"
    /// Whether two records can bear one deal ID there.
    case linkUnique = "link_unique"
    /// Whether IDs that stand there fit the pattern.
    case sample
    /// Whether the properties named under `compare` exist.
    case echoes
    /// Whether the stages named in the configuration exist.
    case stages
    /// Whether the jobs named under `flows` exist and are switched on.
    case flows
    /// Whether its clock and ours agree.
    case clock
    /// How many calls are left, and when the credentials end.
    case limits
  }

  /// What came of a check.
  public enum Outcome: String, CaseIterable, Hashable, Sendable {
    /// As it should be.
    case ok
    /// Something to mend.
    case finding
    /// The system could not be asked.
    case unasked
    /// No system can tell: a person has to look.
    case manual
  }

  /// What was checked.
  public var check: Check
  /// What came of it.
  public var outcome: Outcome
  /// What was found, a sentence.
  public var message: String
  /// What to do about it; `nil` when there is nothing to do.
  public var mend: String?

  /// One thing that was checked.
  public init(_ check: Check, _ outcome: Outcome, _ message: String, mend: String? = nil) {
    self.check = check
    self.outcome = outcome
    self.message = message
    self.mend = mend
  }

  /// A check that could not be made, with the reason.
  public static func unasked(_ check: Check, _ error: SystemError) -> Examination {
    Examination(check, .unasked, "could not be asked: \(error.message)")
  }
}

/// What an examination needs to know besides the system's own configuration.
public struct ExaminationBrief: Hashable, Sendable {
  /// The system, as configured.
  public var system: ConfiguredSystem
  /// The shared ID, whose pattern a sample is held against.
  public var sharedID: SharedID
  /// Stages that the configuration names, by label or ID: asked of the origin only, else empty.
  public var stages: Set<String>

  /// The jobs that the configuration names there under `flows`.
  public var jobs: [String]

  /// What an examination needs to know.
  public init(
    system: ConfiguredSystem, sharedID: SharedID, stages: Set<String> = [], jobs: [String] = []
  ) {
    self.jobs = jobs
    self.system = system
    self.sharedID = sharedID
    self.stages = stages
  }
}

/// A property, column or field of a system, by its definition: never a value.
public struct PropertyDescription: Hashable, Sendable {
  /// The name by which a configuration refers to it: `erp_deal_id`, `customfield_10042`.
  public var name: String
  /// What people call it.
  public var label: String
  /// What it holds.
  public var content: Content
  /// Whether the vendor lets no two records hold the same value; `nil` when it does not say.
  public var isUnique: Bool?
  /// Whether the company added it: a vendor's own property never bears the deal ID.
  public var isCustom: Bool

  /// What a property holds.
  public enum Content: String, Hashable, Sendable {
    /// Words: what may bear a deal ID.
    case text
    /// A number: what may be an echo of an amount.
    case number
    /// Anything else.
    case other
  }

  /// A property by its definition.
  public init(
    name: String, label: String, content: Content, isUnique: Bool? = nil, isCustom: Bool
  ) {
    self.name = name
    self.label = label
    self.content = content
    self.isUnique = isUnique
    self.isCustom = isCustom
  }
}
