import Glibc
import Testing

/// A way to be ended from outside.
struct EndingSignal: CustomTestStringConvertible, Sendable {
  let name: String
  let number: Int32
  var testDescription: String { name }
  /// A crash ends the process by its signal; a request is obeyed, and told by the exit code.
  var isCrash: Bool { [SIGSEGV, SIGABRT, SIGILL, SIGBUS].contains(number) }

  static let all = [
    ("TERM", SIGTERM), ("INT", SIGINT), ("HUP", SIGHUP), ("QUIT", SIGQUIT), ("SEGV", SIGSEGV),
    ("ABRT", SIGABRT), ("ILL", SIGILL), ("BUS", SIGBUS),
  ].map { EndingSignal(name: $0.0, number: $0.1) }
}

extension EndToEnd {
  @Suite("However it ends, the terminal is as it was", .serialized, .timeLimit(.minutes(5)))
  struct Endings {
    /// The demo on a terminal of its own, when its list is shown and its screens are idle or busy.
    private func demo(
      on pty: PseudoTerminal, folder: ScratchFolder, before shell: String = "",
      untilShown: Bool = true
    ) async throws -> (child: Child, shown: String) {
      let child = try Child(
        ["/bin/sh", "-c", "ulimit -c 0; \(shell) exec \"$0\" demo", Binary.path()],
        environment: Binary.environment(home: folder.path), terminal: pty.path)
      var shown = ""
      let mark = untilShown ? "31.3%" : "1049h"
      let isThere = try await soon(within: .seconds(20), every: .milliseconds(5)) { () -> Bool? in
        shown += pty.pending()
        return shown.contains(mark) ? true : nil
      }
      try #require(isThere == true, "\(shown.debugDescription)")
      return (child, shown)
    }

    /// Checks that everything that was switched on has been switched off, in the last bytes.
    private func expectClean(_ pty: PseudoTerminal, shown: String, after: String) throws {
      #expect(pty.isCooked)
      let all = shown + after
      for mode in ["1049", "1000", "2004"] {
        let on = try #require(all.ranges(of: "?\(mode)h").last ?? all.ranges(of: ";\(mode)h").last)
        let off = all.ranges(of: "?\(mode)l").last ?? all.ranges(of: ";\(mode)l").last
        #expect(try #require(off, "\(mode) is still on").lowerBound > on.lowerBound)
      }
      let hidden = all.ranges(of: "?25l").last?.lowerBound ?? all.startIndex
      let visible = all.matches(of: #/\?25h|\?12l\u{1B}\[\?25h|\?12;25h/#).last?.range.lowerBound
      #expect(try #require(visible, "the cursor is hidden") > hidden)
      // Nothing is drawn once the screen is the shell's again.
      let left = try #require(all.ranges(of: "?1049l").last)
      let rest = all[left.upperBound...].replacing(#/\u{1B}[\[(>=][0-9;?]*[A-Za-z]?/#, with: "")
      #expect(!rest.contains("BW-"), "\(rest.debugDescription)")
    }

    @Test("ended by a signal", arguments: EndingSignal.all)
    func signals(_ signal: EndingSignal) async throws {
      let folder = try ScratchFolder()
      let pty = try PseudoTerminal(columns: 80, rows: 24)
      defer { pty.hangUp() }
      // Held open, so that the modes are there to be looked at when the program is gone.
      let seat = open(pty.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
      defer { close(seat) }
      #expect(pty.isCooked)
      let (child, shown) = try await demo(on: pty, folder: folder)
      #expect(!pty.isCooked)
      child.signal(signal.number)
      let ending = try await child.ending(within: .seconds(5))
      #expect(
        ending == (signal.isCrash ? .killed(by: signal.number) : .exited(128 + signal.number)))
      try expectClean(pty, shown: shown, after: pty.pending())
    }

    @Test("ended in the midst of its first frame", arguments: EndingSignal.all.prefix(6))
    func early(_ signal: EndingSignal) async throws {
      let folder = try ScratchFolder()
      let pty = try PseudoTerminal(columns: 200, rows: 60)
      defer { pty.hangUp() }
      let seat = open(pty.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
      defer { close(seat) }
      let (child, shown) = try await demo(on: pty, folder: folder, untilShown: false)
      child.signal(signal.number)
      #expect(try await child.ending(within: .seconds(5)) != nil)
      try expectClean(pty, shown: shown, after: pty.pending())
    }

    @Test("quit by a key, with the exit code 0")
    func quit() async throws {
      let folder = try ScratchFolder()
      let pty = try PseudoTerminal(columns: 80, rows: 24)
      defer { pty.hangUp() }
      let seat = open(pty.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
      defer { close(seat) }
      let (child, shown) = try await demo(on: pty, folder: folder)
      pty.type("q")
      #expect(try await child.ending(within: .seconds(5)) == .exited(0))
      try expectClean(pty, shown: shown, after: pty.pending())
    }

    @Test("the terminal vanishes: so does the program", arguments: ["", "trap '' HUP;"])
    func vanished(_ shell: String) async throws {
      let folder = try ScratchFolder()
      let pty = try PseudoTerminal(columns: 80, rows: 24)
      let (child, _) = try await demo(on: pty, folder: folder, before: shell)
      let clock = ContinuousClock()
      let start = clock.now
      pty.hangUp()
      let ending = try await child.ending(within: .seconds(5))
      let duration = start.duration(to: clock.now)
      #expect(ending != nil, "the program outlived its terminal")
      print(
        "The terminal vanished (\(shell.isEmpty ? "HUP" : "HUP ignored")): gone after \(duration)")
      // 100 ms are promised; a shared machine may be late by its own account.
      #expect(duration < .seconds(1))
    }
  }
}
