import DealModel

/// Whether the jobs that the configuration names exist in a system that runs flows.
struct FlowCheck {
  private let adapter: any Adapter
  private let brief: ExaminationBrief

  init(_ adapter: any Adapter, _ brief: ExaminationBrief) {
    self.adapter = adapter
    self.brief = brief
  }

  /// A line for each job; none for a system that runs no flows.
  func examinations() async -> [Examination] {
    guard let reporter = adapter as? any FlowReporter, !brief.jobs.isEmpty else { return [] }
    do {
      let answers = try await reporter.flows(brief.jobs)
      return brief.jobs.compactMap { job in
        answers[job].map { Self.examination(of: job, $0) }
      }
    } catch let error as SystemError {
      return [.unasked(.flows, error)]
    } catch {
      return []
    }
  }

  private static func examination(
    of job: String, _ answer: Result<FlowReport, SystemError>
  ) -> Examination {
    switch answer {
    case .failure(let error) where error.kind == .unavailable: return .unasked(.flows, error)
    case .failure(let error): return Examination(.flows, .finding, error.message)
    case .success(let report):
      let name = report.title.map { "\(job) (\(VisibleText($0)))" } ?? job
      guard report.isOn == false else {
        return Examination(
          .flows, .ok, report.lastRun.map { "\(name) last ran at \($0)." } ?? "\(name) is there.")
      }
      return Examination(
        .flows, .finding, "\(name) is switched off.",
        mend: "switch it on, or take it out of `flows`.")
    }
  }
}
