import DealModel
import TruthEngine

@testable import Screens

/// The company of these tests: a CRM, two ERPs by entity, a project tool.
enum TestCompany {
  static let now = Timestamp("2026-11-20T13:14:15Z") ?? Timestamp(milliseconds: 0)

  static func model(_ name: String = "Brightwater Group") -> CompanyModel {
    func system(_ name: SystemName, _ kind: String, _ steward: String, _ mode: String)
      -> ConfiguredSystem
    {
      ConfiguredSystem(
        name: name, kind: kind, link: "deal_id", steward: steward, failureMode: mode,
        limits: FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400)),
        settings: SystemSettings())
    }
    return CompanyModel(
      company: name, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
      systems: [
        system(
          "crm", "hubspot", "Dana Reyes <dana@brightwater.example>",
          "Deals keep their last readings, marked stale; nobody edits amounts until it is back."),
        system(
          "erp_us", "netsuite", "Omar Haddad", "Figures are shown as incomplete; ask finance."),
        system(
          "erp_eu", "netsuite", "Ines Keller", "Figures are shown as incomplete; ask finance."),
        system("pm", "jira", "Tom Okafor", "Milestones keep their last readings."),
      ],
      ownership: Ownership(
        domains: [
          .commercial: .system("crm"),
          .financial: .split(by: .entity, ["US": "erp_us", "UK": "erp_eu", "DE": "erp_eu"]),
          .delivery: .system("pm"),
        ]),
      comparisons: [
        Comparison(
          field: .invoiced, echoSystem: "crm", echoProperty: "invoiced_total",
          tolerance: ExactDecimal("0.01") ?? .zero)
      ])
  }

  static func ago(_ seconds: Int64) -> Timestamp {
    Timestamp(milliseconds: now.milliseconds - seconds * 1_000)
  }

  static func day(_ text: String) -> CalendarDate {
    CalendarDate(text) ?? CalendarDate(daysSinceEpoch: 0)
  }

  static func money(_ text: String, _ code: String = "EUR") -> Money {
    guard let amount = ExactDecimal(text), let currency = Currency(code: code) else {
      preconditionFailure("a test wrote an amount that is none: \(text) \(code)")
    }
    return Money(amount, currency)
  }
}

/// One deal of these tests, in every system.
struct TestDeal {
  var number: Int
  var name = "Harbour crane retrofit"
  var company = "Northwind Ports GmbH"
  var stage = "Contract sent"
  var person = "Dana Reyes"
  var entity = "DE"
  var value = TestCompany.money("120000")
  var invoiced: [Money] = []
  var order: Money?
  var bill: Money?
  var echo: String?
  var milestones: [(String, String, Bool)] = []
  var age: Int64 = 20
  var failure: SystemError?

  var id: DealID { DealID("BW-\(10_000 + number)") }

  static func reference(_ system: SystemName, _ kind: RecordKind, _ id: String) -> RecordReference {
    RecordReference(system: system, kind: kind, id: id)
  }

  var erp: SystemName { entity == "US" ? "erp_us" : "erp_eu" }

  /// The deal as the index holds it.
  var index: Record {
    var echoes: [String: Answer<FieldValue>] = ["invoiced_total": .none]
    let total = invoiced.reduce(ExactDecimal.zero) { (try? $0.adding($1.amount)) ?? $0 }
    let carried = echo ?? (invoiced.isEmpty ? nil : total.description)
    if let carried { echoes["invoiced_total"] = .value(.text(carried)) }
    return Record(
      reference: Self.reference("crm", .deals, "9\(number)"), dealID: id, number: id.text,
      url: "https://app.hubspot.example/deal/9\(number)",
      modifiedAt: Timestamp("2026-11-19T08:30:00Z"), echoes: echoes,
      content: .deal([
        .name: .value(.text(name)), .company: .value(.text(company)),
        .stage: .value(.text(stage)), .person: .value(.text(person)),
        .value: .value(.money(value)), .entity: .value(.text(entity)),
        .closeDate: .value(.date(TestCompany.day("2026-12-15"))),
        .pipeline: .value(.text("Sales")), .contacts: .none,
      ]))
  }

  private func record(_ kind: RecordKind, _ number: String, _ content: Record.Content) -> Record {
    let system = kind == .milestones || kind == .hours ? "pm" : erp
    return Record(
      reference: Self.reference(system, kind, "\(self.number)\(number)"), dealID: id,
      number: number, url: "https://\(system.text).example/\(number)",
      modifiedAt: Timestamp("2026-11-12T09:00:00Z"), content: content)
  }

  private var invoices: [Record] {
    invoiced.enumerated().map { index, amount in
      let issued = TestCompany.day("2026-10-01").adding(days: index * 14)
      let isPaid = index == 0 && invoiced.count > 1
      return record(
        .invoices, "INV\(1_000 + number * 10 + index)",
        .invoice(
          Invoice(
            status: isPaid ? .paid : .open, issued: .value(issued),
            due: .value(issued.adding(days: 30)), net: .value(amount), gross: .value(amount),
            paid: .value(isPaid ? amount : .zero(amount.currency)),
            outstanding: .value(isPaid ? .zero(amount.currency) : amount))))
    }
  }

  private var costs: [Record] {
    var costs: [Record] = []
    if let order {
      costs.append(
        record(
          .costs, "PO\(500 + number)",
          .cost(
            Cost(
              kind: .purchaseOrder, status: .open, party: .value("Rheinkran Bau AG"),
              date: .value(TestCompany.day("2026-09-10")), net: .value(order), open: .value(order))
          )))
    }
    if let bill {
      costs.append(
        record(
          .costs, "BILL\(700 + number)",
          .cost(
            Cost(
              kind: .bill, status: .paid, party: .value("Stahl & Söhne"),
              date: .value(TestCompany.day("2026-10-20")), net: .value(bill)))))
    }
    return costs
  }

  /// Everything read about the deal; the ERP may have failed.
  var dossier: Dossier {
    let fetched = TestCompany.ago(age)
    func section(_ records: [Record]) -> Section {
      Section(records: records, fetchedAt: fetched)
    }
    var money = section(invoices)
    money.requests = [
      RequestTrace(
        system: erp, operation: "POST /services/rest/query/v1/suiteql", began: fetched,
        duration: .milliseconds(310), status: 503, isUsable: false),
      RequestTrace(
        system: erp, operation: "POST /services/rest/query/v1/suiteql", began: fetched,
        duration: .milliseconds(184), status: 200,
        requestID: "5f0c1c2a-7a41-4d0e-9b1f-000000000007"),
    ]
    var spent = section(costs)
    if let failure {
      let failed = Section.Failure(error: failure, since: TestCompany.ago(3_600))
      money.failure = failed
      spent.failure = failed
      if age == 0 {
        money = Section(failure: failed)
        spent = Section(failure: failed)
      }
    }
    let steps = milestones.enumerated().map { index, step in
      record(
        .milestones, "BWD-\(number * 10 + index)",
        .milestone(
          Milestone(
            name: step.0, isDone: step.2, status: step.2 ? "Done" : "In Progress",
            due: .value(TestCompany.day(step.1)), person: .value("Mika Sato"))))
    }
    let hours = [
      record(
        .hours, "W1",
        .hours(
          HoursEntry(
            person: .value("Mika Sato"), date: .value(TestCompany.day("2026-11-18")),
            seconds: .value(27_000), subject: "BWD-\(number * 10)")))
    ]
    let fresh = TestCompany.ago(20)
    return Dossier(
      id: id,
      sections: [
        SectionKey(system: "crm", kind: .deals): Section(records: [index], fetchedAt: fresh),
        SectionKey(system: erp, kind: .invoices): money,
        SectionKey(system: erp, kind: .costs): spent,
        SectionKey(system: "pm", kind: .milestones): Section(records: steps, fetchedAt: fresh),
        SectionKey(system: "pm", kind: .hours): Section(
          records: milestones.isEmpty ? [] : hours, fetchedAt: fresh),
      ])
  }
}

extension TestDeal {
  /// Sixty-two deals of three entities, every kind of trouble among them, always the same.
  static let portfolio: [TestDeal] = {
    let names = [
      "Harbour crane retrofit", "Cold store extension", "Ferry terminal lighting",
      "Grain silo automation", "Container yard survey", "Tidal gate control",
      "Dry dock pumps", "Pilot station roof", "Ballast water plant", "Quay wall sensors",
    ]
    let companies = [
      "Northwind Ports GmbH", "Gulf & Sons", "Öresund Färja AB", "Pacific Grain Co.",
      "Humber Docks Ltd", "Lagoon Authority",
    ]
    let stages = ["Qualified", "Proposal", "Contract sent", "Closed won", "Closed lost"]
    let people = ["Dana Reyes", "Omar Haddad", "Lucía Fernández", "Wei Zhang"]
    let entities = ["DE", "US", "UK"]
    return (1...62).map { number in
      var deal = TestDeal(number: number)
      deal.name = names[number % names.count]
      deal.company = companies[number % companies.count]
      deal.stage = stages[number % stages.count]
      deal.person = people[number % people.count]
      deal.entity = entities[number % entities.count]
      let code = ["DE": "EUR", "US": "USD", "UK": "GBP"][deal.entity] ?? "EUR"
      let base = 9_000 + (number * 7_919) % 240_000
      deal.value = TestCompany.money("\(base)", code)
      if number % 5 != 0 {
        deal.invoiced = [
          TestCompany.money("\(base / 3).50", code), TestCompany.money("\(base / 4)", code),
        ]
        deal.order = TestCompany.money("\(base / 5)", code)
        deal.bill = TestCompany.money("\(base / 9).25", code)
      }
      if number % 13 == 2 { deal.echo = "\(base / 2)" }
      if number % 4 == 0 {
        deal.milestones = [
          ("Site survey", "2026-10-30", true),
          ("Installation", number % 8 == 0 ? "2026-11-13" : "2026-12-04", false),
          ("Commissioning", "2027-01-29", false),
        ]
      }
      return deal
    }
  }()

  /// The deal shown in detail: two invoices, an order, a bill, an echo that disagrees.
  static let crane: TestDeal = {
    var deal = TestDeal(number: 1)
    deal.invoiced = [TestCompany.money("58000"), TestCompany.money("40000")]
    deal.order = TestCompany.money("30000")
    deal.bill = TestCompany.money("26800")
    deal.echo = "90000"
    deal.milestones = [
      ("Site survey", "2026-10-30", true), ("Installation", "2026-11-13", false),
      ("Commissioning", "2027-01-29", false),
    ]
    return deal
  }()
}
