public import DealModel
public import Screens

/// The one loop that owns the screens: messages in, one frame out, then sleep until the next thing.
public struct ScreenLoop: Sendable {
  /// How a loop came to its end.
  public enum Ending: Hashable, Sendable {
    /// The user quit, or the task was cancelled.
    case quit
    /// A signal asked for the end (`SIGTERM`, `SIGINT`, `SIGHUP`, `SIGQUIT`).
    case signal(Int32)
    /// The terminal went away.
    case hangUp

    /// What the process exits with: 0 after quitting, 128 + the signal's number otherwise.
    public var exitCode: Int32 {
      switch self {
      case .quit: 0
      case .signal(let number): 128 + number
      case .hangUp: 129
      }
    }
  }

  private let mailbox: Mailbox
  private let time: any TimeSource
  private let options: TerminalOptions

  /// A loop that draws what arrives in a mailbox.
  public init(
    mailbox: Mailbox, time: any TimeSource, options: TerminalOptions = TerminalOptions()
  ) {
    self.mailbox = mailbox
    self.time = time
    self.options = options
  }

  /// Opens the terminal, draws the first frame, and runs until the end; the terminal is restored
  /// before this returns.
  ///
  /// The loop performs ``Effect/suspend``, ``Effect/redraw``, ``Effect/copy(_:)`` and
  /// ``Effect/quit`` itself, and Ctrl-Z always suspends.
  ///
  /// - Parameters:
  ///   - makeProgram: Called once, on the drawing thread, when the terminal is open; its first
  ///     message is the size.
  ///   - afterFirstFrame: Called once on the drawing thread when the first frame is on the
  ///     terminal: start whatever is slow here, in tasks.
  ///   - perform: Takes every other effect, in order, on the drawing thread; it must not wait.
  ///   - onHangUp: Called on the drawing thread when the terminal has gone, for what must not wait for
  ///     tasks, whose threads may all be busy.
  /// - Throws: ``TerminalError`` when the terminal could not be opened.
  public func run<Program: ScreenProgram>(
    _ makeProgram: @escaping @Sendable (TerminalTraits) -> Program,
    afterFirstFrame: @escaping @Sendable () -> Void = {},
    perform: @escaping @Sendable (Effect) -> Void,
    onHangUp: @escaping @Sendable (_ exitCode: Int32) -> Void = { _ in }
  ) async throws(TerminalError) -> Ending {
    let outcome = await withTaskCancellationHandler {
      await runOnThread { () -> Result<Ending, TerminalError> in
        do throws(TerminalError) {
          let terminal = try Terminal(options: options, wake: mailbox.writeEnd)
          var loop = DrawingLoop(
            program: makeProgram(terminal.traits), terminal: terminal, mailbox: mailbox, time: time,
            input: options.input, perform: perform)
          let ending = loop.run(afterFirstFrame: afterFirstFrame)
          loop.close()
          if ending == .hangUp { onHangUp(ending.exitCode) }
          return .success(ending)
        } catch {
          return .failure(error)
        }
      }
    } onCancel: {
      mailbox.requestEnd()
    }
    guard let outcome else {
      throw TerminalError(kind: .system, message: "No thread could be started for the screen.")
    }
    return try outcome.get()
  }
}
