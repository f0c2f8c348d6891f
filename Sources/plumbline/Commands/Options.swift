import ArgumentParser
import HealthHistory

/// Which company a command is about.
struct SourceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The configuration.", discussion: "Default: $XDG_CONFIG_HOME/plumbline/plumbline.yaml",
      valueName: "file"))
  var config: String?

  @Flag(name: .long, help: "Use the sample company in a sandbox.")
  var demo = false

  func validate() throws {
    if demo, config != nil {
      throw ValidationError(
        "--demo brings its own configuration: leave out one of --demo, --config.")
    }
  }
}

/// How a command prints a single answer.
struct JSONOption: ParsableArguments {
  @Flag(name: .long, help: "Print JSON.")
  var json = false
}

/// How a command prints rows.
struct RowOptions: ParsableArguments {
  @Flag(name: .long, help: "Print a JSON array.")
  var json = false
  @Flag(name: .long, help: "Print CSV.")
  var csv = false
  @Flag(name: .long, help: "Print a Markdown table.")
  var markdown = false

  func validate() throws {
    if [json, csv, markdown].count(where: { $0 }) > 1 {
      throw ValidationError("Choose one of --json, --csv and --markdown.")
    }
  }

  var format: RowFormat { json ? .json : csv ? .csv : markdown ? .markdown : .text }
}

/// Where the history of health is kept.
struct HistoryOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The history of health.",
      discussion: "Default: $XDG_STATE_HOME/plumbline/health.sqlite, else below ~/.local/state.",
      valueName: "file"))
  var historyFile: String?

  var place: HistoryPlace {
    .standard(historyFile, environment: ConfigurationSource.environment)
  }
}
