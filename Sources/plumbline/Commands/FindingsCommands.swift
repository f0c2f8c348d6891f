import ArgumentParser
import DealModel
import Scheduler
import TruthEngine

/// `conflicts`: where owners and echoes disagree, and why.
struct ConflictsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conflicts",
    abstract: "Where owners and echoes disagree, and why. Exit code 1 when they do.")

  @OptionGroup var source: SourceOptions
  @OptionGroup var rows: RowOptions
  @OptionGroup var history: HistoryOptions

  @Option(
    help: ArgumentHelp(
      "By what to sort (default: money).",
      discussion: "money: the most at stake first; age: the oldest first; cause: the worst first.",
      valueName: "money|age|cause"),
    transform: { text in
      guard let order = ConflictOrder(rawValue: text) else {
        throw ValidationError("Conflicts are sorted by money, age or cause, not by '\(text)'.")
      }
      return order
    })
  var sort = ConflictOrder.money

  func run() async throws {
    try await answering(json: rows.json) {
      let format = rows.format
      let place = history.place
      let order = sort
      return try await Session.run(source) { session in
        var (conflicts, failures, unreadable) = try await Findings.conflicts(session)
        conflicts.sort(by: order.isBefore)
        let forms = await session.forms(explaining: [], conflicts, at: place)
        var table = Rows([
          .init("DEAL"), .init("FIELD"), .init("OWNER"), .init("ECHO"),
          .init("AT STAKE", right: true), .init("CAUSE"), .init("SINCE"), .init("ASK"),
        ])
        for conflict in conflicts {
          func side(_ side: Conflict.Side) -> String {
            "\(side.system): \(side.value?.description ?? "nothing")"
          }
          table.append(
            [
              conflict.deal.text, conflict.field.text, side(conflict.owner), side(conflict.echo),
              conflict.atStake?.description ?? "", conflict.cause.kind.words,
              conflict.since?.date.description ?? "",
              conflict.ask,
            ], json: forms.conflict(conflict))
        }
        Standard.output(table.printed(format))
        warn(failures)
        warn(unreadable: unreadable)
        return Outcome(
          findings: !conflicts.isEmpty, complete: failures.isEmpty && unreadable.isEmpty)
      }
    }
  }
}

/// `links`: broken links of all systems.
struct LinksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "links",
    abstract: "Broken links of all systems, and how completely each was listed.",
    discussion: """
      Orphan, dangling, duplicate, malformed and mistyped deal IDs, and those of deals that were
      merged or deleted, each with its likely mend. A line on stderr says for every system how many
      of its records were listed, by the vendor's own count.

      Exit code 0: nothing is broken. 1: something is. 3: a system could not be asked or did not give
      all it counts, so that more may be broken.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var rows: RowOptions
  @OptionGroup var history: HistoryOptions

  func run() async throws {
    try await answering(json: rows.json) {
      let format = rows.format
      let place = history.place
      return try await Session.run(source) { session in
        let found = await session.engine.compareLinks()
        let forms = await session.forms(explaining: found.survey.faults, [], at: place)
        var table = Rows([
          .init("KIND"), .init("SYSTEM"), .init("ID"), .init("RECORD"), .init("DETAIL"),
          .init("MEND"),
        ])
        for fault in found.survey.faults {
          table.append(
            [
              fault.kind.rawValue, fault.system.text, fault.id.text,
              fault.number ?? fault.record?.id ?? "", forms.detail(of: fault), fault.mend,
            ], json: forms.linkFault(fault))
        }
        Standard.output(table.printed(format))
        tell(found.proof)
        warn(found.failures)
        return Outcome(findings: !found.survey.faults.isEmpty, complete: found.isComplete)
      }
    }
  }
}

/// What several commands find out the same way.
enum Findings {
  /// The conflicts of all deals, by money at stake; why systems could not be asked; and which values
  /// could not be understood, so that a conflict may hide behind them.
  static func conflicts(
    _ session: Session
  ) async throws -> (conflicts: [Conflict], failures: [SystemError], unreadable: [SystemError]) {
    let ids = try await session.engine.readIndex().ids
    var conflicts: [Conflict] = []
    var failures: Set<SystemError> = []
    var unreadable: [SystemError] = []
    for dossier in await session.engine.pull(ids) {
      let assessment = session.assess(dossier)
      conflicts += assessment.conflicts
      failures.formUnion(assessment.failures)
      unreadable += assessment.unreadable
    }
    return (
      CrossedIdentity.explaining(conflicts).sorted(by: Conflict.isBefore),
      failures.sorted { ($0.system, $0.message) < ($1.system, $1.message) }, unreadable
    )
  }

  /// Probes every system, and gives their health.
  static func health(_ session: Session) async -> [SystemHealth] {
    _ = await session.engine.probe()
    return await session.engine.health
  }

  /// Whether it is not known how a flow does.
  static func isUnknown(_ flow: FlowHealth) -> Bool { flow.state == .unknown }

  /// Whether a state is one that somebody has to look at.
  static func isFinding(_ health: SystemHealth) -> Bool { health.status != .healthy }

  /// Whether the system gave no usable answer.
  static func isSilent(_ health: SystemHealth) -> Bool {
    switch health.status {
    case .healthy, .degraded: false
    case .throttled, .unauthorized, .drifted, .down, .unknown: true
    }
  }
}
