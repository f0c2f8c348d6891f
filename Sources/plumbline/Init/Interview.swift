import AdapterKit
import CompanyConfiguration
import DealModel
import TruthEngine

/// Asks what a configuration needs, and draws one up. Everything about a kind of system comes from
/// its schema and its adapter: a new kind needs no change here.
struct Interview: Sendable {
  let prompter: Prompter
  let probing: Probing
  let schemas: [SettingsSchema]

  /// Asks everything.
  ///
  /// - Throws: ``Prompter/EndOfAnswers``.
  func draft() async throws -> ConfigurationDraft {
    let company = try await prompter.require("Company")
    let pattern = try await pattern()
    let systems = try await systems(pattern: pattern)
    let origin = try await origin(among: systems)
    let ownership = try await ownership(systems, origin: origin)
    let comparisons = try await comparisons(systems, ownership: ownership, origin: origin)
    let due = try await linkDue(ownership)
    return ConfigurationDraft(
      company: company, pattern: pattern, origin: origin, systems: systems.map(\.configured),
      ownership: ownership, comparisons: comparisons, linkDue: due)
  }

  /// A system as answered, with the properties that were found there.
  struct AnsweredSystem: Sendable {
    var configured: ConfiguredSystem
    var schema: SettingsSchema
    var properties: [PropertyDescription]
  }

  // MARK: The shared ID

  private func pattern() async throws -> String {
    let example = try await prompter.require("A deal ID as an example, such as BW-10001")
    let suggestion = PatternSuggestion.pattern(for: example)
    return try await prompter.ask("What every ID looks like", default: suggestion) { answer in
      do throws(DealIDPatternError) {
        guard try DealIDPattern(answer).matches(example) else {
          return .failure(.init("\(example) does not fit that."))
        }
        return .success(answer)
      } catch {
        return .failure(.init("At its character \(error.column): \(error.message)"))
      }
    }
  }

  // MARK: Systems

  private func systems(pattern: String) async throws -> [AnsweredSystem] {
    prompter.say("\nThe systems. Kinds:")
    for schema in schemas { prompter.say("  \(schema.kind): \(schema.summary)") }
    var systems: [AnsweredSystem] = []
    while true {
      let schema = try await kind(isFirst: systems.isEmpty)
      guard let schema else {
        if systems.contains(where: { $0.schema.listsDeals }) { return systems }
        prompter.say("  No system so far can list the deals; add one that can.")
        continue
      }
      let taken = systems.map(\.configured.name.text)
      systems.append(try await system(of: schema, taken: taken, pattern: pattern))
    }
  }

  private func kind(isFirst: Bool) async throws -> SettingsSchema? {
    let question = isFirst ? "Kind of the first system" : "Kind of the next system, or done"
    let known = schemas.map(\.kind)
    return try await prompter.ask(question, default: isFirst ? nil : "done") { answer in
      if answer == "done" { return .success(nil) }
      guard let schema = schemas.first(where: { $0.kind == answer }) else {
        let near = answer.nearest(among: known).map { " Did you mean \($0)?" } ?? ""
        return .failure(.init("One of: \(known.joined(separator: ", ")).\(near)"))
      }
      return .success(schema)
    }
  }

  private func system(
    of schema: SettingsSchema, taken: [String], pattern: String
  ) async throws -> AnsweredSystem {
    let name = try await name(of: schema, taken: taken)
    var system = ConfiguredSystem(
      name: SystemName(name), kind: schema.kind, link: "", steward: "", failureMode: "",
      limits: FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400)))
    var found = Probing.Found()
    repeat {
      system.settings = try await settings(of: schema, name: name, present: system.settings)
      found = try await probe(system, pattern: pattern)
    } while found.isUnusable
    system.link = try await link(of: schema, name: name, found.properties)
    system.steward = try await prompter.require(
      "\(name): who owns the integration after go-live (name and address)")
    system.failureMode = try await prompter.require(
      "\(name): what was agreed to happen in 24 hours of failure")
    system.limits = try await limits(name, FailureMode(system.failureMode))
    complain(of: system, pattern: pattern)
    return AnsweredSystem(configured: system, schema: schema, properties: found.properties)
  }

  private func name(of schema: SettingsSchema, taken: [String]) async throws -> String {
    let job =
      schema.listsDeals
      ? "crm"
      : schema.records.contains(.invoices)
        ? "erp" : schema.records.contains(.milestones) ? "pm" : schema.kind
    let free =
      taken.contains(job)
      ? (2...99).lazy.map { "\(job)\($0)" }.first { !taken.contains($0) } ?? job : job
    return try await prompter.ask("Its name", default: free) { answer in
      let isName =
        !answer.isEmpty && answer.utf8.count <= 64
        && answer.utf8.allSatisfy { byte in
          byte == 0x5F || byte == 0x2D || (0x30...0x39).contains(byte)
            || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
      guard isName else { return .failure(.init("Letters, digits, _ and - make a name.")) }
      guard !taken.contains(answer) else { return .failure(.init("\(answer) is taken.")) }
      return .success(answer)
    }
  }

  // MARK: Settings

  private func settings(
    of schema: SettingsSchema, name: String, present: SystemSettings
  ) async throws -> SystemSettings {
    var settings = present
    for key in schema.keys where key.isRequired && settings.values[key.name] == nil {
      settings.values[key.name] = try await prompter.ask("\(name): \(Self.question(key))") {
        SettingAnswer.value($0, of: key.type)
      }
    }
    let optional = schema.keys.filter { !$0.isRequired }
    guard !optional.isEmpty else { return settings }
    prompter.say("  Further settings, as needed: KEY VALUE; an empty line goes on.")
    // Listed once: whoever is asked again has seen them.
    if present.values.isEmpty {
      for key in optional { prompter.say("    \(Self.question(key))") }
    }
    while true {
      let answer = try await prompter.ask("\(name)")
      if answer.isEmpty { return settings }
      let word = String(answer.prefix { !$0.isWhitespace && $0 != ":" })
      let rest = Prompter.trimmed(String(answer.dropFirst(word.count).drop { $0 == ":" }))
      guard let key = schema.keys.first(where: { $0.name == word }) else {
        let near = word.nearest(among: schema.keys.map(\.name)).map { " Did you mean \($0)?" } ?? ""
        prompter.say("  There is no setting \(word).\(near)")
        continue
      }
      switch SettingAnswer.value(rest, of: key.type) {
      case .success(let value): settings.values[key.name] = value
      case .failure(let refusal): prompter.say("  \(refusal.words)")
      }
    }
  }

  private static func question(_ key: SettingsSchema.Key) -> String {
    // A word in capitals stays one: OAuth, URL.
    let isWord = key.summary.dropFirst().first?.isLowercase ?? false
    let summary =
      isWord ? key.summary.prefix(1).lowercased() + key.summary.dropFirst() : key.summary
    let hint = if case .secret = key.type { " (env NAME, file PATH or command …)" } else { "" }
    return "\(key.name), \(summary)\(hint)"
  }

  private func probe(_ system: ConfiguredSystem, pattern: String) async throws -> Probing.Found {
    if let fault = probing.fault(of: system, pattern: pattern) {
      prompter.say("  \(fault)")
      return Probing.Found(isUnusable: true)
    }
    guard try await prompter.confirm("Ask \(system.name) now (reads only)", default: true) else {
      return Probing.Found()
    }
    let found = await probing.ask(system, pattern: pattern)
    prompter.say("  \(found.words)")
    return found
  }

  private func link(
    of schema: SettingsSchema, name: String, _ properties: [PropertyDescription]
  ) async throws -> String {
    let candidates = LinkCandidates(properties).ranked
    if !candidates.isEmpty {
      prompter.say("  Properties there that may bear the deal ID:")
      for property in candidates.prefix(8) {
        let unique = property.isUnique == true ? ", unique" : ""
        prompter.say("    \(property.name) (\(property.label)\(unique))")
      }
    }
    return try await prompter.require(
      "\(name): the property that bears the deal ID", default: candidates.first?.name)
  }

  private func limits(_ name: String, _ mode: FailureMode) async throws -> FreshnessLimits {
    let promised = mode.usableFor.map { $0.components.seconds / 60 }
    let usual = promised.map { $0 % 60 == 0 ? "\($0 / 60)h" : "\($0)m" } ?? "24h"
    let expire = try await prompter.ask(
      "\(name): for how long its last readings may be used while it is gone", default: usual
    ) { answer in
      guard let duration = SettingAnswer.duration(answer), duration > .seconds(120) else {
        return Result<Duration, Prompter.Refusal>.failure(
          .init("More than two minutes, such as 2h or 24h."))
      }
      return .success(duration)
    }
    return FreshnessLimits(freshFor: .seconds(120), expireAfter: expire)
  }

  /// Says at once what `doctor` would say of these answers.
  private func complain(of system: ConfiguredSystem, pattern: String) {
    let company = CompanyModel(
      company: "", sharedID: SharedID(origin: system.name, pattern: pattern), systems: [system],
      ownership: Ownership(domains: [:]))
    for answer in company.questions() {
      if let fault = answer.fault { prompter.say("  Note: \(fault)") }
    }
  }

  // MARK: Who owns what

  private func origin(among systems: [AnsweredSystem]) async throws -> SystemName {
    let possible = systems.filter { $0.schema.listsDeals }.map(\.configured.name)
    guard let first = possible.first, possible.count > 1 else {
      let only = possible.first ?? ""
      prompter.say("\nDeals and their IDs originate in \(only).")
      return only
    }
    return try await choice("\nWhere deals and their IDs originate", possible, default: first)
  }

  private func ownership(
    _ systems: [AnsweredSystem], origin: SystemName
  ) async throws -> Ownership {
    prompter.say(
      "\nWho owns what. One owner for each part; `split` names one per part of the deals.")
    var domains: [Domain: Ownership.Owner] = [:]
    for domain in Domain.allCases {
      let possible = systems.filter { system in
        system.schema.records.contains { $0.domain == domain }
          && (domain != .commercial || system.schema.listsDeals)
      }.map(\.configured.name)
      if possible.isEmpty { continue }
      domains[domain] = try await owner(of: domain, possible, origin: origin)
    }
    return Ownership(domains: domains)
  }

  private func owner(
    of domain: Domain, _ possible: [SystemName], origin: SystemName
  ) async throws -> Ownership.Owner? {
    let isCommercial = domain == .commercial
    let usual =
      isCommercial
      ? (possible.contains(origin) ? origin : possible[0]).text
      : possible.count == 1 ? possible[0].text : "split"
    var words = possible.map(\.text)
    if !isCommercial { words += (possible.count > 1 ? ["split"] : []) + ["none"] }
    let answer = try await prompter.ask(
      "\(domain.rawValue) (\(words.joined(separator: ", ")))", default: usual
    ) { answer in
      words.contains(answer)
        ? Result<String, Prompter.Refusal>.success(answer)
        : .failure(.init("One of: \(words.joined(separator: ", "))."))
    }
    switch answer {
    case "none": return nil
    case "split": return try await split(possible)
    default: return .system(SystemName(answer))
    }
  }

  private func split(_ possible: [SystemName]) async throws -> Ownership.Owner {
    let fields = FieldName.catalog.filter { $0.domain == .commercial && $0.type == .text }
      .map(\.name.text)
    let field = try await prompter.ask(
      "  By which field", default: FieldName.entity.text
    ) { answer in
      fields.contains(answer)
        ? Result<String, Prompter.Refusal>.success(answer)
        : .failure(.init("One of: \(fields.joined(separator: ", "))."))
    }
    let values = try await prompter.ask("  Its values, separated by commas (US, UK, DE)") {
      answer in
      let values = answer.split(separator: ",").map { Prompter.trimmed(String($0)) }
      guard !values.isEmpty, !values.contains(""), Set(values).count == values.count else {
        return Result<[String], Prompter.Refusal>.failure(.init("Each value once, none empty."))
      }
      return .success(values)
    }
    var parts: [String: SystemName] = [:]
    for value in values {
      parts[value] = try await choice("  \(value) is owned by", possible, default: possible[0])
    }
    return .split(by: FieldName(field), parts)
  }

  private func choice(
    _ question: String, _ names: [SystemName], default standard: SystemName
  ) async throws -> SystemName {
    try await prompter.ask(question, default: standard.text) { answer in
      names.contains(SystemName(answer))
        ? Result<SystemName, Prompter.Refusal>.success(SystemName(answer))
        : .failure(.init("One of: \(names.map(\.text).joined(separator: ", "))."))
    }
  }

  // MARK: Copies and due links

  private func comparisons(
    _ systems: [AnsweredSystem], ownership: Ownership, origin: SystemName
  ) async throws -> [Comparison] {
    prompter.say("\nCopies that are compared with the owner's value; an empty answer is none.")
    var comparisons: [Comparison] = []
    for field in [FieldName.invoiced, .value] {
      guard let owner = ownership.owner(of: field) else { continue }
      for system in systems
      where system.schema.records.contains(.deals)
        && !owner.systems.contains(system.configured.name)
      {
        let name = system.configured.name
        let numbers = system.properties.filter { $0.content == .number && $0.isCustom }
        if !numbers.isEmpty {
          let list = numbers.prefix(8).map { "\($0.name) (\($0.label))" }
          prompter.say("  Numbers in \(name): \(list.joined(separator: ", "))")
        }
        let property = try await prompter.ask("\(field) as copied in \(name), the property")
        guard !property.isEmpty else { continue }
        guard !property.contains(where: \.isWhitespace) else {
          prompter.say("  A property's name holds no spaces; add it under `compare` afterwards.")
          continue
        }
        comparisons.append(
          Comparison(
            field: field, echoSystem: name, echoProperty: property,
            tolerance: ExactDecimal("0.01") ?? .zero))
      }
    }
    return comparisons
  }

  private func linkDue(_ ownership: Ownership) async throws -> [Domain: [String]] {
    var due: [Domain: [String]] = [:]
    for domain in [Domain.financial, .delivery] where ownership.domains[domain] != nil {
      let answer = try await prompter.ask(
        "Stages at which a deal must have \(domain.rawValue) records, separated by commas")
      let stages = answer.split(separator: ",").map { Prompter.trimmed(String($0)) }
        .filter { !$0.isEmpty }
      if !stages.isEmpty { due[domain] = stages }
    }
    return due
  }
}
