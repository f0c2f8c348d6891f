import DealModel

/// Who owns what of one deal: the configured ownership with its splits decided.
struct DealOwners {
  private let company: CompanyModel
  private let decidingField: (FieldName) -> Answer<FieldValue>

  /// - Parameter decidingField: The value of a field in the origin's record of the deal.
  init(company: CompanyModel, decidingField: @escaping (FieldName) -> Answer<FieldValue>) {
    self.company = company
    self.decidingField = decidingField
  }

  /// The owner of a field for this deal. `none`: nobody reads it, or the split does not name an
  /// owner for this deal. The other absences are those of the deciding field.
  func owner(of field: FieldName) -> Answer<SystemName> {
    switch company.ownership.owner(of: field) {
    case nil: return .none
    case .system(let name): return .value(name)
    case .split(let decidingName, let parts):
      switch decidingField(decidingName) {
      case .value(let value): return parts[value.description].map { .value($0) } ?? .none
      case .none: return .none
      case .notAsked: return .notAsked
      case .unavailable(let error): return .unavailable(error)
      }
    }
  }

  /// The owner of a kind of record for this deal; see ``owner(of:)``.
  func owner(ofRecords kind: RecordKind) -> Answer<SystemName> {
    kind.recordsField.map { owner(of: $0) } ?? owner(ofDomain: .commercial)
  }

  /// The owner of a domain for this deal; see ``owner(of:)``.
  func owner(ofDomain domain: Domain) -> Answer<SystemName> {
    guard let field = FieldName.catalog.first(where: { $0.domain == domain })?.name else {
      return .none
    }
    // Any field of the domain without an override of its own stands for the domain.
    let plain = FieldName.catalog.first {
      $0.domain == domain && company.ownership.fields[$0.name] == nil
    }
    return owner(of: plain?.name ?? field)
  }
}

extension RecordKind {
  /// The field of the catalog that stands for all records of this kind; `nil` for deals, whose
  /// fields have owners of their own.
  var recordsField: FieldName? {
    switch self {
    case .deals: nil
    case .invoices: .invoices
    case .costs: .costs
    case .milestones: .milestones
    case .hours: .hours
    case .tickets: .tickets
    }
  }
}

extension Answer {
  /// Why an input is missing when this is the owner that should give it.
  var missingReason: MissingInput.Reason? {
    switch self {
    case .value: nil
    case .none: .noOwner
    case .notAsked: .notAsked
    case .unavailable(let error): .unavailable(error)
    }
  }
}
