import Simulation
import Testing

/// Schedules of trouble in the debug build. `.build/release/simulate` runs ten thousand in the time
/// that this takes for some hundreds.
///
/// `PLUMBLINE_SCHEDULES=10000` runs more of them, `PLUMBLINE_SEED=4711` that one alone and prints
/// what happened in it.
@Suite(.timeLimit(.minutes(60)))
struct SimulationTests {
  /// How many schedules are run when nobody says otherwise.
  static let usual: UInt64 = 400

  @Test("on any schedule nobody is fooled, and the truth is shown once trouble ends")
  func schedules() async throws {
    if let seed = Schedule.number("PLUMBLINE_SEED") {
      let run = try Schedule.run(seed, isTraced: true)
      print(run.trace.joined(separator: "\n"))
      #expect(run.violation == nil, "seed \(seed)")
      return
    }
    let count = Schedule.number("PLUMBLINE_SCHEDULES") ?? Self.usual
    let outcome = await Schedule.run(Schedule.regressions + Array(0..<count))
    print("\(outcome.schedules) schedules, \(outcome.exchanges) exchanges")
    let broken = outcome.broken.sorted { $0.key < $1.key }
    guard let first = broken.first else { return }
    print(try Schedule.run(first.key, isTraced: true).trace.joined(separator: "\n"))
    for (seed, rule) in broken { Issue.record("PLUMBLINE_SEED=\(seed) breaks a rule: \(rule)") }
  }

  @Test("a seed gives the same schedule to the letter, and another seed another", arguments: 1...4)
  func replay(seed: UInt64) throws {
    let first = try Schedule.run(seed, isTraced: true).trace
    let second = try Schedule.run(seed, isTraced: true).trace
    #expect(first == second)
    #expect(first.count > 50)
    #expect(first != (try Schedule.run(seed + 100, isTraced: true).trace))
  }
}
