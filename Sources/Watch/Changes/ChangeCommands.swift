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

  /// Enters a change, to be told after the earlier ones of the same system.
  ///
  /// - Returns: Whether ``drain(_:)`` is now to be called for that system; `false` when somebody is
  ///   at it, or nobody is to be told.
  public func enter(_ facts: ChangeFacts) -> Bool {
    guard !company.watch.onChange.isEmpty, facts.isNews else { return false }
    var queue = waiting[facts.subject] ?? []
    if queue.count >= Self.waitingChanges, let dropped = queue.popLast() {
      logger.warning("on_change is slow; it was not run for \(dropped.line)")
    }
    queue.append(facts)
    waiting[facts.subject] = queue
    return running.insert(facts.subject).inserted
  }

  /// Runs the program for every change of a system that waits, one after the other.
  public func drain(_ subject: HealthIncident.Subject) async {
    while let next = waiting[subject]?.first {
      waiting[subject]?.removeFirst()
      if Task.isCancelled { break }
      await run(next)
    }
    running.remove(subject)
    waiting[subject] = nil
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
      let limit = company.watch.onChangeDeadline.words
      logger.error("on_change: \(program) took longer than \(limit) and was ended")
    }
  }
}
