public import DealModel

/// A configuration as it is being drawn up, before it is written.
public struct ConfigurationDraft: Hashable, Sendable {
  /// The company's name.
  public var company: String
  /// The pattern of deal IDs.
  public var pattern: String
  /// The system in which deals originate.
  public var origin: SystemName
  /// The systems, in the order to write them.
  public var systems: [ConfiguredSystem]
  /// Who owns what.
  public var ownership: Ownership
  /// Which echoes are compared.
  public var comparisons: [Comparison]
  /// The stages at which records are due.
  public var linkDue: [Domain: [String]]

  /// A configuration as it is being drawn up.
  public init(
    company: String, pattern: String, origin: SystemName, systems: [ConfiguredSystem],
    ownership: Ownership, comparisons: [Comparison] = [], linkDue: [Domain: [String]] = [:]
  ) {
    self.company = company
    self.pattern = pattern
    self.origin = origin
    self.systems = systems
    self.ownership = ownership
    self.comparisons = comparisons
    self.linkDue = linkDue
  }

  /// The file's text: YAML with comments that say what each part is for. No secret is in it.
  ///
  /// - Parameter schemas: What is known of each kind, for the comments.
  public func yaml(_ schemas: [SettingsSchema]) -> String {
    let parts = [
      opening, sharedID, entities, systemsText(schemas), ownershipText, comparisonText, dueText,
    ]
    return parts.filter { !$0.isEmpty }
      .map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
  }

  private var opening: [String] {
    [
      "# What Plumbline knows of \(Self.comment(company)): who owns which field, and how each system is read.",
      "# `plumbline doctor` checks it and asks the systems. Secrets are kept elsewhere: env, file or",
      "# command.", "company: \(YAMLText.quoted(company))",
    ]
  }

  private var sharedID: [String] {
    [
      "# The deal ID that every system bears. It originates in exactly one of them.", "shared_id:",
      "  origin: \(origin)", "  pattern: \(YAMLText.quoted(pattern))",
    ]
  }

  /// The values that a split by entity must be total over.
  private var entities: [String] {
    let owners = Array(ownership.domains.values) + Array(ownership.fields.values)
    var values: Set<String> = []
    for owner in owners {
      if case .split(.entity, let parts) = owner { values.formUnion(parts.keys) }
    }
    guard !values.isEmpty else { return [] }
    let list = values.sorted().map(YAMLText.quoted).joined(separator: ", ")
    return [
      "# The values of deal.entity: a split by it names an owner for each.", "entities: [\(list)]",
    ]
  }

  // MARK: Systems

  private func systemsText(_ schemas: [SettingsSchema]) -> [String] {
    ["systems:"]
      + systems.flatMap { system in
        text(of: system, schema: schemas.first { $0.kind == system.kind })
      }
  }

  private func text(of system: ConfiguredSystem, schema: SettingsSchema?) -> [String] {
    var lines = schema.map { ["  # \(Self.comment($0.summary))"] } ?? []
    lines += ["  \(system.name):", "    kind: \(system.kind)"]
    let known = schema?.keys.map(\.name) ?? []
    let keys =
      known.filter { system.settings.values[$0] != nil }
      + system.settings.values.keys.filter { !known.contains($0) }.sorted()
    for key in keys {
      guard let value = system.settings.values[key] else { continue }
      lines.append("    \(key): \(YAMLText.value(value))")
    }
    lines += [
      "    # The property that bears the deal ID there.",
      "    link: \(YAMLText.quoted(system.link))",
      "    # Who owns the integration after go-live.",
      "    steward: \(YAMLText.quoted(system.steward))",
      "    # What was agreed to happen in 24 hours of failure; `plumbline drill` rehearses it.",
      "    failure_mode: \(YAMLText.quoted(system.failureMode))",
      "    # Up to this age a reading is live; beyond the other nothing is decided by it.",
      "    fresh_for: \(YAMLText.duration(system.limits.freshFor))",
      "    expire_after: \(YAMLText.duration(system.limits.expireAfter))",
    ]
    return lines
  }

  // MARK: Ownership

  private var ownershipText: [String] {
    var lines = [
      "# Exactly one owner for each part: what it says is shown, whatever the others say.",
      "ownership:",
    ]
    for domain in Domain.allCases {
      guard let owner = ownership.domains[domain] else { continue }
      lines.append("  \(domain.rawValue): \(Self.text(of: owner))")
    }
    if !ownership.fields.isEmpty { lines.append("  fields:") }
    for field in ownership.fields.keys.sorted() {
      guard let owner = ownership.fields[field] else { continue }
      lines.append("    \(field): \(Self.text(of: owner))")
    }
    return lines
  }

  private static func text(of owner: Ownership.Owner) -> String {
    switch owner {
    case .system(let name): return name.text
    case .split(let field, let parts):
      let members = parts.keys.sorted().compactMap { value in
        parts[value].map { "\(YAMLText.quoted(value)): \($0)" }
      }
      return "{by: \(field), \(members.joined(separator: ", "))}"
    }
  }

  private var comparisonText: [String] {
    guard !comparisons.isEmpty else { return [] }
    return ["# Copies that other systems hold, compared with the owner's value.", "compare:"]
      + comparisons.map { comparison in
        let echo = YAMLText.quoted("\(comparison.echoSystem).\(comparison.echoProperty)")
        let tolerance =
          comparison.tolerance.isZero ? "" : ", tolerance: \(comparison.tolerance)"
        return "  - {field: \(comparison.field), echo: \(echo)\(tolerance)}"
      }
  }

  private var dueText: [String] {
    let due = Domain.allCases.filter { linkDue[$0]?.isEmpty == false }
    guard !due.isEmpty else { return [] }
    return ["# Stages at which a deal must have records there.", "link_due:"]
      + due.map { domain in
        let stages = (linkDue[domain] ?? []).map(YAMLText.quoted).joined(separator: ", ")
        return "  \(domain.rawValue): [\(stages)]"
      }
  }

  /// Words that cannot end a comment.
  private static func comment(_ text: String) -> String { VisibleText(text).text }
}

/// Values as YAML writes them, so that they are read back as they are.
enum YAMLText {
  /// Words in quotes; control characters escaped.
  static func quoted(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !$0.isUnsafeOnTerminal }
    if isPlain { return "'" + text.replacing("'", with: "''") + "'" }
    var escaped = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case let other where other.value < 0x20 || other.isUnsafeOnTerminal:
        let hex = String(other.value, radix: 16, uppercase: true)
        escaped += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped + "\""
  }

  /// A duration as the configuration takes it, in the largest unit that is exact.
  static func duration(_ duration: Duration) -> String {
    let milliseconds = duration.milliseconds
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
      let size = Int64(size)
      // A day is written as 24 hours: that is how people speak of outages.
      if unit == "d", milliseconds <= size { continue }
      if milliseconds >= size, milliseconds % size == 0 { return "\(milliseconds / size)\(unit)" }
    }
    return "\(milliseconds)ms"
  }

  /// A setting's value on one line.
  static func value(_ value: SettingValue) -> String {
    switch value {
    case .text(let text): quoted(text)
    case .secret(.environment(let name)): "{env: \(quoted(name))}"
    case .secret(.file(let path)): "{file: \(quoted(path))}"
    case .secret(.command(let words)):
      "{command: [\(words.map(quoted).joined(separator: ", "))]}"
    case .duration(let duration): self.duration(duration)
    case .integer(let number): String(number)
    case .decimal(let number): number.description
    case .flag(let flag): flag ? "true" : "false"
    case .currency(let currency): currency.code
    case .list(let values): "[\(values.map(self.value).joined(separator: ", "))]"
    case .mapping(let members):
      "{"
        + members.keys.sorted().compactMap { key in
          members[key].map { "\(quoted(key)): \(self.value($0))" }
        }.joined(separator: ", ") + "}"
    }
  }
}
