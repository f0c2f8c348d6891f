import Dispatch
import Glibc
import Synchronization

/// Work that is cancelled when the process is asked to end, so that sessions at vendors are ended too:
/// one that is left behind holds a licence, and a token under way would be lost.
enum Interruption {
  /// How work came to its end.
  enum Ending<Answer: Sendable>: Sendable {
    case ended(Result<Answer, any Error>)
    /// By the signal of that number.
    case signalled(Int32)
  }

  /// How long cancelled work may take to let go. Whoever asks a second time does not want to wait.
  static let patience = Duration.seconds(3)

  /// Runs work until it ends, or INT, TERM or HUP comes.
  ///
  /// - Parameter told: Called once with the signal's number, before the work is cancelled.
  static func cancelling<Answer: Sendable>(
    onSignal told: @escaping @Sendable (Int32) -> Void = { _ in },
    _ work: @escaping @Sendable () async throws -> Answer
  ) async -> Ending<Answer> {
    let signals = EndingSignals()
    defer { signals.close() }
    let (ends, ended) = AsyncStream<Result<Answer, any Error>>.makeStream()
    let task = Task {
      do { ended.yield(.success(try await work())) } catch { ended.yield(.failure(error)) }
    }
    let first = FirstSignal()
    let arrivals = signals.arrivals
    return await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await number in arrivals {
          guard first.note(number) else { _exit(128 + number) }
          told(number)
          task.cancel()
          Task {
            try? await Task.sleep(for: patience)
            ended.yield(.failure(CancellationError()))
          }
        }
      }
      defer { group.cancelAll() }
      for await end in ends {
        return first.number.map { .signalled($0) } ?? .ended(end)
      }
      return .ended(.failure(CancellationError()))
    }
  }
}

/// The signal that came first.
private final class FirstSignal: Sendable {
  private let found = Mutex<Int32?>(nil)

  var number: Int32? { found.withLock { $0 } }

  /// - Returns: Whether it is the first.
  func note(_ number: Int32) -> Bool {
    found.withLock { found in
      defer { found = found ?? number }
      return found == nil
    }
  }
}

/// TERM, INT and HUP as a stream instead of an end.
private struct EndingSignals {
  /// The numbers of the signals that come.
  let arrivals: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (arrivals, sink) = AsyncStream<Int32>.makeStream()
    self.arrivals = arrivals
    sources = [SIGTERM, SIGINT, SIGHUP].filter { !Self.isIgnored($0) }.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { sink.yield(number) }
      source.activate()
      return source
    }
  }

  /// Whether whoever started us wants the signal to be ignored, as `nohup` does.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  /// Lets go of the sources; the signals stay ignored.
  func close() { for source in sources { source.cancel() } }
}
