import AdapterKit
import DealModel

extension QuickBooksAdapter {
  func detail(of reference: RecordReference) async throws -> RecordDetail {
    guard let name = QuickBooksName(reference.id), name.entity.kind == reference.kind else {
      throw SystemError(
        .refused, system: system.name,
        message: "There is no record \(VisibleText(reference.id)) in \(system.name) (QuickBooks).")
    }
    let preferences = try await preferences.value()
    try await index.update(link == .customer ? [QuickBooksIndex.customer] : [])
    let document = try await document(name)
    let found = Found(entity: name.entity, document: document)
    let reader = QuickBooksReader(
      document: document, entity: name.entity, system: system, preferences: preferences,
      billing: try await billing(of: [found]))
    let ledger = await index.ledger
    let deals = ledger.deals(of: document)
    guard let deal = name.deal ?? deals.min(), deals.contains(deal) else {
      throw SystemError(
        .refused, system: system.name,
        message: "\(name.entity.rawValue) \(VisibleText(name.id)) of \(system.name) (QuickBooks) "
          + "bears no deal ID, or another than before. Open it in QuickBooks.")
    }
    let customers = link == .customer ? Set(ledger.customers(of: [deal]).keys) : nil
    // Customers stand on the lines of costs alone.
    let own = name.entity.bearsCustomer ? nil : customers
    var detail = RecordDetail(
      record: reader.record(of: deal, among: deals, customers: customers),
      lines: reader.lines(of: own).compactMap { line($0, of: reader) }, fetchedAt: time.now())
    detail.applications = try await applications(to: found, reader)
    detail.notes = notes(of: document) + (try await estimates(of: document, reader))
    detail.fetchedAt = time.now()
    return detail
  }

  private func document(_ name: QuickBooksName) async throws -> JSONValue {
    let call = call.document(name.entity, name.id)
    return try await port.read(call) { reply in
      guard let document = reply.value[name.entity.rawValue], document.id == name.id else {
        throw port.malformed(call.operation, "no \(name.entity.rawValue) of that ID")
      }
      return document
    }
  }

  private func line(_ line: JSONValue, of reader: QuickBooksReader) -> DocumentLine? {
    let detail = QuickBooksLine.detail(of: line)
    let names = [detail?["ItemRef"]?["name"]?.string, line["Description"]?.string]
    let words = names.compactMap(\.self).filter { !$0.isEmpty }
    let account = detail?["AccountRef"]?["name"]?.string
    var net = Answer<Money>.none
    if let value = line["Amount"] {
      // A discount is written as a positive amount.
      let isDiscount = line["DetailType"]?.string == "DiscountLineDetail"
      net =
        value.decimal.map { amount in
          reader.currency.map { Money(isDiscount ? -amount : amount, $0) }
        } ?? reader.fault("Line.Amount", "holds no number that is exact")
    }
    var quantity = Answer<ExactDecimal>.none
    if let value = detail?["Qty"] {
      quantity =
        value.decimal.map { .value($0) } ?? reader.fault("Qty", "holds no number that is exact")
    }
    guard !words.isEmpty || account != nil || line["Amount"] != nil else { return nil }
    return DocumentLine(
      text: words.isEmpty ? account ?? "" : words.joined(separator: ": "), quantity: quantity,
      net: net)
  }

  /// Payments and credit memos applied to an invoice, bills of an order; oldest first.
  ///
  /// A credit memo is applied by a payment of nothing that belongs to both.
  private func applications(
    to found: Found, _ reader: QuickBooksReader
  ) async throws -> [Application] {
    var applications: [Application] = []
    if found.entity == .invoice {
      let ids = Set(
        QuickBooksLine.linked(of: found.document).filter { $0.type == "Payment" }.map(\.id))
      applications = try await payments(Set(ids)).compactMap { payment in
        application(.payment, payment, to: "Invoice", reader)
      }
    } else if found.entity == .purchaseOrder {
      applications = reader.billing.compactMap {
        application(.bill, $0, to: "PurchaseOrder", reader)
      }
    }
    return applications.sorted { left, right in
      guard let leftDay = left.date.value, let rightDay = right.date.value else {
        return left.date.value != nil
      }
      return leftDay < rightDay
    }
  }

  private func payments(_ ids: Set<String>) async throws -> [JSONValue] {
    var payments: [JSONValue] = []
    guard !ids.isEmpty else { return payments }
    let list = QuickBooksCall.list(ids.sorted().prefix(QuickBooksCall.mostIDs))
    try await pages.walk("SELECT * FROM Payment WHERE Id IN \(list) ORDERBY Id", of: "Payment") {
      payments.append($0)
    }
    return payments
  }

  private func application(
    _ kind: Application.Kind, _ other: JSONValue, to type: String, _ reader: QuickBooksReader
  ) -> Application? {
    let lines = (other["Line"]?.array ?? []).filter { line in
      QuickBooksLine.linked(of: line).contains { $0.type == type && $0.id == reader.id }
    }
    guard !lines.isEmpty else { return nil }
    var sum = ExactDecimal.zero
    var amount = Answer<Money>.none
    for line in lines {
      guard let part = line["Amount"]?.decimal, let next = try? sum.adding(part) else {
        amount = reader.fault("Payment.Line.Amount", "has an application without an exact number")
        break
      }
      sum = next
      amount = reader.currency.map { Money(sum, $0) }
    }
    let isCredit = kind == .payment && other["TotalAmt"]?.decimal?.isZero ?? false
    let number = other[kind == .payment ? "PaymentRefNum" : "DocNumber"]?.string ?? ""
    let date = other["TxnDate"]?.string.flatMap { CalendarDate($0) }
    return Application(
      kind: isCredit ? .creditNote : kind, number: number.isEmpty ? other.id : number,
      date: date.map { .value($0) } ?? .none, amount: amount)
  }

  /// The estimates that a document came from: number, total and state.
  private func estimates(
    of document: JSONValue, _ reader: QuickBooksReader
  ) async throws -> [RecordDetail.Note] {
    let ids = Set(QuickBooksLine.linked(of: document).filter { $0.type == "Estimate" }.map(\.id))
    guard !ids.isEmpty else { return [] }
    let list = QuickBooksCall.list(ids.sorted().prefix(QuickBooksCall.mostIDs))
    var notes: [RecordDetail.Note] = []
    try await pages.walk("SELECT * FROM Estimate WHERE Id IN \(list) ORDERBY Id", of: "Estimate") {
      let number = $0["DocNumber"]?.string ?? ""
      let total = $0["TotalAmt"]?.decimal.flatMap { amount in
        reader.currency.value.map { Money(amount, $0).description }
      }
      let words = [number.isEmpty ? $0.id : number, total, $0["TxnStatus"]?.string]
      notes.append(RecordDetail.Note("estimate", words.compactMap(\.self).joined(separator: ", ")))
    }
    return notes
  }

  private func notes(of document: JSONValue) -> [RecordDetail.Note] {
    let facts = [
      ("customer", document["CustomerRef"]?["name"]?.string),
      ("party", (document["VendorRef"] ?? document["EntityRef"])?["name"]?.string),
      ("payment", document["PaymentType"]?.string), ("status", document["POStatus"]?.string),
      ("memo", document["CustomerMemo"]?["value"]?.string),
      ("private note", document["PrivateNote"]?.string),
    ]
    return facts.compactMap { label, text in
      text.flatMap { $0.isEmpty ? nil : RecordDetail.Note(label, $0) }
    }
  }
}
