import ArgumentParser
import CMemory
import DealModel
import Glibc
import TerminalHost

/// The command line: every command, and what is said when there is none.
struct Plumbline: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plumbline",
    abstract: "What is true of your deals: every value from the system that owns it, with its age.",
    discussion: """
      Without a command the dashboard opens. `plumbline demo` shows it on a sample company.
      """,
    version: "0.1.0",
    subcommands: [
      OpenCommand.self, DemoCommand.self, SandboxCommand.self, DealsCommand.self, DealCommand.self,
      WhyCommand.self, EvidenceCommand.self, FindCommand.self, ConflictsCommand.self,
      LinksCommand.self, HealthCommand.self, OwnershipCommand.self, CheckCommand.self,
      ChangesCommand.self, DoctorCommand.self, InitCommand.self, DrillCommand.self,
      WatchCommand.self,
    ],
    defaultSubcommand: OpenCommand.self)
}

@main
enum Main {
  static func main() async {
    cmemory_use_few_arenas()
    cmemory_unlock_sqlite()
    // Swift's own crash handler would ask questions on a raw terminal.
    CrashPolicy.leaveToSystem()
    do {
      var command = try Plumbline.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      leave(with: error)
    }
  }

  /// Ends the process with the exit code and the words that an error deserves.
  private static func leave(with error: any Error) -> Never {
    if let code = error as? ExitCode { exit(code.rawValue) }
    // ArgumentParser ends with 64 for wrong usage; ours is 2, as for a wrong configuration.
    let isUsage = Plumbline.exitCode(for: error) != .success
    guard isUsage else { Plumbline.exit(withError: error) }
    if CommandLine.arguments.contains("--json") {
      Standard.output(CommandFailure.usage(Plumbline.message(for: error)).json.text() + "\n")
    }
    Standard.error(Plumbline.fullMessage(for: error) + "\n")
    exit(CommandFailure.usageCode)
  }
}
