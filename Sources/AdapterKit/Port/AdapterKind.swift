public import DealModel

/// One kind of adapter: what the registry holds a line of.
public protocol AdapterKind: Sendable {
  /// The settings the kind takes, for checking a configuration.
  static var schema: SettingsSchema { get }

  /// An adapter for one configured system.
  ///
  /// Reads no secret and sends nothing yet: a system that is gone must not stop the start.
  ///
  /// - Throws: ``SystemError`` when settings contradict each other in a way the schema cannot say.
  static func makeAdapter(_ context: AdapterContext) throws -> any Adapter
}

/// What an adapter is given.
public struct AdapterContext: Sendable {
  /// The system as configured.
  public var system: ConfiguredSystem
  /// The shared ID, for adapters that must recognise one inside a text.
  public var sharedID: SharedID
  /// The way out; adapters have no other.
  public var transport: any HTTPTransport
  /// Where secrets are read.
  public var secrets: any SecretReader
  /// The time.
  public var time: any TimeSource
  /// Chance: nonces and jitter.
  public var random: any RandomSource
  /// Told of every call; the scheduler's health listens.
  public var observer: any CallObserver

  /// What an adapter is given.
  public init(
    system: ConfiguredSystem, sharedID: SharedID, transport: any HTTPTransport,
    secrets: any SecretReader, time: any TimeSource, random: any RandomSource,
    observer: any CallObserver
  ) {
    self.system = system
    self.sharedID = sharedID
    self.transport = transport
    self.secrets = secrets
    self.time = time
    self.random = random
    self.observer = observer
  }
}
