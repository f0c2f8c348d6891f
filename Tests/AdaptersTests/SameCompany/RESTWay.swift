import AdapterKit
import DealModel

extension SameCompanyWay {
  /// A plain JSON API, read by configuration alone: amounts as words for invoices, as minor units for
  /// costs, pages by number.
  static let rest = SameCompanyWay(name: "rest", isServedBySandbox: false) { company in
    Files(
      texts: ["secrets/api-token": PlainAPI.token + "\n"],
      configuration: """
        kind: rest
        base_url: \(PlainAPI.base)
        link: deal
        auth: {type: bearer, token: {file: "{{directory}}/secrets/api-token"}}
        probe: {get: /me, identity: name}
        records:
          invoices:
            get: /invoices
            query: {deals: "{deals}", page: "{page}", per_page: "{limit}"}
            batch: 25
            items: data
            paging: {by: page, size: 20, total: total}
            number: number
            values:
              type: {path: type, map: {invoice: invoice, credit: credit_note}}
              status: {path: state, map: {unpaid: open, settled: paid, void: voided}}
              currency: {path: currency}
              issued: date
              due: {path: due_on, optional: true}
              net: total.net
              gross: total.gross
              paid: {path: total.gross, minus: total.due}
              outstanding: total.due
        \(costs("purchase_order", open: "      open: {path: unbilled, minor_units: true}"))
        \(costs("bill"))
        \(costs("vendor_credit"))
        """,
      api: PlainAPI(company))
  }

  private static func costs(_ kind: String, open: String = "") -> String {
    let first = kind == "purchase_order" ? "  costs:\n" : ""
    return first
      + """
          - get: /\(kind)s
            query: {deals: "{deals}", page: "{page}", per_page: "{limit}"}
            batch: 25
            items: data
            paging: {by: page, size: 20, total: total}
            number: number
            values:
              is: \(kind)
              status: {path: state, map: {unpaid: open, settled: paid, void: voided}}
              currency: {path: currency}
              party: vendor.name
              date: date
              net: {path: net, minor_units: true, sign: drop}
        \(open)
      """
  }
}

/// The company's documents as a plain JSON API answers them.
struct PlainAPI: HTTPTransport {
  static let base = "http://127.0.0.1:4199/api"
  static let token = "plain-t0ken"
  private let tables: [String: [JSONValue]]

  init(_ company: SameCompany) {
    var tables: [String: [JSONValue]] = [
      "invoices": company.documents.filter { !$0.isCost }.map(Self.invoice)
    ]
    for kind in [SameCompany.Document.Kind.purchaseOrder, .bill, .vendorCredit] {
      tables["\(kind.rawValue)s"] = company.documents.filter { $0.kind == kind }
        .flatMap { document in
          document.deals.enumerated().map { place, deal in
            Self.cost(document.part(of: deal), deal, id: document.key * 10 + place)
          }
        }
    }
    self.tables = tables
  }

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    let authorization = request.headers.first { $0.name.lowercased() == "authorization" }
    guard authorization?.value == "Bearer \(Self.token)" else {
      return answer(["error": "token"], status: 401)
    }
    let parts = request.url.dropFirst(Self.base.count + 1).split(separator: "?", maxSplits: 1)
    guard request.method == "GET", request.url.hasPrefix(Self.base), parts.count == 2,
      let rows = tables[String(parts[0])]
    else { return answer(["error": "no such resource"], status: 404) }
    var query: [String: String] = [:]
    for pair in parts[1].split(separator: "&") {
      let halves = pair.split(separator: "=", maxSplits: 1)
      query[String(halves[0])] =
        halves.count > 1 ? String(halves[1]).replacing("%2C", with: ",") : ""
    }
    guard let page = query["page"].flatMap({ Int($0) }), page > 0,
      let size = query["per_page"].flatMap({ Int($0) }), (1...50).contains(size)
    else { return answer(["error": "page"], status: 400) }
    let deals = Set((query["deals"] ?? "").split(separator: ",").map(String.init))
    let found = rows.filter { deals.contains($0["deal"]?.string ?? "") }
    let start = min((page - 1) * size, found.count)
    return answer(
      [
        "data": .array(Array(found[start..<min(start + size, found.count)])),
        "total": .integer(found.count),
      ])
  }

  private func answer(_ body: JSONValue, status: Int = 200) -> HTTPAnswer {
    HTTPAnswer(
      status: status, headers: [HTTPField("Content-Type", "application/json")],
      body: Array(body.text().utf8))
  }

  private static func invoice(_ document: SameCompany.Document) -> JSONValue {
    var members: [String: JSONValue] = [
      "id": .integer(document.key), "number": .string(document.number),
      "deal": document.deals.first.map { .string($0.text) } ?? nil,
      "type": document.kind == .creditNote ? "credit" : "invoice", "state": state(document),
      "date": .string(document.day.description), "currency": .string(document.currency.code),
      "total": [
        "net": .string(document.net.description), "gross": .string(document.gross.description),
        "due": .string(document.outstanding.description),
      ],
    ]
    if let due = document.due { members["due_on"] = .string(due.description) }
    return .sorted(members)
  }

  private static func cost(
    _ document: SameCompany.Document, _ deal: DealID, id: Int
  ) -> JSONValue {
    let places = document.currency.minorUnit
    func minor(_ amount: ExactDecimal) -> JSONValue {
      let factor = ExactDecimal(Array(repeating: 10, count: Int(places)).reduce(1, *))
      return .amount((try? amount.multiplied(by: factor)) ?? .zero)
    }
    let open = document.state == .open ? document.lines.map(\.open).total : .zero
    return .sorted([
      "id": .integer(id), "number": .string(document.number), "deal": .string(deal.text),
      "state": state(document), "date": .string(document.day.description),
      "currency": .string(document.currency.code), "vendor": ["name": .string(document.party)],
      "net": minor(document.kind == .vendorCredit ? -document.net : document.net),
      "unbilled": minor(open),
    ])
  }

  private static func state(_ document: SameCompany.Document) -> JSONValue {
    switch document.state {
    case .open: "unpaid"
    case .settled, .closed: "settled"
    case .voided: "void"
    }
  }
}
