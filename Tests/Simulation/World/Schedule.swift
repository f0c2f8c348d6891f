import DealModel
import Glibc
import Synchronization

/// Schedules of trouble, each of which must leave nobody fooled.
///
/// The engine and the adapters are the product's, in the dashboard's mode; the systems are the
/// sandbox's; the wire, the clock and chance are the simulation's. See ``World`` for what may happen
/// and `Rules` for what must hold.
public enum Schedule {
  /// What came of one schedule.
  public struct Run: Sendable {
    /// The rule that was broken; `nil` when all held.
    public var violation: String?
    /// How many exchanges there were.
    public var exchanges = 0
    /// What happened, line by line, where it was to be kept.
    public var trace: [String] = []
  }

  /// What came of many.
  public struct Total: Sendable {
    /// How many were run.
    public var schedules = 0
    /// How many exchanges there were in all.
    public var exchanges = 0
    /// Seed → the rule that it broke.
    public var broken: [UInt64: String] = [:]
  }

  /// The seeds of schedules that once broke a rule.
  public static let regressions: [UInt64] = [
    // An answer counted as being as fresh as its arrival, not as its asking.
    69
  ]

  /// The number in a variable of the environment; `nil` when there is none.
  public static func number(_ variable: String) -> UInt64? {
    getenv(variable).flatMap { UInt64(String(cString: $0)) }
  }

  /// The companies that schedules choose from.
  private static let companies = Result { try (0..<12).map { try InstalledCompany($0) } }

  /// Runs one schedule on the calling thread.
  ///
  /// - Parameter isTraced: Whether every line of what happens is kept.
  /// - Throws: When the company's files cannot be written.
  public static func run(_ seed: UInt64, isTraced: Bool = false) throws -> Run {
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
    case .impossible: run.violation = "a simulation within a simulation"
    }
    return run
  }

  /// Runs schedules on as many threads as there are processors, until all are done or a dozen have
  /// broken a rule.
  public static func run(_ seeds: [UInt64]) async -> Total {
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
