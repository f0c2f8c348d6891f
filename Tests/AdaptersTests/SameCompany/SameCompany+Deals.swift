import DealModel
import TestSupport

extension SameCompany {
  /// The sixty deals, the same at every run but for their days, which are counted from today.
  init(asked: Timestamp) {
    var writer = SameCompanyWriter(today: asked.date)
    writer.write()
    self.asked = asked
    deals = writer.deals
    documents = writer.documents
  }
}

/// Makes up the company: what each deal has follows from its place, amounts from a seed.
private struct SameCompanyWriter {
  typealias Document = SameCompany.Document
  typealias Line = SameCompany.Line

  let today: CalendarDate
  var deals: [SameCompany.Deal] = []
  var documents: [Document] = []
  private let chance = SeededRandom(seed: 60)

  init(today: CalendarDate) { self.today = today }

  private static let currencies = ["EUR", "USD", "JPY", "KWD"].compactMap { Currency(code: $0) }
  private static let names = [
    "Quay wall \"North\"", "O'Brien's crane", "Žižkov; phase 2, final", "山本造船所 ドック", "Plain deal",
    "Fähre <b>& Söhne</b>", "100 % steel \\ timber", "  spaced  out", "🛟 Rescue boat", "Null",
  ]
  private static let parties = [
    "Stahl & Söhne \"Nord\" GmbH", "O'Brien; Ltd, Cork", "株式会社 山本", "Žluťoučký kůň s.r.o.", "Taxi",
    "=SUM(A1)", "NULL", "Ærø 🛟 Rederi",
  ]
  /// Amounts that binary fractions, separators and rounding find hard, by digits after the point.
  private static let prices: [UInt8: [String]] = [
    0: ["1", "333", "1000001", "999999999", "70"],
    2: ["0.1", "0.2", "19.99", "1234567.89", "0.01", "33.33", "99999999.99", "1000", "2.05"],
    3: ["1234567.895", "0.001", "0.1", "0.2", "1.005", "99999.999"],
  ]

  mutating func write() {
    for place in 0..<60 {
      let currency = Self.currencies[place % 4]
      deals.append(
        SameCompany.Deal(
          id: DealID("BW-\(10_001 + place)"), name: "\(Self.names[place % 10]) \(place)",
          value: price(currency).times(7).description, currency: currency))
    }
    for place in 0..<60 where place % 10 != 0 { writeDeal(place) }
  }

  private mutating func writeDeal(_ place: Int) {
    for round in 0...(place % 3) { addInvoice(place, round) }
    if place % 3 == 1 { addCreditNote(place) }
    if place % 2 == 1 { addOrder(place) }
    if place % 4 == 2 { addBill(place) }
    if place % 5 == 3 { addVendorCredit(place) }
  }

  // MARK: What customers owe

  private mutating func addInvoice(_ place: Int, _ round: Int) {
    // Some deals are billed in a second currency.
    let currency = Self.currencies[(place + (place % 7 == 6 && round == 1 ? 1 : 0)) % 4]
    var lines = [line(place, "Phase \(round + 1)", currency, chance(3) + 1)]
    if chance(2) == 0 { lines.append(line(place, "Steel, \"cut\"", currency, 1)) }
    if place % 9 == 4 {
      // A discount is a line below nothing.
      lines.append(line(place, "Discount", currency, 1, price: -smallest(currency)))
    }
    if place == 21 { lines = [line(place, "Free of charge", currency, 1, price: .zero)] }
    var invoice = document(.invoice, lines, currency, taxed: place % 3 != 2 && place != 21)
    switch (place + round) % 6 {
    case 0:
      invoice.state = .settled
      invoice.paid = invoice.gross
    case 1: invoice.paid = min(smallest(currency), invoice.gross)
    case 2: invoice.due = today
    case 3: invoice.due = today.adding(days: 1)
    case 4: invoice.state = .voided
    default: invoice.due = place % 4 == 1 ? nil : today.adding(days: -1)
    }
    if invoice.state == .open, invoice.outstanding.isZero { invoice.state = .settled }
    documents.append(invoice)
  }

  private mutating func addCreditNote(_ place: Int) {
    let currency = Self.currencies[place % 4]
    var note = document(
      .creditNote, [line(place, "Returned", currency, 2)], currency, taxed: place % 2 == 0)
    note.due = nil
    switch place % 3 + place % 2 {
    case 1:
      note.state = .settled
      note.paid = note.gross
    default: note.paid = place % 4 < 2 ? .zero : smallest(currency)
    }
    if note.outstanding.isZero { note.state = .settled }
    documents.append(note)
  }

  // MARK: What deals cost

  private mutating func addOrder(_ place: Int) {
    let currency = Self.currencies[place % 4]
    // Every fourth order is shared with the deal before, line by line.
    let other = place % 8 == 3 ? place - 1 : place
    var order = document(
      .purchaseOrder,
      [
        line(place, "Beams", currency, 3), line(other, "Freight", currency, 2),
        line(place, "Paint", currency, 1),
      ], currency, taxed: place % 3 == 0)
    order.due = nil
    switch place % 6 {
    case 1:
      order.lines[0].billed = 1
      order.lines[1].billed = 1
    case 3 where other == place:
      for index in order.lines.indices { order.lines[index].billed = order.lines[index].quantity }
      order.state = .settled
    case 3: order.lines[0].billed = 2
    default:
      // Closed by hand with a part never billed.
      order.lines[0].billed = 1
      order.state = .closed
    }
    if other != place { order.state = .open }
    documents.append(order)
    var billed: [Line] = []
    for (index, line) in order.lines.enumerated() where line.billed > 0 {
      var copy = line
      (copy.quantity, copy.billed, copy.order) = (line.billed, 0, (order.key, index))
      billed.append(copy)
    }
    guard !billed.isEmpty else { return }
    add(bill: document(.bill, billed, currency, taxed: place % 3 == 0, party: order.party), place)
  }

  private mutating func addBill(_ place: Int) {
    // Booked in the next currency, and shared with the deal behind where that is no empty one.
    let currency = Self.currencies[(place + 1) % 4]
    var lines = [line(place, "Tugs", currency, 1), line(place, "Pilot", currency, 2)]
    if place % 10 != 9 { lines.append(line(place + 1, "Berth", currency, 1)) }
    add(bill: document(.bill, lines, currency, taxed: place % 8 == 2), place)
  }

  private mutating func add(bill: Document, _ place: Int) {
    var bill = bill
    switch place % 3 {
    case 0:
      bill.state = .settled
      bill.paid = bill.gross
    case 1: bill.paid = smallest(bill.currency)
    default: break
    }
    if bill.outstanding.isZero { bill.state = .settled }
    documents.append(bill)
  }

  private mutating func addVendorCredit(_ place: Int) {
    let currency = Self.currencies[place % 4]
    var credit = document(
      .vendorCredit, [line(place, "Overcharged", currency, 1)], currency, taxed: place % 2 == 0)
    credit.due = nil
    if place % 2 == 0 {
      credit.state = .settled
      credit.paid = credit.gross
    }
    documents.append(credit)
  }

  // MARK: Parts

  private func document(
    _ kind: Document.Kind, _ lines: [Line], _ currency: Currency, taxed: Bool, party: String? = nil
  ) -> Document {
    let key = documents.count + 1
    // No two documents share a day, so that their order is the same everywhere.
    let day = today.adding(days: key - 400)
    let net = lines.map(\.amount).total
    let tax =
      taxed
      ? (try? net.divided(by: 5, places: currency.minorUnit)) ?? .zero : .zero
    return Document(
      key: key, kind: kind, state: .open, number: "\(1_000 + key)", day: day,
      due: day.adding(days: 30), currency: currency, party: party ?? Self.parties[key % 8],
      tax: tax, paid: .zero, lines: lines)
  }

  private func line(
    _ place: Int, _ text: String, _ currency: Currency, _ quantity: Int,
    price fixed: ExactDecimal? = nil
  ) -> Line {
    Line(
      deal: DealID("BW-\(10_001 + place)"), text: text, quantity: quantity,
      price: fixed ?? price(currency))
  }

  private func price(_ currency: Currency) -> ExactDecimal {
    let prices = Self.prices[currency.minorUnit] ?? []
    return ExactDecimal(prices[chance(prices.count)]) ?? .zero
  }

  /// One cent, yen or fils.
  private func smallest(_ currency: Currency) -> ExactDecimal {
    ExactDecimal(coefficient: 1, scale: currency.minorUnit)
  }

  private func chance(_ count: Int) -> Int { Int(chance.next() % UInt64(count)) }
}
