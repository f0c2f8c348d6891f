import DealModel
import TestSupport
import TruthEngine

/// A company made from a seed: healthy deals with their records, and faults planted among them.
struct RandomLinkCompany {
  /// What was planted, as `kind system id record`.
  private(set) var planted: Set<String> = []
  private(set) var origin: [Link] = []
  private(set) var links: [SystemName: [Link]] = ["erp_us": [], "erp_eu": [], "pm": []]
  /// What the origin says of IDs it once knew.
  private(set) var departed: [DealID: DepartedDeal] = [:]
  /// Every ID whose records are due somewhere and are there.
  private(set) var healthy: Set<DealID> = []
  private var nextRecord = 1
  private var random: SeededRandom

  static let today = CalendarDate("2026-11-20") ?? CalendarDate(daysSinceEpoch: 0)

  static let model: CompanyModel = {
    var model = CompanyModel(
      company: "Random", sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
      systems: ["crm", "erp_us", "erp_eu", "pm"].map { name in
        ConfiguredSystem(
          name: SystemName(name), kind: "scripted", link: "deal_id", steward: "Dana",
          failureMode: "Wait.",
          limits: FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400)))
      },
      ownership: Ownership(domains: [
        .commercial: .system("crm"), .delivery: .system("pm"),
        .financial: .split(by: .entity, ["US": "erp_us", "EU": "erp_eu"]),
      ]),
      linkDue: [.financial: ["Won"], .delivery: ["Won"]])
    model.linkDueAfter = [.financial: .seconds(3 * 86_400)]
    return model
  }()

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    let count = 20 + below(60)
    // Far apart, so that no healthy ID is a slip away from another.
    for number in 0..<count { plant(id: Self.id(number)) }
    plantStrangers(beside: count)
    origin.shuffle(using: &random)
    for system in links.keys.sorted() { links[system]?.shuffle(using: &random) }
  }

  /// IDs at least three signs apart: a checksum of sorts in the last two digits.
  static func id(_ number: Int) -> DealID {
    let digits = [number / 10 % 10, number % 10]
    let text = [
      digits[0], digits[1], (digits[0] + digits[1]) % 10, (digits[0] + 2 * digits[1]) % 10,
      (digits[0] + 3 * digits[1]) % 10,
    ]
    return DealID("BW-" + text.map(String.init).joined())
  }

  private mutating func plant(id: DealID) {
    let entity = below(2) == 0 ? "US" : "EU"
    let erp: SystemName = entity == "US" ? "erp_us" : "erp_eu"
    let isWon = below(3) > 0
    // One day either side of the three that the configuration allows, or long ago.
    let age = [2, 3, 400][below(3)]
    add(deal: id, entity: entity, isWon: isWon, age: age)
    if below(9) == 0 {
      add(deal: id, entity: entity, isWon: isWon, age: age)
      for deal in origin.suffix(2) { note("duplicate", deal) }
    }
    let lacksInvoices = below(6) == 0
    let lacksMilestones = below(6) == 0
    if !lacksInvoices { for _ in 0...below(3) { add(id, to: erp, .invoices) } }
    if !lacksMilestones { add(id, to: "pm", .milestones) }
    if isWon, lacksInvoices, age >= 3 { planted.insert("dangling \(erp) \(id) -") }
    if isWon, lacksMilestones { planted.insert("dangling pm \(id) -") }
    if !lacksInvoices, !lacksMilestones { healthy.insert(id) }
  }

  /// Records with IDs that no deal has.
  private mutating func plantStrangers(beside count: Int) {
    for number in count..<(count + 8) where number < 100 {
      let id = Self.id(number)
      let system: SystemName = ["erp_us", "erp_eu", "pm"][below(3)]
      let kind: RecordKind = system == "pm" ? .milestones : .costs
      switch below(4) {
      case 0:
        departed[id] = DepartedDeal(id: id, fate: .deleted)
        note("deleted", add(id, to: system, kind))
      case 1:
        departed[id] = DepartedDeal(id: id, fate: .merged(into: Self.id(0)))
        note("merged", add(id, to: system, kind))
      default: note("orphan", add(id, to: system, kind))
      }
    }
    for number in 0..<6 {
      let real = Self.id(below(count)).text
      let wrong = [
        real.lowercased(), real + " ", real.replacing("BW-", with: "BW"),
        real.replacing("-", with: " – "), real + "7", real.replacing("BW", with: "VW"),
      ][number]
      note("near_miss", add(DealID(wrong), to: "erp_us", .costs))
    }
    note("malformed", add("see contract", to: "pm", .milestones))
  }

  private mutating func add(deal id: DealID, entity: String, isWon: Bool, age: Int) {
    let since = Self.today.adding(days: -age)
    origin.append(
      Link(
        reference: RecordReference(system: "crm", kind: .deals, id: "\(nextRecord)"),
        number: "Deal \(nextRecord)", dealID: id, url: "https://crm.example/deal/\(nextRecord)",
        fields: [
          .stage: .value(.text(isWon ? "won" : "Lead")), .entity: .value(.text(entity)),
          .stageSince: .value(.date(since)),
        ]))
    nextRecord += 1
  }

  @discardableResult
  private mutating func add(_ id: DealID, to system: SystemName, _ kind: RecordKind) -> Link {
    let link = Link(
      reference: RecordReference(system: system, kind: kind, id: "\(nextRecord)"),
      number: "R\(nextRecord)", dealID: id, url: nil)
    nextRecord += 1
    links[system, default: []].append(link)
    return link
  }

  private mutating func note(_ kind: String, _ link: Link) {
    planted.insert("\(kind) \(link.reference.system) \(link.dealID ?? "") \(link.reference.id)")
  }

  private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  /// A fault as what was planted is written.
  static func words(_ fault: LinkFault) -> String {
    "\(fault.kind.rawValue) \(fault.system) \(fault.id) \(fault.record?.id ?? "-")"
  }
}
