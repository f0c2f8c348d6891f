public import AdapterKit
public import DealModel
public import Scheduler
private import Synchronization

/// The memory of the systems' health: numbers about calls and states, kept in SQLite beyond the
/// life of a process, shared by every dashboard and `watch` of the same user.
///
/// What is reported is put into a bounded queue at once and written in batches on a thread of its
/// own: no call and no key ever waits for the disk. Where the file cannot be written the program
/// works without and says so once; a damaged file is moved aside.
public final class HealthHistory: HealthRecorder {
  /// How long reports are collected before they are written.
  private static let batching = Duration.seconds(1)
  /// How often a process says that it still watches.
  private static let heartbeat = Duration.seconds(60)

  private let subjects: [HealthIncident.Subject]
  private let time: any TimeSource
  private let ledger = Mutex(RecordingLedger())
  private let thread: HistoryThread
  private let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  /// Sentences about trouble with the history, each told once; for one listener.
  public let troubles: AsyncStream<String>

  /// A history that records nothing before ``run()``.
  ///
  /// - Parameters:
  ///   - kind: What kind of process records: `dashboard`, `watch` or `command`.
  public init(
    _ place: HistoryPlace, of company: CompanyModel, recorder kind: String, time: any TimeSource
  ) {
    self.time = time
    subjects =
      company.systems.map { .system($0.name) } + company.watch.heartbeats.map { .flow($0.flow) }
    let (troubles, tell) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(20))
    self.troubles = troubles
    thread = HistoryThread(
      HistoryKeeper(
        place: place, company: CompanyKey(company), kind: kind,
        flows: company.watch.heartbeats.map(\.flow)
      ) { tell.yield($0) })
  }

  // MARK: - Being told

  public func callEnded(_ call: CallReport) {
    ledger.withLock { $0.callEnded(call) }
    wake.yield()
  }

  public func stateChanged(_ change: StateChange) {
    ledger.withLock { $0.stateChanged(change) }
    wake.yield()
  }

  /// A flow came into another state: `healthy` reports, `degraded` is late, `down` is silent.
  public func flowChanged(_ flow: String, to status: SystemStatus, at now: Timestamp) {
    ledger.withLock { $0.flowChanged(flow, to: status, at: now) }
    wake.yield()
  }

  /// These flows are listened for from now on, by this process.
  public func listening(for flows: [String], at now: Timestamp) {
    ledger.withLock { ledger in
      for flow in flows { ledger.listening(for: flow, at: now) }
    }
    wake.yield()
  }

  /// A flow reported in.
  public func flowReported(_ flow: String, at now: Timestamp) {
    ledger.withLock { $0.flowReported(flow, at: now) }
    wake.yield()
  }

  /// The links of systems were counted, or were counted before: what is new is kept.
  public func healthTold(_ health: [SystemHealth], at now: Timestamp) {
    ledger.withLock { ledger in
      for health in health {
        if let coverage = health.linkCoverage {
          ledger.counted(coverage, of: health.system, at: now)
        }
      }
    }
  }

  // MARK: - Keeping

  /// Opens the history and writes what is reported, until cancelled; what was reported by then is
  /// still written.
  public func run() async {
    await perform { $0.open(at: $1) }
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await _ in self.wakes {
          try? await self.time.sleep(for: Self.batching)
          if Task.isCancelled { return }
          await self.flush()
        }
      }
      group.addTask {
        while !Task.isCancelled {
          do { try await self.time.sleep(for: Self.heartbeat) } catch { return }
          await self.flush()
          await self.perform { $0.tidy(at: $1) }
        }
      }
    }
    await flush(isLast: true)
  }

  /// Writes what waits now.
  public func flush() async { await flush(isLast: false) }

  /// What is remembered of all systems and flows, up to now. Opens the history if nobody has.
  public func memory() async -> HealthMemory {
    await flush()
    let subjects = subjects
    return await perform { $0.memory(of: subjects, at: $1) }
  }

  /// What is remembered of the reports of the flows under `watch.heartbeats`. Opens the history if
  /// nobody has.
  public func beats() async -> HeardFlows {
    await flush()
    return await perform { $0.beats(at: $1) }
  }

  private func flush(isLast: Bool) async {
    let now = time.now()
    let batch = ledger.withLock { $0.take() }
    let unwritten = await thread.perform { $0.write(batch, at: now, isLast: isLast) }
    if let unwritten { ledger.withLock { $0.putBack(unwritten) } }
  }

  private func perform<Answer: Sendable>(
    _ body: @escaping @Sendable (inout HistoryKeeper, Timestamp) -> Answer
  ) async -> Answer {
    let now = time.now()
    return await thread.perform { body(&$0, now) }
  }
}
