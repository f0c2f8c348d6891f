internal import DealModel

/// What an emulated company file has of each kind of object, and what may be asked of it.
///
/// - Source: Finance.xsd of Intuit's Java SDK; developer.intuit.com, data queries.
enum QuickBooksSchema {
  /// The kinds of object that are served, by the vendor's names.
  static let entities = [
    "Customer", "Vendor", "Invoice", "CreditMemo", "Payment", "Estimate", "Bill", "VendorCredit",
    "Purchase", "PurchaseOrder", "TimeActivity", "SalesReceipt", "RefundReceipt",
  ]

  /// Objects with a name, which are made inactive instead of deleted.
  static let names: Set<String> = ["Customer", "Vendor"]

  private static let common: Set<String> = [
    "Id", "MetaData.CreateTime", "MetaData.LastUpdatedTime",
  ]
  private static let documents: Set<String> = ["DocNumber", "TxnDate", "PrivateNote"]

  /// Entity → what may stand in WHERE and ORDERBY.
  private static let queryable: [String: Set<String>] = [
    "Customer": [
      "DisplayName", "FullyQualifiedName", "CompanyName", "GivenName", "FamilyName", "Active",
      "Job", "ParentRef", "Level", "Balance", "Notes",
    ],
    "Vendor": ["DisplayName", "CompanyName", "Active", "Balance"],
    "Invoice": ["CustomerRef", "TotalAmt", "Balance", "DueDate", "EmailStatus", "CurrencyRef"],
    "CreditMemo": ["CustomerRef", "TotalAmt", "Balance", "RemainingCredit", "CurrencyRef"],
    "Payment": ["CustomerRef", "TotalAmt", "PaymentRefNum", "UnappliedAmt", "CurrencyRef"],
    "Estimate": ["CustomerRef", "TotalAmt", "TxnStatus", "ExpirationDate", "CurrencyRef"],
    "Bill": ["VendorRef", "TotalAmt", "Balance", "DueDate", "CurrencyRef"],
    "VendorCredit": ["VendorRef", "TotalAmt", "Balance", "CurrencyRef"],
    "Purchase": ["PaymentType", "TotalAmt", "CurrencyRef"],
    "PurchaseOrder": ["VendorRef", "TotalAmt", "POStatus", "DueDate", "CurrencyRef"],
    "SalesReceipt": ["CustomerRef", "TotalAmt", "Balance", "PaymentRefNum", "CurrencyRef"],
    "RefundReceipt": ["CustomerRef", "TotalAmt", "Balance", "CurrencyRef"],
    // Time worked is no document with a number.
    "TimeActivity": ["TxnDate"],
  ]

  /// What documents have but may not be asked for: the vendor says so in other words.
  private static let unqueryable: Set<String> = [
    "CustomField", "DepartmentRef", "AccountRef", "BillAddr", "ShipAddr", "VendorAddr", "EntityRef",
    "CustomerRef", "ProjectRef", "Line", "LinkedTxn", "TxnTaxDetail",
  ]

  /// Whether a field may stand in a condition.
  static func check(_ field: String, of entity: String) throws(QuickBooksQueryError) {
    var fields = common.union(queryable[entity] ?? [])
    if !names.contains(entity), entity != "TimeActivity" { fields.formUnion(documents) }
    if fields.contains(field) { return }
    let top = field.prefix { $0 != "." }
    if unqueryable.contains(String(top)) {
      throw .validation("property '\(field)' is not queryable")
    }
    throw .validation("Property \(field) not found for Entity \(entity)")
  }
}

extension QuickBooksStatement {
  /// The vendor's most objects on one page.
  static let mostResults = 1_000

  /// - Throws: ``QuickBooksQueryError`` when the statement asks for what cannot be asked for.
  func validated() throws(QuickBooksQueryError) -> QuickBooksStatement {
    guard QuickBooksSchema.entities.contains(entity) else {
      throw .validation("Invalid context declaration: \(entity)")
    }
    for condition in conditions { try QuickBooksSchema.check(condition.field, of: entity) }
    if let order { try QuickBooksSchema.check(order.field, of: entity) }
    guard count <= Self.mostResults else {
      throw .validation("value \(count) is too large. Max allowed value is \(Self.mostResults).")
    }
    return self
  }

  /// The objects that fit, in order, before paging.
  func matches(among objects: [JSONValue]) -> [JSONValue] {
    var found = objects.filter { object in conditions.allSatisfy { $0.fits(object) } }
    // Inactive names are left out unless they are asked for.
    if QuickBooksSchema.names.contains(entity),
      !conditions.contains(where: { $0.field == "Active" })
    {
      found = found.filter { $0["Active"]?.bool ?? true }
    }
    let (field, isDescending) = order ?? ("Id", false)
    return found.enumerated().sorted { left, right in
      let (first, second) = isDescending ? (right, left) : (left, right)
      let order = Self.order(
        Self.text(field, of: first.element), Self.text(field, of: second.element))
      return order == 0 ? left.offset < right.offset : order < 0
    }.map(\.element)
  }

  /// What a condition compares: a member, one within another, or the value of a reference.
  static func text(_ field: String, of object: JSONValue) -> String? {
    var value: JSONValue? = object
    for part in field.split(separator: ".") { value = value?[String(part)] }
    switch value?["value"] ?? value {
    case .string(let text)?, .number(let text)?: return text
    case .bool(let flag)?: return flag ? "true" : "false"
    default: return nil
    }
  }

  /// -1, 0 or 1: instants as instants, numbers as numbers, else words without regard to case.
  static func order(_ left: String?, _ right: String?) -> Int {
    guard let left, let right else { return left == right ? 0 : left == nil ? -1 : 1 }
    if let first = Timestamp(left), let second = Timestamp(right) {
      return first == second ? 0 : first < second ? -1 : 1
    }
    if let first = ExactDecimal(left), let second = ExactDecimal(right) {
      return first == second ? 0 : first < second ? -1 : 1
    }
    let (first, second) = (left.lowercased(), right.lowercased())
    return first == second ? 0 : first < second ? -1 : 1
  }
}

extension QuickBooksStatement.Condition {
  func fits(_ object: JSONValue) -> Bool {
    let text = QuickBooksStatement.text(field, of: object) ?? defaultText
    guard let text else { return false }
    switch comparator {
    case .among: return values.contains { QuickBooksStatement.order(text, $0) == 0 }
    case .like: return values.first.map { Self.isLike(text, $0) } ?? false
    case .equal, .less, .greater, .atMost, .atLeast:
      let order = QuickBooksStatement.order(text, values.first)
      return switch comparator {
      case .equal: order == 0
      case .less: order < 0
      case .greater: order > 0
      case .atMost: order <= 0
      default: order >= 0
      }
    }
  }

  /// What an absent member stands for.
  private var defaultText: String? {
    switch field {
    case "Active": "true"
    case "Job": "false"
    default: nil
    }
  }

  /// `%` for any run of characters, without regard to case.
  private static func isLike(_ text: String, _ pattern: String) -> Bool {
    let text = Array(text.lowercased())
    let pattern = Array(pattern.lowercased())
    // The lengths of the text that the pattern so far may have eaten.
    var reached: Set<Int> = [0]
    for character in pattern {
      if character == "%" {
        if let least = reached.min() { reached = Set(least...text.count) }
      } else {
        reached = Set(
          reached.filter { $0 < text.count && text[$0] == character }.map { $0 + 1 })
      }
    }
    return reached.contains(text.count)
  }
}
