import AdapterKit
import DealModel

/// The names of the companies that deals belong to, in memory and aging.
///
/// For a page of deals at most two calls: one for the associations, one for the names not known.
actor HubSpotCompanies {
  private struct Aged<Value: Sendable>: Sendable {
    let value: Value
    let at: Timestamp
  }

  private static let lifetime: Duration = .seconds(300)
  private static let capacity = 20_000
  /// HubSpot's type of the primary association from deal to company.
  private static let primaryTypeID = 5

  private let port: HTTPPort
  private let system: SystemName
  private let time: any TimeSource
  /// Deal's record ID → company's record ID; `nil` inside for a deal without a company.
  private var companies: [String: Aged<String?>] = [:]
  /// Company's record ID → name.
  private var names: [String: Aged<Answer<String>>] = [:]

  init(port: HTTPPort, time: any TimeSource) {
    self.port = port
    system = port.settings.system
    self.time = time
  }

  /// The company of each of these deals, by the deals' record IDs.
  ///
  /// - Throws: `CancellationError`, nothing else: what cannot be asked spoils only its own values.
  func names(forDeals ids: [String]) async throws -> [String: Answer<String>] {
    let links = try await settled { try await self.associate(ids) }
    let needed = ids.compactMap { companies[$0]?.value }
    let read = try await settled { try await self.read(needed) }
    var found: [String: Answer<String>] = [:]
    for id in ids {
      guard let company = companies[id]?.value else {
        // Known to have none, or not known because the question failed.
        if companies[id] == nil, case .failure(let error) = links {
          found[id] = .unavailable(error)
        } else {
          found[id] = Answer.none
        }
        continue
      }
      if let name = names[company]?.value {
        found[id] = name
      } else if case .failure(let error) = read {
        found[id] = .unavailable(error)
      } else {
        found[id] = .unavailable(unreadable(company, deal: id))
      }
    }
    return found
  }

  private func associate(_ ids: [String]) async throws {
    let now = time.now()
    let asked = ids.filter { isAged(companies[$0]?.at, now) }
    for batch in asked.batches(of: 1_000) {
      let call = HubSpotCall.associations(from: "deals", to: "companies", ids: batch)
      let links = try await port.read(call) {
        try HubSpotAssociations($0, of: call, port: self.port)
      }
      if companies.count > Self.capacity { companies.removeAll() }
      for id in batch {
        let targets = links.targets[id] ?? []
        let primary = targets.first { $0.typeIDs.contains(Self.primaryTypeID) } ?? targets.first
        companies[id] = Aged(value: primary?.id, at: now)
      }
    }
  }

  private func read(_ companies: [String]) async throws {
    let now = time.now()
    let asked = Set(companies.filter { isAged(names[$0]?.at, now) }).sorted()
    for batch in asked.batches(of: HubSpotCall.batchSize) {
      let call = HubSpotCall.batchRead("companies", ids: batch, properties: ["name", "domain"])
      let page = try await port.read(call) { try HubSpotPage($0, of: call, port: self.port) }
      if names.count > Self.capacity { names.removeAll() }
      for id in batch { names[id] = nil }
      for record in page.records {
        let name = record.text("name") ?? record.text("domain")
        names[record.id] = Aged(value: name.map { .value($0) } ?? .none, at: now)
      }
    }
  }

  private func isAged(_ at: Timestamp?, _ now: Timestamp) -> Bool {
    at.map { $0.duration(to: now) >= Self.lifetime } ?? true
  }

  private func unreadable(_ company: String, deal: String) -> SystemError {
    SystemError(
      .refused, system: system,
      message: "Company \(company) of deal \(deal) in \(system) (HubSpot) cannot be read. See "
        + "whether it is archived, or out of the token's reach.")
  }
}

extension Array {
  /// The elements in order, in slices of at most that many.
  func batches(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
