import AdapterKit
import DealModel

extension NetSuiteAdapter {
  func detail(of reference: RecordReference) async throws -> RecordDetail {
    async let linked = page(statements.applications(of: reference.id))
    let found = try await page(statements.document(reference.id))
    guard let row = found.rows.first else {
      throw SystemError(
        .refused, system: system.name,
        message: "There is no transaction \(reference.id) in \(system.name) (NetSuite) any more. "
          + "It was deleted there, or the role may no longer see it.")
    }
    let reader = NetSuiteReader(row, adapter: self)
    guard let record = reader.record, record.reference.kind == reference.kind else {
      throw SystemError(
        .refused, system: system.name,
        message: "Transaction \(reference.id) of \(system.name) (NetSuite) bears no deal ID, or is "
          + "of a type that is not shown in detail. Open it in NetSuite.")
    }
    var detail = RecordDetail(record: record, fetchedAt: time.now())
    let lines = { (last: String) in statements.lines(of: reference.id, after: last) }
    try await walk(lines) { line in
      detail.lines.append(self.line(line, of: row))
    }
    for other in try await linked.rows {
      apply(other, to: &detail, of: row)
    }
    detail.applications.sort { left, right in
      guard let leftDay = left.date.value, let rightDay = right.date.value else {
        return left.date.value != nil
      }
      return leftDay < rightDay
    }
    for (label, column) in [
      ("party", "party"), ("status", "statuslabel"), ("memo", "memo"),
      ("customer order", "otherrefnum"),
    ] {
      if let text = row[column] { detail.notes.append(.init(label, text)) }
    }
    detail.fetchedAt = time.now()
    return detail
  }

  private func line(_ line: NetSuiteRow, of document: NetSuiteRow) -> DocumentLine {
    let type = document["type"].flatMap(NetSuiteDocumentType.init)
    let reader = NetSuiteReader(document.with(line), adapter: self)
    let words = [line["item"], line["memo"]].compactMap { $0 }
    let isReturned = type == .creditMemo || type == .vendorCredit
    let isOrder = type == .purchaseOrder
    return DocumentLine(
      text: words.isEmpty ? line["account"] ?? "" : words.joined(separator: ": "),
      // Sales lines count and amount to less than nothing; the document shows them positive.
      quantity: reader.number("quantity").map { type == .invoice ? -$0 : $0.magnitude },
      net: reader.money("foreignamount").map { money in
        if isReturned { return Money(money.amount.magnitude, money.currency) }
        return type == .invoice ? -money : money
      },
      billed: isOrder ? reader.number("quantitybilled") : .none)
  }

  /// A document joined to the one in view: an application, or a note where it is the other way
  /// round.
  private func apply(
    _ other: NetSuiteRow, to detail: inout RecordDetail, of document: NetSuiteRow
  ) {
    let reader = NetSuiteReader(document.with(other), adapter: self)
    let number = other["tranid"] ?? other["id"] ?? ""
    let kind: Application.Kind
    switch (document["type"], other["type"]) {
    case ("CustInvc", "CustCred"), ("VendBill", "VendCred"): kind = .creditNote
    case ("CustInvc", "CustPymt"), ("CustInvc", "DepAppl"), ("CustInvc", "CustDep"),
      ("VendBill", "VendPymt"), ("ExpRept", "VendPymt"), ("CustCred", "CustRfnd"):
      kind = .payment
    case ("PurchOrd", "VendBill"): kind = .bill
    case ("VendBill", "PurchOrd"):
      detail.notes.append(.init("order", number))
      return
    case ("CustCred", "CustInvc"), ("VendCred", "VendBill"):
      detail.notes.append(.init("applied to", number))
      return
    default: return
    }
    detail.applications.append(
      Application(
        kind: kind, number: number, date: reader.date("trandate"), amount: reader.money("amount")))
  }
}
