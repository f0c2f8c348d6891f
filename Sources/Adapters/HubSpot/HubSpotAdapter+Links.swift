import AdapterKit
import DealModel

extension HubSpotAdapter {
  /// Deals are listed by record ID, which has no cap; the count is that of the search, which has
  /// one, asked with the first page and again with the last.
  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    let properties = [
      "dealname", "dealstage", "pipeline", "hs_lastmodifieddate", HubSpotReading.stageSince, link,
      entityProperty,
    ]
    let (page, next) = try await listPage(after: cursor, properties: properties)
    let reading = try await reading(of: page.records, withCompanies: false)
    // Without the stages nobody could say where records are due.
    _ = try reading.pipelines.get()
    let links = page.records.map { record in
      var link = linkOf(record, url: reading.url(record, "0-3"))
      link.fields = reading.linkFields(record)
      link.createdAt = record.createdAt
      link.modifiedAt = record.modifiedAt
      return link
    }
    let total = cursor == nil || next == nil ? try await count() : nil
    let isCapped = total?.precision == .atLeast
    return LinkPage(
      links: links, next: next, total: total, records: page.records.count,
      note: isCapped ? "the search's count is capped, listed by record ID" : nil)
  }

  /// How many deals the search counts; `nil` when it does not say.
  private func count() async throws -> RecordCount? {
    let call = HubSpotCall.count("deals")
    let answer = try await settled {
      try await port.read(call) { try HubSpotPage($0, of: call, port: self.port).total }
    }
    guard let total = try? answer.get() else { return nil }
    return RecordCount(total, total >= HubSpotCall.searchCap ? .atLeast : .exact)
  }

  // MARK: - Deals that are gone

  /// HubSpot keeps deleted deals for 90 days, in a list of their own. A merged deal's number leads
  /// to the one that is left, which names it in `hs_merged_object_ids`; the deal ID it bore is in
  /// the history of the survivor's link property, as far as HubSpot takes it over.
  func departedDeals(_ ids: Set<DealID>) async throws -> [DealID: DepartedDeal] {
    var departed = try await deletedDeals(ids)
    // Merging also takes a record out of the account: what is left of it says more.
    departed.merge(try await mergedDeals(ids)) { _, merged in merged }
    return departed
  }

  private func deletedDeals(_ ids: Set<DealID>) async throws -> [DealID: DepartedDeal] {
    var deleted: [DealID: DepartedDeal] = [:]
    var cursor: PageCursor?
    repeat {
      try Task.checkCancellation()
      let (page, next) = try await listPage(
        after: cursor, properties: ["dealname", link], archived: true)
      for record in page.records {
        guard let id = dealID(of: record), ids.contains(id) else { continue }
        deleted[id] = DepartedDeal(
          id: id, fate: .deleted, number: record.text("dealname") ?? record.id,
          at: record.archivedAt)
      }
      cursor = next
    } while cursor != nil && deleted.count < ids.count
    return deleted
  }

  private func mergedDeals(_ ids: Set<DealID>) async throws -> [DealID: DepartedDeal] {
    let property = "hs_merged_object_ids"
    let filter: JSONValue = .object([
      "propertyName": .string(property), "operator": "HAS_PROPERTY",
    ])
    let survivors: [HubSpotRecord]
    do {
      survivors = try await search("deals", filters: [filter], properties: ["dealname", link])
    } catch let error as SystemError where error.kind == .refused {
      // An account without the property has merged nothing.
      return [:]
    }
    var merged: [DealID: DepartedDeal] = [:]
    for batch in survivors.map(\.id).batches(of: HubSpotCall.historyBatchSize) {
      let call = HubSpotCall.batchRead(
        "deals", ids: batch, properties: ["dealname", link], history: [link])
      let records = try await port.read(call) { reply in
        try HubSpotPage(reply, of: call, port: self.port).records
      }
      for record in records {
        let present = dealID(of: record)
        for version in record.history[link] ?? [] {
          let id = DealID(version.value)
          guard ids.contains(id), id != present else { continue }
          merged[id] = DepartedDeal(
            id: id, fate: .merged(into: present), number: record.text("dealname") ?? record.id,
            at: record.modifiedAt)
        }
      }
    }
    return merged
  }
}
