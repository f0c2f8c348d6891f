import AdapterKit
import DealModel

extension HubSpotAdapter {
  /// The most pages of the list of deals: two million deals.
  private static let mostPages = 20_000

  /// A page of the list of deals, and where the next begins.
  ///
  /// A cursor is the number of its page and HubSpot's own `after`.
  func listPage(
    after cursor: PageCursor?, properties: [String], archived: Bool = false
  ) async throws -> (page: HubSpotPage, next: PageCursor?) {
    let parts = cursor?.text.split(separator: " ", maxSplits: 1).map(String.init) ?? []
    let number = parts.first.flatMap { Int($0) } ?? 1
    let after = parts.count == 2 ? parts[1] : nil
    let call = HubSpotCall.list(
      "deals", properties: properties, after: after, archived: archived)
    let page = try await port.read(call) { reply in
      let page = try HubSpotPage(reply, of: call, port: self.port)
      if let next = page.next, next == after || number >= Self.mostPages {
        throw self.port.malformed(call.operation, "a list that does not end")
      }
      return page
    }
    try await checkLink(in: page.records)
    return (page, page.next.map { PageCursor("\(number + 1) \($0)") })
  }

  /// The records with these IDs; those that do not exist are left out.
  func batchRead(
    _ type: String, ids: [String], idProperty: String? = nil, properties: [String]
  ) async throws -> [HubSpotRecord] {
    var records: [HubSpotRecord] = []
    for batch in ids.batches(of: HubSpotCall.batchSize) {
      let call = HubSpotCall.batchRead(
        type, ids: batch, idProperty: idProperty, properties: properties)
      records += try await port.read(call) { reply in
        try HubSpotPage(reply, of: call, port: self.port).records
      }
    }
    return records
  }

  /// All records that a search finds, in the order of their IDs, however many they are.
  ///
  /// HubSpot returns no more than 10,000 results for one query, so that every page asks for what
  /// comes after the last record of the page before.
  func search(
    _ type: String, filters: [JSONValue], properties: [String]
  ) async throws -> [HubSpotRecord] {
    var records: [HubSpotRecord] = []
    var seen: Set<String> = []
    try await port.walk("POST /crm/v3/objects/\(type)/search") { last in
      let paging = last.map { [HubSpotCall.filter("hs_object_id", "GT", $0)] } ?? []
      let call = HubSpotCall.search(
        type, filters: filters + paging, properties: properties, sort: "hs_object_id", after: nil)
      let page = try await self.port.read(call) { reply in
        try HubSpotPage(reply, of: call, port: self.port)
      }
      records += page.records.filter { seen.insert($0.id).inserted }
      return page.next == nil ? nil : page.records.last?.id
    }
    return records
  }

  // MARK: - The link property

  /// Notices that the link property is gone: HubSpot leaves undefined properties out of its
  /// answers without a word, and every deal would look unlinked.
  func checkLink(in records: [HubSpotRecord]) async throws {
    guard records.contains(where: { $0[link] == .undefined }) else { return }
    let definitions = try await settled { try await directory.dealProperties.value(within: .zero) }
    switch definitions {
    case .success(let types): if types[link] == nil { throw drifted }
    case .failure:
      // The token may not be allowed to list properties; then the records alone must do.
      if records.allSatisfy({ $0[link] == .undefined }) { throw drifted }
    }
  }

  /// Runs a question that names the link property, and says so when that is why it was refused.
  func noticingDrift(_ ask: () async throws -> [HubSpotRecord]) async throws -> [HubSpotRecord] {
    do {
      let records = try await ask()
      try await checkLink(in: records)
      if records.isEmpty { try await checkLinkDefinition(within: .seconds(3_600)) }
      return records
    } catch let error as SystemError where error.kind == .refused {
      try await checkLinkDefinition(within: .zero)
      throw error
    }
  }

  private func checkLinkDefinition(within age: Duration) async throws {
    let types = try await settled { try await directory.dealProperties.value(within: age) }
    if case .success(let types) = types, types[link] == nil { throw drifted }
  }

  private var drifted: SystemError {
    SystemError(
      .drifted(field: link), system: system,
      message: "\(system) (HubSpot) has no deal property \(link), which bears the deal ID. See "
        + "whether it was renamed there, and mend `link` of systems.\(system).")
  }
}
