/// The name of a field of a deal, `deal.value` or `rollup.invoiced`.
public struct FieldName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The dotted name.
  public let text: String

  /// A dotted name.
  public init(_ text: String) { self.text = text }

  public var description: String { text }

  /// Alphabetical.
  public static func < (left: FieldName, right: FieldName) -> Bool { left.text < right.text }
}

extension FieldName: ExpressibleByStringLiteral {
  /// A dotted name.
  public init(stringLiteral value: String) { self.init(value) }
}

/// What is known of a field without asking any system.
public struct FieldDescription: Hashable, Sendable {
  /// The field.
  public let name: FieldName
  /// The domain whose owner owns it by default.
  public let domain: Domain
  /// What a person calls it: `value`, `next milestone`.
  public let title: String
  /// The type of its values.
  public let type: FieldType
}

/// The type of a field's values.
public enum FieldType: String, Hashable, Sendable {
  /// Words.
  case text
  /// An amount with its currency.
  case money
  /// A plain decimal number.
  case number
  /// A day.
  case date
  /// A list of records.
  case records
}

extension FieldName {
  /// What the deal is called.
  public static let name: FieldName = "deal.name"
  /// The customer.
  public static let company: FieldName = "deal.company"
  /// The stage of the pipeline, by its label.
  public static let stage: FieldName = "deal.stage"
  /// Whether the stage is `won`, `lost` or `open`, by the CRM's own reckoning.
  public static let stageState: FieldName = "deal.stage_state"
  /// The person who sells it.
  public static let person: FieldName = "deal.owner"
  /// The expected value.
  public static let value: FieldName = "deal.value"
  /// The expected or actual day of closing.
  public static let closeDate: FieldName = "deal.close_date"
  /// The legal entity of our group that the deal belongs to.
  public static let entity: FieldName = "deal.entity"
  /// The pipeline, by its label.
  public static let pipeline: FieldName = "deal.pipeline"
  /// The people to talk to.
  public static let contacts: FieldName = "deal.contacts"

  /// The vendor's own ID of the stage, where an adapter gives it besides the label. Not in the
  /// catalog: it only decides where records are due.
  public static let stageID: FieldName = "deal.stage_id"
  /// The day the deal entered its stage, where the origin tells it. Not in the catalog: it only
  /// decides since when records are due.
  public static let stageSince: FieldName = "deal.stage_since"
  /// Invoices and credit notes.
  public static let invoices: FieldName = "invoices"
  /// Purchase orders, bills and expenses.
  public static let costs: FieldName = "costs"
  /// Milestones of the project.
  public static let milestones: FieldName = "milestones"
  /// Hours worked.
  public static let hours: FieldName = "hours"
  /// Tickets of the customer on this deal.
  public static let tickets: FieldName = "tickets"

  /// Invoices net of tax less credit notes.
  public static let invoiced: FieldName = "rollup.invoiced"
  /// What the customer has paid.
  public static let paid: FieldName = "rollup.paid"
  /// What the customer still owes.
  public static let outstanding: FieldName = "rollup.outstanding"
  /// What the customer owes past its due date.
  public static let overdue: FieldName = "rollup.overdue"
  /// Open purchase orders, bills, expenses and costed hours.
  public static let committedCost: FieldName = "rollup.committed_cost"
  /// Bills, expenses and costed hours.
  public static let actualCost: FieldName = "rollup.actual_cost"
  /// Invoiced less committed cost.
  public static let margin: FieldName = "rollup.margin"
  /// Margin as a percentage of invoiced; undefined when nothing is invoiced.
  public static let marginPercent: FieldName = "rollup.margin_percent"
  /// Value less committed cost.
  public static let forecastMargin: FieldName = "rollup.forecast_margin"
  /// The earliest milestone not yet done.
  public static let nextMilestone: FieldName = "delivery.next_milestone"

  /// Every field the product knows, in the order screens and documents list them.
  ///
  /// Margins belong to the financial domain although the value of a deal enters the forecast: the
  /// owner of a figure is the owner of the records it is made of.
  public static let catalog: [FieldDescription] = [
    .init(name: .name, domain: .commercial, title: "name", type: .text),
    .init(name: .company, domain: .commercial, title: "company", type: .text),
    .init(name: .stage, domain: .commercial, title: "stage", type: .text),
    .init(name: .stageState, domain: .commercial, title: "state", type: .text),
    .init(name: .pipeline, domain: .commercial, title: "pipeline", type: .text),
    .init(name: .person, domain: .commercial, title: "owner", type: .text),
    .init(name: .value, domain: .commercial, title: "value", type: .money),
    .init(name: .closeDate, domain: .commercial, title: "close date", type: .date),
    .init(name: .entity, domain: .commercial, title: "entity", type: .text),
    .init(name: .contacts, domain: .commercial, title: "contacts", type: .text),
    .init(name: .invoices, domain: .financial, title: "invoices", type: .records),
    .init(name: .costs, domain: .financial, title: "costs", type: .records),
    .init(name: .invoiced, domain: .financial, title: "invoiced", type: .money),
    .init(name: .paid, domain: .financial, title: "paid", type: .money),
    .init(name: .outstanding, domain: .financial, title: "outstanding", type: .money),
    .init(name: .overdue, domain: .financial, title: "overdue", type: .money),
    .init(name: .committedCost, domain: .financial, title: "committed cost", type: .money),
    .init(name: .actualCost, domain: .financial, title: "actual cost", type: .money),
    .init(name: .margin, domain: .financial, title: "margin", type: .money),
    .init(name: .marginPercent, domain: .financial, title: "margin %", type: .number),
    .init(name: .forecastMargin, domain: .financial, title: "forecast margin", type: .money),
    .init(name: .milestones, domain: .delivery, title: "milestones", type: .records),
    .init(name: .nextMilestone, domain: .delivery, title: "next milestone", type: .text),
    .init(name: .hours, domain: .delivery, title: "hours", type: .records),
    .init(name: .tickets, domain: .support, title: "tickets", type: .records),
  ]

  /// The catalog's entry for this field; `nil` for a field the product does not know.
  public var known: FieldDescription? { Self.byName[self] }

  private static let byName = Dictionary(
    catalog.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
