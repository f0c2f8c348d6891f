import AdapterKit
public import DealModel

extension Engine {
  /// How long a system may go unasked before a probe tells how it is.
  static let probeAfterSilence = Duration.seconds(60)
  /// How often a probe looks for what real calls do not tell: drift, expiry, who we are.
  static let probeInterval = Duration.seconds(300)
  /// How long the first probe waits, so that it does not stand in the way of the first screen.
  static let firstProbe = Duration.seconds(5)

  /// When a system is next probed in the dashboard: never longer than the silence after its last
  /// call, so that no state is older than that. `nil` while one is under way, and for commands.
  func probeDue(_ name: SystemName) -> Timestamp? {
    guard mode == .dashboard, let line = lines[name], !line.isProbing, let startedAt else {
      return nil
    }
    guard let lastProbe = line.lastProbe else { return startedAt.adding(Self.firstProbe) }
    let heard = max(log.lastCall(of: name) ?? lastProbe, lastProbe)
    return min(heard.adding(Self.probeAfterSilence), lastProbe.adding(Self.probeInterval))
  }

  func isProbeDue(_ name: SystemName) -> Bool {
    guard let line = lines[name], let due = probeDue(name), !isTrialUnderWay(line) else {
      return false
    }
    let now = time.now()
    return due <= now && line.pace.mayAsk(.probe, at: now)
  }

  /// Whether a failing system is being tried just now: then nothing else is asked.
  func isTrialUnderWay(_ line: Line) -> Bool {
    line.pace.isFailing
      && (!line.calls.isEmpty || line.isPolling || line.isProbing || line.isAskingFlows
        || !line.historiesAsked.isEmpty)
  }

  /// Probes one system; what came of it is in ``health``.
  ///
  /// - Returns: Why it failed; `nil` when it answered, and when it is isolated.
  @discardableResult
  func probe(_ name: SystemName) async -> SystemError? {
    guard let adapter = lines[name]?.adapter else { return nil }
    lines[name]?.isProbing = true
    defer {
      lines[name]?.isProbing = false
      lines[name]?.lastProbe = time.now()
      wake(name)
    }
    let began = time.now()
    do {
      try checkIsolation(name)
      let answer = try await adapter.probe()
      // A command that probes first must not wait afterwards: there the calls themselves decide.
      if mode == .dashboard { lines[name]?.pace.succeeded(asking: .probe) }
      log.probed(answer, of: name, began: began, at: time.now())
      return nil
    } catch is CancellationError {
      return nil
    } catch is Isolated {
      return nil
    } catch {
      let (known, now) = (systemError(error, at: name), time.now())
      if mode == .dashboard {
        lines[name]?.pace.failed(known, asking: .probe, at: now, random: random.next())
      }
      log.answerUnusable(known, operation: "probe", of: name, at: now)
      return known
    }
  }

  /// Probes every system side by side; what came of it is in ``health``.
  ///
  /// - Returns: Why systems failed, sorted by system; those that are not there answered.
  public func probe() async -> [SystemError] {
    await withTaskGroup(of: SystemError?.self) { group in
      for name in lines.keys { group.addTask { await self.probe(name) } }
      var failures: [SystemError] = []
      for await failure in group {
        if let failure { failures.append(failure) }
      }
      return failures.sorted { $0.system < $1.system }
    }
  }

  /// A person wants to know now: the wait of the breaker ends and the system is probed at once.
  ///
  /// - Returns: Why it failed; `nil` when it answered. A system that is isolated is not probed.
  @discardableResult
  public func probeNow(_ name: SystemName) async -> SystemError? {
    guard let line = lines[name], line.pace.isolatedSince == nil, !line.isProbing else {
      return nil
    }
    lines[name]?.pace.retryNow(at: time.now())
    let failure = await probe(name)
    postHealth()
    return failure
  }
}
