public import DealModel

/// Every deal of the origin as columns of values: the store behind list, filter and sort.
///
/// Copied on write, column by column; no object per row. A deal takes about 120 bytes and its text
/// twice, as it is and folded. Rows are numbered in the order in which they came, and keep their
/// number until ``removeDeals(indexedBefore:)``.
public struct DealTable: Sendable {
  let company: CompanyModel
  let pattern: DealIDPattern?
  /// Commercial fields that the origin owns for every deal: the index may fill them.
  let indexedFields: Set<FieldName>
  private let limits: [FreshnessLimits]
  private let systemCodes: [SystemName: UInt8]

  var texts = TextColumn()
  var folded = TextColumn()
  var rowIndex = RowIndex()
  var nameStates: [TextState] = []
  var companyStates: [TextState] = []
  var stages = WordColumn()
  var stageStates: [UInt8] = []
  var people = WordColumn()
  var entities = WordColumn()
  var values = NumberColumn()
  var invoiced = NumberColumn()
  var margins = NumberColumn()
  var milestones = WordColumn()
  /// Days since 1970; `Int32.max` when there is none.
  var milestoneDues: [Int32] = []
  var assessedFlags: [DealFlags] = []
  var surveyedFlags: [DealFlags] = []
  var indexedFlags: [DealFlags] = []
  var isAssessed: [Bool] = []
  var indexedAt: [Seconds] = []
  var moneyFetchedAt: [Seconds] = []
  var deliveryFetchedAt: [Seconds] = []
  var moneyOwners: [UInt8] = []
  var deliveryOwners: [UInt8] = []
  /// Tells the origin's records of one ID apart; 0 is unknown.
  var originMarks: [UInt32] = []

  /// Systems without a place among the codes.
  static let unknownSystem = UInt8.max

  /// An empty table for one company.
  public init(of company: CompanyModel) {
    self.company = company
    pattern = try? DealIDPattern(company.sharedID.pattern)
    let origin = Ownership.Owner.system(company.sharedID.origin)
    indexedFields = Set(
      FieldName.catalog.map(\.name).filter { company.ownership.owner(of: $0) == origin })
    limits = company.systems.map(\.limits)
    systemCodes = Dictionary(
      company.systems.prefix(Int(Self.unknownSystem)).enumerated().map {
        ($0.element.name, UInt8($0.offset))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// How many deals there are; rows are numbered from 0.
  public var count: Int { texts.count }

  /// The row of a deal; `nil` when the origin never listed it.
  public func row(of id: DealID) -> Int? {
    rowIndex.row(of: TextColumn.limited(Array(id.text.utf8)), in: texts)
  }

  /// The deal of a row.
  public func id(at row: Int) -> DealID { DealID(texts.text(of: .id, row: row)) }

  /// A row as a screen shows it.
  ///
  /// - Parameters:
  ///   - index: 0 ..< ``count``.
  ///   - now: The instant by which readings are fresh or stale.
  public func row(at index: Int, now: Timestamp) -> DealRow {
    let origin = code(of: company.sharedID.origin)
    return DealRow(
      id: id(at: index), name: text(.name, nameStates[index], index),
      company: text(.company, companyStates[index], index), stage: stages.cell(index),
      stageState: StageState(rawValue: stageStates[index]), person: people.cell(index),
      entity: entities.cell(index), value: values.money(index), invoiced: invoiced.money(index),
      marginPercent: margins.number(index), milestone: milestones.cell(index),
      milestoneDue: due(at: index), flags: flags(at: index),
      indexedAt: indexedAt[index].timestamp, moneyFetchedAt: moneyFetchedAt[index].timestamp,
      deliveryFetchedAt: deliveryFetchedAt[index].timestamp,
      indexFreshness: freshness(of: indexedAt[index], from: origin, at: now),
      moneyFreshness: freshness(of: moneyFetchedAt[index], from: moneyOwners[index], at: now),
      deliveryFreshness: freshness(
        of: deliveryFetchedAt[index], from: deliveryOwners[index], at: now))
  }

  /// What deserves a second look about a row.
  public func flags(at row: Int) -> DealFlags {
    assessedFlags[row].union(surveyedFlags[row]).union(indexedFlags[row])
  }

  // MARK: Parts of rows

  func due(at row: Int) -> CalendarDate? {
    milestoneDues[row] == .max ? nil : CalendarDate(daysSinceEpoch: milestoneDues[row])
  }

  func code(of system: SystemName?) -> UInt8 {
    system.flatMap { systemCodes[$0] } ?? Self.unknownSystem
  }

  /// The worst freshness of what has been read of a row; `nil` when nothing has.
  func worstFreshness(at row: Int, now: Timestamp) -> Freshness? {
    let readings = [
      freshness(of: indexedAt[row], from: code(of: company.sharedID.origin), at: now),
      freshness(of: moneyFetchedAt[row], from: moneyOwners[row], at: now),
      freshness(of: deliveryFetchedAt[row], from: deliveryOwners[row], at: now),
    ]
    return readings.filter { $0 != .unavailable }.max()
  }

  private func freshness(of seconds: Seconds, from system: UInt8, at now: Timestamp) -> Freshness {
    guard let fetchedAt = seconds.timestamp, Int(system) < limits.count else {
      return .unavailable
    }
    return limits[Int(system)].freshness(of: fetchedAt, at: now)
  }

  private func text(
    _ segment: TextColumn.Segment, _ state: TextState, _ row: Int
  ) -> DealCell<String> {
    switch state {
    case .known: .value(texts.text(of: segment, row: row))
    case .none: .none
    case .notAsked: .notAsked
    case .unavailable: .unavailable
    }
  }
}

/// Whether a row has a text, or which kind of absence there is.
enum TextState: UInt8, Sendable {
  case known, none, notAsked, unavailable

  init(_ answer: Answer<FieldValue>) {
    self =
      switch answer {
      case .value: .known
      case .none: .none
      case .notAsked: .notAsked
      case .unavailable: .unavailable
      }
  }
}

/// An instant to the second in four bytes, from 2000 to 2136; 0 is never.
struct Seconds: Hashable, Sendable, Comparable {
  private let since2000: UInt32
  private static let epoch: Int64 = 946_684_800

  static let never = Seconds(nil)

  init(_ timestamp: Timestamp?) {
    since2000 = timestamp.map { UInt32(clamping: $0.milliseconds / 1_000 - Self.epoch) } ?? 0
  }

  var timestamp: Timestamp? {
    since2000 == 0 ? nil : Timestamp(milliseconds: (Int64(since2000) + Self.epoch) * 1_000)
  }

  static func < (left: Seconds, right: Seconds) -> Bool { left.since2000 < right.since2000 }
}
