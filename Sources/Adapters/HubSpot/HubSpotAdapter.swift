import AdapterKit
import DealModel

/// Reads one HubSpot account: deals with their commercial fields, and tickets.
///
/// - Source: HubSpot CRM API v3, associations v4 (developers.hubspot.com, CRM guides).
struct HubSpotAdapter: Adapter {
  let system: SystemName
  let link: String
  let hasUniqueLink: Bool
  let entityProperty: String
  let echoProperties: [String]
  let fallbackCurrency: Currency?
  /// Where a private app's token is kept; `nil` with OAuth.
  let token: SecretSource?
  let secrets: any SecretReader
  let time: any TimeSource
  let port: HTTPPort
  let directory: HubSpotDirectory
  let companies: HubSpotCompanies
  let schema: SchemaWatch
  /// Stages that the configuration names.
  let stages: [String]

  let capabilities = AdapterCapabilities(
    batchSizes: [.deals: HubSpotCall.batchSize, .tickets: HubSpotCall.batchSize],
    listsDeals: true, detailKinds: [.deals, .tickets], finds: true, reportsChanges: true,
    listsLinks: true, historyBatchSizes: [.deals: HubSpotCall.historyBatchSize],
    followsDeparted: true, linkFields: HubSpotReading.linkFields)

  init(_ context: AdapterContext) throws {
    let configured = context.system
    system = configured.name
    link = configured.link
    hasUniqueLink = configured.settings.flag("unique_link") ?? false
    entityProperty = configured.settings.text("entity_property") ?? "entity"
    echoProperties = configured.echoProperties
    fallbackCurrency = configured.settings.currency("currency")
    token = configured.settings.secret("token")
    secrets = context.secrets
    time = context.time
    port = try Self.port(context)
    directory = HubSpotDirectory(port: port, time: time)
    companies = HubSpotCompanies(port: port, time: time)
    schema = Self.schema(of: configured)
    stages = configured.stages
  }

  func dealPage(after cursor: PageCursor?) async throws -> DealPage {
    let (page, next) = try await listPage(after: cursor, properties: dealProperties)
    let reading = try await reading(of: page.records)
    var answer = DealPage(deals: [], next: next)
    for record in page.records {
      if let id = dealID(of: record) {
        answer.deals.append(reading.deal(record, id: id))
      } else {
        answer.unlinked.append(linkOf(record, url: reading.url(record, "0-3")))
      }
    }
    return answer
  }

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    switch kind {
    case .deals: return try await deals(ids)
    case .tickets: return try await tickets(ids)
    case .invoices, .costs, .milestones, .hours:
      throw SystemError(
        .refused, system: system,
        message: "\(system) (HubSpot) is not read for \(kind.rawValue). Mend `ownership`.")
    }
  }
}

// MARK: - Deals

extension HubSpotAdapter {
  /// Everything of a deal that is used; HubSpot returns only what is asked for.
  var dealProperties: [String] {
    let own = [
      "dealname", "amount", "dealstage", "pipeline", "closedate", "deal_currency_code",
      "hubspot_owner_id", "hs_lastmodifieddate", "hs_updated_by_user_id", HubSpotReading.stageSince,
      link,
      entityProperty,
    ]
    return own + echoProperties.filter { !own.contains($0) }
  }

  /// The deals that bear these IDs. Two records that bear one ID are both returned.
  private func deals(_ ids: [DealID]) async throws -> [DealID: [Record]] {
    let found = try await linkedDeals(ids, properties: dealProperties)
    let reading = try await reading(of: found.map(\.record))
    var answer: [DealID: [Record]] = [:]
    for id in ids { answer[id] = [] }
    for (id, record) in found { answer[id]?.append(reading.deal(record, id: id)) }
    return answer.mapValues(newestFirst)
  }

  /// HubSpot's records of the deals that bear these IDs, to the letter.
  func linkedDeals(
    _ ids: [DealID], properties: [String]
  ) async throws -> [(id: DealID, record: HubSpotRecord)] {
    let wanted = Set(ids)
    var found: [(id: DealID, record: HubSpotRecord)] = []
    for batch in ids.batches(of: HubSpotCall.batchSize) {
      let records = try await noticingDrift {
        if self.hasUniqueLink {
          return try await self.batchRead(
            "deals", ids: batch.map(\.text), idProperty: self.link, properties: properties)
        }
        return try await self.search(
          "deals", filters: [HubSpotCall.filter(self.link, anyOf: batch.map(\.text))],
          properties: properties)
      }
      // HubSpot compares without regard to case; a deal ID is what it is to the letter.
      for record in records {
        guard let id = dealID(of: record) else { continue }
        if wanted.contains(id) {
          found.append((id, record))
        } else {
          try port.refuseStray(
            bearing: [id], record: record.id, asked: ids,
            operation: "POST /crm/v3/objects/deals/search")
        }
      }
    }
    return found
  }

  func dealID(of record: HubSpotRecord) -> DealID? { record.text(link).map { DealID($0) } }

  func newestFirst(_ records: [Record]) -> [Record] {
    records.sorted { left, right in
      left.modifiedAt == right.modifiedAt
        ? left.reference.id < right.reference.id
        : (left.modifiedAt?.milliseconds ?? 0) > (right.modifiedAt?.milliseconds ?? 0)
    }
  }

  func linkOf(_ record: HubSpotRecord, url: String?) -> Link {
    Link(
      reference: RecordReference(system: system, kind: .deals, id: record.id),
      number: record.text("dealname") ?? record.id, dealID: dealID(of: record), url: url)
  }

  /// Everything that turning these deals into ours needs, asked side by side.
  ///
  /// - Throws: `CancellationError`, or ``SystemError`` when the link property is gone.
  ///
  /// - Parameter withCompanies: Whether the companies' names are wanted too.
  func reading(
    of records: [HubSpotRecord], withCompanies: Bool = true
  ) async throws -> HubSpotReading {
    async let companies = companies.names(forDeals: withCompanies ? records.map(\.id) : [])
    async let owners = settled { try await directory.owners.value() }
    async let pipelines = settled { try await directory.dealPipelines.value() }
    async let account = settled { try await directory.account.value() }
    async let types = settled { try await directory.dealProperties.value() }
    var reading = HubSpotReading(
      system: system, link: link, entityProperty: entityProperty, echoProperties: echoProperties,
      fallbackCurrency: fallbackCurrency, owners: try await owners,
      pipelines: try await pipelines, account: try await account,
      propertyTypes: (try? await types.get()) ?? [:], companies: try await companies)
    try await renewDirectory(of: &reading, for: records)
    return reading
  }

  /// Someone new, or a new stage: asks once more, at most once a minute.
  private func renewDirectory(
    of reading: inout HubSpotReading, for records: [HubSpotRecord]
  ) async throws {
    if case .success(let owners) = reading.owners,
      records.contains(where: { $0.lacks("hubspot_owner_id", in: owners.names) })
    {
      reading.owners = try await settled {
        try await directory.owners.value(within: .seconds(60))
      }
    }
    if case .success(let pipelines) = reading.pipelines,
      records.contains(where: { $0.lacks("dealstage", in: pipelines.stages) })
    {
      reading.pipelines = try await settled {
        try await directory.dealPipelines.value(within: .seconds(60))
      }
    }
  }
}

extension HubSpotRecord {
  /// Whether the property names something that is not known.
  func lacks<Value>(_ property: String, in known: [String: Value]) -> Bool {
    text(property).map { known[$0] == nil } ?? false
  }
}
