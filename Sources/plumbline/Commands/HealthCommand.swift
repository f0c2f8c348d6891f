import ArgumentParser
import DealModel
import Scheduler
import TruthEngine

/// `health`: the state of every system and flow, asked now.
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: """
      Probe every system, ask how the flows run, and print their states; with --history, what is \
      remembered.
      """,
    discussion: """
      A row per system and per flow. The runs of a flow that reports in by heartbeat are read from \
      the history that `plumbline watch` keeps (--history-file).

      Exit code 0: all is well. 1: somebody has to look. 3: a system or flow could not be asked; so \
      it is for a heartbeat while `plumbline watch` does not run, or its history cannot be read.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var rows: RowOptions
  @Flag(
    name: .long,
    help: "Print what is remembered instead: last hour, day, week, incidents. Asks no system.")
  var history = false
  @OptionGroup var memory: HistoryOptions

  func validate() throws {
    if history, source.demo {
      throw ValidationError("The demo's history lives as long as the demo: press 4 there.")
    }
  }

  func run() async throws {
    try await answering(json: rows.json) {
      let format = rows.format
      if history {
        let company = try ConfigurationSource.company(at: ConfigurationSource.path(source.config))
        return try await HealthHistoryReport.print(company, at: memory.place, format: format)
      }
      let place = memory.place
      return try await Session.run(source) { session in
        let health = await Findings.health(session)
        let flows = await session.readFlows(at: place)
        var table = Rows([
          .init("SYSTEM"), .init("KIND"), .init("STATUS"), .init("LATENCY", right: true),
          .init("CALLS LEFT", right: true), .init("STEWARD"), .init("WHY"),
        ])
        for system in health {
          table.append(
            [
              system.system.text, system.kind, system.status.rawValue,
              system.lastLatency.map { "\($0.milliseconds) ms" } ?? "",
              system.callsLeft.map { String($0) } ?? "", system.steward,
              why(system, session),
            ], json: session.forms.health(system))
        }
        for flow in flows {
          table.append(
            [
              flow.flow.name, flow.flow.system?.text ?? "heartbeat", flow.state.rawValue, "", "",
              flow.flow.steward, flow.sentence.sentence + " " + flow.reason,
            ], json: session.forms.flow(flow))
        }
        Standard.output(table.printed(format))
        warn(health.filter(Findings.isSilent).compactMap { $0.lastErrors.first?.error })
        return Outcome(
          findings: health.contains(where: Findings.isFinding)
            || flows.contains(where: \.isFinding),
          complete: !health.contains(where: Findings.isSilent)
            && !flows.contains(where: Findings.isUnknown))
      }
    }
  }
}

extension HealthCommand {
  /// Why the state is what it is, the vendor's words, and what is going to go wrong.
  private func why(_ health: SystemHealth, _ session: Session) -> String {
    var sentences = [health.reason]
    if health.status != .healthy, let last = health.lastErrors.first {
      sentences.append(last.error.message)
    }
    sentences += health.warnings(at: session.time.now(), today: session.today)
    return sentences.joined(separator: " ")
  }
}

/// `check`: conflicts, links, health and flows together, for schedulers.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Conflicts, links, health and flows at once, for schedulers.",
    discussion: """
      Exit code 0: nothing to report. 1: findings. 3: a source could not be asked, so the answer is \
      incomplete. That is so as well when flows report in by heartbeat and `plumbline watch` does \
      not run, or its history (--history-file) cannot be read.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var format: JSONOption
  @OptionGroup var history: HistoryOptions

  func run() async throws {
    try await answering(json: format.json) {
      let json = format.json
      let place = history.place
      return try await Session.run(source) { session in
        var failures: Set<SystemError> = []
        var conflicts: [Conflict] = []
        var unreadable: [SystemError] = []
        _ = await session.engine.probe()
        do {
          let found = try await Findings.conflicts(session)
          conflicts = found.conflicts
          unreadable = found.unreadable
          failures.formUnion(found.failures)
        } catch let error as SystemError {
          failures.insert(error)
        }
        let links = await session.engine.compareLinks()
        let survey = links.survey
        failures.formUnion(links.failures)
        let health = await session.engine.health
        let flows = await session.readFlows(at: place)
        let sickFlows = flows.filter(\.isFinding)
        let forms = session.forms(naming: flows)
        let complete =
          failures.isEmpty && unreadable.isEmpty && links.isComplete
          && !health.contains(where: Findings.isSilent)
          && !flows.contains(where: Findings.isUnknown)
        let sick = health.filter(Findings.isFinding)
        if json {
          let answer: JSONValue = [
            "conflicts": .array(conflicts.map(forms.conflict)),
            "links": .array(survey.faults.map(forms.linkFault)),
            "link_proof": .array(links.proof.map(forms.proof)),
            "health": .array(health.map(forms.health)),
            "flows": .array(flows.map(forms.flow)),
            "unreadable": .array(unreadable.map(forms.error)), "complete": .bool(complete),
          ]
          Standard.output(answer.text(pretty: true) + "\n")
        } else {
          var lines = conflicts.map { "conflict   \($0.deal)  \(ConflictText.sentence($0))" }
          lines += survey.faults.map { fault in
            let record = (fault.number ?? fault.record?.id).map { "  \($0)" } ?? ""
            return
              "\(fault.kind.rawValue)  \(fault.id)  \(fault.system)\(record)  \(forms.sentence(of: fault))"
          }
          lines += unreadable.map { "unreadable  \($0.system)  \($0.message)" }
          lines += sick.map { system in
            let reason = system.lastErrors.first.map { "  \($0.error.message)" } ?? ""
            return "\(system.status.rawValue)  \(system.system)\(reason)"
          }
          lines += (sickFlows + flows.filter(Findings.isUnknown)).map { flow in
            "\(flow.state.rawValue)  \(flow.flow.name)  \(flow.sentence.sentence) \(flow.reason)"
          }
          lines.append(
            "\(conflicts.count) conflicts, \(survey.faults.count) link faults, \(sick.count) of "
              + "\(health.count) systems not healthy"
              + (flows.isEmpty ? "" : ", \(sickFlows.count) of \(flows.count) flows not running")
              + (unreadable.isEmpty ? "" : ", \(unreadable.count) values not understood")
              + (complete ? "" : "; incomplete, so more may be wrong"))
          Standard.output(lines.map { VisibleText($0).text + "\n" }.joined())
        }
        tell(links.proof)
        warn(failures.sorted { ($0.system, $0.message) < ($1.system, $1.message) })
        return Outcome(
          findings: !conflicts.isEmpty || !survey.faults.isEmpty || !sick.isEmpty
            || !sickFlows.isEmpty,
          complete: complete)
      }
    }
  }
}
