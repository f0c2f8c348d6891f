import AdapterKit
import ArgumentParser
import DealModel
import HealthHistory
import Logging
import Scheduler
import TerminalHost
import Watch

/// Watches a company's systems without a screen: probes them, keeps the history of their health,
/// serves metrics, takes heartbeats, and tells of every change of state.
struct Watchman: Sendable {
  let company: CompanyModel
  let place: HistoryPlace
  let address: ListeningAddress
  /// How often every system is probed.
  let every: Duration
  let time: any TimeSource
  let zone: LocalZone
  let logger: Logger

  /// - Parameter address: `nil` for the configured one, or the default.
  init(
    company: CompanyModel, place: HistoryPlace, address: ListeningAddress?, every: Duration,
    time: any TimeSource, zone: LocalZone, logger: Logger
  ) {
    self.company = company
    self.place = place
    self.address = address ?? company.watch.address ?? .standard
    self.every = every
    self.time = time
    self.zone = zone
    self.logger = logger
  }

  /// How often links are counted.
  private static let counting = Duration.seconds(900)
  /// How often the systems that run flows are asked about them: as often as a dashboard does.
  private static let lookingAtFlows = Duration.seconds(60)

  /// Watches until cancelled.
  ///
  /// - Throws: ``CommandFailure`` when a token cannot be read or the address cannot be had.
  func run() async throws {
    if !address.isLoopback {
      logger.warning(
        """
        \(address) is reached from other machines, without encryption: metrics can be read and \
        tokens of heartbeats overheard. Put a proxy with TLS before it.
        """)
    }
    let tokens = try await tokens()
    let history = HealthHistory(place, of: company, recorder: "watch", time: time)
    let counts = CallMetrics(company)
    let (changes, teller) = AsyncStream<ChangeFacts>.makeStream()
    let transport = AsyncHTTPTransport()
    let session = Session(
      company: company, transport: transport, time: time, zone: zone,
      recorder: Recorders(all: [history, counts, ChangeTeller(changes: teller)]))
    let desk = WatchDesk(
      company, tokens: tokens, counts: counts, version: Plumbline.configuration.version,
      patience: every * 3 + .seconds(120), known: await history.beats().reports, time: time,
      heard: history.flowReported
    ) { flow, from, to, at, reason in
      history.flowChanged(flow, to: to, at: at)
      teller.yield(
        ChangeFacts(subject: .flow(flow), from: from, to: to, at: at, reason: reason))
    }
    defer { teller.finish() }
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(
        try await serve(
          session, history: history, desk: desk, changes: changes, teller: teller))
    } catch {
      outcome = .failure(error)
    }
    await transport.shutdown()
    try outcome.get()
  }

  private func serve(
    _ session: Session, history: HealthHistory, desk: WatchDesk, changes: AsyncStream<ChangeFacts>,
    teller: AsyncStream<ChangeFacts>.Continuation
  ) async throws {
    let engine = session.engine
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await history.run() }
      group.addTask {
        for await words in history.troubles {
          logger.warning("\(words)")
          desk.historyKept(words.hasSuffix("again.") || words.contains("a new one has begun"))
        }
      }
      group.addTask { await engine.run(.command) }
      group.addTask {
        for await event in engine.events {
          guard case .health(let health) = event else { continue }
          desk.healthTold(health)
          history.healthTold(health, at: time.now())
        }
      }
      group.addTask { await tell(changes) }
      group.addTask { await desk.watchFlows() }
      group.addTask { await watchJobs(engine, telling: teller) }
      group.addTask { await probe(engine, desk: desk) }
      group.addTask { await countLinks(engine) }
      group.addTask { try await listen(desk, history: history) }
      // Nothing but the listening fails by itself, and nothing goes on without it.
      for try await _ in group {}
    }
  }

  private func listen(_ desk: WatchDesk, history: HealthHistory) async throws {
    do {
      try await WatchServer(desk, at: address).run { address in
        // Not before: a watch that cannot be reached hears nobody.
        history.listening(for: company.watch.heartbeats.map(\.flow), at: time.now())
        logger.notice(
          "watching \(company.systems.count) systems of \(company.company); metrics at http://\(address)/metrics"
        )
      }
    } catch let fault as WatchServer.Fault {
      throw CommandFailure.configuration(fault.message)
    }
  }

  /// Probes every system again and again, each by itself: a slow one delays no other.
  private func probe(_ engine: Engine, desk: WatchDesk) async {
    await withDiscardingTaskGroup { group in
      for system in company.systems {
        group.addTask {
          while !Task.isCancelled {
            let next = time.now().adding(every)
            await engine.probeNow(system.name)
            desk.healthTold(await engine.health)
            desk.roundEnded(at: time.now())
            do { try await time.sleep(until: next) } catch { return }
          }
        }
      }
    }
  }

  /// Asks about flows that other systems run, and tells of those that stop, fail or run again.
  private func watchJobs(
    _ engine: Engine, telling teller: AsyncStream<ChangeFacts>.Continuation
  ) async {
    guard company.flows.contains(where: { $0.system != nil }) else { return }
    var alarms = FlowAlarms()
    while !Task.isCancelled {
      await engine.askFlows()
      for facts in alarms.told(await engine.flows, at: time.now()) { teller.yield(facts) }
      do { try await time.sleep(for: Self.lookingAtFlows) } catch { return }
    }
  }

  private func countLinks(_ engine: Engine) async {
    while !Task.isCancelled {
      await engine.compareLinks()
      do { try await time.sleep(for: Self.counting) } catch { return }
    }
  }

  /// Logs every change and runs the configured command.
  private func tell(_ changes: AsyncStream<ChangeFacts>) async {
    let commands = ChangeCommands(company, time: time, logger: logger)
    await withDiscardingTaskGroup { group in
      for await facts in changes {
        logger.log(level: level(of: facts), "\(facts.line)")
        // In order: only the running of the program may take its time.
        guard await commands.enter(facts) else { continue }
        group.addTask { await commands.drain(facts.subject) }
      }
      group.cancelAll()
    }
  }

  private func level(of facts: ChangeFacts) -> Logger.Level {
    if !facts.isNews { return .info }
    return facts.isWorse ? .warning : .notice
  }

  private func tokens() async throws -> [String: Secret] {
    var tokens: [String: Secret] = [:]
    let reader = EnvironmentSecretReader()
    for flow in company.watch.heartbeats {
      do {
        tokens[flow.flow] = try await reader.secret(
          from: flow.token, for: SystemName(flow.flow))
      } catch let error as SystemError {
        throw CommandFailure.configuration(error.message)
      }
    }
    return tokens
  }
}
