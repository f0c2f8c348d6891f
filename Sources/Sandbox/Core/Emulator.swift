public import DealModel

/// One vendor's API, answered from the files of one system's folder.
///
/// An emulator enforces what the vendor enforces: authentication, scopes, limits, paging, error
/// bodies. It has neither a clock nor a random source: time comes from its environment, and what a
/// vendor draws at random (request IDs, tokens) is counted. Delays, dropped connections and the
/// other general faults are applied around it.
public protocol Emulator: Sendable {
  /// The kind in `company.yaml`: `hubspot`.
  static var kind: String { get }

  /// The orders of its own that ``obey(_:)`` knows, beside the general faults.
  static var orders: [ControlOrder.Name] { get }

  /// Whether clients read a file that it makes, instead of asking it: then it is made at once.
  static var isReadFromFile: Bool { get }

  /// The key of a credential that is replaced when it is used: its first value lies in the file
  /// `{{scratch}}/<system>-<key>`, where its client keeps the next one. `nil` unless implemented.
  static var rotatingCredential: String? { get }

  /// Reads the folder.
  ///
  /// - Throws: ``SandboxError`` naming the file and the record that cannot be served.
  init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws

  /// Answers a request whose path is below the system's prefix. Never fails: a bad request has the
  /// vendor's own error as its answer.
  func respond(to request: EmulatedRequest) async -> EmulatedResponse

  /// Obeys an order of its own: an expired token, a corrected invoice, a renamed property.
  ///
  /// - Returns: What was changed, for whoever gave the order.
  /// - Throws: ``SandboxError`` saying what is possible instead.
  func obey(_ order: ControlOrder) async throws -> JSONValue

  /// Undoes those of its own orders that broke something its client cannot mend itself: a dead
  /// token, a renamed property. Changed records stay changed. Nothing unless implemented.
  func mend() async

  /// General faults came into force or ended. Nothing unless implemented: they are applied around
  /// ``respond(to:)``, which nobody asks where a file is read.
  func befall(_ faults: [ControlOrder]) async

  /// What the vendor answers when it fails with that status: its own error body, HTML where it
  /// sends HTML.
  func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse

  /// What the vendor answers when a limit is exceeded.
  ///
  /// - Parameter policy: Which of its limits, in the vendor's own word; `nil` for the usual one.
  func throttling(policy: String?, for request: EmulatedRequest) async -> EmulatedResponse
}

extension Emulator {
  /// Clients ask it.
  public static var isReadFromFile: Bool { false }

  /// No credential is replaced.
  public static var rotatingCredential: String? { nil }

  /// Faults befall its answers.
  public func befall(_ faults: [ControlOrder]) async {}

  /// Nothing to undo.
  public func mend() async {}
}

/// What an emulator gets from outside.
public struct EmulatorEnvironment: Sendable {
  /// The name of the system in the company.
  public var system: SystemName
  /// The credentials by key, the values themselves.
  public var credentials: [String: String]
  /// The limits that `company.yaml` sets.
  public var limits: EmulatorLimits
  /// The only clock.
  public var time: any TimeSource
  /// Where it may make files.
  public var scratch: ScratchFolder

  /// An environment.
  public init(
    system: SystemName, credentials: [String: String] = [:],
    limits: EmulatorLimits = EmulatorLimits(), time: any TimeSource,
    scratch: ScratchFolder = ScratchFolder()
  ) {
    self.scratch = scratch
    self.system = system
    self.credentials = credentials
    self.limits = limits
    self.time = time
  }
}

/// How far `company.yaml` moves a vendor's limits: `limits: {burst: 50, search: none}`, or
/// `limits: none` to lift them all.
public struct EmulatorLimits: Hashable, Sendable {
  /// Whether every limit is lifted.
  public var areLifted: Bool
  /// The limits set one by one; `nil` lifts one.
  public var values: [String: Int?]

  /// Limits; the vendor's own when nothing is said.
  public init(areLifted: Bool = false, values: [String: Int?] = [:]) {
    self.areLifted = areLifted
    self.values = values
  }

  /// The limit in force; `nil` when it is lifted.
  ///
  /// - Parameter standard: The vendor's own.
  public func limit(_ name: String, standard: Int) -> Int? {
    if areLifted { return nil }
    return values[name] ?? standard
  }
}

/// The kinds of systems the sandbox can emulate.
public struct EmulatorKinds: Sendable {
  /// All there are. A new emulator is registered here, and nowhere else.
  public static let all = EmulatorKinds([
    AsanaEmulator.self, ExportEmulator.self, HubSpotEmulator.self, JiraEmulator.self,
    LedgerEmulator.self, MakeEmulator.self, NetSuiteEmulator.self, OdooEmulator.self,
    QuickBooksEmulator.self, RedmineEmulator.self, RTEmulator.self, SAPBusinessOneEmulator.self,
    TrytonEmulator.self,
    WorkatoEmulator.self, ZendeskEmulator.self,
  ])

  /// The types by kind.
  let types: [String: any Emulator.Type]

  /// A choice of emulators.
  public init(_ types: [any Emulator.Type]) {
    self.types = Dictionary(types.map { ($0.kind, $0) }) { first, _ in first }
  }

  /// The kinds in alphabetical order.
  public var names: [String] { types.keys.sorted() }
}
