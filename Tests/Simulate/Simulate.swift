import Glibc
import Simulation

/// Runs schedules of trouble and says which of them broke a rule: `simulate [COUNT]`, ten thousand
/// unless said. `PLUMBLINE_SEED=4711` runs that one alone and prints what happened in it; a seed
/// means the same schedule in the same build.
///
/// Ends with 0 when every rule held, with 1 when one was broken.
@main
struct Simulate {
  static func main() async throws {
    hashAlike()
    if let seed = Schedule.number("PLUMBLINE_SEED") {
      let run = try Schedule.run(seed, isTraced: true)
      print(run.trace.joined(separator: "\n"))
      print(
        run.violation.map { "PLUMBLINE_SEED=\(seed) breaks a rule: \($0)" } ?? "Every rule held.")
      exit(run.violation == nil ? 0 : 1)
    }
    let count = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) } ?? 10_000
    let clock = ContinuousClock()
    let began = clock.now
    let outcome = await Schedule.run(Schedule.regressions + Array(0..<count))
    let seconds = (clock.now - began).components.seconds
    print("\(outcome.schedules) schedules with \(outcome.exchanges) exchanges in \(seconds) s")
    let broken = outcome.broken.sorted { $0.key < $1.key }
    guard let first = broken.first else { return print("Every rule held.") }
    print(try Schedule.run(first.key, isTraced: true).trace.joined(separator: "\n"))
    for (seed, rule) in broken { print("PLUMBLINE_SEED=\(seed) breaks a rule: \(rule)") }
    exit(1)
  }

  /// Starts the program again with dictionaries and sets in the same order in every run: hashing is
  /// chance too, and can only be settled before the start.
  private static func hashAlike() {
    guard getenv("SWIFT_DETERMINISTIC_HASHING") == nil else { return }
    setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
    execv("/proc/self/exe", CommandLine.unsafeArgv)
  }
}
