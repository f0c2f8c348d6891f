public import DealModel
public import Logging

/// Runs the configured program for every change, one at a time for each system, in order.
public actor ChangeCommands {
  /// Changes of one system that may wait for the one before; further ones replace the last.
  private static let waitingChanges = 16

  private let company: CompanyModel
  private let time: any TimeSource
  private let logger: Logger
  private var waiting: [HealthIncident.Subject: [ChangeFacts]] = [:]
  private var running: Set<HealthIncident.Subject> = []

  /// Commands for the changes of a company's systems and flows.
  public init(_ company: CompanyModel, time: any TimeSource, logger: Logger) {
    self.company = company
    self.time = time
    self.logger = logger
  }

  /// Runs the program for a change, after those for earlier changes of the same system; returns when
  /// nothing of that system waits any more, at once when another call is at it.
  public func changed(_ facts: ChangeFacts) async {
    guard !company.watch.onChange.isEmpty, facts.isNews else { return }
    var queue = waiting[facts.subject] ?? []
    if queue.count >= Self.waitingChanges, let dropped = queue.popLast() {
      logger.warning("on_change is slow; it was not run for \(dropped.line)")
    }
    queue.append(facts)
    waiting[facts.subject] = queue
    guard running.insert(facts.subject).inserted else { return }
    while let next = waiting[facts.subject]?.first {
      waiting[facts.subject]?.removeFirst()
      if Task.isCancelled { break }
      await run(next)
    }
    running.remove(facts.subject)
    waiting[facts.subject] = nil
  }

  private func run(_ facts: ChangeFacts) async {
    let command = ChangeCommand(
      words: company.watch.onChange, variables: facts.variables(of: company),
      deadline: company.watch.onChangeDeadline)
    let program = company.watch.onChange.first ?? ""
    switch await command.run(time) {
    case .ended(0): break
    case .ended(let code): logger.error("on_change: \(program) ended with \(code)")
    case .killed(let number): logger.error("on_change: \(program) was ended by signal \(number)")
    case .cannotStart(let reason):
      logger.error("on_change: \(program) cannot be started: \(reason)")
    case .timedOut:
      let limit = company.watch.onChangeDeadline.components.seconds
      logger.error("on_change: \(program) took longer than \(limit) s and was ended")
    }
  }
}
