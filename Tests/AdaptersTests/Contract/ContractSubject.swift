import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport
import Testing

/// What a history tells of one change.
struct Revision: Hashable, Sendable {
  var property: String
  var old: String?
  var new: String?
}

/// One adapter under contract, against its emulator in Brightwater. A new adapter adds one value to
/// ``all``, and nothing else.
struct ContractSubject: Sendable, CustomTestStringConvertible {
  /// The adapter.
  let kind: any AdapterKind.Type
  /// The system of `SampleData/brightwater` it reads.
  let system: SystemName
  /// The property that bears the deal ID there.
  let link: String
  /// Echo properties to read.
  var echoProperties: [String] = []
  /// The settings but for `base_url`; secrets as files below `SampleData/brightwater`.
  var settings: [String: SettingValue]
  /// For each kind of record it reads: a deal that has some.
  let deals: [RecordKind: DealID]
  /// A number that ``Adapter/find(_:)`` knows, and the deal it leads to; `nil` when it cannot find.
  let number: (text: String, deal: DealID)?
  /// An order that changes a record, the deal it belongs to and the kind it changes.
  let change: (order: ControlOrder, deal: DealID, kind: RecordKind)?
  /// An order that changes a value whose history is kept, the deal and the kind of the record it
  /// changes, and what the history then says; `nil` when no history is kept.
  var revision: (order: ControlOrder, deal: DealID, kind: RecordKind, change: Revision)?
  /// An order after which the link property is gone; `nil` when the emulator cannot.
  let drift: ControlOrder?
  /// The most calls for a cold batch of forty deals, by kind: lookups included, never one per deal.
  let mostCalls: [RecordKind: Int]
  /// Whether an expired token is renewed without a word.
  let renewsCredentials: Bool
  /// How many deals its index has; `nil` when it is no index.
  var indexed: Int?
  /// What it reads instead of an emulator's HTTP: files, a database. Made anew for each scenario.
  var source: (@Sendable (ManualClock) throws -> any ContractSource)?
  /// The company its system belongs to, where that is not Brightwater. Made anew for each scenario.
  var company: (@Sendable () throws -> TemporaryCompany)?
  /// Kinds that the vendor cannot be asked for by deal, so that no answer about one can be crossed.
  var unaskedKinds: Set<RecordKind> = []
  /// Scenarios it is excused from, each with the reason.
  var exemptions: [ContractScenario: String] = [:]

  var testDescription: String { "\(system) \(kind.schema.kind) by \(link)" }

  /// Every adapter. The rows are in files of their own, one per adapter.
  static let all: [ContractSubject] = [
    .asana, .csv, .hubspot, .jira, .netSuite, .netSuiteOAuth, .odbcSQLite, .odbcPostgreSQL,
    .odoo, .odooRPC, .quickBooks, .quickBooksField, .redmine, .requestTracker, .rest,
    .serviceLayer, .serviceLayerProjects, .tryton, .zendesk,
  ]
}
