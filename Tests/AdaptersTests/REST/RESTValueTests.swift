import AdapterKit
import DealModel
import TestSupport
import Testing

@Suite("Values of a JSON API")
struct RESTValueTests {
  /// The one record that a configuration makes of a document.
  private func record(
    _ kind: RecordKind, _ values: String, _ document: JSONValue, more: String = ""
  ) async throws -> Record {
    let name = kind.rawValue
    let item: JSONValue = .object(
      [.init("id", 1), .init("deal", "BW-10001")] + (document.members ?? []))
    let bench = try RESTBench(
      records: """
        \(name):
          get: /\(name)
          query: {deal: "{deal}"}
          items: data
          \(more.isEmpty ? "number: id" : more)
          values: {\(values)}
        """
    ) { _ in ScriptedAPI.json(["data": [item]]) }
    return try #require(try await bench.records(kind, "BW-10001").first)
  }

  private func net(
    _ amount: String, currency: String = "EUR", _ document: JSONValue
  ) async throws -> Answer<Money> {
    let record = try await record(
      .invoices,
      "status: {path: state, map: {open: open}}, currency: \(currency), net: \(amount)",
      .object([.init("state", "open")] + (document.members ?? [])))
    guard case .invoice(let invoice) = record.content else { return .notAsked }
    return invoice.net
  }

  @Test(
    "an amount is read to the digit, however it is written",
    arguments: [
      ("total", JSONValue.number("1234.50"), "1234.50"), ("total", "1234.50", "1234.50"),
      ("total", .number("845000.123456789012"), "845000.123456789012"),
      ("{path: total, minor_units: true}", 123_450, "1234.50"),
      ("{path: total, decimal_comma: true}", "1.234.567,89", "1234567.89"),
      ("{path: total, sign: flip}", .number("-7.10"), "7.10"),
      ("{path: total, sign: drop}", "-7.10", "7.10"),
      ("{path: total, round: 2}", .number("301.29000000000002"), "301.29"),
      ("{path: total, round: currency}", .number("301.285"), "301.28"),
      ("{path: total, minus: tax}", .number("120.00"), "100.00"),
      ("{path: total, minus: tax, times: rest, over: whole}", .number("120.00"), "25.00"),
    ])
  func amounts(_ amount: String, _ written: JSONValue, _ expected: String) async throws {
    let document: JSONValue = [
      "total": written, "tax": .number("20.00"), "rest": 1, "whole": 4,
    ]
    let net = try await net(amount, document)
    #expect(net.value?.amount == ExactDecimal(expected), "\(net)")
    #expect(net.value?.currency.code == "EUR")
  }

  @Test("minor units and rounding are those of the currency, which may stand in the record")
  func places() async throws {
    for (code, amount) in [("JPY", "123450"), ("EUR", "1234.50"), ("KWD", "123.450")] {
      let found = try await net(
        "{path: total, minor_units: true}", currency: "{path: cur}",
        ["total": 123_450, "cur": .string(code)])
      #expect(found.value?.amount == ExactDecimal(amount), "\(code)")
    }
    let mapped = try await net(
      "{path: total, round: currency}", currency: "{path: cur, map: {Dinar: KWD}}",
      ["total": .number("1.23456"), "cur": "Dinar"])
    #expect(mapped.value?.amount == ExactDecimal("1.235"))
    let unknown = try await net("total", currency: "{path: cur}", ["total": 1, "cur": "Taler"])
    #expect(unknown.error?.message.contains("currency") == true)
  }

  @Test(
    "what is no amount is an error that names the record, never nothing and never zero",
    arguments: [
      JSONValue.string("many"), .string("1,5"), .bool(true), ["a": 1], [1],
    ])
  func nonsense(_ written: JSONValue) async throws {
    let net = try await net("total", ["total": written])
    #expect(net.error?.kind == .malformed, "\(net)")
    #expect(net.error?.message.contains("Invoice 1 in api (Wharf)") == true)
    #expect(net.error?.message.contains("`records.invoices[0].values.net`") == true)
  }

  @Test("nothing there is none; a path that leads nowhere is drift unless it may be left out")
  func absence() async throws {
    #expect(try await net("total", ["total": nil]) == .none)
    #expect(try await net("total", ["total": ""]) == .none)
    let gone = try await net("sum.total", ["sum": ["amount": 1, "tax": 2]])
    #expect(gone.error?.kind == .drifted(field: "sum.total"))
    #expect(gone.error?.message.contains("an object with the keys amount, tax") == true)
    #expect(try await net("{path: sum.total, optional: true}", ["sum": [:]]) == .none)
    let factor = try await net("{path: total, times: rate}", ["total": 1])
    #expect(factor.error?.kind == .drifted(field: "rate"))
  }

  @Test(
    "a state is what the map says of both words, then of the first; any other counts for nothing",
    arguments: [
      ("posted", "paid" as String?, DocumentStatus.paid), ("posted", "partly", .open),
      ("posted", nil, .open), ("gone", "paid", .voided), ("draft", "x", .draft),
    ])
  func states(_ state: String, _ payment: String?, _ expected: DocumentStatus) async throws {
    let values = """
      status: {path: state, and: payment,
               map: {posted: open, posted paid: paid, gone: voided, draft: draft}},
      currency: EUR, net: total
      """
    let record = try await record(
      .invoices, values.replacing("\n", with: " "),
      ["state": .string(state), "payment": payment.map { .string($0) } ?? nil, "total": 5])
    guard case .invoice(let invoice) = record.content else { return #expect(Bool(false)) }
    #expect(invoice.status == expected)
    #expect(invoice.net.value?.amount == 5)
  }

  @Test("an unknown state makes the amounts unavailable: whether they count is not known")
  func unknownState() async throws {
    let record = try await record(
      .invoices, "status: {path: state, map: {open: open}}, currency: EUR, net: total",
      ["state": "settling", "total": 5])
    guard case .invoice(let invoice) = record.content else { return #expect(Bool(false)) }
    #expect(
      invoice.net.error?.message.contains("\"settling\", of which `map` says nothing") == true)
  }

  @Test(
    "whether it is an invoice or a credit note has to be told, or its amounts count for nothing")
  func types() async throws {
    func content(_ type: String, _ written: JSONValue) async throws -> Record.Content {
      try await record(
        .invoices, "type: \(type), status: {path: s, map: {o: open}}, currency: EUR, net: n",
        ["s": "o", "n": 5, "t": written]
      ).content
    }
    func net(_ type: String, _ written: JSONValue) async throws -> Answer<Money> {
      guard case .invoice(let invoice) = try await content(type, written) else { return .notAsked }
      return invoice.net
    }
    let map = "{path: t, map: {a: invoice, b: credit_note}}"
    #expect(try await net(map, "a").value?.amount == 5)
    #expect(try await net(map, "c").error?.message.contains("of which `map`") == true)
    #expect(try await net(map, nil).error?.message.contains("nothing as its type") == true)
    #expect(try await net("{path: t, map: {b: credit_note}}", "c").value?.amount == 5)
    #expect(try await net("{path: t, optional: true, map: {b: credit_note}}", nil).value != nil)
    #expect(
      try await net("{path: u, map: {b: credit_note}}", "b").error?.kind == .drifted(field: "u"))
    let bySign = "{path: t, by_sign: true, map: {negative: credit_note}}"
    #expect(try await net(bySign, "many").error?.kind == .malformed)
    guard case .creditNote = try await content(bySign, .number("-1.5")) else {
      return #expect(Bool(false))
    }
  }

  @Test("when an invoice is due is not known where nothing is said of it; none where it has no day")
  func due() async throws {
    func due(_ more: String) async throws -> Answer<CalendarDate> {
      let record = try await record(
        .invoices, "status: {path: s, map: {o: open}}, currency: EUR, net: n\(more)",
        ["s": "o", "n": 5, "d": nil])
      guard case .invoice(let invoice) = record.content else { return .notAsked }
      return invoice.due
    }
    #expect(try await due("").error?.message.contains("`records.invoices[0].values.due`") == true)
    #expect(try await due(", due: d") == .none)
  }

  @Test("an amount less one that is not there, or is no number, is not the amount")
  func minus() async throws {
    for (left, kind) in [
      (JSONValue.null, SystemError.Kind.malformed), ("x", .malformed), ([1], .malformed),
    ] {
      let net = try await net("{path: total, minus: tax}", ["total": 5, "tax": left])
      #expect(net.error?.kind == kind, "\(left)")
    }
  }

  @Test("what a cost is stands in the configuration or in the record")
  func costs() async throws {
    let values = "status: {path: s, map: {o: open}}, currency: EUR, net: n"
    let document: JSONValue = ["s": "o", "n": 5, "k": "in_refund"]
    func cost(_ what: String) async throws -> Cost? {
      let record = try await record(.costs, "is: \(what), \(values)", document)
      if case .cost(let cost) = record.content { return cost }
      return nil
    }
    #expect(try await cost("bill")?.kind == .bill)
    let mapped = try await cost("{path: k, map: {in_invoice: bill, in_refund: vendor_credit}}")
    #expect(mapped?.kind == .vendorCredit)
    #expect(mapped?.net.value?.amount == 5)
    let unknown = try await cost("{path: k, map: {in_invoice: bill}}")
    #expect(unknown?.net.error?.message.contains("\"in_refund\", of which `map`") == true)
  }

  @Test("an amount over lines is their sum, rounded once; of no lines it is not known")
  func sums() async throws {
    let values = """
      is: purchase_order, status: {path: s, map: {o: open}}, currency: EUR, net: n,
      open: {of: lines, path: qty, minus: billed, times: net, over: qty, round: currency}
      """.replacing("\n", with: " ")
    func open(_ lines: JSONValue) async throws -> Answer<Money> {
      let record = try await record(
        .costs, values, ["s": "o", "n": 5, "rows": lines],
        more: "lines: {items: rows, text: what, net: net}")
      guard case .cost(let cost) = record.content else { return .notAsked }
      return cost.open
    }
    let third: JSONValue = ["what": "a", "qty": 3, "billed": 2, "net": .number("0.01")]
    // Three times a third of a cent is a cent, not three times nothing.
    #expect(try await open([third, third, third]).value?.amount == ExactDecimal("0.01"))
    let over: JSONValue = ["what": "b", "qty": 1, "billed": 2, "net": 10]
    let nought: JSONValue = ["what": "c", "qty": 0, "billed": 0, "net": 0]
    #expect(try await open([over, nought]).value?.amount.isZero == true)
    // What was ordered and has no lines was not read whole.
    #expect(try await open([]).error?.message.contains("although there is an amount") == true)
    #expect(try await open(nil).error?.message.contains("although there is an amount") == true)
    // A discount that was not billed yet lowers what is open; one billed twice does not raise it.
    let discount: JSONValue = ["what": "f", "qty": 1, "billed": 0, "net": -4]
    let twice: JSONValue = ["what": "g", "qty": 1, "billed": 2, "net": -4]
    let whole: JSONValue = ["what": "h", "qty": 1, "billed": 0, "net": 10]
    #expect(try await open([whole, discount]).value?.amount == 6)
    #expect(try await open([whole, twice]).value?.amount == 10)
    let priceless: JSONValue = ["what": "i", "qty": 1, "billed": 0, "net": nil]
    #expect(
      try await open([whole, priceless]).error?.message.contains("nothing at `times`") == true)
    let empty: JSONValue = ["what": "j", "qty": nil, "billed": 0, "net": 1]
    #expect(try await open([whole, empty]).error?.message.contains("without its part") == true)
    let broken: JSONValue = ["what": "d", "qty": "x", "billed": 0, "net": 10]
    #expect(try await open([third, broken]).error?.kind == .malformed)
    let lacking: JSONValue = ["what": "e", "qty": 1, "net": 10]
    #expect(try await open([lacking]).error?.kind == .drifted(field: "billed"))
  }

  @Test("lines that stand elsewhere than said spoil the answer, with what stands there")
  func wrongLines() async throws {
    let bench = try RESTBench(
      records: """
        costs:
          get: /costs
          query: {deal: "{deal}"}
          items: data
          lines: {items: rows, text: what}
          values:
            {is: bill, status: {path: s, map: {o: open}}, currency: EUR, net: {path: n, of: lines}}
        """
    ) { _ in
      ScriptedAPI.json([
        "data": [["id": 1, "deal": "BW-10001", "s": "o", "lines": [["what": "a", "n": 1]]]]
      ])
    }
    let error = try await bench.failure { _ = try await bench.records(.costs, "BW-10001") }
    #expect(error?.kind == .malformed)
  }

  @Test(
    "hours are what they count, to the second",
    arguments: [
      ("seconds", "90", 90), ("minutes", "1.5", 90), ("hours", "0.25", 900),
      ("hours", "7.6", 27_360),
    ])
  func hours(_ unit: String, _ worked: String, _ seconds: Int64) async throws {
    let record = try await record(
      .hours, "worked: {path: w, unit: \(unit)}, date: d, person: p",
      ["w": .number(worked), "d": "2026-11-17", "p": "Dana Reyes"])
    guard case .hours(let entry) = record.content else { return #expect(Bool(false)) }
    #expect(entry.seconds == .value(seconds))
    #expect(entry.person == .value("Dana Reyes"))
  }

  @Test(
    "yes and no by the words for either, and by nothing",
    arguments: [
      ("done", JSONValue.bool(true), true), ("done", "1", true), ("done", "false", false),
      ("done", nil, false), ("{path: done, is: [closed]}", "closed", true),
      ("{path: done, is: [closed]}", "open", false), ("{path: done, is: [closed]}", nil, false),
      ("{path: done, not: [open, new]}", "new", false),
      ("{path: done, not: [open, new]}", "resolved", true),
    ])
  func flags(_ flag: String, _ written: JSONValue, _ expected: Bool) async throws {
    let record = try await record(
      .milestones, "name: name, done: \(flag)", ["name": "Handover", "done": written])
    guard case .milestone(let milestone) = record.content else { return #expect(Bool(false)) }
    #expect(milestone.isDone == expected)
  }

  @Test("records are named, dated and addressed as the configuration says")
  func naming() async throws {
    let record = try await record(
      .tickets, "subject: s, open: o, priority: {path: p, map: {'4': High}}",
      [
        "s": "Door", "o": true, "p": 4, "no": "T/1 ü", "made": 1_763_628_843,
        "changed": "20/11/2026 09:14", "who": ["name": "Dana Reyes"],
      ],
      more: """
        number: no
          url: "https://wharf.example/t/{number}?id={id}"
          created: {path: made, format: unix}
          modified: {path: changed, format: dd/MM/yyyy HH:mm, time_zone: "+01:00"}
          modified_by: who.name
        """)
    #expect(record.number == "T/1 ü")
    #expect(record.url == "https://wharf.example/t/T%2F1%20%C3%BC?id=1")
    #expect(record.createdAt == Timestamp("2025-11-20T08:54:03Z"))
    #expect(record.modifiedAt == Timestamp("2026-11-20T08:14:00Z"))
    #expect(record.modifiedBy == "Dana Reyes")
    guard case .ticket(let ticket) = record.content else { return #expect(Bool(false)) }
    #expect(ticket.priority == .value("High"))
  }

  @Test("copies of deals are read by path: words, numbers and flags")
  func copies() async throws {
    var system = try RESTBench.system(
      records: """
        deals:
          get: /deals
          query: {deal: "{deal}"}
          items: data
        """)
    system.echoProperties = ["value.amount", "stage", "isWon", "lost"]
    let api = ScriptedAPI { _ in
      ScriptedAPI.json([
        "data": [
          [
            "id": 1, "deal": "BW-10001", "value": ["amount": .number("148000.00")],
            "stage": "Won", "isWon": true,
          ]
        ]
      ])
    }
    let adapter = try RESTBench.adapter(system, api, ManualClock("2026-11-20T09:00:00Z"))
    let record = try #require(
      try await adapter.records(of: .deals, for: ["BW-10001"])["BW-10001"]?.first)
    #expect(record.echoes["value.amount"] == .value(.number(148_000)))
    #expect(record.echoes["stage"] == .value(.text("Won")))
    #expect(record.echoes["isWon"] == .value(.flag(true)))
    #expect(record.echoes["lost"]?.error?.kind == .drifted(field: "lost"))
  }
}
