import AdapterKit
import DealModel

extension HubSpotAdapter {
  private static let ticketProperties = [
    "subject", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority", "hubspot_owner_id",
    "hs_lastmodifieddate", "hs_updated_by_user_id",
  ]

  /// The tickets associated with the deals that bear these IDs; tickets bear no ID themselves.
  func tickets(_ ids: [DealID]) async throws -> [DealID: [Record]] {
    var answer: [DealID: [Record]] = [:]
    for id in ids { answer[id] = [] }
    let deals = try await linkedDeals(ids, properties: [link])
    guard !deals.isEmpty else { return answer }
    let links = try await associations("deals", "tickets", ids: deals.map(\.record.id))
    let wanted = Set(links.values.joined()).sorted()
    let read = try await batchRead("tickets", ids: wanted, properties: Self.ticketProperties)
    let tickets = Dictionary(read.map { ($0.id, $0) }) { first, _ in first }
    let reading = try await ticketReading()
    for (id, deal) in deals {
      for ticket in links[deal.id] ?? [] {
        guard let record = tickets[ticket] else { continue }
        let known = answer[id]?.contains { $0.reference.id == ticket } ?? false
        if !known { answer[id]?.append(reading.ticket(record, of: id)) }
      }
    }
    return answer.mapValues(newestFirst)
  }

  /// One ticket with its text.
  func ticketDetail(_ reference: RecordReference) async throws -> RecordDetail {
    let properties = Self.ticketProperties + ["content", "hs_ticket_category"]
    async let read = batchRead("tickets", ids: [reference.id], properties: properties)
    async let owners = dealIDs(ofTickets: [reference.id])
    guard let record = try await read.first else { throw absent(reference, "ticket") }
    guard let deal = try await owners[reference.id]?.first else {
      throw SystemError(
        .refused, system: system,
        message: "Ticket \(reference.id) of \(system) (HubSpot) belongs to no deal with an ID.")
    }
    let notes = [("description", "content"), ("category", "hs_ticket_category")]
    return RecordDetail(
      record: try await ticketReading().ticket(record, of: deal),
      notes: notes.compactMap { label, property in
        record.text(property).map { RecordDetail.Note(label, $0) }
      }, fetchedAt: time.now())
  }

  /// Ticket's record ID → the IDs of its deals.
  func dealIDs(ofTickets tickets: [String]) async throws -> [String: [DealID]] {
    let links = try await associations("tickets", "deals", ids: tickets)
    let wanted = Set(links.values.joined()).sorted()
    let deals = try await batchRead("deals", ids: wanted, properties: [link])
    try await checkLink(in: deals)
    let ids = Dictionary(deals.map { ($0.id, dealID(of: $0)) }) { first, _ in first }
    return links.mapValues { deals in deals.compactMap { ids[$0] ?? nil } }
  }

  private func ticketReading() async throws -> HubSpotReading {
    async let owners = settled { try await directory.owners.value() }
    async let pipelines = settled { try await directory.ticketPipelines.value() }
    async let account = settled { try await directory.account.value() }
    return HubSpotReading(
      system: system, link: link, entityProperty: entityProperty, echoProperties: [],
      fallbackCurrency: nil, owners: try await owners, pipelines: try await pipelines,
      account: try await account, propertyTypes: [:])
  }

  /// Record ID → the IDs of what it is associated with, without repeats.
  private func associations(
    _ from: String, _ to: String, ids: [String]
  ) async throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    for batch in ids.batches(of: 1_000) {
      let call = HubSpotCall.associations(from: from, to: to, ids: batch)
      let links = try await port.read(call) {
        try HubSpotAssociations($0, of: call, port: self.port)
      }
      for (id, targets) in links.targets {
        var seen: Set<String> = []
        found[id] = targets.map(\.id).filter { seen.insert($0).inserted }
      }
    }
    return found
  }
}
