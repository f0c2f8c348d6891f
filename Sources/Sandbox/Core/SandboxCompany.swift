public import DealModel

/// A whole company of emulated systems, asked in process or through ``SandboxServer``.
///
/// Every request goes to the system its first path segment names; `/control/…` is the control API.
public struct SandboxCompany: Sendable {
  /// What became of a request.
  public enum Outcome: Hashable, Sendable {
    /// It was answered.
    case answered(EmulatedResponse)
    /// The connection is to be closed without an answer.
    case dropped
    /// The answer's full length is to be declared, its first bytes sent, and the connection closed.
    case truncated(EmulatedResponse, sending: Int)
  }

  /// The company that is served.
  public let company: Company
  private let systems: [SystemName: EmulatedSystem]

  /// Reads the company. Its records are read when they are first asked for, or by ``load()``.
  ///
  /// - Parameters:
  ///   - path: The company directory.
  ///   - time: The clock of every emulator, of delays, and of the dates shown.
  ///   - today: The day that the company's `as_of` is moved to, usually the local day; `nil` leaves
  ///     every date where it is.
  ///   - kinds: The emulators there are.
  /// - Throws: ``SandboxError`` with file, line and column.
  public init(
    path: String, time: any TimeSource, today: CalendarDate?, kinds: EmulatorKinds = .all
  ) throws(SandboxError) {
    company = try Company(path: path, today: today, kinds: kinds)
    var systems: [SystemName: EmulatedSystem] = [:]
    for system in company.systems {
      guard let type = kinds.types[system.kind] else { continue }
      let clock = SkewedClock(time)
      let folder = company.folder(of: system)
      let environment = EmulatorEnvironment(
        system: system.name, credentials: system.credentials, limits: system.limits, time: clock,
        scratch: company.scratch)
      try type.keepCredential(in: environment)
      var made: (any Emulator)?
      if type.isReadFromFile {
        do { made = try type.init(folder: folder, environment: environment) } catch {
          throw error as? SandboxError
            ?? SandboxError("the files of `\(system.name)` cannot be made", at: folder.name)
        }
      }
      systems[system.name] = EmulatedSystem(
        type: type, folder: folder, environment: environment, clock: clock, made: made)
    }
    self.systems = systems
  }

  /// Reads every system's records, side by side; without it each is read at its first request.
  ///
  /// - Throws: ``SandboxError`` naming the file that cannot be served.
  public func load() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for system in systems.values { group.addTask { _ = try await system.emulator() } }
      try await group.waitForAll()
    }
  }

  /// Takes away the files that its systems made. Nothing may be asked of it afterwards.
  public func removeFiles() { company.scratch.remove() }

  /// What becomes of a request whose path begins with a system's name, or with `control`.
  ///
  /// - Throws: `CancellationError` when the task is cancelled while the request is delayed or hangs.
  public func respond(to request: EmulatedRequest) async throws -> Outcome {
    guard let first = request.segments.first else { return .answered(overview) }
    if first == "control" {
      return .answered(await ControlAPI(sandbox: self).respond(to: request.belowFirstSegment()))
    }
    guard let system = systems[SystemName(first)] else { return .answered(notFound(first)) }
    return try await system.respond(to: request.belowFirstSegment())
  }

  /// Gives an order to a system.
  ///
  /// - Returns: What was changed, or the misbehaviour now in force.
  /// - Throws: ``SandboxError`` saying what is possible instead.
  @discardableResult
  public func obey(_ order: ControlOrder, by system: SystemName) async throws -> JSONValue {
    try await existing(system).obey(order)
  }

  /// How a system misbehaves at present.
  ///
  /// - Throws: ``SandboxError`` when there is no such system.
  public func misbehaviour(of system: SystemName) async throws -> Misbehaviour {
    try await existing(system).misbehaviour
  }

  /// How many requests a system has been sent, and how many of them hang at present.
  ///
  /// - Throws: ``SandboxError`` when there is no such system.
  public func requests(of system: SystemName) async throws -> (sent: Int, hanging: Int) {
    try await existing(system).requests
  }

  /// The orders a system obeys.
  ///
  /// - Throws: ``SandboxError`` when there is no such system.
  public func orders(of system: SystemName) throws -> [ControlOrder.Name] {
    try existing(system).orders
  }

  private func existing(_ name: SystemName) throws(SandboxError) -> EmulatedSystem {
    guard let system = systems[name] else {
      let names = company.systems.map(\.name.text)
      throw SandboxError("there is no system `\(name)`\(suggestion(name.text, names))")
    }
    return system
  }

  private var overview: EmulatedResponse {
    let systems = company.systems.map { system -> JSONValue in
      .object([
        "system": .string(system.name.text), "kind": .string(system.kind),
        "path": .string("/\(system.name)"),
      ])
    }
    return .json(.object(["company": .string(company.name), "systems": .array(systems)]))
  }

  private func notFound(_ first: String) -> EmulatedResponse {
    let paths = company.systems.map { "/\($0.name)/" } + ["/control/"]
    return .json(
      .object(["error": .string("this sandbox serves nothing here; it serves \(listed(paths))")]),
      status: 404)
  }
}

/// One system of the company: its emulator, and the faults around it.
actor EmulatedSystem {
  nonisolated let orders: [ControlOrder.Name]
  private(set) var misbehaviour = Misbehaviour()
  private let type: any Emulator.Type
  private let folder: EmulatorFolder
  private let environment: EmulatorEnvironment
  private let clock: SkewedClock
  private var loaded: (any Emulator)?
  /// Requests that hang. They are let go when the misbehaviour ends, so that none is left behind.
  private var hanging: [Int: AsyncStream<Never>.Continuation] = [:]
  private var hangs = 0
  private var sent = 0
  var requests: (sent: Int, hanging: Int) { (sent, hanging.count) }

  init(
    type: any Emulator.Type, folder: EmulatorFolder, environment: EmulatorEnvironment,
    clock: SkewedClock, made: (any Emulator)? = nil
  ) {
    loaded = made
    self.clock = clock
    self.type = type
    self.folder = folder
    self.environment = environment
    orders = ControlOrder.Name.general + type.orders
  }

  func emulator() throws -> any Emulator {
    if let loaded { return loaded }
    let emulator = try type.init(folder: folder, environment: environment)
    loaded = emulator
    return emulator
  }

  func respond(to request: EmulatedRequest) async throws -> SandboxCompany.Outcome {
    sent += 1
    let outcome = try await outcome(of: request)
    guard clock.isOff else { return outcome }
    // The server dates what bears no date; a system whose clock is off dates by its own.
    let date = NamedValue("Date", clock.now().httpDate)
    switch outcome {
    case .answered(var response):
      response.headers.append(date)
      return .answered(response)
    case .truncated(var response, let count):
      response.headers.append(date)
      return .truncated(response, sending: count)
    case .dropped: return .dropped
    }
  }

  private func outcome(of request: EmulatedRequest) async throws -> SandboxCompany.Outcome {
    let verdict = misbehaviour.verdict(for: request.path)
    let emulator: any Emulator
    do {
      emulator = try self.emulator()
    } catch {
      return .answered(.json(.object(["error": .string(String(describing: error))]), status: 500))
    }
    if verdict.delay > .zero { try await environment.time.sleep(for: verdict.delay) }
    switch verdict.fault {
    case .fail(let status): return .answered(await emulator.failure(status: status, for: request))
    case .throttle(let policy):
      return .answered(await emulator.throttling(policy: policy, for: request))
    case .drop: return .dropped
    case .hang:
      try await hang()
      return .dropped
    case .truncate:
      let response = await emulator.respond(to: request)
      return .truncated(response, sending: response.body.count / 2)
    default: return .answered(await emulator.respond(to: request))
    }
  }

  func obey(_ order: ControlOrder) async throws -> JSONValue {
    if case .reset = order.act {
      // Read before anything is given up, so that a broken file leaves the system as it was.
      loaded = try type.init(folder: folder, environment: environment)
      try type.keepCredential(in: environment)
      misbehaviour = Misbehaviour()
      clock.set(.zero)
      releaseHanging()
    } else if misbehaviour.obey(order) {
      if case .mend = order.act {
        releaseHanging()
        clock.set(.zero)
        await loaded?.mend()
      }
      await loaded?.befall(misbehaviour.faults)
    } else if case .skewClock(let seconds) = order.act {
      clock.set(.seconds(seconds))
      return .object(["clock_ahead_seconds": .integer(seconds)])
    } else {
      return try await emulator().obey(order)
    }
    return misbehaviour.document
  }

  private func hang() async throws {
    hangs += 1
    let id = hangs
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    hanging[id] = continuation
    for await _ in stream {}
    hanging[id] = nil
    try Task.checkCancellation()
  }

  private func releaseHanging() {
    for continuation in hanging.values { continuation.finish() }
    hanging = [:]
  }
}

extension Emulator {
  /// Puts the credential that is replaced by its use where its client finds it.
  fileprivate static func keepCredential(
    in environment: EmulatorEnvironment
  ) throws(SandboxError) {
    guard let key = rotatingCredential, let first = environment.credentials[key] else { return }
    try environment.scratch.write(first + "\n", to: "\(environment.system)-\(key)")
  }
}
