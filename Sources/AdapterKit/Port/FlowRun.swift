public import DealModel

/// One run of a flow that has come to its end.
public struct FlowRun: Hashable, Sendable {
  /// When.
  public var at: Timestamp
  /// Whether it failed.
  public var failed: Bool
  /// What it says of itself, in the vendor's words; `nil` for nothing.
  public var problem: String?

  /// One run of a flow.
  public init(at: Timestamp, failed: Bool, problem: String? = nil) {
    self.at = at
    self.failed = failed
    self.problem = problem
  }
}

extension FlowReport {
  /// The longest words of a vendor that are kept.
  private static let longestProblem = 200

  /// Enters what the last runs say: when the last one was, how many failed one after the other, and
  /// when the last one went well, if that is among them.
  ///
  /// - Parameter runs: The last runs, in any order.
  public mutating func enter(_ runs: [FlowRun]) {
    let newest = runs.sorted { $0.at > $1.at }
    let failed = newest.prefix { $0.failed }
    lastRun = newest.first?.at
    lastSuccess = newest.first { !$0.failed }?.at
    failures = failed.count
    failingSince = failed.last?.at
    if let words = failed.first?.problem { problem = String(words.prefix(Self.longestProblem)) }
  }
}

extension FlowReporter {
  /// Asks for each job by itself, side by side.
  ///
  /// An error that concerns one job alone (`drifted`, `malformed`, `refused`) is that job's answer; so
  /// is `unavailable` as long as other jobs are answered. Any other ends the question for all.
  ///
  /// - Throws: ``SystemError`` or `CancellationError`.
  public func eachOf(
    _ jobs: [String], ask: @escaping @Sendable (String) async throws -> FlowReport
  ) async throws -> [String: Result<FlowReport, SystemError>] {
    try await withThrowingTaskGroup(of: AnsweredJob.self) { group in
      for job in jobs {
        group.addTask {
          do { return AnsweredJob(job: job, answer: .success(try await ask(job))) } catch let error
            as SystemError
          {
            guard error.kind.concernsOneJob || error.kind == .unavailable else { throw error }
            return AnsweredJob(job: job, answer: .failure(error))
          }
        }
      }
      var answers: [String: Result<FlowReport, SystemError>] = [:]
      // A system that is down is not asked for every job in turn.
      var silence = min(jobs.count, max(3, jobs.count / 2))
      for try await answered in group {
        answers[answered.job] = answered.answer
        guard case .failure(let error) = answered.answer, error.kind == .unavailable else {
          silence = .max
          continue
        }
        if answers.count >= silence { throw error }
      }
      return answers
    }
  }
}

private struct AnsweredJob: Sendable {
  var job: String
  var answer: Result<FlowReport, SystemError>
}

extension SystemError.Kind {
  fileprivate var concernsOneJob: Bool {
    switch self {
    case .drifted, .malformed, .refused: true
    case .unauthorized, .throttled, .unavailable: false
    }
  }
}
