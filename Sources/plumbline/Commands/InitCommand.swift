import AdapterKit
import ArgumentParser
import CompanyConfiguration
import DealModel
import Glibc

/// `init`: a first configuration, asked for line by line.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Ask what a configuration needs, probe the systems, and write it.",
    discussion: """
      Answers come from the terminal or a pipe, a line each; an empty line takes the default in
      brackets. Secrets are never typed in: say where each is kept. The file is new, never an
      existing one, and is written once, at the end: Ctrl-C leaves nothing behind.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where to write it.", discussion: "Default: $XDG_CONFIG_HOME/plumbline/plumbline.yaml",
      valueName: "file"))
  var out: String?

  func run() async throws {
    try await answering(json: false) {
      let path = try ConfigurationSource.path(out)
      // Known before the first question, not after the last answer.
      guard access(path, F_OK) != 0 else {
        throw CommandFailure.usage("\(path) exists already. Name another file with --out.")
      }
      let transport = AsyncHTTPTransport()
      let interview = Interview(
        prompter: Prompter(), probing: Probing(transport: transport, time: SystemClock()),
        schemas: Registry.schemas)
      let outcome: Result<ConfigurationDraft, any Error>
      do { outcome = .success(try await interview.draft()) } catch { outcome = .failure(error) }
      await transport.shutdown()
      let draft: ConfigurationDraft
      do { draft = try outcome.get() } catch is Prompter.EndOfAnswers {
        throw CommandFailure.usage("The answers ended too early. Nothing was written.")
      }
      let text = draft.yaml(Registry.schemas)
      // Held against the product's own reader, so that nothing is written that it would refuse.
      _ = try ConfigurationSource.company(from: text, file: path)
      try Self.write(text, to: path)
      Self.sayNext(path, isDefault: out == nil)
      return .clean
    }
  }

  /// Writes the whole file at once, beside its place first: nobody ever sees half of it.
  private static func write(_ text: String, to path: String) throws(CommandFailure) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    if !folder.isEmpty { makeFolder(folder) }
    let beside = "\(path).new-\(getpid())"
    if case .failure(let failure) = TextFile.writeNew(text, to: beside, mode: 0o600) {
      throw .configuration(failure.words)
    }
    defer { unlink(beside) }
    // A hard link never replaces a file that came to be meanwhile.
    guard link(beside, path) == 0 else {
      let reason = String(cString: strerror(errno)).lowercased()
      throw .configuration("\(path) cannot be written: \(reason).")
    }
  }

  private static func makeFolder(_ path: String) {
    var folder = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      folder += folder.isEmpty || folder == "/" ? part : "/" + part
      mkdir(folder, 0o700)
    }
  }

  private static func sayNext(_ path: String, isDefault: Bool) {
    let place = isDefault ? "" : " --config \(path)"
    Standard.output(
      """

      Wrote \(VisibleText(path)). Next:
        plumbline doctor\(VisibleText(place))
        plumbline\(isDefault ? "" : " open")\(VisibleText(place))

      """)
  }
}
