import DealModel

/// Ownership as read, and which domains the file speaks of even where it is wrong.
struct OwnershipPlan {
  var model = Ownership(domains: [:])
  var mentionedDomains: Set<Domain> = []
  var mentionedFields: Set<FieldName> = []
  /// Where ownership stands.
  var position = Position.start

  /// Whether the file names an owner, be it a wrong one.
  func speaks(of field: FieldName) -> Bool {
    mentionedFields.contains(field)
      || field.known.map { mentionedDomains.contains($0.domain) } ?? false
  }
}

/// What an owner was read for.
enum OwnedPart: Hashable {
  case domain(Domain)
  case field(FieldName)

  var text: String {
    switch self {
    case .domain(let domain): domain.rawValue
    case .field(let field): field.text
    }
  }

  /// The kinds of record of which an owner must read at least one.
  var kinds: [RecordKind] {
    switch self {
    case .domain(let domain): RecordKind.allCases.filter { $0.domain == domain }
    case .field(let field):
      RecordKind(rawValue: field.text).map { [$0] }
        ?? RecordKind.allCases.filter { $0.domain == field.known?.domain }
    }
  }
}

extension ConfigurationReader {
  private static let domains = Domain.allCases.map(\.rawValue)

  /// The values of `deal.entity`; `nil` when the file does not list them.
  mutating func entities(_ top: MappingReader) -> [String]? {
    guard let entry = top["entities"] else { return nil }
    return distinct(texts(entry), under: "entities")
  }

  mutating func ownership(
    _ top: MappingReader, plan: SystemsPlan, entities: [String]?
  ) -> OwnershipPlan {
    var ownership = OwnershipPlan()
    guard let entry = top["ownership"] else {
      report(
        top.position,
        "The configuration has no `ownership`; add `ownership:` with `commercial: <system>` and so on."
      )
      ownership.mentionedDomains = Set(Domain.allCases)
      return ownership
    }
    ownership.position = entry.keyPosition
    guard
      let owners = mapping(
        entry.value, of: "`ownership`", keys: Self.domains + ["fields"], at: entry.valuePosition)
    else {
      ownership.mentionedDomains = Set(Domain.allCases)
      return ownership
    }
    let read = readOwners(owners, plan: plan, into: &ownership)
    checkSplits(read, entities: entities)
    for owner in read {
      switch owner.part {
      case .domain(let domain): ownership.model.domains[domain] = owner.model
      case .field(let field): ownership.model.fields[field] = owner.model
      }
    }
    for owner in read { checkDecidingField(owner, ownership) }
    if !ownership.mentionedDomains.contains(.commercial) {
      report(
        entry.keyPosition,
        "No owner for `commercial`; add `commercial: <system>`, as a rule the shared ID's origin.")
      ownership.mentionedDomains.insert(.commercial)
    }
    return ownership
  }

  // MARK: - Owners

  private mutating func readOwners(
    _ owners: MappingReader, plan: SystemsPlan, into ownership: inout OwnershipPlan
  ) -> [ReadOwner] {
    var read: [ReadOwner] = []
    for entry in owners.order {
      if let domain = Domain(rawValue: entry.key) {
        ownership.mentionedDomains.insert(domain)
        if let owner = owner(entry, of: .domain(domain), plan: plan) { read.append(owner) }
      } else if entry.key == "fields",
        let fields = mapping(entry.value, of: "`fields`", keys: nil, at: entry.valuePosition)
      {
        for entry in fields.order {
          guard let field = field(entry.key, at: entry.keyPosition) else { continue }
          ownership.mentionedFields.insert(field)
          if let owner = owner(entry, of: .field(field), plan: plan) { read.append(owner) }
        }
      }
    }
    return read
  }

  /// A field of the catalog; an error with the nearest one otherwise.
  mutating func field(_ text: String, at position: Position) -> FieldName? {
    let field = FieldName(text)
    if field.known != nil { return field }
    let names = FieldName.catalog.map(\.name.text)
    let hint = text.nearest(among: names).map { "did you mean `\($0)`?" }
    report(
      position,
      "Unknown field \(quoted(text)); \(hint ?? "`plumbline ownership` lists the fields.")")
    return nil
  }

  private mutating func owner(
    _ entry: ConfigurationNode.Entry, of part: OwnedPart, plan: SystemsPlan
  ) -> ReadOwner? {
    switch entry.value.content {
    case .empty:
      report(entry.keyPosition, "No owner for `\(part.text)`; name one system.")
    case .list:
      report(
        entry.valuePosition,
        "Two owners for `\(part.text)`: every field has one; split it with `{by: deal.entity, …}`, or name one system."
      )
    case .scalar(let name):
      if let owner = readable(name, at: entry.value.position, for: part, plan: plan) {
        return ReadOwner(part: part, position: entry.value.position, model: .system(owner))
      }
    case .mapping(let order):
      return split(entry, order, of: part, plan: plan)
    }
    return nil
  }

  /// A system that can own the part.
  private mutating func readable(
    _ name: String, at position: Position, for part: OwnedPart, plan: SystemsPlan
  ) -> SystemName? {
    guard let system = system(name, at: position, in: plan) else { return nil }
    if let schema = system.schema, part == .domain(.commercial), !schema.listsDeals {
      report(
        position,
        "`\(name)` cannot own `commercial`: a \(schema.kind) system does not keep the deals.")
      return nil
    }
    if let schema = system.schema, schema.records.isDisjoint(with: part.kinds) {
      let reads = schema.records.sorted().map(\.rawValue).joined(separator: ", ")
      report(
        position,
        "`\(name)` cannot own `\(part.text)`: a \(schema.kind) system reads \(reads.isEmpty ? "no records" : reads)."
      )
      return nil
    }
    return system.name
  }

  // MARK: - Splits

  private mutating func split(
    _ entry: ConfigurationNode.Entry, _ order: [ConfigurationNode.Entry], of part: OwnedPart,
    plan: SystemsPlan
  ) -> ReadOwner? {
    guard let byEntry = order.first(where: { $0.key == "by" }) else {
      report(
        entry.valuePosition,
        "The split of `\(part.text)` does not say by what; begin with `by: deal.entity`.")
      return nil
    }
    guard let byText = text(byEntry), let by = field(byText, at: byEntry.valuePosition) else {
      return nil
    }
    if part == .domain(.commercial) {
      report(
        entry.valuePosition,
        "`commercial` cannot be split: the field that would decide is commercial itself.")
      return nil
    }
    if by.known?.domain != .commercial || by.known?.type != .text {
      report(
        byEntry.valuePosition,
        "A split is decided by a commercial field of words, such as `deal.entity`; `\(by)` is none."
      )
      return nil
    }
    let declared = order.first { $0.key == "of" }.map { distinct(texts($0), under: "of") }
    var owner = ReadOwner(part: part, position: entry.valuePosition, model: .split(by: by, [:]))
    owner.declared = declared
    var owners: [String: SystemName] = [:]
    for entry in order where entry.key != "by" && entry.key != "of" {
      owner.values.append((entry.key, entry.keyPosition))
      guard let name = entry.value.scalar else {
        let wrong = if case .list = entry.value.content { "two owners" } else { "no owner" }
        report(
          entry.valuePosition,
          "The split of `\(part.text)` has \(wrong) for \(quoted(entry.key)); name one system.")
        continue
      }
      owners[entry.key] = readable(name, at: entry.value.position, for: part, plan: plan)
    }
    if owner.values.isEmpty {
      report(entry.valuePosition, "The split of `\(part.text)` names no owner; add `US: <system>`.")
    }
    owner.model = .split(by: by, owners)
    return owner
  }

  /// Total and disjoint: every value of the deciding field has one owner.
  ///
  /// The values are those that the split lists under `of`, else `entities`, else all that any
  /// split by the same field names.
  private mutating func checkSplits(_ owners: [ReadOwner], entities: [String]?) {
    var named: [FieldName: [String]] = [:]
    for owner in owners {
      guard case .split(let by, _) = owner.model else { continue }
      for (value, _) in owner.values where named[by]?.contains(value) != true {
        named[by, default: []].append(value)
      }
    }
    for owner in owners {
      guard case .split(let by, _) = owner.model else { continue }
      checkDisjoint(owner)
      let declared = owner.declared ?? (by == .entity ? entities : nil)
      let values = declared ?? named[by] ?? []
      let missing = values.filter { value in !owner.values.contains { $0.value == value } }
      if !missing.isEmpty, !owner.values.isEmpty {
        report(
          owner.position,
          "The split of `\(owner.part.text)` is not total: it names no owner for \(missing.map(quoted).joined(separator: ", ")). Add `\(VisibleText(missing[0])): <system>`."
        )
      }
      guard declared != nil else { continue }
      for (value, position) in owner.values where !values.contains(value) {
        let hint = hint(for: value, among: values)
        report(position, "\(quoted(value)) is no value of `\(by)`; \(hint)\(stop(hint))")
      }
    }
  }

  private mutating func checkDisjoint(_ owner: ReadOwner) {
    var seen: [String: String] = [:]
    for (value, position) in owner.values {
      let plain = value.lowercased().filter { !$0.isWhitespace }
      if let other = seen[plain] {
        report(
          position,
          "The split of `\(owner.part.text)` is not disjoint: \(quoted(value)) and \(quoted(other)) differ in case or spaces alone. Keep one."
        )
      }
      seen[plain] = value
    }
  }

  /// The deciding field must have one owner itself, or nobody could decide.
  private mutating func checkDecidingField(_ owner: ReadOwner, _ ownership: OwnershipPlan) {
    guard case .split(let by, _) = owner.model,
      case .split? = ownership.model.owner(of: by)
    else { return }
    report(
      owner.position,
      "The split of `\(owner.part.text)` is decided by `\(by)`, which is split itself; give that one owner."
    )
  }

  private mutating func distinct(
    _ texts: [(text: String, position: Position)], under key: String
  ) -> [String] {
    var values: [String] = []
    for (text, position) in texts {
      if values.contains(text) {
        report(position, "`\(key)` lists \(quoted(text)) twice; keep one.")
      } else {
        values.append(text)
      }
    }
    return values
  }
}

/// An owner as read.
private struct ReadOwner {
  let part: OwnedPart
  let position: Position
  var model: Ownership.Owner
  /// The values that a split names, with their places.
  var values: [(value: String, position: Position)] = []
  /// The values that a split lists under `of`.
  var declared: [String]?
}
