public import DealModel
import Scheduler
public import Screens
import TruthEngine

/// Rehearses an outage: the real engine and the real screens on a virtual clock, against what was
/// read before. Nothing is sent: the adapters replay.
///
/// The dashboard shows every deal at once, so that what is not on screen does not grow old for that
/// reason alone. It runs for some minutes first, until everything is live and healthy.
public struct Rehearsal: Sendable {
  /// What is rehearsed.
  public struct Plan: Sendable {
    /// The system that fails.
    public var system: SystemName
    /// How it fails.
    public var manner: Outage.Manner
    /// How long.
    public var length: Duration
    /// At which times since its beginning the screens are kept.
    public var shotsAt: [Duration]
    /// Their size.
    public var size: Size
    /// What the screens may be made of.
    public var encoding: TextEncoding
    /// Where the person sits.
    public var zone: LocalZone

    /// What is rehearsed.
    public init(
      system: SystemName, manner: Outage.Manner = .down, length: Duration,
      shotsAt: [Duration] = [], size: Size = Size(columns: 80, rows: 24),
      encoding: TextEncoding = .utf8, zone: LocalZone = .utc
    ) {
      self.system = system
      self.manner = manner
      self.length = length
      self.shotsAt = shotsAt
      self.size = size
      self.encoding = encoding
      self.zone = zone
    }
  }

  /// How long the dashboard runs before the outage.
  static let prelude = Duration.seconds(300)
  /// The longest that recovery is watched.
  static let patience = Duration.seconds(2 * 3_600)
  /// The finest step of the virtual clock: each system's events keep their own times, whatever the
  /// others do.
  static let step = Duration.milliseconds(1)

  let recording: CompanyRecording
  let plan: Plan
  let seed: UInt64

  /// A rehearsal; the same recording, plan and seed give the same report.
  ///
  /// - Parameter seed: Decides the jitter of retries.
  public init(_ recording: CompanyRecording, plan: Plan, seed: UInt64 = 1) {
    self.recording = recording
    self.plan = plan
    self.seed = seed
  }

  /// Runs it.
  ///
  /// - Throws: `CancellationError`.
  public func run() async throws -> DrillReport {
    guard let system = recording.company.system(plan.system) else { throw CancellationError() }
    let clock = ManualClock(recording.takenAt)
    let begins = recording.takenAt.adding(Self.prelude)
    let outage = Outage(
      system: plan.system, manner: plan.manner, begins: begins, ends: begins.adding(plan.length))
    let log = CallLog(recording.company)
    let calls = ReplayCalls()
    // The engine compares only to ask for histories, which were not recorded; the screens compare.
    var company = recording.company
    company.comparisons = []
    let engine = Engine(
      company: company,
      adapters: adapters(outage: outage, clock: clock, log: log, calls: calls), log: log,
      time: clock, random: DrillRandom(seed: seed))
    let stage = RehearsalStage(
      rehearsal: self, system: system, outage: outage, clock: clock, engine: engine, calls: calls)
    let serving = Task { await engine.run(.dashboard) }
    let listening = Task {
      for await event in engine.events {
        if case .indexFailed(let error) = event { await stage.indexFailed(error) }
        if case .indexComplete = event { await stage.indexFailed(nil) }
      }
    }
    defer {
      serving.cancel()
      listening.cancel()
    }
    return try await stage.play()
  }

  private func adapters(
    outage: Outage, clock: ManualClock, log: CallLog, calls: ReplayCalls
  ) -> [SystemName: ReplayAdapter] {
    var known: [SystemName: [RecordKind: [DealID: Section]]] = [:]
    for dossier in recording.dossiers {
      for (key, section) in dossier.sections {
        known[key.system, default: [:]][key.kind, default: [:]][dossier.id] = section
      }
    }
    var adapters: [SystemName: ReplayAdapter] = [:]
    for system in recording.company.systems where recording.capabilities[system.name] != nil {
      adapters[system.name] = ReplayAdapter(
        system, recording: recording, known: known[system.name] ?? [:], outage: outage,
        time: clock, observer: log, calls: calls)
    }
    return adapters
  }
}
