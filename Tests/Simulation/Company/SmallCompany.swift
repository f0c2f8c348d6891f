import AdapterKit
import Adapters
import CompanyConfiguration
import DealModel
import Sandbox
import TestSupport

/// A company of a few deals in the vendors' own wire format, with what is true of it.
///
/// A CRM (HubSpot), an ERP by signed requests and one by OAuth (NetSuite), and delivery (Jira). Some
/// deals have documents in the ERP that does not own them, and every copy differs from its original,
/// so that an echo or a stranger on the screen is seen.
struct SmallCompany: Sendable {
  /// A deal of the CRM.
  struct Deal: Hashable, Sendable {
    var id: DealID
    var record: String
    var name: String
    var amount: Int
    var entity: String
    var copy: Int
  }

  /// A document of an ERP.
  struct Document: Hashable, Sendable {
    var system: SystemName
    var id: String
    var number: String
    var isInvoice: Bool
    var deal: DealID
    var net: Int
  }

  /// An epic of Jira.
  struct Epic: Hashable, Sendable {
    var id: String
    var key: String
    var deal: DealID
    var name: String
    var copy: Int
  }

  /// A worklog of Jira.
  struct Worklog: Hashable, Sendable {
    var id: String
    var issue: String
    var deal: DealID
    var seconds: Int
  }

  var deals: [Deal] = []
  var documents: [Document] = []
  var epics: [Epic] = []
  var worklogs: [Worklog] = []

  /// The IDs of the deals.
  var ids: [DealID] { deals.map(\.id) }

  /// A company of 3 to 8 deals, drawn from a number.
  init(_ number: Int) {
    let random = SeededRandom(seed: UInt64(number) &* 0x5851_F42D_4C95_7F2D)
    func draw(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(random.next() % UInt64(range.count))
    }
    var document = 5_000
    for index in 0..<(3 + number % 6) {
      let id = DealID("BW-\(10_001 + index)")
      let amount = draw(10...900) * 100
      let entity = draw(0...1) == 0 ? "US" : "DE"
      deals.append(
        Deal(
          id: id, record: String(218_000 + index * 7), name: "Deal \(index + 1)", amount: amount,
          entity: entity, copy: amount + 1))
      let owner: SystemName = entity == "US" ? "erp_us" : "erp_eu"
      let stranger: SystemName = entity == "US" ? "erp_eu" : "erp_us"
      func add(_ system: SystemName, isInvoice: Bool) {
        document += 1
        documents.append(
          Document(
            system: system, id: String(document),
            number: (isInvoice ? "INV" : "BILL") + String(document), isInvoice: isInvoice, deal: id,
            net: draw(1...500) * 10))
      }
      for _ in 0..<draw(0...2) { add(owner, isInvoice: true) }
      if draw(0...1) == 0 { add(owner, isInvoice: false) }
      if draw(0...2) == 0 { add(stranger, isInvoice: true) }
      if draw(0...3) > 0 {
        let issue = 10_400 + index
        epics.append(
          Epic(
            id: String(issue), key: "BWD-\(index + 1)", deal: id, name: "Milestone \(index + 1)",
            copy: amount + 2))
        if draw(0...1) == 0 {
          worklogs.append(
            Worklog(
              id: String(100_200 + index), issue: String(issue), deal: id,
              seconds: draw(1...40) * 900))
        }
      }
    }
  }

  /// The systems of every company.
  static let systems: [SystemName] = ["crm", "erp_us", "erp_eu", "pm"]
  /// The kinds of adapter they need.
  static let kinds = VendorKinds.all
  /// When every schedule begins.
  static let start = Timestamp("2026-11-20T09:00:00Z") ?? Timestamp(milliseconds: 0)
  /// The day of every schedule.
  static let today = start.date(offsetSeconds: 0)
}

/// A small company on disk with its checked configuration.
struct InstalledCompany: Sendable {
  let content: SmallCompany
  let model: CompanyModel
  private let directory: TemporaryCompany

  /// The path of the company directory.
  var path: String { directory.path }

  /// Where the emulators are said to be.
  static let origin = "http://127.0.0.1:4100"

  /// Writes a company.
  init(_ number: Int) throws {
    content = SmallCompany(number)
    directory = try TemporaryCompany(
      yaml: SmallCompany.sandboxFile, texts: SmallCompany.secrets,
      documents: content.documentsByFile)
    let result = ConfigurationFile.read(
      SmallCompany.configuration(directory: directory.path), file: "plumbline.yaml",
      kinds: SmallCompany.kinds.map { $0.schema })
    switch result {
    case .model(let model): self.model = model
    case .errors(let errors): throw BrokenCompany(faults: errors.map(\.message))
    }
  }

  /// Fresh emulators over the company's files.
  func sandbox(time: any TimeSource) throws -> SandboxCompany {
    try SandboxCompany(path: path, time: time, today: nil)
  }

  private struct BrokenCompany: Error { let faults: [String] }
}
