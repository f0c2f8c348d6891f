import DealModel
import Glibc
import Testing

extension EndToEnd {
  /// A session at Business One that is left behind holds a licence for half an hour.
  @Suite("No licence is left behind", .serialized, .timeLimit(.minutes(5)))
  struct Sessions {
    private let plumbline: Plumbline
    private let sandbox: SandboxProcess

    init() async throws {
      plumbline = try Plumbline()
      sandbox = try await SandboxProcess("brightwater", folder: plumbline.folder)
    }

    /// Ends what sessions there are.
    private func sessionsLeft() throws -> Int? {
      try sandbox.tell("erp_de", ["do": "expire-token"])["ended"]?.integer
    }

    /// A command that has asked Business One and waits for another system.
    private func waiting() async throws -> Child {
      try sandbox.tell("pm", ["do": "hang"])
      let before = (try sandbox.requests(of: "erp_de").sent, try sandbox.requests(of: "pm").sent)
      let output = try Pipe()
      let child = try Child(
        [Binary.path(), "deals", "--json", "--config", sandbox.configuration],
        environment: plumbline.environment, output: output.writing)
      output.stopWriting()
      try await answers(since: before.0) { try sandbox.requests(of: "pm").sent > before.1 }
      #expect(child.ending == nil)
      return child
    }

    /// Waits until Business One was asked more than to let somebody in.
    private func answers(
      since before: Int, and also: @Sendable () throws -> Bool = { true }
    ) async throws {
      let isAsked = try await soon(within: .seconds(60)) {
        try sandbox.requests(of: "erp_de").sent >= before + 2 && also() ? true : nil
      }
      try #require(isAsked == true)
    }

    @Test("a command that is ended by a signal ends its session first")
    func command() async throws {
      // What would be left behind, if nobody looked after it.
      let killed = try await waiting()
      killed.signal(SIGKILL)
      _ = try await killed.ending(within: .seconds(5))
      #expect(try sessionsLeft() == 1)
      for way in [("INT", SIGINT), ("TERM", SIGTERM), ("HUP", SIGHUP)] {
        let child = try await waiting()
        child.signal(way.1)
        #expect(try await child.ending(within: .seconds(5)) == .exited(128 + way.1), "\(way.0)")
        #expect(try sessionsLeft() == 0, "\(way.0)")
      }
    }

    @Test("a second signal is an end at once")
    func impatient() async throws {
      let child = try await waiting()
      // Its logout is not answered either.
      try sandbox.tell("erp_de", ["do": "hang"])
      let clock = ContinuousClock()
      let start = clock.now
      // One that comes before the first was noticed is the same one.
      let ending = try await soon(within: .seconds(5)) {
        child.signal(SIGINT)
        return child.ending
      }
      #expect(ending == .exited(130))
      #expect(start.duration(to: clock.now) < .seconds(2))
    }

    @Test("the dashboard ends its session however it ends", arguments: ["q", "TERM", "gone"])
    func dashboard(_ way: String) async throws {
      let before = try sandbox.requests(of: "erp_de").sent
      let pty = try PseudoTerminal(columns: 80, rows: 24)
      let child = try Child(
        [Binary.path(), "open", "--config", sandbox.configuration],
        environment: plumbline.environment, terminal: pty.path)
      var shown = ""
      let isThere = try await soon(within: .seconds(30)) { () -> Bool? in
        shown += pty.pending()
        return shown.contains("31.3%") ? true : nil
      }
      try #require(isThere == true, "\(shown.debugDescription)")
      // The German entity's deals are below those on the first screen.
      pty.type("G")
      try await answers(since: before)
      switch way {
      case "q": pty.type("q")
      case "TERM": child.signal(SIGTERM)
      default: pty.hangUp()
      }
      #expect(try await child.ending(within: .seconds(6)) != nil)
      #expect(try sessionsLeft() == 0)
      if way != "gone" { pty.hangUp() }
    }
  }
}
