import DealModel

/// The origin's deals as a comparison of links needs them: columns, no whole records.
///
/// A deal takes its ID, its record's ID and name, and a few bytes; what decides whom to ask is
/// shared by all deals of one stage and entity, and addresses by all deals of one form.
struct DealRoster: Sendable {
  /// What decides which records are due for a deal and who owns them.
  struct Traits: Hashable, Sendable {
    var fields: [FieldName: Answer<FieldValue>]

    /// The stage by label and by ID, as far as they are known.
    var stages: [String] {
      [FieldName.stage, .stageID].compactMap { fields[$0]?.value?.description }
    }
  }

  private let decidingFields: [FieldName]
  private(set) var ids: [DealID] = []
  private(set) var places: [DealID: Int] = [:]
  private(set) var traits: [Traits] = []
  private var traitNumbers: [Traits: UInt32] = [:]
  private var traitOfDeal: [UInt32] = []
  private var ages: [StageAge?] = []
  private var records: [String] = []
  private var numbers: [String] = []
  private var addresses: [Address] = []
  private var forms: [String] = []
  private var formNumbers: [String: UInt32] = [:]
  /// ID → every record that bears it, where several do.
  private(set) var duplicates: [DealID: [Link]] = [:]
  private let origin: SystemName

  /// An address, as a form that many share and the record's ID behind it.
  private enum Address: Hashable, Sendable {
    case none
    case whole(UInt32)
    case beforeID(UInt32)
  }

  /// - Parameter company: Its ownership says which fields decide.
  init(of company: CompanyModel) {
    origin = company.sharedID.origin
    let owners = Array(company.ownership.domains.values) + Array(company.ownership.fields.values)
    let split = owners.compactMap { owner -> FieldName? in
      if case .split(let field, _) = owner { field } else { nil }
    }
    decidingFields = Set(split + [.stage, .stageID]).sorted()
  }

  /// How many deals there are, each ID once.
  var count: Int { ids.count }

  /// Enters a deal; one that bears an ID already entered is a duplicate of it.
  mutating func enter(_ link: Link) {
    guard let id = link.dealID else { return }
    if let place = places[id] {
      guard records[place] != link.reference.id else { return }
      var bearers = duplicates[id] ?? [self.link(at: place)]
      guard !bearers.contains(where: { $0.reference == link.reference }) else { return }
      bearers.append(Self.bare(link))
      duplicates[id] = bearers
      return
    }
    places[id] = ids.count
    ids.append(id)
    records.append(link.reference.id)
    numbers.append(link.number)
    addresses.append(address(of: link))
    ages.append(
      StageAge(fields: link.fields, createdAt: link.createdAt, modifiedAt: link.modifiedAt))
    traitOfDeal.append(traitNumber(of: link))
  }

  /// Forgets that several records bear an ID.
  mutating func settle(_ id: DealID) { duplicates[id] = nil }

  func traitNumber(at place: Int) -> Int { Int(traitOfDeal[place]) }
  func age(at place: Int) -> StageAge? { ages[place] }

  /// Where a person opens the deal.
  func url(at place: Int) -> String? {
    switch addresses[place] {
    case .none: nil
    case .whole(let form): forms[Int(form)]
    case .beforeID(let form): forms[Int(form)] + records[place]
    }
  }

  private func link(at place: Int) -> Link {
    Link(
      reference: RecordReference(system: origin, kind: .deals, id: records[place]),
      number: numbers[place], dealID: ids[place], url: url(at: place))
  }

  private static func bare(_ link: Link) -> Link {
    Link(reference: link.reference, number: link.number, dealID: link.dealID, url: link.url)
  }

  private mutating func traitNumber(of link: Link) -> UInt32 {
    var fields: [FieldName: Answer<FieldValue>] = [:]
    for field in decidingFields { fields[field] = link.fields[field] }
    let found = Traits(fields: fields)
    if let known = traitNumbers[found] { return known }
    let number = UInt32(traits.count)
    traits.append(found)
    traitNumbers[found] = number
    return number
  }

  private mutating func address(of link: Link) -> Address {
    guard let url = link.url else { return .none }
    guard url.hasSuffix(link.reference.id) else { return .whole(form(url)) }
    return .beforeID(form(String(url.dropLast(link.reference.id.count))))
  }

  private mutating func form(_ text: String) -> UInt32 {
    if let known = formNumbers[text] { return known }
    let number = UInt32(forms.count)
    forms.append(text)
    formNumbers[text] = number
    return number
  }
}
