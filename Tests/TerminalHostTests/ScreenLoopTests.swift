import DealModel
import Glibc
import Screens
import Synchronization
import Testing

@testable import TerminalHost

/// The clock of the machine: the loop sleeps in `poll`, which no test can turn.
private struct MachineClock: TimeSource {
  func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  func sleep(until deadline: Timestamp) async throws {
    try await Task.sleep(for: now().duration(to: deadline))
  }
}

/// What a program saw, for the test to look at.
private final class Journal: Sendable {
  private struct State {
    var entries: [String] = []
    var frames = 0
  }

  private let state = Mutex(State())

  func note(_ entry: String) { state.withLock { $0.entries.append(entry) } }
  func countFrame() { state.withLock { $0.frames += 1 } }
  var entries: [String] { state.withLock { $0.entries } }
  var frames: Int { state.withLock { $0.frames } }
}

/// A program of one line: the size, and what happened last.
private struct OneLine: ScreenProgram {
  let journal: Journal
  var wakeAfter: Duration?
  var size = Size(columns: 0, rows: 0)
  var last = "nothing yet"
  var wake: Timestamp?

  init(_ journal: Journal, wakeAfter: Duration? = nil) {
    self.journal = journal
    self.wakeAfter = wakeAfter
  }

  mutating func update(_ message: Message, at now: Timestamp) -> [Effect] {
    switch message {
    case .terminalResized(let size):
      self.size = size
      journal.note("size \(size.columns)x\(size.rows)")
      if let wakeAfter, wake == nil { wake = now.adding(wakeAfter) }
      return [.show(visible: [], nearby: [], selected: nil)]
    case .timePassed:
      last = "time passed"
      wake = nil
      wakeAfter = nil
      return []
    case .noticePosted(let text, _):
      last = text
      return []
    case .keyPressed(let key):
      last = "\(key)"
      journal.note(last)
      switch key {
      case .character("q"): return [.quit]
      case .character("f"): return [.find("one"), .compareLinks]
      case .character("y"): return [.copy("foo")]
      case .character("s"): return [.suspend]
      case .character("l"): return [.redraw]
      default: return []
      }
    default: return []
    }
  }

  func frame() -> Frame {
    journal.countFrame()
    var frame = Frame(size: size)
    for (column, scalar) in "<\(size.columns)x\(size.rows) \(last)>".unicodeScalars.enumerated() {
      frame.set(Cell(scalar), column: column, row: 0)
    }
    return frame
  }

  func nextWake(after now: Timestamp) -> Timestamp? { wake }
}

extension OneTerminal {
  @Suite("The loop", .timeLimit(.minutes(5))) struct Loop {
    /// A loop on a terminal in the test's hands.
    private struct Rig {
      let pty: PseudoTerminal
      let mailbox: Mailbox
      let journal = Journal()
      let effects = Journal()
      let running: Task<ScreenLoop.Ending, any Error>

      init(
        columns: Int = 60, rows: Int = 10, signals: Bool = false, wakeAfter: Duration? = nil,
        afterFirstFrame: @escaping @Sendable (PseudoTerminal) -> Void = { _ in }
      ) throws {
        let pty = try PseudoTerminal(columns: columns, rows: rows)
        let mailbox = try Mailbox()
        var options = TerminalOptions()
        options.input = pty.program
        options.output = pty.program
        options.type = "xterm-256color"
        options.handlesSignals = signals
        let loop = ScreenLoop(mailbox: mailbox, time: MachineClock(), options: options)
        self.pty = pty
        self.mailbox = mailbox
        running = Task { [journal, effects] in
          try await loop.run(
            { _ in OneLine(journal, wakeAfter: wakeAfter) },
            afterFirstFrame: { afterFirstFrame(pty) },
            perform: { effects.note("\($0)") })
        }
      }

      /// Quits and gives back what was written on the way out.
      func quit() async throws -> String {
        pty.type("q")
        #expect(try await running.value == .quit)
        let farewell = pty.readAll()
        return farewell
      }
    }

    @Test("the first frame is on the terminal before anything else is started")
    func firstFrame() async throws {
      let seen = Journal()
      let rig = try Rig { seen.note($0.readAll()) }
      while seen.entries.isEmpty { await Task.yield() }
      #expect(seen.entries.first?.contains("<60x10 nothing yet>") == true)
      #expect(rig.journal.entries.first == "size 60x10")
      _ = try await rig.quit()
      #expect(rig.effects.entries.count == 1)
      #expect(rig.effects.entries.first?.hasPrefix("show") == true)
    }

    @Test("leaving switches off whatever was switched on, and restores the modes")
    func leaving() async throws {
      let rig = try Rig()
      let arrival = rig.pty.read(until: "nothing yet")
      #expect(rig.pty.modes.c_lflag & tcflag_t(ICANON | ECHO) == 0)
      for mode in ["1049", "1000", "2004"] {
        #expect(arrival.contains("?\(mode)h") || arrival.contains(";\(mode)h"))
      }
      let farewell = try await rig.quit()
      for mode in ["1049", "1000", "2004"] {
        #expect(farewell.contains("?\(mode)l") || farewell.contains(";\(mode)l"))
      }
      #expect(farewell.contains("?25h"))
      #expect(rig.pty.modes.c_lflag & tcflag_t(ICANON | ECHO) == tcflag_t(ICANON | ECHO))
    }

    @Test("keys typed in both cursor modes, with modifiers, and by mouse reach the program")
    func keys() async throws {
      let rig = try Rig()
      _ = rig.pty.read(until: "nothing yet")
      rig.pty.type("\u{1B}[A\u{1B}OB\u{1B}[1;5C\u{1B}[3~\u{1B}[Z\u{1B}OR\r\u{7F}é")
      rig.pty.type("\u{1B}[<0;6;3M\u{1B}[<0;6;3m\u{1B}[<65;6;3M\u{1B}[200~a\rq\u{1B}[201~")
      _ = rig.pty.read(until: "paste")
      let expected: [Key] = [
        .up, .down, .right, .delete, .backTab, .function(3), .enter, .backspace, .character("é"),
        .click(column: 5, row: 2), .wheel(lines: 3, column: 5, row: 2), .paste("a\nq"),
      ]
      #expect(Array(rig.journal.entries.dropFirst()) == expected.map { "\($0)" })
      _ = try await rig.quit()
    }

    @Test("messages posted together are drawn as one frame, keys typed together too")
    func oneFrame() async throws {
      let rig = try Rig()
      _ = rig.pty.read(until: "nothing yet")
      rig.mailbox.post((1...500).map { .noticePosted("notice \($0).", isError: false) })
      #expect(rig.pty.read(until: "500.").contains("500."))
      #expect(rig.journal.frames == 2)
      rig.pty.type(String(repeating: "x", count: 200))
      _ = rig.pty.readAll()
      // The kernel may hand 200 bytes over in some pieces, but not one by one.
      #expect(rig.journal.frames < 20)
      #expect(rig.journal.entries.filter { $0.contains("\"x\"") }.count == 200)
      _ = try await rig.quit()
    }

    @Test("an idle loop makes no frame and writes no byte")
    func idle() async throws {
      let rig = try Rig()
      _ = rig.pty.read(until: "nothing yet")
      #expect(rig.pty.readAll(silence: 300) == "")
      #expect(rig.journal.frames == 1)
      _ = try await rig.quit()
    }

    @Test("effects reach the handler in order; copying is done by the loop")
    func effects() async throws {
      let rig = try Rig()
      _ = rig.pty.read(until: "nothing yet")
      rig.pty.type("fy")
      #expect(rig.pty.read(until: "]52;c;Zm9v").contains("]52;c;Zm9v"))
      #expect(rig.effects.entries.dropFirst() == ["find(\"one\")", "compareLinks"])
      _ = try await rig.quit()
    }

    @Test("the time a program asks for comes, once")
    func timer() async throws {
      let rig = try Rig(wakeAfter: .milliseconds(30))
      #expect(rig.pty.read(until: "time passed").contains("time passed"))
      #expect(rig.pty.readAll(silence: 100) == "")
      #expect(rig.journal.frames == 2)
      _ = try await rig.quit()
    }

    @Test("a new size is a message, and everything is painted again")
    func resize() async throws {
      let rig = try Rig(signals: true)
      _ = rig.pty.read(until: "nothing yet")
      rig.pty.resize(columns: 44, rows: 7)
      kill(getpid(), SIGWINCH)
      #expect(rig.pty.read(until: "<44x7 nothing yet>").contains("<44x7 nothing yet>"))
      #expect(rig.journal.entries == ["size 60x10", "size 44x7"])
      _ = try await rig.quit()
    }

    @Test("Ctrl-Z and the suspend effect leave the screen and paint it again on return")
    func suspend() async throws {
      // Ignored, the signal stops nobody: the test process must go on.
      let before = signal(SIGTSTP, SIG_IGN)
      defer { signal(SIGTSTP, before) }
      let rig = try Rig(signals: true)
      _ = rig.pty.read(until: "nothing yet")
      for key in ["\u{1A}", "s"] {
        rig.pty.type(key)
        let bytes = rig.pty.readAll(silence: 200)
        let left = try #require(bytes.firstRange(of: "?1049l"))
        let returned = try #require(bytes.firstRange(of: "?1049h"))
        #expect(left.lowerBound < returned.lowerBound)
        #expect(bytes[returned.upperBound...].contains("<60x10 "))
      }
      rig.pty.type("l")
      #expect(rig.pty.read(until: "<60x10 ").contains("<60x10 "))
      _ = try await rig.quit()
    }

    @Test("a terminal that goes away ends the loop")
    func hangUp() async throws {
      let rig = try Rig()
      _ = rig.pty.read(until: "nothing yet")
      rig.pty.hangUp()
      #expect(try await rig.running.value == .hangUp)
    }

    @Test("signals that ask for the end end the loop, and their handlers are put back")
    func signals() async throws {
      for number in [SIGTERM, SIGINT, SIGHUP, SIGQUIT] {
        var before = sigaction()
        sigaction(number, nil, &before)
        let rig = try Rig(signals: true)
        _ = rig.pty.read(until: "nothing yet")
        kill(getpid(), number)
        #expect(try await rig.running.value == .signal(number))
        #expect(rig.pty.readAll().contains("?1049l"))
        rig.pty.hangUp()
        var after = sigaction()
        sigaction(number, nil, &after)
        #expect(
          unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(after.__sigaction_handler.sa_handler, to: Int.self))
      }
      #expect(ScreenLoop.Ending.signal(SIGINT).exitCode == 130)
    }

    @Test("a cancelled task ends the loop, and so does a request to end")
    func cancelled() async throws {
      let first = try Rig()
      _ = first.pty.read(until: "nothing yet")
      first.running.cancel()
      #expect(try await first.running.value == .quit)
      first.pty.hangUp()
      let second = try Rig()
      _ = second.pty.read(until: "nothing yet")
      second.mailbox.requestEnd()
      #expect(try await second.running.value == .quit)
      second.pty.hangUp()
    }
  }
}
