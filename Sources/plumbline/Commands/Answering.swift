import ArgumentParser
import DealModel
import Glibc
import TruthEngine

/// The exit codes of the contract.
enum Outcome: Int32 {
  /// Nothing to report.
  case clean = 0
  /// There are findings.
  case findings = 1
  /// A source could not be asked, or what it said could not be understood: the answer is incomplete.
  case incomplete = 3

  /// The outcome of a check: what is incomplete is never clean, nor just findings.
  init(findings: Bool, complete: Bool) {
    self = complete ? (findings ? .findings : .clean) : .incomplete
  }
}

extension ParsableCommand {
  /// Runs a command's body, prints its failure the way the contract wants it, and ends with its code:
  /// 128 and the signal's number where one came.
  ///
  /// - Parameters:
  ///   - terminated: What TERM ends with, where it is the usual way to end.
  ///   - told: Called with the signal's number before the body is cancelled.
  func answering(
    json: Bool, terminated: Int32 = 128 + SIGTERM,
    onSignal told: @escaping @Sendable (Int32) -> Void = { _ in },
    _ body: @escaping @Sendable () async throws -> Outcome
  ) async throws {
    switch await Interruption.cancelling(onSignal: told, body) {
    case .ended(let result): try await reporting(json: json) { try result.get() }
    case .signalled(SIGTERM): throw ExitCode(terminated)
    case .signalled(let number): throw ExitCode(128 + number)
    }
  }

  /// The same for a body that looks after signals itself.
  func reporting(json: Bool, _ body: () async throws -> Outcome) async throws {
    let outcome: Outcome
    do {
      outcome = try await body()
    } catch let failure as CommandFailure {
      try fail(failure, json: json)
    } catch let error as SystemError {
      try fail(CommandFailure(error), json: json)
    } catch is CancellationError {
      throw ExitCode(128 + SIGINT)
    }
    if outcome != .clean { throw ExitCode(outcome.rawValue) }
  }

  private func fail(_ failure: CommandFailure, json: Bool) throws -> Never {
    if json { Standard.output(failure.json.text() + "\n") }
    Standard.error(failure.words)
    throw ExitCode(failure.exitCode)
  }

  /// A line on stderr for each value that could not be understood; beyond twenty, how many more.
  func warn(unreadable errors: some Collection<SystemError>) {
    warn(Array(errors.prefix(20)))
    let rest = errors.count - 20
    if rest > 0 {
      Standard.error("plumbline: \(rest) more values could not be understood.\n")
    }
  }

  /// A line on stderr for each system whose records were listed: how completely.
  func tell(_ proof: [SystemSweep]) {
    for sweep in proof {
      let linked = sweep.stage == .done ? "; \(sweep.linked) bear a deal ID" : ""
      Standard.error("links of \(sweep.system): \(VisibleText(sweep.proof + linked).text)\n")
    }
  }

  /// A line on stderr for each system that could not be asked.
  func warn(_ errors: [SystemError]) {
    var said: Set<String> = []
    for error in errors where said.insert(error.message).inserted {
      Standard.error("plumbline: \(VisibleText(error.message))\n")
    }
  }
}
