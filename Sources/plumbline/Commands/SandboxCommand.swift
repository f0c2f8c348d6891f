import ArgumentParser
import DealModel
import Glibc
import Sandbox
import TerminalHost

/// `sandbox`: the emulators of a company folder, and a configuration that points at them.
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "Serve a company folder as its vendors would, on the loopback interface.",
    discussion: """
      SampleData/README.md says how a company folder is laid out. The configuration is written to
      a new file, which is named on stdout; the emulators obey orders at /control (see the same file).
      """)

  @Option(name: .long, help: ArgumentHelp("The company folder.", valueName: "dir"))
  var data: String
  @Option(name: .long, help: "The port; 0 takes any that is free.") var port = 0
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where to write the configuration; never over an existing file.", valueName: "file"))
  var writeConfig: String?

  func run() async throws {
    try await answering(json: false, terminated: 0) {
      let sandbox = try DemoSandbox.forReading(data)
      try await sandbox.sandbox.load()
      let target = writeConfig
      return try await sandbox.serving(port: port) { origin in
        // Checked as it will be read, so that a broken company folder is told here.
        _ = try sandbox.company(origin: origin)
        let text = try sandbox.sandbox.company.readyConfiguration(origin: origin)
        let path = target ?? Self.freshPath()
        if case .failure(let failure) = TextFile.writeNew(text, to: path, mode: 0o600) {
          throw CommandFailure.configuration(failure.words)
        }
        Standard.output("\(origin)\n")
        Standard.output("plumbline --config \(path)\n")
        // What the systems wrote must not outlive them: it goes when this is cancelled.
        while true { try await Task.sleep(for: .seconds(86_400)) }
      }
    }
  }

  /// A path in the temporary folder that does not exist yet.
  private static func freshPath() -> String {
    let folder = ConfigurationSource.environment["TMPDIR"] ?? "/tmp"
    return "\(folder)/plumbline-sandbox-\(getpid()).yaml"
  }
}
