import DealModel

extension Explainer {
  /// Who owns a field of this deal and why, in one sentence.
  func ownership(of field: FieldName, _ keys: [SectionKey]) -> String {
    let title = field.known?.title ?? field.text
    guard let owner = company.ownership.owner(of: field) else {
      return "No system owns \(title): the configuration names none."
    }
    let computed = computed(field, keys)
    switch owner {
    case .system(let name): return "\(name) owns \(title)\(steward(of: name))\(computed)."
    case .split(let by, _):
      let deciding = by.known?.title ?? by.text
      guard let system = decided(field, keys) else {
        return "It is not known who owns \(title): \(deciding) decides, and "
          + undecided(assessment.fields[by]?.answer ?? .notAsked)
      }
      let value = assessment.fields[by]?.answer.value?.description ?? "so"
      return "\(system) owns \(title), because \(deciding) is \(value)\(steward(of: system))"
        + "\(computed)."
    }
  }

  /// Who owns a record, in one sentence.
  func ownership(of record: Record) -> String {
    let reference = record.reference
    let kind = record.kindTitle
    if assessment.owners[reference.kind] == reference.system {
      return "\(reference.system) owns the \(reference.kind.rawValue) of this deal, this \(kind) "
        + "among them\(steward(of: reference.system))."
    }
    return "\(reference.system) holds this \(kind) and does not own the "
      + "\(reference.kind.rawValue) of this deal: it is only compared."
  }

  private func decided(_ field: FieldName, _ keys: [SectionKey]) -> SystemName? {
    let owners = assessor.owners(for: dossier)
    return owners.owner(of: field).value
  }

  private func undecided(_ answer: Answer<FieldValue>) -> String {
    switch answer {
    case .value(let value): "the split names no owner for \(value)."
    case .none: "the deal has none."
    case .notAsked: "it has not been read."
    case .unavailable(let error): "it cannot be read: \(error.message)"
    }
  }

  private func steward(of name: SystemName) -> String {
    let steward = company.system(name)?.steward ?? ""
    return steward.isEmpty ? "" : "; its steward is \(steward)"
  }

  /// What a figure is computed from: nobody stores it.
  private func computed(_ field: FieldName, _ keys: [SectionKey]) -> String {
    guard Rollup.formula(of: field) != nil, !keys.isEmpty else { return "" }
    let parts = keys.map { "the \($0.kind.rawValue) of \($0.system)" }
    let list =
      parts.count > 1
      ? parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "") : parts[0]
    return "; it is computed here from \(list)"
  }
}
