public import AdapterKit
public import DealModel
public import Scheduler
public import TruthEngine

/// Everything that was read of a company once, live: what a drill replays.
public struct CompanyRecording: Sendable {
  /// The company.
  public let company: CompanyModel
  /// When the last answer had arrived.
  public let takenAt: Timestamp
  /// Every deal with what each system said of it, in the origin's order.
  public let dossiers: [Dossier]
  /// Deals of the origin that bear no deal ID.
  public let unlinked: [Link]
  /// What each adapter can be asked.
  public let capabilities: [SystemName: AdapterCapabilities]

  /// The most deals that a drill rehearses: those that a dashboard keeps in memory.
  public static let mostDeals = 2_000

  /// A recording made elsewhere.
  public init(
    company: CompanyModel, takenAt: Timestamp, dossiers: [Dossier], unlinked: [Link] = [],
    capabilities: [SystemName: AdapterCapabilities]
  ) {
    self.company = company
    self.takenAt = takenAt
    self.dossiers = dossiers
    self.unlinked = unlinked
    self.capabilities = capabilities
  }

  /// Reads the company as a dashboard would: the list, then every section of every deal.
  ///
  /// Systems that cannot be asked are recorded as that, and fail in the drill too.
  ///
  /// - Throws: ``SystemError`` when the list of deals cannot be read, or `CancellationError`.
  public static func read(
    _ company: CompanyModel, by engine: Engine,
    capabilities: [SystemName: AdapterCapabilities], time: any TimeSource
  ) async throws -> CompanyRecording {
    let (ids, unlinked) = try await engine.readIndex()
    let dossiers = await engine.pull(Array(ids.prefix(mostDeals)))
    try Task.checkCancellation()
    return CompanyRecording(
      company: company, takenAt: time.now(), dossiers: dossiers, unlinked: unlinked,
      capabilities: capabilities)
  }

  /// Why systems could not be read, each reason once, sorted by system.
  public var failures: [SystemError] {
    let all = dossiers.flatMap { $0.sections.values.compactMap(\.failure?.error) }
    return Set(all).sorted { ($0.system, $0.message) < ($1.system, $1.message) }
  }
}
