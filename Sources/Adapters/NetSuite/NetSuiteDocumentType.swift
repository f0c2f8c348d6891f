import DealModel

/// The transaction types that are read as records.
enum NetSuiteDocumentType: String, CaseIterable, Sendable {
  case invoice = "CustInvc"
  case creditMemo = "CustCred"
  case payment = "CustPymt"
  case purchaseOrder = "PurchOrd"
  case bill = "VendBill"
  case vendorCredit = "VendCred"
  case billPayment = "VendPymt"
  case expenseReport = "ExpRept"
  case check = "Check"

  /// The kind of record a document of this type is, or belongs to.
  var kind: RecordKind {
    switch self {
    case .invoice, .creditMemo, .payment: .invoices
    case .purchaseOrder, .bill, .vendorCredit, .billPayment, .expenseReport, .check: .costs
    }
  }

  /// The types that are records of a kind; `nil` for a kind that NetSuite is not asked for.
  static func types(of kind: RecordKind) -> [NetSuiteDocumentType]? {
    switch kind {
    case .invoices: [.invoice, .creditMemo]
    case .costs: [.purchaseOrder, .bill, .vendorCredit, .expenseReport, .check]
    case .deals, .milestones, .hours, .tickets: nil
    }
  }

  /// Every type that is a record.
  static let records: [NetSuiteDocumentType] =
    [RecordKind.invoices, .costs].compactMap(types(of:)).flatMap { $0 }

  /// The state that a status letter stands for; `nil` for a letter Oracle does not list.
  ///
  /// - Parameter code: The letter, with or without the type before it: `A`, `CustInvc:A`.
  func status(_ code: String) -> DocumentStatus? {
    let letter = code.split(separator: ":").last.map(String.init) ?? code
    switch (self, letter) {
    case (_, "V"): return .voided
    case (.invoice, "A"), (.creditMemo, "A"), (.vendorCredit, "A"), (.bill, "A"): return .open
    case (.invoice, "B"), (.creditMemo, "B"), (.vendorCredit, "B"), (.bill, "B"): return .paid
    case (.bill, "C"): return .voided
    // Pending approval, or rejected.
    case (.invoice, "D"), (.invoice, "E"), (.bill, "D"), (.bill, "E"): return .draft
    case (.purchaseOrder, "A"), (.purchaseOrder, "C"), (.purchaseOrder, "P"): return .draft
    case (.purchaseOrder, "B"), (.purchaseOrder, "D"), (.purchaseOrder, "E"),
      (.purchaseOrder, "F"):
      return .open
    case (.purchaseOrder, "G"), (.purchaseOrder, "H"): return .paid
    // In progress, waiting for either approval, or rejected by either.
    case (.expenseReport, "A"), (.expenseReport, "B"), (.expenseReport, "C"),
      (.expenseReport, "D"), (.expenseReport, "E"):
      return .draft
    case (.expenseReport, "F"), (.expenseReport, "G"), (.expenseReport, "H"): return .open
    case (.expenseReport, "I"): return .paid
    case (.check, _): return .paid
    default: return nil
    }
  }
}
