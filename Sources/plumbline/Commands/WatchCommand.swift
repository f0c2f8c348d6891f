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
    let time = SystemClock()
    let logger = WatchLog.logger(time: time, environment: ConfigurationSource.environment)
    @Sendable func tell(of signal: Int32) {
      logger.notice("ended by \([SIGINT: "INT", SIGHUP: "HUP"][signal] ?? "TERM")")
    }
    try await answering(json: false, terminated: 0, onSignal: tell) {
      let zone = LocalZone.system(around: time.now())
      let address = metrics.flatMap { ListeningAddress($0) }
      let every = Duration.seconds(every)
      if source.demo {
        let sandbox = try DemoSandbox.forReading()
        try await sandbox.serving { origin in
          try await Watchman(
            company: sandbox.company(origin: origin),
            place: history.historyFile == nil ? .memory : history.place, address: address,
            every: every, time: time, zone: zone, logger: logger
          ).run()
        }
      } else {
        let path = try ConfigurationSource.path(source.config)
        try await Watchman(
          company: try ConfigurationSource.company(at: path), place: history.place,
          address: address, every: every, time: time, zone: zone, logger: logger
        ).run()
      }
      return .clean
    }
  }
}
