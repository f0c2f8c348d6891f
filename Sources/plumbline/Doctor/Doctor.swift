import AdapterKit
import DealModel
import Scheduler
import Synchronization
import TruthEngine

/// One line of `doctor`: an answered question or a check of a system.
struct DoctorLine: Hashable, Sendable {
  /// A word for programs: a question, or a check.
  var check: String
  var system: SystemName?
  var domain: Domain?
  var outcome: Examination.Outcome
  var message: String
  var mend: String?

  init(_ answer: QuestionAnswer) {
    check = answer.question.rawValue
    system = answer.system
    domain = answer.domain
    outcome = answer.fault == nil ? .ok : .finding
    message = answer.fault.map { "\(answer.answer) \($0)" } ?? answer.answer
    mend = answer.mend
  }

  init(_ examination: Examination, of system: SystemName) {
    check = examination.check.rawValue
    self.system = system
    outcome = examination.outcome
    message = examination.message
    mend = examination.mend
  }

  /// The form of the contract: `check`, `system`, `domain`, `outcome`, `message`, `mend`.
  var json: JSONValue {
    [
      "check": .string(check), "system": system.map { .string($0.text) } ?? nil,
      "domain": domain.map { .string($0.rawValue) } ?? nil, "outcome": .string(outcome.rawValue),
      "message": .string(message), "mend": mend.map { .string($0) } ?? nil,
    ]
  }

  /// A sign, the system, what was checked, what was found, the mend.
  var text: String {
    let sign =
      switch outcome {
      case .ok: "ok"
      case .finding: "!!"
      case .unasked: "??"
      case .manual: "--"
      }
    let subject = system?.text ?? domain?.rawValue ?? ""
    let what = check.replacing("_", with: " ")
    let advice = mend.map { outcome == .manual ? "  Look: \($0)" : "  Mend: \($0)" } ?? ""
    return "\(sign)  \(Self.padded(subject, 12))\(Self.padded(what, 18))\(message)\(advice)"
  }

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(1, columns - text.displayColumns))
  }
}

/// Asks the configuration its questions, and then the systems.
struct Doctor: Sendable {
  let session: Session
  /// The longest all questions to one system may take.
  static let patience = Duration.seconds(45)

  var questions: [DoctorLine] { session.company.questions().map { DoctorLine($0) } }

  /// Examines every system side by side, in the order of the configuration.
  func examinations() async -> [DoctorLine] {
    let company = session.company
    let lines = await withTaskGroup(of: ExaminedSystem.self) { group in
      for system in company.systems {
        guard let adapter = session.adapters[system.name] else { continue }
        group.addTask { await examine(system, adapter) }
      }
      var lines: [SystemName: [DoctorLine]] = [:]
      for await examined in group {
        lines[examined.system] = examined.found.map { DoctorLine($0, of: examined.system) }
      }
      return lines
    }
    return company.systems.flatMap { lines[$0.name] ?? [] }
  }

  private struct ExaminedSystem: Sendable {
    let system: SystemName
    let found: [Examination]
  }

  private func examine(
    _ system: ConfiguredSystem, _ adapter: any Adapter
  ) async -> ExaminedSystem {
    let isOrigin = system.name == session.company.sharedID.origin
    let stages: Set<String> =
      isOrigin ? Set(session.company.linkDue.values.joined()) : []
    let brief = ExaminationBrief(
      system: system, sharedID: session.company.sharedID, stages: stages,
      jobs: session.company.jobs(of: system.name))
    let examiner = Examiner(adapter, brief: brief, time: session.time)
    let log = session.log
    let found = await withTaskGroup(of: [Examination]?.self) { group in
      group.addTask {
        await examiner.examine { log.callCounts[system.name]?.isEmpty == false }
      }
      group.addTask {
        try? await session.time.sleep(for: Self.patience)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    let late = Examination(
      .reach, .unasked, "could not be asked: it took longer than \(Self.patience.words).")
    return ExaminedSystem(system: system.name, found: found ?? [late])
  }
}
