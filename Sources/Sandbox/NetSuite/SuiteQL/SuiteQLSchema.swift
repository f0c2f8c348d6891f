/// The type of a column or an expression.
enum SuiteQLType: Hashable {
  /// An internal ID: a whole number.
  case key
  /// An exact decimal number.
  case number
  case text
  /// A day, or a day and time without a zone: `2026-11-20`, `2026-11-20 09:14:03`.
  case date
  /// An instant in UTC: `2026-11-20T09:14:03Z`.
  case timestamp
  /// A parameter or null: takes the type of what it is compared with.
  case unknown
}

/// The tables of one account with their columns.
struct SuiteQLSchema: Hashable {
  /// Table → column → type, all names in lower case.
  var tables: [String: [String: SuiteQLType]]

  /// Standard tables and columns that exist in every account, whether a row uses them or not.
  static let standard: [String: String] = [
    "transaction":
      "id type tranid trandate duedate entity currency exchangerate foreigntotal foreignamountpaid foreignamountunpaid foreignpaymentamountused foreignpaymentamountunused status memo otherrefnum externalid posting voided createddate lastmodifieddate employee",
    "transactionline":
      "transaction id linesequencenumber mainline taxline entity item memo quantity quantitybilled netamount foreignamount expenseaccount isclosed",
    "nexttransactionlinelink":
      "previousdoc previousline previoustype nextdoc nextline nexttype linktype foreignamount",
    "customer": "id entityid companyname altname email externalid isinactive",
    "vendor": "id entityid companyname altname email externalid isinactive",
    "employee": "id entityid firstname lastname email isinactive",
    "currency": "id name symbol exchangerate isbasecurrency",
    "item": "id itemid displayname itemtype",
    "account": "id acctnumber displaynamewithhierarchy accttype",
    "job":
      "id entityid companyname externalid customer entitystatus startdate scheduledenddate projectmanager",
    "projecttask": "id project title ismilestone status estimatedwork actualwork",
    "timebill": "id customer employee trandate hours isbillable rate laborcost",
    "supportcase": "id casenumber title company status startdate",
    "systemnote":
      "id recordtypeid recordid record field oldvalue newvalue date name context role type",
    "deletedrecord": "type recordid deleteddate deletedby name",
  ]

  /// The table whose rows a key column names; entities share one range of IDs.
  static func referencedKind(of column: String, in table: String = "") -> String? {
    // Whoever wrote a note is an entity, mostly an employee.
    if table == "systemnote", column == "name" { return "entity" }
    switch column {
    case "entity", "customer", "vendor", "employee", "projectmanager", "project", "company",
      "deletedby":
      return "entity"
    case "currency", "subsidiary", "item": return column
    case "expenseaccount", "account": return "account"
    default: return nil
    }
  }

  /// The type of a standard column by its name; `nil` for a custom one.
  static func standardType(of column: String) -> SuiteQLType? {
    switch column {
    case "id", "entity", "currency", "subsidiary", "transaction", "item", "expenseaccount",
      "previousdoc", "nextdoc", "previousline", "nextline", "linesequencenumber", "customer",
      "employee", "vendor", "projectmanager", "project", "company", "recordid", "recordtypeid",
      "deletedby":
      .key
    case "exchangerate", "foreigntotal", "foreignamountpaid", "foreignamountunpaid",
      "foreignpaymentamountused", "foreignpaymentamountunused", "quantity", "quantitybilled",
      "netamount", "foreignamount", "hours", "rate", "laborcost", "estimatedwork", "actualwork":
      .number
    case "trandate", "duedate", "startdate", "scheduledenddate": .date
    case "createddate", "lastmodifieddate", "deleteddate", "date": .timestamp
    default:
      Self.standard.values.contains { $0.split(separator: " ").contains(Substring(column)) }
        ? .text : nil
    }
  }
}
