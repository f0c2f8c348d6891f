import DealModel
import Foundation
import Glibc

/// A million invoice rows of 100,000 deals, in no order, and the list of the deals.
struct InvoiceFiles {
  static let deals = 100_000
  static let rows = 1_000_000

  enum Failure: Error { case cannotWrite, noCurrency }

  let folder: String
  var invoices: String { folder + "/invoices.csv" }
  var list: String { folder + "/deals.csv" }
  var ids: [DealID] { (0..<Self.deals).map { DealID("BW-\(100_000 + $0)") } }

  init() throws {
    folder = try Machine.folder()
    try write()
  }

  func erase() { try? FileManager.default.removeItem(atPath: folder) }

  static func euro() throws -> Currency {
    guard let euro = Currency(code: "EUR") else { throw Failure.noCurrency }
    return euro
  }

  private func write() throws {
    guard let invoices = fopen(invoices, "w"), let list = fopen(list, "w") else {
      throw Failure.cannotWrite
    }
    defer {
      fclose(invoices)
      fclose(list)
    }
    fputs("deal\n", list)
    for deal in 0..<Self.deals { fputs("BW-\(100_000 + deal)\n", list) }
    fputs("number,deal,issued,due,net,gross,outstanding,currency,status,customer\n", invoices)
    var state: UInt64 = 7
    for row in 0..<Self.rows {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let deal = 100_000 + Int(state >> 33) % Self.deals
      let cents = 100 + Int(state >> 20) % 9_999_900
      let gross = amount(cents * 119 / 100)
      let isOpen = row % 3 > 0
      fputs(
        "INV-\(row),BW-\(deal),2026-\(two(row % 12 + 1))-\(two(row % 28 + 1)),"
          + "2026-\(two(row % 11 + 2))-15,\(amount(cents)),\(gross),"
          + "\(isOpen ? gross : "0.00"),EUR,\(isOpen ? "open" : "paid"),"
          + "\"Customer \(row % 977), Ltd\"\n", invoices)
    }
  }

  private func amount(_ cents: Int) -> String { "\(cents / 100).\(two(cents % 100))" }
  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// What a million rows come to.
struct Sums: Sendable {
  var rows = 0
  var invoiced = ExactDecimal.zero
  var paid = ExactDecimal.zero
  var outstanding = ExactDecimal.zero
  var overdue = ExactDecimal.zero

  /// Adds one deal's invoices, as its line on the screen would.
  mutating func add(_ records: [Record], today: CalendarDate) throws {
    // By place: a loop over the records themselves would copy each.
    for place in records.indices {
      guard case .invoice(let invoice) = records[place].content, invoice.status != .voided,
        invoice.status != .draft, let net = invoice.net.value, let paid = invoice.paid.value,
        let outstanding = invoice.outstanding.value
      else { continue }
      rows += 1
      invoiced = try invoiced.adding(net.amount)
      self.paid = try self.paid.adding(paid.amount)
      self.outstanding = try self.outstanding.adding(outstanding.amount)
      if let due = invoice.due.value, due < today {
        overdue = try overdue.adding(outstanding.amount)
      }
    }
  }

  mutating func add(_ other: Sums) throws {
    rows += other.rows
    invoiced = try invoiced.adding(other.invoiced)
    paid = try paid.adding(other.paid)
    outstanding = try outstanding.adding(other.outstanding)
    overdue = try overdue.adding(other.overdue)
  }

  /// As sqlite3 prints them.
  var text: String {
    [invoiced, paid, outstanding, overdue].map { $0.formatted(minimumPlaces: 2) }
      .joined(separator: "|")
  }
}
