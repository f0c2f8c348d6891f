private import CTerm
internal import DealModel
private import Glibc
internal import Screens

/// The loop itself, on the drawing thread.
struct DrawingLoop<Program: ScreenProgram>: ~Copyable {
  private var program: Program
  private var terminal: Terminal
  private let mailbox: Mailbox
  private let time: any TimeSource
  private let input: Int32
  private let perform: @Sendable (Effect) -> Void
  /// Why the loop is about to end.
  private var ending: ScreenLoop.Ending?
  /// Whether more keys wait than were taken.
  private var areMoreKeys = false
  /// When the program wants to be woken.
  private var wake: Timestamp?

  init(
    program: Program, terminal: consuming Terminal, mailbox: Mailbox, time: any TimeSource,
    input: Int32, perform: @escaping @Sendable (Effect) -> Void
  ) {
    self.program = program
    self.terminal = terminal
    self.mailbox = mailbox
    self.time = time
    self.input = input
    self.perform = perform
  }

  /// Draws, waits and draws again until something ends it.
  mutating func run(afterFirstFrame: @Sendable () -> Void) -> ScreenLoop.Ending {
    let start = time.now()
    var effects = program.update(.terminalResized(terminal.size), at: start)
    if let notice = terminal.traits.notice {
      effects += program.update(.noticePosted(notice, isError: false), at: start)
    }
    terminal.show(program.frame())
    afterFirstFrame()
    carryOut(effects)
    while ending == nil {
      wake = program.nextWake(after: time.now())
      let terminalEvents = wait()
      takeEverything(terminalEvents)
      if ending == nil { terminal.show(program.frame()) }
    }
    return ending ?? .quit
  }

  /// Restores the terminal.
  consuming func close() {}

  // MARK: Waiting

  /// Sleeps until a key, a message, a signal or the program's time; returns what `poll` says of
  /// the terminal.
  private func wait() -> Int32 {
    var descriptors = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: mailbox.readEnd, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&descriptors, 2, timeout())
    return count > 0 ? Int32(descriptors[0].revents) : 0
  }

  /// Milliseconds to sleep; −1 for ever.
  private func timeout() -> Int32 {
    if areMoreKeys { return 0 }
    var milliseconds: Int64 = -1
    if let wake {
      // A program that asks for a time that has passed must not turn the loop into a spin.
      milliseconds = max(wake.milliseconds - time.now().milliseconds, 10)
    }
    // A paste whose end never comes would swallow every key.
    if terminal.isPasting { milliseconds = milliseconds < 0 ? 1_000 : min(milliseconds, 1_000) }
    return Int32(clamping: milliseconds)
  }

  // MARK: Taking in

  /// Everything that has happened, before one frame is made of it.
  private mutating func takeEverything(_ terminalEvents: Int32) {
    let now = time.now()
    takeSignals(at: now)
    let (messages, wantsEnd) = mailbox.take()
    if wantsEnd { ending = ending ?? .quit }
    for message in messages where ending == nil { send(message, at: now) }
    if isGone(terminalEvents) { ending = ending ?? .hangUp }
    if ending != nil { return }
    let pastesBefore = terminal.isPasting
    var (keys, areMore) = terminal.pendingKeys(at: now)
    areMoreKeys = areMore
    // Nothing came for a second in the midst of a paste: its end was lost.
    if pastesBefore, terminalEvents == 0, terminal.isPasting { keys += terminal.endPaste() }
    for key in keys where ending == nil {
      if key == .control("z") { suspend() } else { send(.keyPressed(key), at: now) }
    }
    if let wake, wake <= now, ending == nil { send(.timePassed, at: now) }
  }

  private mutating func send(_ message: Message, at now: Timestamp) {
    carryOut(program.update(message, at: now))
  }

  private mutating func carryOut(_ effects: [Effect]) {
    for effect in effects where ending == nil {
      switch effect {
      case .quit: ending = .quit
      case .suspend: suspend()
      case .redraw: terminal.forget()
      case .copy(let text):
        if !terminal.copy(text) {
          mailbox.post(
            .noticePosted("Not copied: the text is too long for a terminal.", isError: true))
        }
      default: perform(effect)
      }
    }
  }

  /// A hang-up, or the end of input: reading would return nothing for ever.
  private func isGone(_ events: Int32) -> Bool {
    if events & Int32(POLLHUP | POLLERR | POLLNVAL) != 0 { return true }
    guard events & Int32(POLLIN) != 0 else { return false }
    var waiting: Int32 = 0
    return ioctl(input, UInt(FIONREAD), &waiting) == 0 && waiting == 0
  }

  private mutating func takeSignals(at now: Timestamp) {
    let signals = cte_take_signals()
    if let number = Self.end(in: signals) {
      ending = .signal(number)
      return
    }
    if signals & UInt32(CTE_SIGNAL_STOP) != 0 { suspend() }
    if signals & UInt32(CTE_SIGNAL_CONTINUED) != 0 {
      // Somebody stopped us without asking; whatever ran meanwhile drew over the screen.
      terminal.leave()
      resume()
    } else if signals & UInt32(CTE_SIGNAL_SIZE) != 0 {
      send(.terminalResized(terminal.takeSize()), at: now)
    }
  }

  private static func end(in signals: UInt32) -> Int32? {
    let numbers = [
      (CTE_SIGNAL_TERM, SIGTERM), (CTE_SIGNAL_INT, SIGINT), (CTE_SIGNAL_HUP, SIGHUP),
      (CTE_SIGNAL_QUIT, SIGQUIT),
    ]
    return numbers.first { signals & UInt32($0.0) != 0 }?.1
  }

  private mutating func suspend() {
    terminal.leave()
    cte_stop_process()
    // A stopped process that is ended must not touch the terminal again: it is the shell's.
    if let number = Self.end(in: cte_take_signals()) {
      ending = .signal(number)
    } else {
      resume()
    }
  }

  private mutating func resume() {
    let size = terminal.enter()
    send(.terminalResized(size), at: time.now())
  }
}
