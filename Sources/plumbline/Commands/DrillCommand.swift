import AdapterKit
import ArgumentParser
import DealModel
import Drill
import Glibc
import Screens

/// `drill`: a rehearsed outage.
struct DrillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drill",
    abstract: "Rehearse the day a system is gone: what each role sees, hour by hour.",
    discussion: """
      The company is read once, live, as the dashboard would. Then time is virtual and nothing is
      sent any more: every system is replayed by what was read, and the named one fails. Printed
      are what hangs on it, what a sales director and ops see hour by hour, what could be decided
      wrongly, whether the stated failure mode holds, and how the system comes back.

      Exit code 0: the failure mode holds as far as a machine can judge. 1: it does not. 2: wrong
      usage or configuration. 3: a system could not be read, so the rehearsal is incomplete.
      """)

  @Option(name: .long, help: "The system that fails.") var system: String
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("For how long: 90m, 24h, 2d; at most 7d.", valueName: "duration"))
  var length = "24h"
  @Option(name: .long, help: "How it fails: down, throttled, unauthorized or slow.")
  var how = Outage.Manner.down.rawValue
  @Flag(name: .long, help: "Show the screens as they would be: the list, a deal, and health.")
  var show = false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --show: at which hours, such as 1,3,24. Default: 1, 3 and the last.",
      valueName: "hours"))
  var at: String?
  @OptionGroup var source: SourceOptions
  @OptionGroup var format: JSONOption

  func run() async throws {
    try await answering(json: format.json) {
      let length = try duration(length)
      let hours = try shotHours(length)
      guard let manner = Outage.Manner(rawValue: how) else {
        let words = Outage.Manner.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandFailure.usage("--how is one of \(words); \(how) is none.")
      }
      let (name, json) = (SystemName(system), format.json)
      return try await Session.run(source) { session in
        let company = session.company
        guard company.system(name) != nil else {
          let names = company.systems.map(\.name.text)
          let near = name.text.nearest(among: names).map { "; did you mean \($0)?" } ?? "."
          throw CommandFailure.usage(
            "There is no system \(name)\(near) Systems: \(names.joined(separator: ", ")).")
        }
        let recording = try await CompanyRecording.read(
          company, by: session.engine, capabilities: session.adapters.mapValues(\.capabilities),
          time: session.time)
        let plan = Rehearsal.Plan(
          system: name, manner: manner, length: length, shotsAt: hours, size: Self.screenSize,
          encoding: Self.encoding, zone: session.zone)
        let report = try await Rehearsal(recording, plan: plan).run()
        let failures = recording.failures
        if json {
          let forms = DrillForms(report: report, forms: session.forms, failures: failures)
          Standard.output(forms.json.text(pretty: true) + "\n")
        } else {
          Standard.output(DrillText(report: report, readAt: recording.takenAt).text)
        }
        warn(failures)
        return Outcome(findings: !report.holds, complete: failures.isEmpty)
      }
    }
  }

  // MARK: Options

  private func duration(_ text: String) throws(CommandFailure) -> Duration {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: Int] = ["m": 60, "h": 3_600, "d": 86_400]
    guard let number = Int(digits), let unit = units[text.dropFirst(digits.count)],
      number > 0, number <= 100_000, number * unit <= 7 * 86_400
    else {
      throw .usage("--for takes a duration up to 7d, such as 90m, 24h or 2d; \(text) is none.")
    }
    return .seconds(number * unit)
  }

  private func shotHours(_ length: Duration) throws(CommandFailure) -> [Duration] {
    guard show else {
      if at != nil { throw .usage("--at is for --show.") }
      return []
    }
    guard let at else {
      let usual: [Duration] = [.seconds(3_600), .seconds(3 * 3_600), length]
      return Set(usual.filter { $0 <= length }).sorted()
    }
    var hours: Set<Duration> = []
    for part in at.split(separator: ",") {
      guard let hour = Int(part), hour >= 0, .seconds(hour * 3_600) <= length else {
        throw .usage("--at takes hours within the outage, such as 1,3,24; \(part) is none.")
      }
      hours.insert(.seconds(hour * 3_600))
    }
    return hours.sorted()
  }

  /// The terminal's size; 80 by 24 where there is none.
  private static var screenSize: Size {
    var window = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0,
      window.ws_col >= 40, window.ws_row >= 10
    else { return Size(columns: 80, rows: 24) }
    return Size(columns: min(Int(window.ws_col), 400), rows: min(Int(window.ws_row), 200))
  }

  private static var encoding: TextEncoding {
    let environment = ConfigurationSource.environment
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let isUTF8 = locale?.lowercased().replacing("-", with: "").contains("utf8") ?? false
    return isUTF8 ? .utf8 : .ascii
  }
}
