import AdapterKit
public import DealModel
import TruthEngine

extension Engine {
  /// How often a system is asked about its flows: as often as a person would look.
  static let flowInterval = Duration.seconds(60)

  /// How every configured flow does now, in the order of the configuration.
  public var flows: [FlowHealth] {
    FlowJudge(of: company).flows(flowReadings, at: time.now())
  }

  /// What was heard of flows that report in by themselves.
  ///
  /// - Parameters:
  ///   - reports: Heartbeat → its report; one nobody ever listened for is absent.
  ///   - failure: Why that may not be all; then a flow that is absent keeps what was heard before.
  public func heard(_ reports: [String: FlowReport], failure: SystemError? = nil) {
    var readings = flowReadings
    for flow in company.flows {
      guard case .heartbeat(let name) = flow.source else { continue }
      if reports[name] == nil, let failure {
        readings[flow.name, default: FlowReading()].failure = failure
      } else {
        readings[flow.name] = FlowReading(report: reports[name], readAt: time.now())
      }
    }
    tellFlows(readings)
  }

  /// Asks the systems that run flows about them, side by side; what came of it is in ``flows``.
  ///
  /// - Parameter wanted: The names of the flows that are of interest; `nil` for all.
  public func askFlows(named wanted: Set<String>? = nil) async {
    await withDiscardingTaskGroup { group in
      for name in lines.keys where !company.jobs(of: name, among: wanted).isEmpty {
        group.addTask { await self.askFlows(of: name, named: wanted) }
      }
    }
  }

  // MARK: - Asking

  /// When a system is next asked about its flows; `nil` for one that runs none, and for commands.
  func flowsDue(_ name: SystemName) -> Timestamp? {
    guard mode == .dashboard, let line = lines[name], !line.isAskingFlows,
      !company.jobs(of: name).isEmpty
    else { return nil }
    return line.nextFlows ?? startedAt
  }

  func areFlowsDue(_ name: SystemName) -> Bool {
    guard let line = lines[name], let due = flowsDue(name), !isTrialUnderWay(line) else {
      return false
    }
    let now = time.now()
    return due <= now && line.pace.mayAsk(.flows, at: now)
  }

  /// Asks one system about its flows.
  func askFlows(of name: SystemName, named wanted: Set<String>? = nil) async {
    let jobs = company.jobs(of: name, among: wanted)
    guard let line = lines[name], !jobs.isEmpty else { return }
    lines[name]?.isAskingFlows = true
    defer {
      lines[name]?.isAskingFlows = false
      lines[name]?.nextFlows = time.now().adding(Self.flowInterval)
      wake(name)
    }
    let began = time.now()
    do {
      try checkIsolation(name)
      guard let reporter = line.adapter as? any FlowReporter else {
        // What keeps the adapter from being made is its answer to every question.
        _ = try await line.adapter.probe()
        if mode == .dashboard { lines[name]?.pace.succeeded(asking: .flows) }
        fail(
          name,
          with: SystemError(
            .refused, system: name, message: "Nothing here reads the runs that \(name) knows of."))
        return
      }
      let answers = try await reporter.flows(jobs)
      if mode == .dashboard { lines[name]?.pace.succeeded(asking: .flows) }
      note(answers, about: jobs, of: name, began: began)
    } catch is CancellationError {
      return
    } catch {
      let (known, now) = (systemError(error, at: name), time.now())
      fail(name, with: known)
      guard !(error is Isolated) else { return }
      if mode == .dashboard {
        lines[name]?.pace.failed(known, asking: .flows, at: now, random: random.next())
      }
      log.answerUnusable(known, operation: "flows", of: name, at: now)
    }
  }

  private func note(
    _ answers: [String: Result<FlowReport, SystemError>], about jobs: [String],
    of name: SystemName, began: Timestamp
  ) {
    var readings = flowReadings
    for flow in company.flows {
      guard case .job(let job, name) = flow.source, jobs.contains(job) else { continue }
      switch answers[job] {
      case .success(let report):
        readings[flow.name] = FlowReading(report: report, readAt: began)
      case .failure(let error): readings[flow.name, default: FlowReading()].failure = error
      case nil:
        readings[flow.name, default: FlowReading()].failure = SystemError(
          .malformed, system: name, message: "\(name) answered without a word about \(job).")
      }
    }
    tellFlows(readings)
  }

  private func fail(_ name: SystemName, with error: SystemError) {
    var readings = flowReadings
    for flow in company.flows where flow.system == name {
      readings[flow.name, default: FlowReading()].failure = error
    }
    tellFlows(readings)
  }

  private func tellFlows(_ readings: [String: FlowReading]) {
    guard readings != flowReadings else { return }
    flowReadings = readings
    continuation.yield(.flows(readings))
  }
}
