import DealModel
import TestSupport
import TruthEngine

/// A small company and words to write dossiers with.
enum Sample {
  static let id: DealID = "BW-10001"
  static let fetched = Timestamp(milliseconds: 1_795_000_000_000)
  static let today = CalendarDate(daysSinceEpoch: 20_000)
  static let limits = FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400))
  static let outage = SystemError(
    .unavailable, system: "erp_us", message: "The ERP does not answer.")

  static func company(
    comparisons: [Comparison] = [], hourlyCost: Money? = nil, due: [Domain: Set<String>] = [:]
  ) -> CompanyModel {
    let systems = ["crm", "erp_us", "erp_eu", "pm"].map { name in
      ConfiguredSystem(
        name: SystemName(name), kind: "x", link: "deal_id", steward: "Steward of \(name)",
        failureMode: "Wait.", limits: limits)
    }
    return CompanyModel(
      company: "Brightwater", sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
      systems: systems,
      ownership: Ownership(domains: [
        .commercial: .system("crm"),
        .financial: .split(by: .entity, ["US": "erp_us", "DE": "erp_eu"]),
        .delivery: .system("pm"),
      ]),
      comparisons: comparisons, hourlyCost: hourlyCost, linkDue: due)
  }

  static func money(_ text: String, _ code: String = "USD") -> Money {
    guard let amount = ExactDecimal(text), let currency = Currency(code: code) else {
      preconditionFailure("no amount: \(text) \(code)")
    }
    return Money(amount, currency)
  }

  static func deal(
    _ fields: [FieldName: Answer<FieldValue>] = [:], id: DealID = Sample.id, record: String = "1",
    echoes: [String: Answer<FieldValue>] = [:], modifiedAt: Timestamp? = nil
  ) -> Record {
    var all: [FieldName: Answer<FieldValue>] = [
      .name: .value(.text("Harbour upgrade")), .company: .value(.text("Müller Logistics")),
      .stage: .value(.text("Closed won")), .person: .value(.text("Dana Reyes")),
      .entity: .value(.text("US")), .value: .value(.money(money("1000"))),
    ]
    all.merge(fields) { _, new in new }
    return Record(
      reference: RecordReference(system: "crm", kind: .deals, id: record), dealID: id,
      number: record, modifiedAt: modifiedAt, echoes: echoes, content: .deal(all))
  }

  static func invoice(
    _ number: String, _ net: Answer<Money>, status: DocumentStatus = .open,
    due: Answer<CalendarDate> = .none, outstanding: Answer<Money>? = nil, id: DealID = Sample.id,
    modifiedAt: Timestamp? = nil
  ) -> Record {
    Record(
      reference: RecordReference(system: "erp_us", kind: .invoices, id: number), dealID: id,
      number: number, modifiedAt: modifiedAt,
      content: .invoice(
        Invoice(
          status: status, issued: .none, due: due, net: net, gross: net,
          paid: .value(money("0")), outstanding: outstanding ?? net)))
  }

  static func credit(_ number: String, _ net: Answer<Money>) -> Record {
    Record(
      reference: RecordReference(system: "erp_us", kind: .invoices, id: number), dealID: id,
      number: number,
      content: .creditNote(
        CreditNote(status: .open, issued: .none, net: net, gross: net, unapplied: .none)))
  }

  static func cost(
    _ number: String, _ kind: Cost.Kind, _ net: Answer<Money>, open: Answer<Money> = .none,
    status: DocumentStatus = .open
  ) -> Record {
    Record(
      reference: RecordReference(system: "erp_us", kind: .costs, id: number), dealID: id,
      number: number,
      content: .cost(
        Cost(kind: kind, status: status, party: .none, date: .none, net: net, open: open)))
  }

  static func milestone(_ name: String, due: Int?, isDone: Bool = false) -> Record {
    Record(
      reference: RecordReference(system: "pm", kind: .milestones, id: name), dealID: id,
      number: name,
      content: .milestone(
        Milestone(
          name: name, isDone: isDone, status: "x",
          due: due.map { .value(today.adding(days: $0)) } ?? .none)))
  }

  static func hours(_ number: String, seconds: Answer<Int64>) -> Record {
    Record(
      reference: RecordReference(system: "pm", kind: .hours, id: number), dealID: id,
      number: number,
      content: .hours(HoursEntry(person: .none, date: .none, seconds: seconds, subject: "BWD-1")))
  }

  /// A dossier whose sections have all answered.
  static func dossier(
    deals: [Record] = [deal()], invoices: [Record] = [], costs: [Record] = [],
    milestones: [Record] = [], hours: [Record] = [], id: DealID = Sample.id
  ) -> Dossier {
    var dossier = Dossier(id: id)
    let sections: [(SystemName, RecordKind, [Record])] = [
      ("crm", .deals, deals), ("erp_us", .invoices, invoices), ("erp_us", .costs, costs),
      ("pm", .milestones, milestones), ("pm", .hours, hours),
    ]
    for (system, kind, records) in sections {
      dossier.sections[SectionKey(system: system, kind: kind)] = Section(
        records: records, fetchedAt: fetched)
    }
    return dossier
  }
}
