import DealModel

/// The shared ID, echoes, due links and the cost of hours.
extension ConfigurationReader {
  mutating func sharedID(_ top: MappingReader, plan: SystemsPlan) -> SharedID? {
    guard let entry = top["shared_id"] else {
      report(
        top.position,
        "The configuration has no `shared_id`; add `origin` and `pattern` of the deal ID.")
      return nil
    }
    guard
      let mapping = mapping(
        entry.value, of: "`shared_id`", keys: ["origin", "pattern"], at: entry.keyPosition)
    else { return nil }
    let origin = origin(mapping, plan: plan)
    let pattern = requiredText(
      "pattern", in: mapping, mend: "add a regular expression that every deal ID matches")
    if let pattern, let entry = mapping["pattern"] {
      do throws(DealIDPatternError) {
        _ = try DealIDPattern(pattern)
      } catch {
        report(
          entry.valuePosition,
          "The pattern cannot be used, at its character \(error.column): \(error.message)")
        return nil
      }
    }
    guard let origin, let pattern else { return nil }
    return SharedID(origin: origin, pattern: pattern)
  }

  private mutating func origin(_ mapping: MappingReader, plan: SystemsPlan) -> SystemName? {
    if let entry = mapping["origin"], case .list = entry.value.content {
      report(
        entry.valuePosition, "`origin` names exactly one system: a deal ID originates once.")
      return nil
    }
    let name = requiredText(
      "origin", in: mapping, mend: "name the one system in which deals originate")
    guard let name, let entry = mapping["origin"],
      let system = system(name, at: entry.valuePosition, in: plan)
    else { return nil }
    if let schema = system.schema, !schema.listsDeals {
      report(
        entry.valuePosition,
        "`\(name)` cannot be the origin: a \(schema.kind) system cannot list deals.")
      return nil
    }
    return system.name
  }

  // MARK: - Echoes

  mutating func comparisons(
    _ top: MappingReader, plan: SystemsPlan, ownership: OwnershipPlan
  ) -> [Comparison] {
    guard let entry = top["compare"] else { return [] }
    if case .empty = entry.value.content { return [] }
    guard case .list(let elements) = entry.value.content else {
      report(
        entry.valuePosition,
        "`compare` takes a list of `{field: …, echo: system.property}`, not \(entry.value.kindOfValue)."
      )
      return []
    }
    var comparisons: [Comparison] = []
    for element in elements {
      guard let comparison = comparison(element, plan: plan, ownership: ownership) else { continue }
      let isRepeat = comparisons.contains {
        $0.field == comparison.field && $0.echoSystem == comparison.echoSystem
          && $0.echoProperty == comparison.echoProperty
      }
      if isRepeat {
        report(
          element.position,
          "`\(comparison.field)` is compared with this echo already; keep one.")
      }
      comparisons.append(comparison)
    }
    return comparisons
  }

  private mutating func comparison(
    _ element: ConfigurationNode, plan: SystemsPlan, ownership: OwnershipPlan
  ) -> Comparison? {
    let keys = ["field", "echo", "tolerance", "when", "grace"]
    guard let mapping = mapping(element, of: "a comparison", keys: keys) else { return nil }
    let field = comparedField(mapping, ownership: ownership)
    let echo = echo(mapping, plan: plan)
    if let field, let echo, ownership.model.owner(of: field) == .system(echo.system),
      let entry = mapping["echo"]
    {
      report(
        entry.valuePosition,
        "`\(echo.system)` owns `\(field)` itself; an echo is another system's copy.")
    }
    let tolerance = tolerance(mapping, field: field)
    let condition = condition(mapping)
    let grace = grace(mapping)
    guard let field, let echo else { return nil }
    return Comparison(
      field: field, echoSystem: echo.system, echoProperty: echo.property,
      tolerance: tolerance ?? .zero, condition: condition, grace: grace)
  }

  private mutating func grace(_ mapping: MappingReader) -> Duration? {
    guard let entry = mapping["grace"], let text = text(entry) else { return nil }
    return duration(text, under: "grace", at: entry.valuePosition)
  }

  private mutating func comparedField(
    _ mapping: MappingReader, ownership: OwnershipPlan
  ) -> FieldName? {
    let text = requiredText("field", in: mapping, mend: "name the owned field")
    guard let text, let entry = mapping["field"], let field = field(text, at: entry.valuePosition)
    else { return nil }
    if field.known?.type == .records {
      report(
        entry.valuePosition, "`\(field)` is a list of records, which no single echo can repeat.")
      return nil
    }
    if !ownership.speaks(of: field), let domain = field.known?.domain {
      report(
        entry.valuePosition,
        "No owner for `\(field)`: add `\(domain.rawValue): <system>` under `ownership`.")
    }
    return field
  }

  private mutating func echo(
    _ mapping: MappingReader, plan: SystemsPlan
  ) -> (system: SystemName, property: String)? {
    let text = requiredText("echo", in: mapping, mend: "write `system.property`")
    guard let text, let entry = mapping["echo"] else { return nil }
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
      !text.contains(where: \.isWhitespace)
    else {
      report(
        entry.valuePosition,
        "An echo is written `system.property`, such as `crm.invoiced_total`; \(quoted(text)) is not."
      )
      return nil
    }
    guard let system = system(String(parts[0]), at: entry.valuePosition, in: plan) else {
      return nil
    }
    return (system.name, String(parts[1]))
  }

  private mutating func tolerance(_ mapping: MappingReader, field: FieldName?) -> ExactDecimal? {
    guard let entry = mapping["tolerance"], let text = text(entry) else { return nil }
    guard let tolerance = ExactDecimal(text) else {
      report(
        entry.valuePosition, "`tolerance` takes a number such as `0.01`, not \(quoted(text)).")
      return nil
    }
    if tolerance.isNegative {
      report(entry.valuePosition, "`tolerance` cannot be negative; write 0 or more.")
    }
    if !tolerance.isZero, let type = field?.known?.type, type == .text || type == .date {
      report(
        entry.valuePosition,
        "`tolerance` is for money and numbers; words and dates agree or they do not.")
    }
    return tolerance
  }

  private mutating func condition(_ mapping: MappingReader) -> DealQuery? {
    guard let entry = mapping["when"], let text = text(entry) else { return nil }
    do throws(DealQueryError) {
      return try DealQuery(parsing: text)
    } catch {
      report(
        entry.valuePosition,
        "`when` cannot be understood, at its character \(error.column): \(error.message)")
      return nil
    }
  }

  // MARK: - Due links, hours

  mutating func linkDue(
    _ top: MappingReader, plan: SystemsPlan, ownership: OwnershipPlan
  ) -> (stages: [Domain: Set<String>], after: [Domain: Duration]) {
    let domains = Domain.allCases.filter { $0 != .commercial }
    guard let entry = top["link_due"],
      let mapping = mapping(
        entry.value, of: "`link_due`", keys: domains.map(\.rawValue), at: entry.valuePosition)
    else { return ([:], [:]) }
    var due: [Domain: Set<String>] = [:]
    var after: [Domain: Duration] = [:]
    for entry in mapping.order {
      guard let domain = Domain(rawValue: entry.key), domain != .commercial else { continue }
      let stages = dueStages(entry, after: &after[domain])
      if !ownership.mentionedDomains.contains(domain) {
        report(
          entry.keyPosition,
          "No owner for `\(domain.rawValue)`: nobody could be asked; add it under `ownership`.")
      }
      for (stage, position) in stages where !stage.contains(where: { !$0.isWhitespace }) {
        report(position, "A stage's name is empty.")
      }
      due[domain] = Set(stages.map(\.text))
    }
    return (due, after)
  }

  /// A list of stages, or a mapping of `stages` and `after`: how long a deal may stand at one of them
  /// before the lack of records is a fault.
  private mutating func dueStages(
    _ entry: ConfigurationNode.Entry, after: inout Duration?
  ) -> [(text: String, position: Position)] {
    guard case .mapping = entry.value.content else { return texts(entry) }
    let name = "`link_due.\(entry.key)`"
    guard
      let mapping = mapping(
        entry.value, of: name, keys: ["stages", "after"], at: entry.valuePosition)
    else { return [] }
    if let wait = mapping["after"], let text = text(wait) {
      after = duration(text, under: "after", at: wait.valuePosition)
    }
    guard let stages = mapping["stages"] else {
      report(entry.keyPosition, "\(name) names no stages; write `stages: [Won]`.")
      return []
    }
    return texts(stages)
  }

  mutating func hourlyCost(_ top: MappingReader) -> Money? {
    guard let entry = top["hourly_cost"],
      let mapping = mapping(
        entry.value, of: "`hourly_cost`", keys: ["amount", "currency"], at: entry.keyPosition)
    else { return nil }
    let amount = requiredText("amount", in: mapping, mend: "write `amount: 95.00`")
    let currency = requiredText("currency", in: mapping, mend: "write `currency: EUR`")
    var cost: ExactDecimal?
    if let amount, let entry = mapping["amount"] {
      cost = ExactDecimal(amount)
      if cost == nil || cost?.isNegative == true {
        report(
          entry.valuePosition, "`amount` takes a number of at least 0, not \(quoted(amount)).")
        cost = nil
      }
    }
    var unit: Currency?
    if let currency, let entry = mapping["currency"] {
      unit = Currency(code: currency)
      if unit == nil {
        report(
          entry.valuePosition,
          "\(quoted(currency)) is no ISO 4217 currency; write a code such as `EUR`.")
      }
    }
    guard let cost, let unit else { return nil }
    return Money(cost, unit)
  }

  // MARK: - Use

  /// A system that owns nothing, bears no echo and runs no flow would never be asked: a domain
  /// without its owner.
  mutating func checkUse(
    of plan: SystemsPlan, origin: SystemName?, ownership: OwnershipPlan, comparisons: [Comparison],
    flows: [Flow]
  ) {
    // After another error, what is used is not known.
    guard errors.isEmpty else { return }
    var used = Set(comparisons.map(\.echoSystem))
    if let origin { used.insert(origin) }
    used.formUnion(flows.compactMap(\.system))
    for owner in ownership.model.domains.values { used.formUnion(owner.systems) }
    for owner in ownership.model.fields.values { used.formUnion(owner.systems) }
    for system in plan.systems where !used.contains(system.name) {
      let free = Domain.allCases.first { domain in
        !ownership.mentionedDomains.contains(domain)
          && system.schema?.records.contains { $0.domain == domain } == true
      }
      if system.schema?.records.isEmpty == true {
        report(system.position, "No flow runs in `\(system.name)`; name one under `flows`.")
        continue
      }
      let mend =
        free.map { "no owner for `\($0.rawValue)` either: add `\($0.rawValue): \(system.name)`" }
        ?? "name it under `ownership` or `compare`, or leave it out"
      report(system.position, "Nothing is read from `\(system.name)`; \(mend).")
    }
  }
}
