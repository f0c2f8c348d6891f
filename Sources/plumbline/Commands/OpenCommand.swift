import AdapterKit
import ArgumentParser
import DealModel
import Glibc
import TerminalHost

/// `open`, and no command at all: the dashboard.
struct OpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open the dashboard. The default.")

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The configuration.", discussion: "Default: $XDG_CONFIG_HOME/plumbline/plumbline.yaml",
      valueName: "file"))
  var config: String?
  @OptionGroup var history: HistoryOptions

  func run() async throws {
    let standard = try? ConfigurationSource.path(nil)
    if config == nil, let standard, access(standard, F_OK) != 0 {
      Standard.error(
        """
        Plumbline shows what is true of your deals: each value live from the system that owns it.
        See it on a sample company:  plumbline demo
        For your own, write \(standard)  (plumbline open --help)

        """)
      throw ExitCode(CommandFailure.usageCode)
    }
    try await reporting(json: false) {
      let path = try ConfigurationSource.path(config)
      let company = try ConfigurationSource.company(at: path)
      let time = SystemClock()
      let zone = LocalZone.system(around: time.now())
      let code = try await Dashboard(
        source: .configured(company), place: history.place, time: time, zone: zone
      ).run()
      if code != 0 { throw ExitCode(code) }
      return .clean
    }
  }
}

/// `demo`: the dashboard on the sample company.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "The dashboard on the sample company, in a sandbox.",
    discussion: "`:chaos SYSTEM ORDER` disturbs a system, for example `:chaos erp_us fail 503`.")

  @Option(
    name: .long,
    help: ArgumentHelp("Another company folder.", valueName: "dir"))
  var data: String?

  func run() async throws {
    try await reporting(json: false) {
      let sandbox = try DemoSandbox.forReading(data)
      // The origin is not known before the server runs, which must not hold up the first frame.
      let company = try sandbox.company(origin: "http://127.0.0.1:1")
      let time = SystemClock()
      let zone = LocalZone.system(around: time.now())
      let code = try await Dashboard(source: .sandbox(sandbox, company), time: time, zone: zone)
        .run()
      if code != 0 { throw ExitCode(code) }
      return .clean
    }
  }
}
