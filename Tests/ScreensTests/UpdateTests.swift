import DealModel
import Testing
import TruthEngine

@testable import Screens

@Suite("The list of deals")
struct ListUpdateTests {
  @Test("the cursor stays on its deal when deals arrive above it")
  func cursorStaysWhenRowsArrive() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(Array(TestDeal.portfolio[20..<40]))
    driver.press(.down, .down)
    #expect(driver.cursorLine?.contains("BW-10023") == true)
    let row = driver.lines.firstIndex { $0.contains("BW-10023") }
    driver.send(
      .indexArrived(TestDeal.portfolio[0..<20].map(\.index), fetchedAt: TestCompany.now))
    #expect(driver.cursorLine?.contains("BW-10023") == true)
    #expect(driver.lines.firstIndex { $0.contains("BW-10023") } == row, "the row does not jump")
  }

  @Test("the cursor stays on its deal when the list is sorted and filtered")
  func cursorStaysWhenSorted() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.press(.end)
    #expect(driver.program.state.list.cursor == "BW-10062")
    driver.type(":sort value")
    driver.press(.enter)
    #expect(driver.program.state.list.cursor == "BW-10062")
    #expect(driver.cursorLine?.contains("BW-10062") == true)
    driver.type("/10062")
    #expect(driver.cursorLine?.contains("BW-10062") == true)
    driver.press(.escape)
    #expect(driver.program.state.list.count == 62)
    #expect(driver.cursorLine?.contains("BW-10062") == true)
  }

  @Test("a filter that hides the cursor's deal puts the cursor on a neighbour")
  func filterHidesCursor() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.type("/ferry")
    #expect(driver.program.state.list.count > 0)
    #expect(driver.cursorLine?.contains("Ferry") == true)
    driver.press(.enter)
    #expect(driver.program.state.prompt == nil)
    #expect(driver.program.state.list.filterText == "ferry")
  }

  @Test("Esc in the filter brings back the filter that held before")
  func filterEscape() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.type("/crane")
    driver.press(.enter)
    let kept = driver.program.state.list.count
    driver.type("/ nothing like this")
    #expect(driver.program.state.list.count == 0)
    #expect(driver.shows("No deal passes the filter"))
    driver.press(.escape)
    #expect(driver.program.state.list.count == kept)
  }

  @Test("a term that cannot be understood filters nothing and is explained")
  func filterHint() {
    var driver = Driver(columns: 120, rows: 40)
    driver.load(TestDeal.portfolio)
    driver.type("/is:nonsense")
    #expect(driver.program.state.list.count == 62)
    #expect(driver.program.state.list.filterError != nil)
    #expect(driver.program.frame().cursor?.row == 39)
  }

  @Test("S turns the order round, and the same column again does too")
  func order() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.press(.character("S"))
    #expect(driver.program.state.list.isDescending)
    #expect(driver.program.state.list.id(at: 0) == "BW-10062")
    driver.press(.character("s"), .enter)
    #expect(!driver.program.state.list.isDescending)
    driver.press(.character("s"), .down, .enter)
    #expect(driver.program.state.list.sort == .name)
  }

  @Test("what is on screen is said once, and again only when it changes")
  func showing() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.send(.timePassed)
    #expect(driver.effects.isEmpty)
    driver.send(.keyPressed(.down))
    #expect(driver.effects.isEmpty, "the cursor moved, the rows did not")
    driver.send(.keyPressed(.pageDown))
    driver.send(.keyPressed(.pageDown))
    guard case .show(let visible, let nearby, let selected)? = driver.effects.first else {
      Issue.record("scrolling says what is on screen")
      return
    }
    #expect(visible.count == 20)
    #expect(!nearby.isEmpty && Set(nearby).isDisjoint(with: visible))
    #expect(selected == nil)
    driver.send(.keyPressed(.enter))
    #expect(driver.program.state.selectedDeal == driver.program.state.list.cursor)
    #expect(driver.effects.count == 1)
  }

  @Test("side by side the pane follows the cursor once it rests")
  func sideBySide() {
    var driver = Driver(columns: 160, rows: 40)
    driver.load(TestDeal.portfolio)
    driver.send(.keyPressed(.down))
    #expect(driver.effects.isEmpty)
    #expect(driver.program.state.selectedDeal == "BW-10001")
    driver.rest()
    #expect(driver.effects.count == 1)
    guard case .show(_, _, let selected)? = driver.effects.first else {
      Issue.record("the selected deal is told")
      return
    }
    #expect(selected == "BW-10002")
  }

  @Test("beside a pane the window moves by a quarter page, alone by a line; the cursor by one each")
  func scrolling() {
    for (columns, step) in [(160, 10), (80, 1)] {
      var driver = Driver(columns: columns, rows: 40)
      driver.load(TestDeal.portfolio)
      let rows = driver.program.state.layout.listRows
      for _ in 1..<rows { driver.press(.down) }
      #expect(driver.program.state.list.top == 0)
      driver.press(.down)
      #expect(driver.program.state.list.top == step)
      #expect(driver.program.state.list.cursor.flatMap(driver.program.state.list.position) == rows)
      driver.press(.end)
      #expect(driver.program.state.list.top == 62 - rows, "no empty rows below the last deal")
      for _ in 0..<rows { driver.press(.up) }
      #expect(driver.program.state.list.top == max(0, 62 - rows - step))
    }
  }

  @Test("a click chooses a row, a double click opens it, the wheel scrolls")
  func mouse() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.press(.click(column: 5, row: 7))
    #expect(driver.program.state.list.cursor == "BW-10005")
    driver.press(.wheel(lines: 3, column: 5, row: 7))
    #expect(driver.program.state.list.top == 3)
    driver.press(.doubleClick(column: 5, row: 3))
    #expect(driver.program.state.trail.last?.place == .deal("BW-10004"))
    driver.press(.escape, .click(column: 14, row: 1))
    #expect(driver.program.state.tab == .conflicts)
  }
}

@Suite("The conflicts screen")
struct ConflictScreenTests {
  private func driver() -> Driver {
    var driver = Driver(columns: 120, rows: 40)
    driver.loadConflicts()
    driver.press(.character("2"))
    return driver
  }

  private func deals(_ driver: Driver) -> [DealID] {
    ConflictsPage.conflicts(in: driver.program.state).map(\.deal)
  }

  @Test("s sorts by money, age and cause, and the cursor stays on its conflict")
  func sorting() {
    var driver = driver()
    let byMoney = deals(driver)
    driver.press(.end)
    let chosen = driver.program.state.readers[.conflicts]?.selected
    driver.press(.character("s"))
    #expect(driver.shows("by age, the oldest first"))
    driver.press(.character("s"))
    #expect(driver.shows("by cause, the worst first"))
    #expect(deals(driver).first == "BW-10001", "the violation comes first")
    #expect(driver.program.state.readers[.conflicts]?.selected == chosen)
    driver.press(.character("s"))
    #expect(deals(driver) == byMoney)
    driver.press(.character(":"))
    driver.type("sort cause")
    driver.press(.enter)
    #expect(driver.program.state.conflictOrder == .cause)
  }

  @Test("the detail says why, who changed what, and whom to ask; what a system says is not obeyed")
  func detail() {
    var driver = driver()
    driver.press(.character("s"), .character("s"), .home)
    driver.press(.home)
    for words in [
      "ownership violation since", "was overwritten by hand", "who changed what",
      "98000 › 90000", "Workato invoice sync", "ask Mats",
    ] { #expect(driver.shows(words), "\(words)\n\(driver.text)") }
    #expect(!driver.text.unicodeScalars.contains("\u{202E}"))
    #expect(!driver.text.unicodeScalars.contains("\u{1B}"))
  }

  @Test("the deals whose conflicts are on screen are asked for first")
  func asked() {
    let driver = driver()
    guard case .show(let visible, _, _)? = driver.program.state.lastShown else {
      Issue.record("nothing was asked for")
      return
    }
    let deals = deals(driver)
    #expect(Array(visible.prefix(Set(deals).count)) == deals)
  }
}

@Suite("Going deeper and back")
struct TrailTests {
  @Test("Enter goes from a deal to its invoice, Esc comes back to the same line and row")
  func thereAndBack() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load([TestDeal.crane] + TestDeal.portfolio.dropFirst())
    driver.openInvoice()
    let before = driver.program.state.trail.first
    #expect(driver.effects.contains { if case .openDetail = $0 { true } else { false } })
    #expect(driver.shows("Deals › BW-10001 › INV1010"))
    driver.answerInvoice()
    #expect(driver.shows("PAY881") && driver.shows("CM12"))
    driver.press(.escape)
    #expect(driver.program.state.trail == [before].compactMap { $0 })
    driver.press(.escape)
    #expect(driver.program.state.trail.isEmpty)
    #expect(driver.cursorLine?.contains("BW-10001") == true)
  }

  @Test("an invoice that cannot be read says why, and keeps what was read before")
  func failedDetail() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load([TestDeal.crane])
    driver.openInvoice()
    driver.answerInvoice()
    guard case .record(let reference, _)? = driver.program.state.trail.last?.place else {
      Issue.record("the invoice is open")
      return
    }
    #expect(driver.press(.character("r")) == [.openDetail(reference)])
    driver.send(
      .detailArrived(
        reference,
        .failure(SystemError(.unavailable, system: "erp_eu", message: "erp_eu did not answer."))))
    #expect(driver.shows("erp_eu did not answer.") && driver.shows("PAY881"))
  }

  @Test("w explains the figure under the cursor and Esc closes the explanation")
  func why() {
    var driver = Driver(columns: 120, rows: 40)
    driver.load([TestDeal.crane])
    driver.press(.enter)
    driver.program.state.trail[0].reader.selected = .field(.invoiced)
    driver.press(.character("w"))
    #expect(driver.shows("Why: invoiced of BW-10001"))
    #expect(driver.shows("a copy that disagrees"))
    #expect(driver.shows("INV1010"))
    driver.press(.escape)
    #expect(driver.program.state.trail.count == 1)
  }

  @Test("a record in an explanation opens, and Esc leads back to the explanation")
  func whyRecord() throws {
    var driver = Driver(columns: 120, rows: 60)
    driver.load([TestDeal.crane])
    driver.press(.enter)
    driver.program.state.trail[0].reader.selected = .field(.margin)
    driver.press(.character("w"))
    let page = try #require(driver.program.currentPage?.page)
    let key = try #require(
      page.lines.compactMap(\.key).first {
        if case .part(let record, _) = $0 { record.kind == .costs } else { false }
      })
    driver.program.state.trail[1].reader.selected = key
    guard case .part(let record, _) = key else { return }
    #expect(driver.press(.enter) == [.openDetail(record)])
    driver.press(.escape)
    #expect(driver.program.state.trail.last?.place == .why("BW-10001", .field(.margin)))
  }

  @Test("p asks for the payload, shows it, searches it, and keeps nothing of it afterwards")
  func payload() throws {
    var driver = Driver(columns: 80, rows: 24)
    driver.load([TestDeal.crane])
    driver.press(.enter)
    driver.program.state.trail[0].reader.selected = .field(.invoiced)
    let orders = driver.press(.character("p"))
    guard case .openPayload(let subject)? = orders.first else {
      Issue.record("nothing was asked: \(orders)")
      return
    }
    #expect(subject.sections == [SectionKey(system: "erp_eu", kind: .invoices)])
    driver.send(.payloadArrived(subject, TestPayload.large))
    #expect(driver.shows("POST https://erp_eu.example/suiteql"))
    driver.type("/\"line\": 39999")
    driver.press(.enter)
    #expect(driver.shows("\"line\": 39999"))
    driver.press(.end)
    #expect(driver.shows("The rest is not shown"))
    #expect(driver.type(":export x.csv") == [])
    #expect(driver.press(.enter) == [])
    driver.type(":export x.json")
    guard case .export(let path, let text)? = driver.press(.enter).first else {
      Issue.record("nothing was exported")
      return
    }
    #expect(path == "x.json" && text.contains("39999"))
    driver.press(.escape)
    #expect(driver.program.state.payloads.isEmpty)
    driver.send(.payloadArrived(subject, TestPayload.large))
    #expect(driver.program.state.payloads.isEmpty)
  }

  @Test("a page of a large payload makes only the lines in sight")
  func payloadWindow() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load([TestDeal.crane])
    driver.press(.enter)
    driver.program.state.trail[0].reader.selected = .field(.invoiced)
    guard case .openPayload(let subject)? = driver.press(.character("p")).first else { return }
    driver.send(.payloadArrived(subject, TestPayload.large))
    for key in [Key.pageDown, .end, .pageUp] {
      driver.press(key)
      let page = driver.program.currentPage?.page
      #expect(page?.lines.count == 20)
      #expect((page?.count ?? 0) > 40_000)
    }
  }

  @Test("the keys 1 to 6 change the screen and each keeps its place")
  func tabs() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.press(.down, .enter, .character("4"))
    #expect(driver.shows("erp_eu"))
    driver.press(.character("1"))
    #expect(driver.program.state.trail.last?.place == .deal("BW-10002"))
    #expect(driver.press(.character("3")) == [.compareLinks])
  }

  @Test("health leads to a system's errors and back")
  func errors() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.send(.healthChanged([TestHealth.system("erp_eu", .down), TestHealth.system("pm")]))
    driver.press(.character("4"), .down, .enter)
    #expect(driver.program.state.trail.last?.place == .errors("erp_eu"))
    #expect(driver.shows("connection refused"))
    driver.press(.escape)
    #expect(driver.cursorLine?.contains("erp_eu") == true)
  }

  @Test("i isolates the chosen system and releases it, P probes it, nowhere but on its screen")
  func operating() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.send(.healthChanged([TestHealth.system("crm"), TestHealth.system("erp_eu", .down)]))
    #expect(driver.press(.character("i")).isEmpty)
    #expect(driver.press(.character("P")).isEmpty)
    driver.press(.character("4"))
    // Without a choice it is the first that is not well.
    #expect(driver.press(.character("P")) == [.probe("erp_eu")])
    driver.press(.down)
    #expect(driver.press(.character("i")) == [.isolate("crm")])
    driver.send(.healthChanged([TestHealth.isolated("crm"), TestHealth.system("erp_eu", .down)]))
    #expect(driver.shows("isolated by hand"))
    #expect(driver.press(.character("P")).isEmpty)
    driver.press(.enter)
    #expect(driver.press(.character("i")) == [.release("crm")])
  }
}

@Suite("Going to any ID")
struct GoToTests {
  @Test("a deal of the list opens at once, and Esc leads back to the cursor's old place")
  func knownDeal() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.type("gbw-10040")
    #expect(driver.press(.enter).isEmpty)
    #expect(driver.program.state.trail.last?.place == .deal("BW-10040"))
    driver.press(.escape)
    #expect(driver.program.state.list.cursor == "BW-10001")
  }

  @Test("an invoice that has been read opens its deal with the cursor on it")
  func knownInvoice() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load([TestDeal.crane] + TestDeal.portfolio.dropFirst())
    driver.type("ginv1011")
    #expect(driver.press(.enter).isEmpty)
    #expect(driver.cursorLine?.contains("INV1011") == true)
  }

  @Test("an ID nobody here knows is looked up in every system")
  func lookUp() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.type("gTICKET-9")
    #expect(driver.press(.enter) == [.find("TICKET-9")])
    let found = FoundRecord(
      reference: RecordReference(system: "pm", kind: .milestones, id: "9"), number: "TICKET-9",
      dealID: "BW-10007")
    driver.send(.found(text: "something older", records: [found], failures: []))
    #expect(driver.program.state.trail.isEmpty, "an answer to another question changes nothing")
    driver.send(.found(text: "TICKET-9", records: [found], failures: []))
    #expect(driver.program.state.trail.last?.place == .deal("BW-10007"))
  }

  @Test("what is not found is said with the systems that could not be asked")
  func notFound() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.type("gX1")
    driver.press(.enter)
    driver.send(
      .found(
        text: "X1", records: [],
        failures: [SystemError(.unavailable, system: "erp_us", message: "Gone.")]))
    #expect(driver.shows("no system that was asked knows X1; could not be asked: erp_us"))
  }

  @Test("several deals for one ID are offered to choose from")
  func ambiguous() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.type("gINV9")
    driver.press(.enter)
    let records = ["BW-10003", "BW-10009"].map { id in
      FoundRecord(
        reference: RecordReference(system: "erp_eu", kind: .deals, id: id), number: "INV9",
        dealID: DealID(id))
    }
    driver.send(.found(text: "INV9", records: records, failures: []))
    #expect(driver.shows("Several deals for INV9"))
    driver.press(.down, .enter)
    #expect(driver.program.state.trail.last?.place == .deal("BW-10009"))
  }
}

@Suite("Orders")
struct OrderTests {
  @Test("q and Ctrl-C quit, Ctrl-Z suspends, Ctrl-L repaints")
  func leaving() {
    var driver = Driver(columns: 80, rows: 24)
    #expect(driver.press(.character("q")) == [.quit])
    #expect(driver.press(.control("c")) == [.quit])
    #expect(driver.press(.control("z")) == [.suspend])
    #expect(driver.press(.control("l")) == [.redraw])
    driver.type(":chaos erp_eu fail 503")
    #expect(driver.press(.enter) == [.chaos(["erp_eu", "fail", "503"])])
  }

  @Test("q inside text that is being typed is a letter")
  func typingQ() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    #expect(driver.type("/quay").isEmpty)
    #expect(driver.program.state.list.filterText == "quay")
  }

  @Test("o opens the record, y copies the value under the cursor, r pulls again")
  func orders() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load([TestDeal.crane])
    #expect(driver.press(.character("y")) == [.copy("BW-10001")])
    #expect(driver.press(.character("o")) == [.browse("https://app.hubspot.example/deal/91")])
    #expect(driver.press(.character("r")) == [.pullAgain([])])
    driver.press(.enter)
    driver.program.state.trail[0].reader.selected = .field(.value)
    #expect(driver.press(.character("y")) == [.copy("120000.00 EUR")])
    #expect(driver.press(.character("r")) == [.pullAgain(["BW-10001"])])
  }

  @Test("export writes the list as filtered, in the form the file's name asks for")
  func export() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load([TestDeal.crane] + TestDeal.portfolio[1...4])
    driver.type("e/tmp/deals.csv")
    guard case .export(let path, let text)? = driver.press(.enter).first else {
      Issue.record("a file is written")
      return
    }
    #expect(path == "/tmp/deals.csv")
    #expect(text.hasPrefix("id,name,company"))
    #expect(text.split(separator: "\r\n" as Character).count == 6)
    #expect(text.contains("BW-10001,Harbour crane retrofit"))
    driver.type("edeals.xls")
    #expect(driver.press(.enter).isEmpty)
    #expect(driver.program.state.notice?.isError == true)
  }

  @Test("a notice too long for one line is shown whole, and the next key takes it away")
  func longNotice() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    let words = (1...30).map { "word\($0)" }.joined(separator: " ")
    driver.send(.noticePosted(words, isError: true))
    for number in 1...30 { #expect(driver.text.contains("word\(number)")) }
    driver.press(.down)
    #expect(!driver.shows("word1"))
  }

  @Test("save-display writes the screen as it is, without the command line")
  func saveDisplay() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load(TestDeal.portfolio)
    driver.type(":save-display /tmp/screen.txt")
    guard case .export(_, let text)? = driver.press(.enter).first else {
      Issue.record("a file is written")
      return
    }
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 25)
    #expect(text.contains("BW-10001") && !text.contains("save-display"))
  }
}

@Suite("Waking")
struct WakeTests {
  @Test("an empty screen never wakes")
  func empty() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load([], dossiers: false)
    #expect(driver.program.nextWake(after: TestCompany.now) == nil)
  }

  @Test("the list wakes when a reading stops being live, and then shows another sign")
  func freshness() {
    var driver = Driver(columns: 80, rows: 24)
    driver.load([TestDeal.crane])
    #expect(driver.shows("●"))
    let before = driver.program.frame()
    let wake = driver.program.nextWake(after: TestCompany.now)
    #expect(wake == TestCompany.ago(20).adding(.milliseconds(120_001)))
    driver.now = wake ?? driver.now
    driver.send(.timePassed)
    #expect(driver.program.frame() != before)
    #expect(driver.shows("◐"))
  }

  @Test("what came due while a frame was made is not slept through")
  func slowFrame() {
    var driver = Driver(columns: 120, rows: 40)
    driver.load(TestDeal.portfolio)
    driver.press(.down)
    let later = driver.now.adding(.seconds(3))
    let wake = driver.program.nextWake(after: later)
    #expect(wake == driver.now.adding(State.SidePane.rest))
    driver.now = later
    driver.send(.timePassed)
    #expect(driver.program.nextWake(after: later).map { $0 > later } == true)
  }

  @Test("every waking of an open deal changes what is shown")
  func everyWakeChanges() {
    var driver = Driver(columns: 80, rows: 60)
    driver.load([TestDeal.crane])
    driver.press(.enter)
    var frame = driver.program.frame()
    for _ in 0..<100 {
      guard let wake = driver.program.nextWake(after: driver.now) else { break }
      #expect(wake > driver.now)
      driver.now = wake
      driver.send(.timePassed)
      let next = driver.program.frame()
      let isMidnight = driver.program.state.zone.timeOfDay(of: wake) == (0, 0, 0)
      #expect(next != frame || isMidnight, "nothing changed at \(wake)")
      frame = next
    }
  }
}
