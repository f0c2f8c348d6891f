import DealModel
import Testing

extension EndToEnd {
  /// One system's troubles as a person on call sees them.
  @Suite("Health on screen", .serialized, .timeLimit(.minutes(4)))
  struct HealthScreen {
    private let folder: ScratchFolder
    private let sandbox: SandboxProcess

    init() async throws {
      folder = try ScratchFolder()
      sandbox = try await SandboxProcess("brightwater", folder: folder) { text in
        let parts = text.split(separator: "  erp_us:", maxSplits: 1)
        try #require(parts.count == 2)
        return parts[0] + "  erp_us:\n    secret_expires: 2020-02-29" + parts[1]
      }
    }

    private func dashboard(columns: Int = 120, rows: Int = 40) async throws -> Tmux {
      let tmux = try await Tmux(
        columns: columns, rows: rows,
        running: [try Binary.path(), "open", "--config", sandbox.configuration], folder: folder)
      try await tmux.wait(for: "66 deals", "152,210.95 USD")
      try await tmux.press("4")
      try await tmux.wait(for: "ten healthy systems") { screen in
        screen.lines.count { $0.contains("● healthy") } == 10
      }
      return tmux
    }

    /// Presses P until the screen is as wanted: each probe is one more answer.
    private func probing(
      _ tmux: Tmux, until what: String, _ isThere: (Screen) -> Bool
    ) async throws {
      for _ in 0..<40 {
        if isThere(try await tmux.screen()) { return }
        try await tmux.press("P")
        try await tmux.wait(for: "the probe to end") { !$0.has("probing erp_us…") }
      }
      Issue.record("never seen: \(what)\n\(try await tmux.screen())")
    }

    @Test("throttled, then unauthorized, then mended: each says why, and it gets well again")
    func incident() async throws {
      let tmux = try await dashboard()
      #expect(try await tmux.screen().has("Its secret ended on 2020-02-29"))
      try await tmux.press("Home", "Down")
      try sandbox.tell("erp_us", ["do": "throttle"])
      try await probing(tmux, until: "throttled") { screen in
        screen.line(with: "  erp_us  ")?.contains("◷ throttled") == true
          && screen.has("It asks for patience", "breaker open since", "next attempt in")
      }
      try sandbox.tell("erp_us", ["do": "mend"])
      try sandbox.tell("erp_us", ["do": "expire-token"])
      try await probing(tmux, until: "unauthorized") { screen in
        screen.line(with: "  erp_us  ")?.contains("⊘ unauthorized") == true
          && screen.has("It refuses the credentials")
      }
      try sandbox.tell("erp_us", ["do": "mend"])
      try await probing(tmux, until: "healthy again") { screen in
        screen.line(with: "  erp_us  ")?.contains("● healthy") == true
          && screen.line(with: "  erp_us  ")?.contains("closed") == true
      }
      try await tmux.press("Enter")
      let page = try await tmux.wait(
        for: "Health › erp_us", "failure mode", "LAST ERRORS", "unauthorized", "throttled")
      // One line for each kind of error, however often it came.
      let throttled = page.lines.filter { $0.contains("throttled  ") && $0.contains("suiteql") }
      #expect(throttled.count <= 1)
      try await tmux.press("End")
      try await tmux.wait(
        for: "agrees with ours", "as configured", "INCIDENTS 1", "throttled (429) →")
    }

    @Test("an isolated system is asked nothing until it is released")
    func isolation() async throws {
      let tmux = try await dashboard()
      try await tmux.press("Home", "Down", "i")
      try await tmux.wait(for: "⊝ isolated", "isolated by hand since", "i release")
      try await tmux.press("1", "Home")
      try await tmux.wait(for: "isolated by hand and not asked until", "152,210.95 USD")
      try await tmux.press("4", "i")
      try await tmux.wait(for: "erp_us in again") { screen in
        screen.line(with: "  erp_us  ")?.contains("● healthy") == true && !screen.has("isolated")
      }
    }

    @Test("a renamed link property and a clock that is off are named")
    func driftAndSkew() async throws {
      let tmux = try await dashboard()
      try await tmux.press("Home", "Down")
      try sandbox.tell("erp_us", ["do": "skew-clock", "seconds": -95])
      try await probing(tmux, until: "the skew") { $0.has("Its clock is 1 min", "behind ours") }
      try sandbox.tell(
        "erp_us", ["do": "rename-property", "from": "custbody_deal_id", "to": "custbody_other"])
      try await probing(tmux, until: "the drift") { screen in
        screen.line(with: "  erp_us  ")?.contains("≉ drifted") == true
          && screen.has("The link property custbody_deal_id is gone.")
      }
    }
  }
}
