public import DealModel

extension CompanyModel {
  /// Who owns each field of the catalog, one plain sentence per field, in the catalog's order.
  ///
  /// `deal.value is owned by crm (hubspot); steward Dana Reyes.`, and a split spelled out:
  /// `rollup.invoiced is owned by erp_us (netsuite) for US and by erp_eu (netsuite) for DE and UK,
  /// by deal.entity; stewards Hannah Cole and Katrin Ahlers.` An echo that is compared is named.
  public func ownershipSentences() -> [String] {
    FieldName.catalog.map { ownershipSentence(of: $0.name) }
  }

  /// Who owns one field, in a plain sentence.
  public func ownershipSentence(of field: FieldName) -> String {
    guard let owner = ownership.owner(of: field) else {
      let domain = field.known.map { "the \($0.domain.rawValue) domain" } ?? "it"
      return "\(field) has no owner: no system is read for \(domain)."
    }
    var sentence = "\(field) is owned by \(phrase(owner))"
    let people = stewards(of: owner.systems)
    if !people.isEmpty {
      sentence += "; \(people.count == 1 ? "steward" : "stewards") \(enumerated(people))"
    }
    let echoes = comparisons.filter { $0.field == field }
      .map { "\($0.echoSystem).\($0.echoProperty)" }
    if !echoes.isEmpty { sentence += "; compared with \(enumerated(echoes))" }
    return sentence + "."
  }

  private func phrase(_ owner: Ownership.Owner) -> String {
    switch owner {
    case .system(let name): return named(name)
    case .split(let by, let parts):
      let order = systems.map(\.name).filter { Set(parts.values).contains($0) }
      let phrases = order.map { name in
        let values = parts.filter { $0.value == name }.keys.sorted()
        return "\(named(name)) for \(enumerated(values))"
      }
      return enumerated(phrases, joiner: "and by") + ", by \(by)"
    }
  }

  private func named(_ name: SystemName) -> String {
    system(name).map { "\(name) (\($0.kind))" } ?? name.text
  }

  /// The stewards' names without their addresses, each once, in the order of the systems.
  private func stewards(of names: [SystemName]) -> [String] {
    var people: [String] = []
    for system in systems where names.contains(system.name) {
      var person = system.steward.prefix { $0 != "<" }
      while person.last?.isWhitespace == true { person.removeLast() }
      let name = person.isEmpty ? system.steward : String(person)
      if !people.contains(name) { people.append(name) }
    }
    return people
  }

  private func enumerated(_ words: [String], joiner: String = "and") -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(joiner) " + last
  }
}
