import AdapterKit
import DealModel

extension QuickBooksAdapter {
  /// Documents by their number, else by their ID: all kinds side by side.
  func find(_ text: String) async throws -> [FoundRecord] {
    guard !text.isEmpty, text.utf8.count <= 200 else { return [] }
    let numbered = try await documents(where: "DocNumber", is: text)
    let isID = text.utf8.count <= 18 && text.allSatisfy { ("0"..."9").contains($0) }
    let documents =
      numbered.isEmpty && isID ? try await self.documents(where: "Id", is: text) : numbered
    guard !documents.isEmpty else { return [] }
    if link == .customer { try await index.update([QuickBooksIndex.customer]) }
    let ledger = await index.ledger
    return documents.flatMap { found -> [FoundRecord] in
      let deals = ledger.deals(of: found.document).sorted()
      let number = found.document["DocNumber"]?.string ?? ""
      return (deals.isEmpty ? [nil] : deals.map(Optional.some)).map { deal in
        let name = QuickBooksName(
          found.entity, found.document.id, deal: deals.count > 1 ? deal : nil)
        return FoundRecord(
          reference: RecordReference(
            system: system.name, kind: found.entity.kind, id: name.text),
          number: number.isEmpty ? found.document.id : number, dealID: deal)
      }
    }
  }

  private func documents(where field: String, is text: String) async throws -> [Found] {
    let value = QuickBooksCall.quoted(text)
    return try await withThrowingTaskGroup(of: [Found].self) { group in
      for entity in QuickBooksEntity.documents {
        group.addTask {
          let page = try await pages.page(
            "SELECT * FROM \(entity.rawValue) WHERE \(field) = \(value) ORDERBY Id",
            of: entity.rawValue)
          // Numbers are compared to the letter, whatever the vendor thinks is equal.
          return page.objects.filter { $0[field]?.string == text }
            .map { Found(entity: entity, document: $0) }
        }
      }
      var all: [Found] = []
      for try await part in group { all += part }
      return all.sorted { ($0.entity, $0.document.id) < ($1.entity, $1.document.id) }
    }
  }

  /// One page of one kind of document after the other; costs without a customer are overheads, which
  /// owe no deal ID.
  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    guard let position = QuickBooksPosition(cursor) else {
      throw SystemError(
        .refused, system: system.name,
        message: "The position in the links of \(system.name) cannot be read; begin anew.")
    }
    if link == .customer { try await index.update([QuickBooksIndex.customer]) }
    let entity = position.entity
    let page = try await pages.page(
      "SELECT * FROM \(entity.rawValue) ORDERBY Id", of: entity.rawValue, from: position.start)
    if let name = link.fieldName, !page.objects.isEmpty,
      page.objects.allSatisfy({ QuickBooksIDs.field(name, of: $0) == nil })
    {
      try await refuseDrift(within: .seconds(60))
    }
    let ledger = await index.ledger
    let found = page.objects.flatMap { links(of: $0, as: entity, ledger) }
    let next = position.next(after: page.objects.count)
    let isLast = next == nil
    return LinkPage(
      links: found, next: next?.cursor, total: isLast ? RecordCount(try await count()) : nil,
      records: page.objects.count, note: await index.coverage)
  }

  private func links(
    of document: JSONValue, as entity: QuickBooksEntity, _ ledger: QuickBooksLedger
  ) -> [Link] {
    let deals = ledger.deals(of: document).sorted()
    let number = document["DocNumber"]?.string ?? ""
    func link(_ deal: DealID?) -> Link {
      let name = QuickBooksName(entity, document.id, deal: deals.count > 1 ? deal : nil)
      return Link(
        reference: RecordReference(system: system.name, kind: entity.kind, id: name.text),
        number: number.isEmpty ? document.id : number, dealID: deal,
        url: "https://app.qbo.intuit.com/app/\(entity.page)?txnId=\(document.id)")
    }
    if !deals.isEmpty { return deals.map { link($0) } }
    let owesID =
      entity.bearsCustomer || self.link == .customer && !ledger.ids.keys(of: document).isEmpty
    return owesID ? [link(nil)] : []
  }

  /// How many documents there are of all kinds.
  private func count() async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for entity in QuickBooksEntity.documents {
        group.addTask { try await pages.count(entity.rawValue) }
      }
      return try await group.reduce(0, +)
    }
  }
}

/// A position in the list of links: a kind of document and where its next page begins.
struct QuickBooksPosition: Hashable, Sendable {
  var entity: QuickBooksEntity
  var start: Int

  /// The beginning for no cursor; `nil` for one that cannot be read.
  init?(_ cursor: PageCursor?) {
    guard let cursor else {
      self.init(.invoice, 1)
      return
    }
    let parts = cursor.text.split(separator: ":")
    guard parts.count == 2, let entity = QuickBooksEntity(rawValue: String(parts[0])),
      let start = Int(parts[1]), start > 0
    else { return nil }
    self.init(entity, start)
  }

  private init(_ entity: QuickBooksEntity, _ start: Int) {
    self.entity = entity
    self.start = start
  }

  var cursor: PageCursor { PageCursor("\(entity.rawValue):\(start)") }

  /// Where to go on after a page of so many; `nil` at the end of the last kind.
  func next(after count: Int) -> QuickBooksPosition? {
    if count >= QuickBooksCall.pageSize { return QuickBooksPosition(entity, start + count) }
    let all = QuickBooksEntity.documents
    guard let place = all.firstIndex(of: entity), place + 1 < all.count else { return nil }
    return QuickBooksPosition(all[place + 1], 1)
  }
}
