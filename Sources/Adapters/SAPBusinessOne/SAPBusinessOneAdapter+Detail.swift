import AdapterKit
import DealModel

extension SAPBusinessOneAdapter {
  func detail(of reference: RecordReference) async throws -> RecordDetail {
    guard let key = B1Key(reference.id), key.set.kind == reference.kind else {
      throw SystemError(
        .refused, system: system.name,
        message: "\(VisibleText(reference.id)) is no document of \(system.name) (SAP Business "
          + "One).")
    }
    let row = try await document(key)
    let context = try await self.context(for: [row])
    let lines = row["DocumentLines"]?.array ?? []
    guard let reader = B1Reader(row, of: key.set, in: context), reader.isDocument,
      let deal = key.part.map({ DealID($0) }) ?? reader.dealID
    else {
      throw SystemError(
        .refused, system: system.name,
        message: "\(key.text) of \(system.name) (SAP Business One) bears no deal ID any more, or "
          + "only takes back another document. Open it in Business One.")
    }
    let own = key.part.map { part in lines.filter { $0["ProjectCode"]?.string == part } } ?? lines
    var detail = RecordDetail(
      record: reader.record(of: deal, lines: own, part: key.part), fetchedAt: time.now())
    detail.lines = own.map { reader.line($0) }
    await addApplications(to: &detail, of: reader)
    detail.applications.sort { left, right in
      guard let leftDay = left.date.value, let rightDay = right.date.value else {
        return left.date.value != nil
      }
      return leftDay < rightDay
    }
    for (label, name) in [
      ("party", "CardName"), ("customer order", "NumAtCard"), ("project", "Project"),
      ("memo", "Comments"),
    ] {
      if let text = row[name]?.string, !text.isEmpty {
        detail.notes.append(.init(label, text))
      }
    }
    detail.fetchedAt = time.now()
    return detail
  }

  /// A document whole, but only what is read of it: there are three hundred properties.
  private func document(_ key: B1Key) async throws -> JSONValue {
    let names =
      select(key.set)
      + ["NumAtCard", "Project", "Comments"].filter { !headProperties.contains($0) }
      + ["DocumentLines"]
    let call = HTTPCall.get(
      version.path("\(key.set.rawValue)({entry})"), ["entry": String(key.entry)],
      query: ["$select": names.joined(separator: ",")])
    return try await port.read(call) { reply in
      guard reply.value["DocEntry"]?.integer == key.entry else {
        throw port.malformed(call.operation, "another document")
      }
      return reply.value
    }
  }

  /// Payments, and credit notes or bills drawn from the document. Where the user may not see them, a
  /// note says so: the document itself was read.
  private func addApplications(to detail: inout RecordDetail, of reader: B1Reader) async {
    do {
      detail.applications += try await payments(of: reader)
      detail.applications += try await drawn(from: reader)
    } catch let error as SystemError {
      detail.notes.append(.init("payments and credits", error.message))
    } catch {
      detail.notes.append(.init("payments and credits", "They were not read."))
    }
  }

  /// Payments name the documents they pay, but cannot be asked by them: those of the same partner
  /// since the document's day are looked through.
  private func payments(of reader: B1Reader) async throws -> [Application] {
    guard let type = reader.set.paymentType, let partner = reader.row["CardCode"]?.string,
      let day = reader.date("DocDate").value
    else { return [] }
    var found: [Application] = []
    let filter = B1Filter.all(
      "CardCode eq \(B1Filter.quoted(partner))", "DocDate ge '\(day)'")
    let select = ["DocEntry", "DocNum", "DocDate", "Cancelled", "PaymentInvoices"]
    try await walk(reader.set.payments, where: filter, select: select) { payment in
      guard payment["Cancelled"]?.string != "tYES" else { return }
      for part in payment["PaymentInvoices"]?.array ?? []
      where part["DocEntry"]?.integer == reader.entry && part["InvoiceType"]?.string == type {
        found.append(
          Application(
            kind: .payment,
            number: (payment["DocNum"] ?? payment["DocEntry"])?.integer.map(String.init) ?? "",
            date: documentDay(payment),
            amount: reader.amount("SumApplied", foreign: "AppliedFC", in: part)))
      }
    }
    return found
  }

  /// Credit notes drawn from an invoice, bills drawn from an order: their lines name it.
  private func drawn(from reader: B1Reader) async throws -> [Application] {
    let target: (set: B1Set, kind: Application.Kind)
    switch reader.set {
    case .invoices: target = (.creditNotes, .creditNote)
    case .purchaseInvoices: target = (.purchaseCreditNotes, .creditNote)
    case .purchaseOrders, .goodsReceipts: target = (.purchaseInvoices, .bill)
    case .creditNotes, .downPayments, .purchaseCreditNotes: return []
    }
    let line = "\(target.set.rawValue)/DocumentLines"
    let rows = try await query(
      target.set, head: ["DocEntry", "DocNum", "DocDate", "CancelStatus"],
      lines: ["LineNum", "LineTotal", "RowTotalFC", "BaseType", "BaseEntry"],
      where: "\(line)/BaseType eq \(reader.set.baseType) and \(line)/BaseEntry eq \(reader.entry)")
    var byEntry: [Int: Application] = [:]
    for row in rows where (row.head["CancelStatus"]?.string ?? "csNo") == "csNo" {
      let amount = reader.amount("LineTotal", foreign: "RowTotalFC", in: row.line)
      guard let known = byEntry[row.entry] else {
        byEntry[row.entry] = Application(
          kind: target.kind, number: row.head["DocNum"]?.integer.map(String.init) ?? "",
          date: documentDay(row.head), amount: amount)
        continue
      }
      if let sum = known.amount.value, let next = amount.value, let total = try? sum.adding(next) {
        byEntry[row.entry]?.amount = .value(total)
      }
    }
    return byEntry.sorted { $0.key < $1.key }.map(\.value)
  }

  private func documentDay(_ row: JSONValue) -> Answer<CalendarDate> {
    row["DocDate"]?.string.flatMap(B1Clock.day).map { .value($0) } ?? .none
  }
}

extension B1Reader {
  /// A line of the document, as it stands there: before the discount on the whole.
  func line(_ line: JSONValue) -> DocumentLine {
    let words = ["ItemDescription", "FreeText", "ItemCode", "AccountCode"].lazy
      .compactMap { line[$0]?.string }.first { !$0.isEmpty }
    let quantity = number("Quantity", in: line)
    var billed = Answer<ExactDecimal>.none
    if set.isOrder, let ordered = quantity.value,
      let open = number("RemainingOpenQuantity", in: line).value,
      let rest = try? ordered.subtracting(open)
    {
      billed = .value(rest)
    }
    return DocumentLine(
      text: words ?? "", quantity: quantity,
      net: amount("LineTotal", foreign: "RowTotalFC", in: line), billed: billed)
  }

  private func number(_ name: String, in line: JSONValue) -> Answer<ExactDecimal> {
    guard let value = line[name], !value.isNull else { return .none }
    return value.decimal.map { .value($0.rounded(to: 6)) }
      ?? fault(name, "holds no number that is exact")
  }
}
