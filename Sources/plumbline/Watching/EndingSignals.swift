import Dispatch
import Glibc

/// TERM and INT as a stream instead of an end.
struct EndingSignals {
  /// The numbers of the signals that come.
  let arrivals: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (arrivals, sink) = AsyncStream<Int32>.makeStream()
    self.arrivals = arrivals
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { sink.yield(number) }
      source.activate()
      return source
    }
  }

  /// Lets go of the sources; the signals stay ignored.
  func close() { for source in sources { source.cancel() } }
}
