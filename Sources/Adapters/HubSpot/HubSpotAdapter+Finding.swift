import AdapterKit
import DealModel

extension HubSpotAdapter {
  func find(_ text: String) async throws -> [FoundRecord] {
    guard !text.isEmpty, text.utf8.count <= 200 else { return [] }
    async let byLink = linkedDeals([DealID(text)], properties: ["dealname", link])
    async let byID = recordsByID(text)
    var found = try await byLink.map { self.found($0.record, dealID: $0.id) }
    for record in try await byID where !found.contains(where: { $0.reference == record.reference })
    {
      found.append(record)
    }
    return found
  }

  func detail(of reference: RecordReference) async throws -> RecordDetail {
    switch reference.kind {
    case .tickets: return try await ticketDetail(reference)
    case .deals: return try await dealDetail(reference)
    case .invoices, .costs, .milestones, .hours: throw absent(reference, reference.kind.rawValue)
    }
  }

  /// An error for a record that is not there, or not any more.
  func absent(_ reference: RecordReference, _ word: String) -> SystemError {
    SystemError(
      .refused, system: system,
      message: "There is no \(word) \(VisibleText(reference.id.prefix(40))) in \(system) (HubSpot) "
        + "any more. It may have been archived or merged.")
  }

  private func dealDetail(_ reference: RecordReference) async throws -> RecordDetail {
    let notes = [
      ("description", "description"), ("type", "dealtype"), ("next step", "hs_next_step"),
      ("lost because", "closed_lost_reason"),
    ]
    let records = try await batchRead(
      "deals", ids: [reference.id], properties: dealProperties + notes.map(\.1))
    try await checkLink(in: records)
    guard let record = records.first else { throw absent(reference, "deal") }
    guard let id = dealID(of: record) else {
      throw SystemError(
        .refused, system: system,
        message: "Deal \(reference.id) of \(system) (HubSpot) bears no deal ID any more. Put it "
          + "back into \(link) there.")
    }
    return RecordDetail(
      record: try await reading(of: [record]).deal(record, id: id),
      notes: notes.compactMap { label, property in
        record.text(property).map { RecordDetail.Note(label, $0) }
      }, fetchedAt: time.now())
  }

  /// Deals and tickets with that HubSpot ID, which are numbers.
  private func recordsByID(_ text: String) async throws -> [FoundRecord] {
    guard text.utf8.count <= 19, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      return []
    }
    let deals = try await batchRead("deals", ids: [text], properties: ["dealname", link])
    try await checkLink(in: deals)
    var found = deals.map { self.found($0, dealID: dealID(of: $0)) }
    let tickets = try await settled {
      try await batchRead("tickets", ids: [text], properties: ["subject"])
    }
    switch tickets {
    case .success(let records):
      for record in records {
        let deal = try await dealIDs(ofTickets: [record.id])[record.id]?.first
        found.append(
          FoundRecord(
            reference: RecordReference(system: system, kind: .tickets, id: record.id),
            number: record.id, dealID: deal))
      }
    case .failure(let error):
      // Many tokens may not read tickets; deals have just been read with this one.
      guard error.kind == .unauthorized else { throw error }
    }
    return found
  }

  private func found(_ record: HubSpotRecord, dealID: DealID?) -> FoundRecord {
    FoundRecord(
      reference: RecordReference(system: system, kind: .deals, id: record.id),
      number: record.text("dealname") ?? record.id, dealID: dealID)
  }
}
