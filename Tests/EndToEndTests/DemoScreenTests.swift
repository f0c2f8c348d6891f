import Testing

/// Everything here drives real processes: one test after the other, so that none slows another.
@Suite("The program", .serialized) struct EndToEnd {}

/// The sizes that the screens are made for.
struct TerminalSize: CustomTestStringConvertible, Sendable {
  let columns: Int
  let rows: Int
  var testDescription: String { "\(columns)x\(rows)" }
  /// From 120 columns on the list and the detail stand side by side.
  var isSplit: Bool { columns >= 120 }

  static let all = [(80, 24), (120, 40), (200, 60)].map { TerminalSize(columns: $0, rows: $1) }
}

extension EndToEnd {
  @Suite("The demo on a terminal", .serialized, .timeLimit(.minutes(5)))
  struct DemoScreens {
    /// The demo, as soon as its list has figures.
    private func demo(
      _ size: TerminalSize = TerminalSize(columns: 80, rows: 24),
      terminal: String = "tmux-256color", _ variables: [String: String] = [:]
    ) async throws -> Tmux {
      let tmux = try await Tmux(
        columns: size.columns, rows: size.rows, running: [try Binary.path(), "demo"],
        folder: try ScratchFolder(), terminal: terminal, variables)
      try await tmux.wait(for: "66 deals", "BW-10001", "31.3%")
      return tmux
    }

    /// Whether the first screen of the list has every figure and every sign: at 80 columns a late
    /// milestone is a sign only.
    private func isComplete(_ screen: Screen) -> Bool {
      screen.has("66 deals", "31.3%", "q quit") && !screen.has("not asked")
        && !screen.has("asking…")
        // A cut name has its dots at its end; apart from it they stand for a figure on its way.
        && !screen.lines.contains { $0.contains("BW-1") && $0.contains("  …") }
        && screen.line(with: "BW-10005")?.contains("●≠") == true
        && screen.line(with: "BW-10009")?.contains("●!") == true
        && screen.line(with: "BW-10019")?.contains("●!") == true
    }

    @Test(
      "list and detail fill, and every line keeps within the terminal", arguments: TerminalSize.all)
    func fills(_ size: TerminalSize) async throws {
      let tmux = try await demo(size)
      var screen = try await tmux.wait(for: "every row's figures") { screen in
        // Where the names of all systems do not fit, those that are well are counted.
        let systems = size.columns >= 200 ? ["● crm", "● erp_uk", "● make"] : ["● 10 healthy"]
        return isComplete(screen) && systems.allSatisfy { screen.has($0) } && screen.has("55.9%")
          && !screen.has("asking…") && (!size.isSplit || screen.has("152,210.95 USD"))
      }
      #expect(screen.lines.count == size.rows)
      #expect(screen.line(with: "BW-10003")?.contains("≠") == true)
      #expect(screen.line(with: "BW-10003")?.contains("55.9%") == true)
      #expect(screen.lines.last?.contains("q quit") == true)
      if !size.isSplit {
        try await tmux.press("Enter")
        screen = try await tmux.wait(for: "Deals › BW-10001", "MONEY")
      }
      for part in ["COMMERCIAL", "MONEY", "invoiced", "152,210.95 USD", "● live"] {
        #expect(screen.has(part), "\(part) is missing: \(screen)")
      }
      if size.rows >= 40 {
        #expect(screen.has("INVOICES 3", "INV1039", "COSTS 6"), "\(screen)")
      }
      if size.rows >= 60 {
        #expect(screen.has("MILESTONES 4", "HOURS 19", "Next milestone"), "\(screen)")
      }
    }

    @Test(
      "Enter goes deal, invoice; Esc comes back; the breadcrumb says where one is",
      arguments: TerminalSize.all)
    func deeper(_ size: TerminalSize) async throws {
      let tmux = try await demo(size)
      try await tmux.press("Enter")
      try await tmux.wait(for: "Deals › BW-10001")
      try await tmux.press("g")
      try await tmux.type("INV1039")
      try await tmux.press("Enter")
      try await tmux.wait(for: "INV1039", "paid")
      try await tmux.press("Enter")
      let invoice = try await tmux.wait(
        for: "Deals › BW-10001 › INV1039", "LINES", "PAYMENTS AND CREDIT NOTES", "payment")
      #expect(invoice.has("145,800.00 USD"))
      try await tmux.press("Escape")
      try await tmux.wait(for: "the deal") { $0.lines[1].hasPrefix(" Deals › BW-10001 ") }
      try await tmux.press("Escape")
      try await tmux.wait(for: "the list") { $0.lines[1].hasPrefix(" 1 Deals  2 Conflicts") }
    }

    @Test("the filter narrows the list with every letter, stays, and is taken back")
    func filter() async throws {
      let tmux = try await demo()
      try await tmux.press("/")
      try await tmux.type("owner:maya stage:won margin<20")
      let narrowed = try await tmux.wait(for: "one deal left") { screen in
        screen.lines.last?.contains(" 1 of 66") == true
      }
      #expect(narrowed.has("BW-10024", "-17.8%"))
      #expect(!narrowed.has("BW-10001"))
      try await tmux.press("Enter")
      try await tmux.wait(for: "filter owner:maya", "q quit")
      try await tmux.press("/", "C-u")
      try await tmux.wait(for: "66 of 66", "BW-10025")
      try await tmux.type("margn<")
      try await tmux.press("Escape")
      try await tmux.wait(for: "the filter before") { $0.has("1 of 66", "BW-10024", "q quit") }
    }

    @Test("the list sorts by any column, and the cursor stays on its deal")
    func sort() async throws {
      let tmux = try await demo(TerminalSize(columns: 120, rows: 40))
      try await tmux.press("s")
      try await tmux.wait(for: "Sort by", "margin %")
      try await tmux.press("Down", "Down", "Down", "Down", "Down", "Enter")
      // The row under the cursor stays where it was, with the smaller values below it.
      var sorted = try await tmux.wait(for: "by value ↓")
      var rows = sorted.lines.filter { $0.hasPrefix(" BW-") }
      #expect(rows.first?.contains("BW-10001") == true, "\(sorted)")
      #expect(rows[1].contains("BW-10047"), "\(sorted)")
      #expect(sorted.has("BW-10001  Terminal 3 fender replacement"))
      try await tmux.press("Home")
      sorted = try await tmux.wait(for: "BW-10044  Quay crane rail")
      rows = sorted.lines.filter { $0.hasPrefix(" BW-") }
      #expect(rows.first?.contains("2,400,000") == true, "\(sorted)")
      try await tmux.press("S")
      sorted = try await tmux.wait(for: "by value ↑")
      #expect(sorted.has("BW-10044  Quay crane rail"))
    }

    @Test("any number finds its deal: an invoice, an order, a milestone; an unknown one is said")
    func goTo() async throws {
      let tmux = try await demo()
      for (number, deal) in [
        ("UKINV1451", "BW-10003"), ("PO2214", "BW-10015"), ("BWD-12", "BW-10001"),
        ("BW-10042", "BW-10042"),
      ] {
        try await tmux.press("g")
        try await tmux.type(number)
        try await tmux.press("Enter")
        try await tmux.wait(for: "the deal of \(number)") { screen in
          screen.lines[1].hasPrefix(" Deals ") && screen.lines[1].contains("› \(deal)")
        }
      }
      try await tmux.press("g")
      try await tmux.type("NO-SUCH-1")
      try await tmux.press("Enter")
      try await tmux.wait(for: "words about NO-SUCH-1") {
        $0.lines.last?.contains("NO-SUCH-1") == true && $0.lines.last?.contains("no") == true
      }
    }

    @Test(
      "health lists every system with its steward and what was agreed", arguments: TerminalSize.all)
    func health(_ size: TerminalSize) async throws {
      let tmux = try await demo(size)
      try await tmux.press("4")
      // Who answers for a system is said beside each, or where that is more than fits, below.
      let isBrief = size.columns < 200
      let screen = try await tmux.wait(for: "ten healthy systems") { screen in
        screen.lines.count { $0.contains("● healthy") && $0.contains("closed") } == 10
          && screen.has("deal_to_project", "✕ silent")
      }
      try await tmux.press("Home")
      for (system, steward) in [
        ("crm", "Dana Reyes"), ("erp_us", "Hannah Cole"), ("erp_uk", "Gareth Pugh"),
        ("erp_de", "Katrin Ahlers"), ("ledger", "Femke de Boer"),
      ] {
        if isBrief {
          try await tmux.wait(for: "\(system): steward \(steward)")
          try await tmux.press("Down")
        } else {
          #expect(screen.has("steward \(steward)"), "\(screen)")
        }
      }
      #expect(screen.has("latency", "p95", "since"))
      #expect(screen.line(with: "erp_us     ")?.contains("ms") == true)
      try await tmux.press("1")
      try await tmux.wait(for: "BW-10001")
    }

    @Test("help opens over the screen and closes", arguments: TerminalSize.all)
    func help(_ size: TerminalSize) async throws {
      let tmux = try await demo(size)
      try await tmux.press("?")
      // All of it at once: a screen may be read in the midst of its painting.
      try await tmux.wait(for: "┌ Help", "EVERYWHERE", "Esc close")
      try await tmux.press("Escape")
      try await tmux.wait(for: "the list again") { !$0.has("┌ Help") && $0.has("BW-10001") }
    }

    @Test("conflicts, links and ownership are screens of their own")
    func otherScreens() async throws {
      let tmux = try await demo()
      try await tmux.press("2")
      try await tmux.wait(for: "BW-10005", "1,332,000 EUR", "owner says", "echo says", "scale")
      try await tmux.press("3")
      try await tmux.wait(for: "⌁ orphan", "BW-10999", "INV1050")
      try await tmux.press("End")
      try await tmux.wait(for: "⌁ near miss", "suppliers", "BW10066")
      try await tmux.press("6")
      try await tmux.wait(for: "by entity: DE erp_de, NL suppliers, UK erp_uk,", "   US erp_us")
    }

    @Test("any order of sizes leaves the same screen as a fresh one")
    func resizing() async throws {
      let tmux = try await demo()
      let before = try await tmux.wait(for: "all figures", isComplete)
      for (columns, rows) in [(200, 60), (39, 8), (120, 40), (81, 25), (10, 3), (80, 24)] {
        try await tmux.resize(columns: columns, rows: rows)
        try await tmux.wait(for: "\(columns)x\(rows)") { screen in
          columns < 80 ? !screen.has("66 deals") || columns == 39 : screen.has("66 deals", "q quit")
        }
      }
      try await tmux.wait(forAllBelowHeaderOf: before)
      try await tmux.resize(columns: 200, rows: 60)
      try await tmux.wait(for: "Next milestone", "COMMERCIAL", "BW-10056")
    }

    @Test("quitting gives the shell its screen and its line editing back")
    func quit() async throws {
      let tmux = try await Tmux(
        columns: 80, rows: 24, running: ["/bin/sh"], folder: try ScratchFolder(),
        ["PS1": "ready> "])
      try await tmux.wait(for: "ready>")
      try await tmux.type("stty -a | grep -c -- -icanon; echo before; \(try Binary.path()) demo")
      try await tmux.press("Enter")
      try await tmux.wait(for: "66 deals", "q quit")
      #expect(try await tmux.variable("alternate_on") == "1")
      try await tmux.press("q")
      try await tmux.wait(until: "alternate_on", is: "0")
      try await tmux.wait(for: "before", "ready>")
      #expect(try await tmux.variable("mouse_any_flag") == "0")
      #expect(try await tmux.variable("cursor_flag") == "1")
      try await tmux.type("echo code $?; stty -a | tr ';' '\\n' | grep -c -e ' icanon .* echo '")
      try await tmux.press("Enter")
      try await tmux.wait(for: "code 0")
      try await tmux.wait(for: "cooked mode") { $0.lines.contains("1") }
    }

    @Test("Ctrl-Z gives the terminal to the shell, fg paints every cell again")
    func suspend() async throws {
      let tmux = try await Tmux(
        columns: 80, rows: 24, running: ["bash", "--norc", "--noprofile", "-i"],
        folder: try ScratchFolder(), ["PS1": "ready> "])
      try await tmux.wait(for: "ready>")
      try await tmux.type("\(try Binary.path()) demo")
      try await tmux.press("Enter")
      let before = try await tmux.wait(for: "all figures", isComplete)
      try await tmux.press("C-z")
      try await tmux.wait(for: "Stopped")
      #expect(try await tmux.variable("alternate_on") == "0")
      try await tmux.type("echo the shell is $((40 + 2))")
      try await tmux.press("Enter")
      try await tmux.wait(for: "the shell is 42")
      try await tmux.type("fg")
      try await tmux.press("Enter")
      try await tmux.wait(forAllBelowHeaderOf: before)
      try await tmux.press("q")
      try await tmux.wait(for: "ready>")
    }

    @Test("a locale without UTF-8 gets ASCII only")
    func ascii() async throws {
      let tmux = try await demo(
        TerminalSize(columns: 120, rows: 40), terminal: "screen-256color",
        ["LANG": "C", "LC_ALL": "C"])
      try await tmux.wait(for: "MONEY", "152,210.95 USD")
      for key in ["1", "2", "3", "4", "6", "?"] {
        try await tmux.press(key)
        let screen = try await tmux.wait(for: "quit or close") {
          $0.has("q quit") || $0.has("Esc close")
        }
        let strange = screen.lines.joined().unicodeScalars.filter { !$0.isASCII }
        #expect(strange.isEmpty, "\(strange) \(screen)")
      }
    }

    @Test("NO_COLOR shows no colour, and loses no sign")
    func withoutColour() async throws {
      let tmux = try await demo(TerminalSize(columns: 120, rows: 40), ["NO_COLOR": "1"])
      let screen = try await tmux.wait(for: "all figures and signs") {
        isComplete($0) && $0.has("≠ 9", "152,210.95 USD")
      }
      #expect(screen.line(with: "BW-10009")?.contains("!") == true)
      let styled = try await tmux.screen(styled: true).lines.joined(separator: "\n")
      let colours = styled.matches(of: #/\u{1B}\[[0-9;]*\b(3[0-7]|4[0-7]|38|48|9[0-7])[;m]/#)
      #expect(colours.isEmpty, "\(colours.map { $0.output.0.dropFirst() })")
    }

    @Test("names with escape sequences, overrides, emoji and wide letters stay in their cells")
    func hostileNames() async throws {
      let tmux = try await demo(TerminalSize(columns: 200, rows: 60))
      let screen = try await tmux.wait(for: "BW-10033", "BW-10034", "BW-10035", "BW-10036")
      #expect(try await tmux.variable("pane_title") != "pwned")
      for id in ["BW-10033", "BW-10034", "BW-10035", "BW-10036"] {
        let row = try #require(screen.line(with: id))
        #expect(row.contains("│"), "\(row)")
        #expect(!row.unicodeScalars.contains { $0.properties.isBidiControl })
      }
      #expect(screen.line(with: "BW-10034")?.contains("Bilge alarm") == true)
    }
  }
}
