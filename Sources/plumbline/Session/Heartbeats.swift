import DealModel
import Glibc
import HealthHistory
import Scheduler
import TruthEngine

/// What `plumbline watch` heard of flows that report in by themselves, as the health history keeps it.
enum Heartbeats {
  /// How often a dashboard looks: a person sees a report within half a minute.
  private static let interval = Duration.seconds(30)

  /// Tells the engine of a session what is remembered, and again and again until cancelled.
  static func follow(_ history: HealthHistory, for session: Session) async {
    guard areAwaited(in: session.company) else { return }
    while !Task.isCancelled {
      await tell(await history.beats(), to: session)
      do { try await session.time.sleep(for: interval) } catch { return }
    }
  }

  /// Tells the engine of a session what is remembered now. Makes no history where there is none.
  static func read(at place: HistoryPlace, for session: Session) async {
    guard areAwaited(in: session.company) else { return }
    if let trouble = trouble(at: place) {
      return await tell(HeardFlows(trouble: trouble), to: session)
    }
    let history = HealthHistory(
      place, of: session.company, recorder: "command", time: session.time)
    await tell(await history.beats(), to: session)
  }

  private static func tell(_ heard: HeardFlows, to session: Session) async {
    let failure = heard.trouble.map { SystemError(.unavailable, system: "history", message: $0) }
    await session.engine.heard(heard.reports, failure: failure)
  }

  /// Why there is nothing to open at a place; `nil` where a history can be tried.
  private static func trouble(at place: HistoryPlace) -> String? {
    guard case .file(let path) = place, access(path, R_OK) != 0 else { return nil }
    let reason = errno
    if reason == ENOENT || reason == ENOTDIR {
      return "There is no health history at \(path). Run `plumbline watch`, or name the file that "
        + "it keeps with --history-file."
    }
    return
      "\(path) may not be read (\(String(cString: strerror(reason)).lowercased())). Ask as the "
      + "user who runs `plumbline watch`, or as root."
  }

  private static func areAwaited(in company: CompanyModel) -> Bool {
    company.flows.contains { $0.system == nil }
  }
}

extension Session {
  /// How every configured flow does, asked now: the systems that run them, and the health history
  /// for those that report in by themselves.
  ///
  /// - Parameter wanted: The names of the flows that are of interest; `nil` for all.
  func readFlows(at place: HistoryPlace, named wanted: Set<String>? = nil) async -> [FlowHealth] {
    let flows = company.flows.filter { wanted?.contains($0.name) ?? true }
    guard !flows.isEmpty else { return [] }
    if flows.contains(where: { $0.system == nil }) { await Heartbeats.read(at: place, for: self) }
    await engine.askFlows(named: wanted)
    return await engine.flows.filter { flows.contains($0.flow) }
  }

  /// The JSON forms as of now, naming the flows that should have carried what is broken: only they
  /// are asked about.
  func forms(
    explaining faults: [LinkFault], _ conflicts: [Conflict], at place: HistoryPlace
  ) async -> JSONForms {
    forms(naming: await readFlows(at: place, named: company.carriers(of: faults, conflicts)))
  }
}
