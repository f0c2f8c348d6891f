import AdapterKit
import DealModel

extension QuickBooksAdapter {
  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    guard capabilities.kinds.contains(kind) else { throw notRead(kind) }
    var answer = Dictionary(ids.map { ($0, [Record]()) }) { first, _ in first }
    guard !ids.isEmpty else { return answer }
    let preferences = try await preferences.value()
    if let name = link.fieldName, preferences.fieldNames.contains(name) {
      await index.noteDefined()
    }
    try await index.update(QuickBooksIndex.needs(kind, link: link))
    if await index.ledger.count == 0 { try await refuseDrift() }
    if kind == .costs { try await refuseUnfieldedCosts(preferences) }
    let documents = try await documents(of: kind, for: ids)
    let billing = try await billing(of: documents)
    let ledger = await index.ledger
    for found in documents {
      let deals = ledger.deals(of: found.document)
      let reader = QuickBooksReader(
        document: found.document, entity: found.entity, system: system, preferences: preferences,
        billing: billing)
      for deal in deals where answer[deal] != nil {
        let customers = link == .customer ? Set(ledger.customers(of: [deal]).keys) : nil
        answer[deal]?.append(reader.record(of: deal, among: deals, customers: customers))
      }
    }
    return answer.mapValues { $0.sorted(by: Self.isNewer) }
  }

  /// A document as it was read.
  struct Found: Sendable {
    var entity: QuickBooksEntity
    var document: JSONValue
  }

  /// The documents of these deals, read anew.
  private func documents(of kind: RecordKind, for ids: [DealID]) async throws -> [Found] {
    let ledger = await index.ledger
    let found = try await withThrowingTaskGroup(of: [Found].self) { group in
      for entity in QuickBooksEntity.documents(of: kind) {
        let byCustomer = link == .customer && entity.bearsCustomer
        let wanted =
          byCustomer
          ? ledger.customers(of: ids).keys.sorted() : ledger.documents(entity, of: ids)
        guard !wanted.isEmpty else { continue }
        group.addTask {
          let documents = try await pages.objects(
            entity, ids: wanted, by: byCustomer ? "CustomerRef" : "Id")
          try refuseStrays(documents, of: entity, asked: Set(wanted), byCustomer, ledger, ids)
          return documents.map { Found(entity: entity, document: $0) }
        }
      }
      var all: [Found] = []
      for try await part in group { all += part }
      return all
    }
    try await refuseVanishedField(found)
    return found
  }

  /// A document nobody asked for means that the question was not the one answered.
  private func refuseStrays(
    _ documents: [JSONValue], of entity: QuickBooksEntity, asked: Set<String>, _ byCustomer: Bool,
    _ ledger: QuickBooksLedger, _ ids: [DealID]
  ) throws {
    for document in documents {
      let key = byCustomer ? document["CustomerRef"]?["value"]?.string : document["Id"]?.string
      if let key, asked.contains(key) { continue }
      try port.refuseStray(
        bearing: Array(ledger.deals(of: document)), record: document["Id"]?.string ?? "",
        asked: ids, operation: "GET /v3/company/{realm}/query")
      // A near miss would need another key than was asked for, which the vendor never answers.
      throw port.malformed(
        "GET /v3/company/{realm}/query", "a \(entity.rawValue) that was not asked for")
    }
  }

  /// The documents by which these orders were billed.
  func billing(of documents: [Found]) async throws -> [JSONValue] {
    let orders = documents.filter { $0.entity == .purchaseOrder }
    guard !orders.isEmpty else { return [] }
    var billing: [JSONValue] = []
    for entity in QuickBooksReader.billing {
      let linked = orders.flatMap { QuickBooksLine.linked(of: $0.document) }
        .filter { entity.linkedTypes.contains($0.type) }.map(\.id)
      let known = documents.filter { $0.entity == entity && linked.contains($0.document.id) }
      billing += known.map(\.document)
      let rest = Set(linked).subtracting(known.map(\.document.id)).sorted()
      billing += try await pages.objects(entity, ids: rest)
    }
    return billing
  }

  // MARK: The custom field

  /// Documents that bore an ID and have no such field any more: is it gone?
  private func refuseVanishedField(_ found: [Found]) async throws {
    guard let name = link.fieldName,
      found.contains(where: { QuickBooksIDs.field(name, of: $0.document) == nil })
    else { return }
    try await refuseDrift(within: .zero)
  }

  /// Bills, purchases and vendor credits have no classic custom fields: where the ID stands in one,
  /// what a deal costs cannot be found, which is not the same as nothing.
  private func refuseUnfieldedCosts(_ preferences: QuickBooksPreferences) async throws {
    guard let name = link.fieldName, preferences.fieldNames.contains(name) else { return }
    let ledger = await index.ledger
    let unfielded = [QuickBooksEntity.bill, .purchase, .vendorCredit]
    guard unfielded.allSatisfy({ ledger.deals(in: $0).isEmpty }) else { return }
    throw SystemError(
      .refused, system: system.name,
      message:
        "\(VisibleText(name)) in \(system.name) (QuickBooks) is a classic custom field, which bills "
        + "and expenses do not have, so the costs of a deal cannot be found by it. Let the ID stand "
        + "in an enhanced custom field or in the name of a project, or give `costs` another owner.")
  }

  /// - Throws: ``SystemError`` of kind `drifted` when the field is not defined: it was before, or no
  ///   document at all bears it. An enhanced one is defined elsewhere, and shows on documents alone.
  func refuseDrift(within age: Duration = .seconds(60)) async throws {
    guard let name = link.fieldName,
      try await !preferences.value(within: age).fieldNames.contains(name)
    else { return }
    if await !index.wasDefined {
      let documents = QuickBooksEntity.documents.map(\.rawValue)
      try await index.update(Set(documents), within: .seconds(86_400))
      guard await index.ledger.count == 0 else { return }
    }
    throw SystemError(
      .drifted(field: name), system: system.name,
      message: "\(system.name) (QuickBooks) has no custom field \(VisibleText(name)) any more. "
        + "Mend `link` of systems.\(system.name), or name the field so again.")
  }

  private func notRead(_ kind: RecordKind) -> SystemError {
    SystemError(
      .refused, system: system.name,
      message:
        "\(system.name) (QuickBooks) is not read for \(kind.rawValue), only for invoices, "
        + "costs and, where customers bear the deal ID, hours. Give \(kind.domain.rawValue) another owner."
    )
  }

  /// Newest first: by day, then by the number QuickBooks counts upwards.
  private static func isNewer(_ left: Record, _ right: Record) -> Bool {
    let (leftDay, rightDay) = (left.content.day, right.content.day)
    if leftDay != rightDay {
      guard let leftDay else { return false }
      guard let rightDay else { return true }
      return leftDay > rightDay
    }
    let (leftName, rightName) = (left.reference.id, right.reference.id)
    let numbers = [leftName, rightName].map { name in
      QuickBooksName(name).flatMap { Int($0.id) } ?? 0
    }
    return numbers[0] == numbers[1] ? leftName < rightName : numbers[0] > numbers[1]
  }
}

extension JSONValue {
  /// The vendor's ID of an object; empty for none.
  var id: String { self["Id"]?.string ?? "" }
}
