import DealModel
import Testing
import TruthEngine

@testable import Screens

@Suite("Frames")
struct FrameTests {
  static let sizes = [(80, 24), (120, 40), (200, 60)]

  @Test("the list of deals in every size", arguments: sizes)
  func deals(columns: Int, rows: Int) {
    var driver = Driver(columns: columns, rows: rows)
    driver.load(TestDeal.portfolio)
    driver.press(.down, .down, .down)
    driver.rest()
    FrameFiles.check(driver.program.frame(), "deals", styles: true)
  }

  @Test("the list of deals in ASCII", arguments: sizes)
  func dealsASCII(columns: Int, rows: Int) {
    var driver = Driver(columns: columns, rows: rows, encoding: .ascii)
    driver.load(TestDeal.portfolio)
    driver.press(.down, .down, .down)
    driver.rest()
    FrameFiles.check(driver.program.frame(), "deals-ascii")
    #expect(driver.program.frame().rows.joined().allSatisfy { $0.scalar.isASCII })
  }

  @Test("a company without deals, and one whose deals are on their way")
  func emptyAndLoading() {
    var driver = Driver(columns: 80, rows: 24)
    FrameFiles.check(driver.program.frame(), "loading")
    driver.load([])
    FrameFiles.check(driver.program.frame(), "empty")
    driver.send(
      .indexFailed(
        SystemError(
          .unauthorized, system: "crm",
          message: "crm refuses the token. Renew it in HubSpot and run doctor.")))
    FrameFiles.check(driver.program.frame(), "index-failed")
  }

  @Test("deals of the index whose other systems were not asked yet")
  func indexOnly() {
    var driver = Driver(columns: 120, rows: 40)
    driver.load(TestDeal.portfolio, dossiers: false)
    var asking = TestDeal.portfolio[0].dossier
    asking.sections = asking.sections.mapValues { _ in Section(isAsking: true) }
    driver.send(.dossiersChanged([asking]))
    FrameFiles.check(driver.program.frame(), "index-only")
  }

  @Test("a deal with every section, a conflict and a formula", arguments: sizes)
  func detail(columns: Int, rows: Int) {
    var driver = Driver(columns: columns, rows: rows)
    driver.load([TestDeal.crane] + TestDeal.portfolio.dropFirst())
    driver.press(.enter)
    FrameFiles.check(driver.program.frame(), "detail", styles: true)
  }

  @Test("the rest of a deal in a small terminal, in ASCII")
  func detailASCII() {
    var driver = Driver(columns: 80, rows: 24, encoding: .ascii)
    driver.load([TestDeal.crane])
    driver.press(.enter, .end)
    FrameFiles.check(driver.program.frame(), "detail-end-ascii")
  }

  @Test("a failing ERP: stale readings, expired readings, and none at all", arguments: sizes)
  func failing(columns: Int, rows: Int) {
    let error = SystemError(
      .unavailable, system: "erp_eu",
      message: "erp_eu could not be reached: connection refused. Is NetSuite in maintenance?")
    for (name, age) in [("stale", Int64(3_000)), ("expired", 200_000), ("unavailable", 0)] {
      var driver = Driver(columns: columns, rows: rows)
      var crane = TestDeal.crane
      crane.age = age
      crane.failure = error
      driver.load([crane] + TestDeal.portfolio.dropFirst())
      driver.send(
        .healthChanged([
          TestHealth.system("crm"), TestHealth.system("erp_us"),
          TestHealth.system("erp_eu", .down), TestHealth.system("pm"),
        ]))
      driver.press(.enter)
      FrameFiles.check(driver.program.frame(), "detail-\(name)", styles: true)
    }
  }

  @Test("names that are hostile, and amounts that are huge", arguments: [(80, 24), (200, 60)])
  func hostile(columns: Int, rows: Int) {
    var deals = Array(TestDeal.portfolio.prefix(8))
    deals[0].name = "\u{1B}[31mRed\u{07} alert \u{1B}]0;title\u{1B}\\"
    deals[1].name = "Family 👩‍👩‍👧 and flag 🇩🇪 and 👍🏽 ❤️ thumbs"
    deals[2].name = "港湾クレーン改修工事と倉庫の拡張工事および照明"
    deals[3].name = "Ze\u{301}bre\u{308}\u{323} n\u{303}andu\u{302} combining"
    deals[4].name = "abc\u{202E}txt.exe\u{202C} and \u{200F}عربي"
    deals[5].name = "zero\u{200B}width\u{FEFF} and\ttab\nnewline"
    deals[6].value = TestCompany.money("99999999999999999999.99")
    deals[6].invoiced = [TestCompany.money("12345678901234567890123456789")]
    deals[7].name = String(repeating: "Very long name ", count: 40)
    var driver = Driver(columns: columns, rows: rows)
    driver.load(deals)
    FrameFiles.check(driver.program.frame(), "hostile")
    driver.press(.end, .up, .enter)
    FrameFiles.check(driver.program.frame(), "hostile-detail")
  }

  @Test("typing a filter, and one that cannot be understood")
  func filter() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.type("/grain stage:won")
    FrameFiles.check(driver.program.frame(), "filter", styles: true)
    driver.type(" is:conf")
    FrameFiles.check(driver.program.frame(), "filter-hint")
  }

  @Test("help", arguments: sizes)
  func help(columns: Int, rows: Int) {
    var driver = Driver(columns: columns, rows: rows)
    driver.load(TestDeal.portfolio)
    driver.press(.character("?"))
    FrameFiles.check(driver.program.frame(), "help")
  }

  @Test("sorting, and why a value is what it is")
  func overlays() {
    var driver = Driver(columns: 120, rows: 40)
    driver.load([TestDeal.crane] + TestDeal.portfolio.dropFirst())
    driver.press(.character("s"))
    FrameFiles.check(driver.program.frame(), "sort")
    driver.press(.escape, .enter)
    driver.program.state.trail[0].reader.selected = .field(.invoiced)
    driver.press(.character("w"))
    FrameFiles.check(driver.program.frame(), "why", styles: true)
  }

  @Test("why a margin is what it is, and the raw payload behind it", arguments: sizes)
  func whyAndPayload(columns: Int, rows: Int) {
    for encoding in [TextEncoding.utf8, .ascii] {
      var driver = Driver(columns: columns, rows: rows, encoding: encoding)
      driver.load([TestDeal.crane] + TestDeal.portfolio.dropFirst())
      let suffix = encoding == .ascii ? "-ascii" : ""
      driver.press(.enter)
      driver.program.state.trail[0].reader.selected = .field(.margin)
      driver.press(.character("w"))
      FrameFiles.check(driver.program.frame(), "why-margin" + suffix)
      // The first leads to the last choice, the second to what stands below it.
      driver.press(.end, .end)
      FrameFiles.check(driver.program.frame(), "why-margin-end" + suffix)
      guard case .openPayload(let subject)? = driver.press(.character("p")).first else {
        Issue.record("no payload was asked for")
        return
      }
      FrameFiles.check(driver.program.frame(), "payload-asking" + suffix)
      driver.send(.payloadArrived(subject, TestPayload.hostile))
      FrameFiles.check(driver.program.frame(), "payload" + suffix)
    }
  }

  @Test("the health of every system", arguments: sizes)
  func health(columns: Int, rows: Int) {
    for status in SystemStatus.allCases {
      var driver = Driver(columns: columns, rows: rows)
      driver.load(TestDeal.portfolio)
      var systems = TestHealth.allWell
      systems[2] = TestHealth.system("erp_eu", status)
      if status == .unknown {
        systems[2] = SystemHealth(
          system: "erp_eu", kind: "netsuite", steward: "Ines Keller", failureMode: "Ask finance.")
      }
      driver.send(.healthChanged(systems))
      driver.press(.character("4"), .down, .down, .down)
      let isPictured = status == .down || columns == 120
      if isPictured {
        FrameFiles.check(driver.program.frame(), "health-\(status.rawValue)", styles: true)
      }
    }
  }

  @Test(
    "a system with every warning, one that is isolated, and one that is tried", arguments: sizes)
  func healthWords(columns: Int, rows: Int) {
    for encoding in TextEncoding.allCases {
      var driver = Driver(columns: columns, rows: rows, encoding: encoding)
      driver.load(TestDeal.portfolio)
      var tried = TestHealth.system("erp_eu", .down)
      tried.nextAttempt = nil
      tried.breaker.phase = .halfOpen
      tried.breaker.nextAttempt = nil
      driver.send(
        .healthChanged([
          TestHealth.troubled("crm"), TestHealth.isolated("erp_us"), tried,
          TestHealth.system("pm"),
        ]))
      driver.press(.character("4"), .down)
      let suffix = encoding == .ascii ? "-ascii" : ""
      FrameFiles.check(driver.program.frame(), "health-words" + suffix)
      driver.press(.enter)
      FrameFiles.check(driver.program.frame(), "health-system" + suffix)
      if encoding == .ascii {
        #expect(driver.program.frame().rows.joined().allSatisfy { $0.scalar.isASCII })
      }
    }
  }

  @Test("the last errors of a system")
  func errors() {
    for (columns, rows) in Self.sizes {
      var driver = Driver(columns: columns, rows: rows)
      driver.load(TestDeal.portfolio)
      driver.send(.healthChanged([TestHealth.system("erp_eu", .down)]))
      driver.press(.character("4"), .down, .enter)
      FrameFiles.check(driver.program.frame(), "errors")
      driver.press(.end)
      FrameFiles.check(driver.program.frame(), "errors-end")
    }
  }

  @Test("an invoice with lines, payments and a credit note", arguments: sizes)
  func invoice(columns: Int, rows: Int) {
    var driver = Driver(columns: columns, rows: rows)
    driver.load([TestDeal.crane])
    driver.openInvoice()
    FrameFiles.check(driver.program.frame(), "invoice-asking")
    driver.answerInvoice()
    FrameFiles.check(driver.program.frame(), "invoice")
  }

  @Test("conflicts and ownership")
  func lists() {
    for (columns, rows) in [(80, 24), (120, 40)] {
      var driver = Driver(columns: columns, rows: rows)
      var portfolio = TestDeal.portfolio
      for index in stride(from: 0, to: 40, by: 7) { portfolio[index].echo = "1234.5" }
      driver.load(portfolio)
      driver.press(.character("2"), .down, .down)
      FrameFiles.check(driver.program.frame(), "conflicts")
      driver.press(.character("6"))
      FrameFiles.check(driver.program.frame(), "ownership")
    }
  }

  @Test("conflicts with their causes, in every size and in ASCII")
  func explainedConflicts() {
    for (columns, rows) in Self.sizes {
      var driver = Driver(columns: columns, rows: rows)
      driver.loadConflicts()
      driver.press(.character("2"))
      FrameFiles.check(driver.program.frame(), "conflicts-explained", styles: true)
    }
    var driver = Driver(columns: 80, rows: 24, encoding: .ascii)
    driver.loadConflicts()
    driver.press(.character("2"), .character("s"), .character("s"), .escape)
    FrameFiles.check(driver.program.frame(), "conflicts-ascii")
    #expect(driver.program.frame().rows.joined().allSatisfy { $0.scalar.isASCII })
  }

  @Test("terminals that are narrow, tiny or absurd")
  func small() {
    for (columns, rows) in [(40, 8), (60, 20), (39, 8), (10, 3), (1, 1), (119, 30)] {
      var driver = Driver(columns: columns, rows: rows)
      driver.load(TestDeal.portfolio)
      FrameFiles.check(driver.program.frame(), "small")
    }
  }
}

extension Driver {
  /// Conflicts of several causes, one of them with a history and one with hostile text in it.
  mutating func loadConflicts() {
    var deals = Array(TestDeal.portfolio.prefix(12))
    deals[0] = TestDeal.crane
    deals[2].echo = "27456"
    deals[5].echo = "n/a"
    deals[6].echo = "1\u{1B}[2J"
    deals[7].echo = "422055"
    deals[9].invoiced = [TestCompany.money("58000", "EUR"), TestCompany.money("9000", "USD")]
    deals[9].echo = "66294.93"
    load(deals)
    let crane = TestDeal.crane
    var dossier = crane.dossier
    func change(
      _ at: Timestamp, _ old: String?, _ new: String, _ author: PropertyChange.Author,
      _ by: String
    ) -> PropertyChange {
      PropertyChange(
        property: "invoiced_total", at: at, old: old, new: new, author: author, by: by)
    }
    dossier.histories[crane.index.reference] = .value([
      change(TestCompany.ago(93_600), "98000", "90000", .person, "Mats \u{202E}Berg"),
      change(TestCompany.ago(900_000), "58000", "98000", .program, "Workato invoice sync"),
      change(TestCompany.ago(3_000_000), nil, "58000", .program, "Workato invoice sync"),
    ])
    send(.dossiersChanged([dossier]))
  }

  /// Opens the newest invoice of the first deal.
  mutating func openInvoice() {
    press(.enter)
    let deal = program.state.assessments["BW-10001"]
    let reference = deal?.records[.invoices]?.last?.reference
    program.state.trail[0].reader.selected = reference.map { .record($0) }
    send(.timePassed)
    press(.enter)
  }

  /// The system answers with the invoice's lines.
  mutating func answerInvoice() {
    guard let record = program.state.assessments["BW-10001"]?.records[.invoices]?.last else {
      return
    }
    send(
      .detailArrived(
        record.reference,
        .success(
          RecordDetail(
            record: record,
            lines: [
              DocumentLine(
                text: "Crane drive, 2 × 75 kW", quantity: .value(2),
                net: .value(TestCompany.money("48000"))),
              DocumentLine(
                text: "Installation, days", quantity: .value(ExactDecimal("12.5") ?? .zero),
                net: .value(TestCompany.money("10000"))),
            ],
            applications: [
              Application(
                kind: .payment, number: "PAY881", date: .value(TestCompany.day("2026-10-20")),
                amount: .value(TestCompany.money("50000"))),
              Application(
                kind: .creditNote, number: "CM12", date: .value(TestCompany.day("2026-10-28")),
                amount: .value(TestCompany.money("8000"))),
            ],
            notes: [.init("memo", "First part, as agreed on 12 September.")],
            fetchedAt: TestCompany.ago(5)))))
  }
}
