import AdapterKit
import ArgumentParser
import DealModel
import Glibc
import HealthHistory
import Logging
import TerminalHost

/// `watch`: health without a screen.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watch the systems without a screen: history, metrics, heartbeats, alarms.",
    discussion: """
      Probes every system, keeps the history that the health screen shows, and serves /metrics for \
      Prometheus and /healthz. `watch:` in the configuration names a program to run when a state \
      changes (on_change) and flows that report in by POST /heartbeat/<flow> with their token. Ends \
      with 0 on TERM, with 130 on INT.
      """)

  @OptionGroup var source: SourceOptions
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where to listen: an address and port, or a port.",
      discussion: "Default: `metrics` of the configuration, else 127.0.0.1:9464.",
      valueName: "addr"))
  var metrics: String?
  @Option(
    name: .long, help: ArgumentHelp("How often every system is probed.", valueName: "seconds"))
  var every = 60
  @OptionGroup var history: HistoryOptions

  func validate() throws {
    if let metrics, ListeningAddress(metrics) == nil {
      throw ValidationError(
        "--metrics takes an address such as 127.0.0.1:9464, not \(metrics).")
    }
    guard (1...86_400).contains(every) else {
      throw ValidationError("--every takes seconds between 1 and 86400.")
    }
  }

  func run() async throws {
    try await answering(json: false) {
      let time = SystemClock()
      let zone = LocalZone.system(around: time.now())
      let logger = WatchLog.logger(time: time, environment: ConfigurationSource.environment)
      let address = metrics.flatMap { ListeningAddress($0) }
      let every = Duration.seconds(every)
      let number: Int32
      if source.demo {
        let sandbox = try DemoSandbox.forReading()
        number = try await WatchEnding.untilSignalled {
          try await sandbox.serving { origin in
            try await Watchman(
              company: sandbox.company(origin: origin),
              place: history.historyFile == nil ? .memory : history.place, address: address,
              every: every, time: time, zone: zone, logger: logger
            ).run()
          }
        }
      } else {
        let path = try ConfigurationSource.path(source.config)
        let watchman = Watchman(
          company: try ConfigurationSource.company(at: path), place: history.place,
          address: address, every: every, time: time, zone: zone, logger: logger)
        number = try await WatchEnding.untilSignalled { try await watchman.run() }
      }
      logger.notice("ended by \(number == SIGINT ? "INT" : "TERM")")
      if number == SIGINT { throw ExitCode(130) }
      return .clean
    }
  }
}

/// Ending on a signal, within a second.
enum WatchEnding {
  /// Runs a body until TERM or INT comes.
  ///
  /// - Returns: The signal's number.
  /// - Throws: What the body throws.
  static func untilSignalled(
    _ body: @escaping @Sendable () async throws -> Void
  ) async throws -> Int32 {
    let signals = EndingSignals()
    defer { signals.close() }
    let (ends, ended) = AsyncStream<Result<Int32?, any Error>>.makeStream()
    let work = Task {
      do {
        try await body()
        ended.yield(.success(nil))
      } catch {
        ended.yield(.failure(error))
      }
    }
    let arrivals = signals.arrivals
    let listening = Task {
      for await number in arrivals {
        work.cancel()
        // Whoever does not let go by then is left behind: the history is written first of all.
        Task {
          try? await Task.sleep(for: .milliseconds(900))
          ended.yield(.success(number))
        }
        _ = await work.result
        ended.yield(.success(number))
      }
    }
    defer { listening.cancel() }
    for await end in ends {
      switch end {
      case .success(let number?): return number
      // The body ends by itself only when it was cancelled: the signal follows.
      case .success(nil), .failure(is CancellationError): continue
      case .failure(let error): throw error
      }
    }
    throw CancellationError()
  }
}
