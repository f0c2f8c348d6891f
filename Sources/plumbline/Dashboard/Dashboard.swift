import AdapterKit
import DealModel
import Glibc
import HealthHistory
import Sandbox
import Scheduler
import Screens
import TerminalHost
import TruthEngine

/// The dashboard: the screens on their own thread, the engine in tasks, messages and orders between.
///
/// The terminal is opened and the first frame painted before any system, file of a sandbox or
/// connection is touched.
struct Dashboard: Sendable {
  /// What the dashboard is about.
  enum Source: Sendable {
    /// A configured company.
    case configured(CompanyModel)
    /// A company folder served in this process; the model is read again with the real origin.
    case sandbox(DemoSandbox, CompanyModel)
  }

  let source: Source
  /// Where the history of health is kept; a demo keeps it in memory.
  var place = HistoryPlace.memory
  let time: any TimeSource
  let zone: LocalZone

  private var company: CompanyModel {
    switch source {
    case .configured(let company), .sandbox(_, let company): company
    }
  }

  /// Runs until the user leaves or a signal comes; the terminal is restored before this returns.
  ///
  /// - Returns: What the process exits with.
  func run() async throws -> Int32 {
    let mailbox: Mailbox
    do throws(TerminalError) { mailbox = try Mailbox() } catch {
      throw CommandFailure("terminal", [.init(message: error.message)], exitCode: 2)
    }
    // Streams between the threads, so that the drawing thread never waits for a task.
    let (orders, sink) = AsyncStream<Effect>.makeStream()
    let (start, started) = AsyncStream<Void>.makeStream()
    let work = Task {
      for await _ in start { break }
      if !Task.isCancelled { await serve(orders, mailbox: mailbox) }
    }
    let ending: ScreenLoop.Ending
    do throws(TerminalError) {
      let (company, time, zone) = (company, time, zone)
      ending = try await ScreenLoop(mailbox: mailbox, time: time).run(
        { traits in
          Program(
            model: company, encoding: traits.isASCII ? .ascii : .utf8, zone: zone, now: time.now())
        },
        afterFirstFrame: { started.yield() },
        perform: { effect in sink.yield(effect) },
        onHangUp: { _ in
          removeFiles()
          // Nobody waits at the terminal any more, and tasks may get no thread: sessions at the vendors
          // are ended all the same, or the process is after a while.
          signal(SIGALRM) { _ in _exit(Self.hungUp) }
          alarm(UInt32(Interruption.patience.components.seconds))
        })
    } catch {
      work.cancel()
      throw CommandFailure("terminal", [.init(message: error.message)], exitCode: 2)
    }
    // The terminal is restored: sessions at the vendors get a while to end.
    work.cancel()
    let (ends, ended) = AsyncStream<Void>.makeStream()
    Task {
      await work.value
      ended.yield()
    }
    Task {
      try? await time.sleep(for: Interruption.patience)
      ended.yield()
    }
    for await _ in ends { break }
    removeFiles()
    return ending.exitCode
  }

  /// What a process exits with whose terminal has gone.
  private static let hungUp = ScreenLoop.Ending.hangUp.exitCode

  /// What the systems of a sandbox wrote must not outlive them.
  private func removeFiles() {
    if case .sandbox(let sandbox, _) = source { sandbox.sandbox.removeFiles() }
  }

  /// The tasks behind the screens, until cancelled.
  private func serve(_ orders: AsyncStream<Effect>, mailbox: Mailbox) async {
    switch source {
    case .configured(let company):
      await serve(company, orders, mailbox: mailbox, sandbox: nil)
    case .sandbox(let sandbox, _):
      do {
        try await sandbox.serving { origin in
          let company = try sandbox.company(origin: origin)
          await serve(company, orders, mailbox: mailbox, sandbox: sandbox)
        }
      } catch let failure as CommandFailure {
        mailbox.post(.noticePosted(failure.words, isError: true))
      } catch {}
    }
  }

  private func serve(
    _ company: CompanyModel, _ orders: AsyncStream<Effect>, mailbox: Mailbox,
    sandbox: DemoSandbox?
  ) async {
    let transport = AsyncHTTPTransport()
    // A demo remembers, and writes nothing.
    let history = HealthHistory(
      sandbox == nil ? place : .memory, of: company, recorder: "dashboard", time: time)
    let session = Session(
      company: company, transport: transport, time: time, zone: zone, recorder: history)
    let engine = session.engine
    let performer = EffectPerformer(
      engine: engine, mailbox: mailbox, sandbox: sandbox, history: history)
    await withDiscardingTaskGroup { group in
      group.addTask { await history.run() }
      group.addTask {
        for await words in history.troubles { mailbox.post(.noticePosted(words, isError: true)) }
      }
      group.addTask { await engine.run(.dashboard) }
      group.addTask { await Heartbeats.follow(history, for: session) }
      group.addTask {
        // By then the first screen is filled, even by systems that are slow; then all deals have
        // been looked through for links and conflicts; later what a person opened has been closed.
        for pause in [3, 27] {
          do { try await time.sleep(for: .seconds(pause)) } catch { return }
          StartupMemory.giveBack()
        }
        while (try? await time.sleep(for: .seconds(300))) != nil { StartupMemory.giveBack() }
      }
      group.addTask {
        for await event in engine.events {
          if case .health(let health) = event { history.healthTold(health, at: time.now()) }
          mailbox.post(Message(event))
        }
      }
      group.addTask {
        await withDiscardingTaskGroup { tasks in
          for await effect in orders {
            // What is on screen is told in order; everything else may take its time.
            if case .show(let visible, let nearby, let selected) = effect {
              await engine.show(visible: visible, nearby: nearby, selected: selected)
            } else {
              tasks.addTask { await performer.perform(effect) }
            }
          }
        }
      }
    }
    await transport.shutdown()
  }
}

extension Message {
  /// What the screens are told of an event of the engine.
  init(_ event: EngineEvent) {
    self =
      switch event {
      case .indexed(let records, let fetchedAt): .indexArrived(records, fetchedAt: fetchedAt)
      case .indexComplete(let count, let fetchedAt):
        .indexCompleted(count: count, fetchedAt: fetchedAt)
      case .indexFailed(let error): .indexFailed(error)
      case .dossiers(let dossiers): .dossiersChanged(dossiers)
      case .health(let health): .healthChanged(health)
      case .flows(let readings): .flowsRead(readings)
      case .detail(let reference, let outcome): .detailArrived(reference, outcome)
      case .found(let text, let records, let failures):
        .found(text: text, records: records, failures: failures)
      case .payload(let subject, let payload): .payloadArrived(subject, payload)
      case .linkProgress(let systems): .linksProgressed(systems)
      case .links(let findings):
        .linksCompared(
          findings.survey.faults, failures: findings.failures, proof: findings.proof)
      case .changed(let changes): .valuesChanged(changes)
      case .watching(let watch): .watchChanged(watch)
      }
  }
}
