import DealModel

/// What the engine remembers of every deal of the origin: enough to know whom to ask, no more.
///
/// A few bytes a deal besides its ID: deals of one entity and stage share one ``Traits``.
struct DealIndex: Sendable {
  /// What decides whom to ask for a deal, and whether records are due.
  struct Traits: Hashable, Sendable {
    /// Field → its value, for the fields that split ownership. A field that is absent was not
    /// answered.
    var split: [FieldName: String]
    /// The stage by its label; empty when it was not answered.
    var stage: String
  }

  private let splitFields: [FieldName]
  private var traits: [Traits] = []
  private var numbers: [Traits: UInt32] = [:]
  private var deals: [DealID: UInt32] = [:]

  init(_ ownership: Ownership) {
    let owners = Array(ownership.domains.values) + Array(ownership.fields.values)
    let fields = owners.compactMap { owner -> FieldName? in
      if case .split(let field, _) = owner { field } else { nil }
    }
    splitFields = Set(fields).sorted()
  }

  /// How many deals there are.
  var count: Int { deals.count }
  /// Every ID, in no order.
  var ids: some Collection<DealID> { deals.keys }

  /// Whether the origin knows the deal.
  func contains(_ id: DealID) -> Bool { deals[id] != nil }

  /// What is known of the deal; `nil` when the origin does not know it.
  subscript(id: DealID) -> Traits? { deals[id].map { traits[Int($0)] } }

  /// Enters the deal, or replaces what is known of it.
  mutating func note(_ record: Record) {
    guard case .deal(let fields) = record.content else { return }
    var split: [FieldName: String] = [:]
    for field in splitFields { split[field] = fields[field]?.value?.description }
    let found = Traits(split: split, stage: fields[.stage]?.value?.description ?? "")
    let number: UInt32
    if let known = numbers[found] {
      number = known
    } else {
      number = UInt32(traits.count)
      traits.append(found)
      numbers[found] = number
    }
    deals[record.dealID] = number
  }

  /// The origin no longer knows the deal.
  mutating func remove(_ id: DealID) { deals[id] = nil }
}
