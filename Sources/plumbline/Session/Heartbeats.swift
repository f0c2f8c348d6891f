import DealModel
import Glibc
import HealthHistory
import Scheduler

/// What `plumbline watch` heard of flows that report in by themselves, as the health history keeps it.
enum Heartbeats {
  /// How often a dashboard looks: a person sees a report within half a minute.
  private static let interval = Duration.seconds(30)

  /// Tells the engine of a session what is remembered, and again and again until cancelled.
  static func follow(_ history: HealthHistory, for session: Session) async {
    guard areAwaited(in: session.company) else { return }
    while !Task.isCancelled {
      await session.engine.heard(await history.beats())
      do { try await session.time.sleep(for: interval) } catch { return }
    }
  }

  /// Tells the engine of a session what is remembered now. Makes no history where there is none.
  static func read(at place: HistoryPlace, for session: Session) async {
    guard areAwaited(in: session.company) else { return }
    var reports: [String: FlowReport] = [:]
    if case .file(let path) = place, access(path, R_OK) == 0 {
      reports = await HealthHistory(
        place, of: session.company, recorder: "command", time: session.time
      ).beats()
    }
    await session.engine.heard(reports)
  }

  private static func areAwaited(in company: CompanyModel) -> Bool {
    company.flows.contains { $0.system == nil }
  }
}

extension Session {
  /// How every configured flow does, asked now: the systems that run them, and the health history
  /// for those that report in by themselves.
  func readFlows(
    at place: HistoryPlace = .standard(environment: ConfigurationSource.environment)
  ) async -> [FlowHealth] {
    guard !company.flows.isEmpty else { return [] }
    await Heartbeats.read(at: place, for: self)
    await engine.askFlows()
    return await engine.flows
  }
}
