import DealModel

/// The systems that the file names, whole or not: a name is known even when its settings are wrong.
struct SystemsPlan {
  var systems: [PlannedSystem] = []

  var names: [String] { systems.map(\.name.text) }

  subscript(name: SystemName) -> PlannedSystem? { systems.first { $0.name == name } }
}

/// One system that the file names.
struct PlannedSystem {
  let name: SystemName
  let position: Position
  /// `nil` when its kind is missing or unknown.
  let schema: SettingsSchema?
  /// `nil` when something of it is wrong.
  let configured: ConfiguredSystem?
}

extension ConfigurationReader {
  private static let commonKeys = [
    "kind", "link", "steward", "failure_mode", "fresh_for", "stale_after", "expire_after",
    "call_deadline", "secret_expires", "retainer_numbers", "ca_file",
  ]

  mutating func systemsPlan(_ top: MappingReader) -> SystemsPlan {
    var plan = SystemsPlan()
    guard let entry = top["systems"] else {
      report(top.position, "The configuration has no `systems`; name at least one system.")
      return plan
    }
    guard
      let systems = mapping(entry.value, of: "`systems`", keys: nil, at: entry.valuePosition)
    else { return plan }
    for entry in systems.order { plan.systems.append(system(entry)) }
    if plan.systems.isEmpty {
      report(entry.keyPosition, "`systems` is empty; name at least one system.")
    }
    return plan
  }

  private mutating func system(_ entry: ConfigurationNode.Entry) -> PlannedSystem {
    let name = SystemName(entry.key)
    let errorsBefore = errors.count
    if !isName(entry.key) {
      report(
        entry.keyPosition,
        "A system's name is made of letters, digits, `_` and `-`: \(quoted(entry.key)) is not.")
    }
    guard case .mapping(let order) = entry.value.content else {
      report(
        entry.valuePosition,
        "System \(quoted(entry.key)) must be a mapping with `kind`, not \(entry.value.kindOfValue)."
      )
      return PlannedSystem(
        name: name, position: entry.keyPosition, schema: nil, configured: nil)
    }
    let schema = schema(order, of: entry)
    // Without its kind, which other keys a system takes is not known.
    let keys = schema.map { Self.commonKeys + $0.keys.map(\.name) }
    guard
      let mapping = mapping(
        entry.value, of: "system \(quoted(entry.key))", keys: keys, at: entry.keyPosition)
    else {
      return PlannedSystem(
        name: name, position: entry.keyPosition, schema: schema, configured: nil)
    }
    let configured = configuredSystem(name, mapping, schema)
    return PlannedSystem(
      name: name, position: entry.keyPosition, schema: schema,
      configured: errors.count == errorsBefore ? configured : nil)
  }

  private mutating func schema(
    _ order: [ConfigurationNode.Entry], of system: ConfigurationNode.Entry
  ) -> SettingsSchema? {
    let known = kinds.map(\.kind)
    guard let entry = order.first(where: { $0.key == "kind" }) else {
      report(
        system.keyPosition,
        "System \(quoted(system.key)) has no `kind`; one of: \(known.joined(separator: ", ")).")
      return nil
    }
    guard let kind = text(entry) else { return nil }
    guard let schema = kinds.first(where: { $0.kind == kind }) else {
      let hint = hint(for: kind, among: known)
      report(entry.valuePosition, "Unknown kind \(quoted(kind)); \(hint)\(stop(hint))")
      return nil
    }
    return schema
  }

  private mutating func configuredSystem(
    _ name: SystemName, _ mapping: MappingReader, _ schema: SettingsSchema?
  ) -> ConfiguredSystem? {
    // A kind that only reports flows holds no records that could bear the ID.
    let link =
      schema?.records.isEmpty == true
      ? linkOfFlows(mapping)
      : requiredText("link", in: mapping, mend: "name the property that bears the deal ID there")
    let steward = requiredText(
      "steward", in: mapping, mend: "name the person accountable for this integration")
    let failureMode = requiredText(
      "failure_mode", in: mapping, mend: "say what was agreed to happen while it is gone")
    let limits = limits(mapping)
    let deadline = duration("call_deadline", in: mapping)
    if let deadline, deadline > .seconds(600), let entry = mapping["call_deadline"] {
      report(entry.valuePosition, "`call_deadline` is at most 10m.")
    }
    let secretExpires = day("secret_expires", in: mapping)
    let retainerNumbers = retainerNumbers(mapping)
    guard let schema else { return nil }
    let caFile = caFile(mapping, schema)
    let settings = settings(mapping, schema)
    guard let link, let steward, let failureMode, let limits else { return nil }
    return ConfiguredSystem(
      name: name, kind: schema.kind, link: link, steward: steward, failureMode: failureMode,
      limits: limits, callDeadline: deadline ?? .seconds(20),
      secretExpires: secretExpires, retainerNumbers: retainerNumbers,
      caFile: caFile, settings: settings)
  }

  /// The certificates of a company that signs its own: for kinds that are asked at an address.
  private mutating func caFile(_ mapping: MappingReader, _ schema: SettingsSchema) -> String? {
    guard let entry = mapping["ca_file"] else { return nil }
    guard schema.keys.contains(where: { $0.type == .url }) else {
      report(
        entry.keyPosition,
        "`ca_file` means nothing here: systems of kind \(schema.kind) are not asked over HTTPS.")
      return nil
    }
    guard let path = text(entry) else { return nil }
    guard !path.isEmpty, !path.utf8.contains(0) else {
      report(entry.valuePosition, "`ca_file` takes the path of a PEM file with certificates.")
      return nil
    }
    return resolved(path, of: "`ca_file`", at: entry.valuePosition)
  }

  private mutating func linkOfFlows(_ mapping: MappingReader) -> String {
    if let entry = mapping["link"] {
      report(
        entry.keyPosition,
        "\(capitalized(mapping.name)) runs flows and holds no records; leave `link` out.")
    }
    return ""
  }

  private mutating func retainerNumbers(_ mapping: MappingReader) -> [String] {
    guard let entry = mapping["retainer_numbers"] else { return [] }
    return texts(entry).compactMap { text, position in
      if !text.isEmpty { return text }
      report(
        position,
        "`retainer_numbers` has an empty beginning, which every number has; write one such as DEP-."
      )
      return nil
    }
  }

  private mutating func limits(_ mapping: MappingReader) -> FreshnessLimits? {
    let errorsBefore = errors.count
    let fresh = duration("fresh_for", in: mapping) ?? .seconds(120)
    let stale = duration("stale_after", in: mapping)
    let expire = duration("expire_after", in: mapping) ?? .seconds(86_400)
    guard errors.count == errorsBefore else { return nil }
    if let stale, stale <= fresh, let entry = mapping["stale_after"] {
      report(entry.valuePosition, "`stale_after` must be longer than `fresh_for`.")
    }
    if expire <= max(fresh, stale ?? fresh) {
      let entry = mapping["expire_after"] ?? mapping["stale_after"] ?? mapping["fresh_for"]
      let given =
        mapping["expire_after"] == nil ? "`expire_after` (24h unless given)" : "`expire_after`"
      report(
        entry?.valuePosition ?? mapping.position,
        "\(given) must be longer than `fresh_for` and `stale_after`.")
    }
    return FreshnessLimits(freshFor: fresh, staleAfter: stale, expireAfter: expire)
  }

  private mutating func duration(_ key: String, in mapping: MappingReader) -> Duration? {
    guard let entry = mapping[key], let text = text(entry) else { return nil }
    return duration(text, under: key, at: entry.valuePosition)
  }

  private mutating func day(_ key: String, in mapping: MappingReader) -> CalendarDate? {
    guard let entry = mapping[key], let text = text(entry) else { return nil }
    if let day = CalendarDate(text) { return day }
    report(
      entry.valuePosition,
      "`\(key)` is a day such as 2027-01-31; \(quoted(text)) is none.")
    return nil
  }

  private mutating func settings(
    _ mapping: MappingReader, _ schema: SettingsSchema
  ) -> SystemSettings {
    var settings = SystemSettings()
    for key in schema.keys {
      guard let entry = mapping[key.name] else {
        if key.isRequired {
          report(
            mapping.position,
            "\(capitalized(mapping.name)) has no `\(key.name)`, which \(schema.kind) needs: \(key.summary)."
          )
        }
        continue
      }
      if let value = setting(entry.value, key.type, under: key.name, at: entry.valuePosition) {
        settings.values[key.name] = value
      }
    }
    return settings
  }

  /// The system that a word names; an error when there is none.
  mutating func system(
    _ text: String, at position: Position, in plan: SystemsPlan
  ) -> PlannedSystem? {
    if let system = plan[SystemName(text)] { return system }
    let hint = hint(for: text, among: plan.names)
    report(position, "Unknown system \(quoted(text)); \(hint)\(stop(hint))")
    return nil
  }

  func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
