import DealModel
import Glibc
import Synchronization

/// Schedules by their seeds.
enum Schedule {
  /// What came of one schedule.
  struct Run: Sendable {
    var violation: String?
    var exchanges = 0
    var trace: [String] = []
  }

  /// What came of many.
  struct Total: Sendable {
    /// How many were run.
    var schedules = 0
    /// How many exchanges there were in all.
    var exchanges = 0
    /// Seed → the rule that it broke.
    var broken: [UInt64: String] = [:]
  }

  /// The companies that schedules choose from.
  private static let companies = Result { try (0..<12).map { try InstalledCompany($0) } }

  /// Runs one schedule on the calling thread.
  ///
  /// - Parameter isTraced: Whether every line of what happens is kept.
  static func run(_ seed: UInt64, isTraced: Bool = false) throws -> Run {
    let companies = try companies.get()
    let clock = ManualClock(SmallCompany.start)
    let trace = Trace(clock: clock, isKept: isTraced)
    let world = try World(
      companies[Int(seed % UInt64(companies.count))], seed: seed, clock: clock, trace: trace)
    let limit = SmallCompany.start.adding(.seconds(1_800))
    let (outcome, sleepers) = Simulation.run(seed: seed, clock: clock, until: limit) {
      await world.live()
    }
    var run = Run(trace: trace.lines)
    switch outcome {
    case .ended(let report):
      run.violation = report.violation
      run.exchanges = report.exchanges
      if report.violation == nil, sleepers > 0 { run.violation = "\(sleepers) tasks never end" }
    case .stuck: run.violation = "stuck: everything waits and nobody is woken"
    case .endless: run.violation = "endless: the schedule does not end"
    case .impossible: run.violation = "this Swift runtime has no hook for its jobs"
    }
    return run
  }

  /// Runs schedules on as many threads as there are processors, until all are done or a dozen have
  /// broken a rule.
  static func run(_ seeds: [UInt64]) async -> Total {
    let work = Work(seeds)
    let threads = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<threads { group.addTask { _ = await onThread { work.share() } } }
    }
    return work.total
  }
}

/// The schedules still to be run, shared by the threads that run them.
private final class Work: Sendable {
  private let seeds: [UInt64]
  private let next = Atomic(0)
  private let counted = Mutex(Schedule.Total())

  init(_ seeds: [UInt64]) { self.seeds = seeds }

  var total: Schedule.Total { counted.withLock { $0 } }

  /// Runs one schedule after another.
  func share() {
    while true {
      let place = next.add(1, ordering: .relaxed).oldValue
      guard place < seeds.count, total.broken.count < 12 else { return }
      var run = Schedule.Run()
      do { run = try Schedule.run(seeds[place]) } catch { run.violation = "cannot run: \(error)" }
      counted.withLock { [run] total in
        total.schedules += 1
        total.exchanges += run.exchanges
        total.broken[seeds[place]] = run.violation
      }
    }
  }
}
