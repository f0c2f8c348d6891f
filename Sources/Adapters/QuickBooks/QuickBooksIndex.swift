import AdapterKit
import DealModel

/// The index of documents by deal, in memory alone: filled by paging through what cannot be asked for
/// by deal, kept true by change data capture.
///
/// Whoever looks something up gets an index that is at most ``youth`` behind the company, or the error
/// because of which it is not: a stale index would look like a deal without costs.
actor QuickBooksIndex {
  /// How long the index is taken as it is, without asking what changed.
  static let youth: Duration = .seconds(10)
  /// How far a question reaches back behind the last: what is saved at the same time shows late.
  static let overlap: Duration = .seconds(300)
  /// How long changes are remembered by the vendor, less a day: thirty days.
  static let memory: Duration = .seconds(29 * 86_400)
  static let customer = "Customer"

  private(set) var ledger: QuickBooksLedger
  private let pages: QuickBooksPages
  private let time: any TimeSource
  /// What has been filled → the company's clock up to which it is true.
  private var reach: [String: Timestamp] = [:]
  /// What has been filled → when it was last brought up to date, by our clock.
  private var refreshed: [String: Timestamp] = [:]
  /// Change → the deals that what changed had left by it: whoever meets the change again, such as a
  /// feed that comes later, is told them too.
  private var moves: [String: Set<DealID>] = [:]
  private var running: (entities: Set<String>, task: Task<Void, any Error>)?
  /// Whether the custom field that bears the ID was seen among the definitions.
  private(set) var wasDefined = false

  init(_ ledger: QuickBooksLedger, pages: QuickBooksPages, time: any TimeSource) {
    self.ledger = ledger
    self.pages = pages
    self.time = time
  }

  /// What has to be indexed to find documents of a kind.
  nonisolated static func needs(_ kind: RecordKind, link: QuickBooksLink) -> Set<String> {
    let documents = QuickBooksEntity.documents(of: kind)
    guard link == .customer else { return Set(documents.map(\.rawValue)) }
    return Set(documents.filter { !$0.bearsCustomer }.map(\.rawValue) + [customer])
  }

  /// Brings the index up to date for these entities.
  ///
  /// - Throws: ``SystemError`` or `CancellationError`.
  func update(_ entities: Set<String>, within age: Duration = QuickBooksIndex.youth) async throws {
    while true {
      let now = time.now()
      let isTrue = entities.allSatisfy { entity in
        refreshed[entity].map { $0.duration(to: now) < age && $0 <= now } ?? false
      }
      if isTrue { return }
      if let running {
        do { try await Joining.value(of: running.task) } catch let error as SystemError {
          // What failed may be nothing that is needed here.
          guard running.entities.isDisjoint(with: entities) else { throw error }
        }
        continue
      }
      // Unstructured, so that cancelling one of those who wait does not fail the others.
      let task = Task { try await self.bringUpToDate(entities) }
      running = (entities, task)
      return try await Joining.value(of: task)
    }
  }

  /// The custom field that bears the ID is among the definitions.
  func noteDefined() { wasDefined = true }

  /// How far it reaches, for people: `index of 120 documents, up to 2026-11-20T09:00:00Z`.
  var coverage: String {
    guard let oldest = reach.values.min() else { return "index not filled yet" }
    let whole = Timestamp(milliseconds: oldest.milliseconds / 1_000 * 1_000)
    return "index of \(ledger.count) documents, \(ledger.customers.count) customers, up to \(whole)"
  }

  /// Takes in what a feed of changes told.
  ///
  /// - Returns: Deal → kinds of record, for each change in order; deals a document has left included.
  func take(_ changes: [QuickBooksChanges.Change]) -> [[DealID: Set<RecordKind>]] {
    // Customers first, so that documents of a new one find it.
    let customersFirst = changes.indices.sorted {
      (changes[$0].entity == Self.customer ? 0 : 1, $0)
        < (changes[$1].entity == Self.customer ? 0 : 1, $1)
    }
    var told = [[DealID: Set<RecordKind>]](repeating: [:], count: changes.count)
    for place in customersFirst { told[place] = take(changes[place]) }
    return told
  }

  private func bringUpToDate(_ entities: Set<String>) async throws {
    defer { running = nil }
    let now = time.now()
    var known = entities.filter { entity in
      reach[entity].map { $0.duration(to: now) < Self.memory } ?? false
    }
    if !known.isEmpty { known.subtract(try await follow(known.sorted())) }
    try await fill(entities.subtracting(known).sorted())
  }

  /// Follows changes.
  ///
  /// - Returns: Entities of which more changed than the vendor tells, to be read anew.
  private func follow(_ entities: [String]) async throws -> Set<String> {
    guard let since = entities.compactMap({ reach[$0] }).min() else { return [] }
    let asked = time.now()
    let (answer, beyond) = try await pages.changes(
      of: entities, since: since.adding(.zero - Self.overlap))
    _ = take(answer.changes)
    // A customer whose ID changed: those below it may bear it, and were not told of.
    let isCustomerDue = entities.contains(Self.customer) && reach[Self.customer] == nil
    let unknown = isCustomerDue ? beyond.union([Self.customer]) : beyond
    for entity in entities where !unknown.contains(entity) {
      reach[entity] = answer.time
      refreshed[entity] = asked
    }
    return unknown
  }

  /// Reads entities whole, side by side.
  private func fill(_ entities: [String]) async throws {
    let pages = pages
    let ids = ledger.ids
    let asked = time.now()
    try await withThrowingTaskGroup(of: Filling.self) { group in
      for entity in entities {
        group.addTask {
          var filling = Filling(entity: entity)
          filling.begun = try await pages.walk(
            "SELECT * FROM \(entity)\(entity == Self.customer ? Self.everyCustomer : "") ORDERBY Id",
            of: entity
          ) { filling.take($0, by: ids) }
          return filling
        }
      }
      for try await filling in group { take(filling, asked: asked) }
    }
  }

  /// What is kept of an entity that was read whole: never its documents, of which there are many.
  private struct Filling: Sendable {
    var entity: String
    var documents: [String: Set<String>] = [:]
    var customers: [String: DealID] = [:]
    var begun: Timestamp?

    mutating func take(_ object: JSONValue, by ids: QuickBooksIDs) {
      guard let id = object["Id"]?.string else { return }
      if entity == QuickBooksIndex.customer {
        customers[id] = ids.id(ofCustomer: object)
      } else {
        let keys = ids.keys(of: object)
        if !keys.isEmpty { documents[id] = keys }
      }
    }
  }

  /// Inactive customers are left out otherwise, and their invoices with them.
  static let everyCustomer = " WHERE Active IN (true, false)"

  private func take(_ filling: Filling, asked: Timestamp) {
    if let entity = QuickBooksEntity(rawValue: filling.entity) {
      ledger.forgetAll(entity)
      for (id, keys) in filling.documents { ledger.take(entity, id, keys: keys) }
    } else {
      ledger.forgetAllCustomers()
      for (id, deal) in filling.customers { ledger.take(customer: id, of: deal) }
    }
    reach[filling.entity] = filling.begun ?? asked
    refreshed[filling.entity] = asked
  }

  private func take(_ change: QuickBooksChanges.Change) -> [DealID: Set<RecordKind>] {
    if change.entity == Self.customer { return takeCustomer(change) }
    guard let entity = QuickBooksEntity(rawValue: change.entity) else { return payment(change) }
    let mark = Self.mark(of: change)
    let before = ledger.deals(of: entity, change.id).union(moves[mark] ?? [])
    if change.isDeleted {
      ledger.forget(entity, change.id)
    } else {
      ledger.take(entity, change.id, keys: ledger.ids.keys(of: change.object))
    }
    let after = ledger.deals(of: entity, change.id)
    if before != after { moves[mark] = before }
    let deals = before.union(after)
    return Dictionary(deals.map { ($0, [entity.kind]) }) { first, _ in first }
  }

  private func takeCustomer(_ change: QuickBooksChanges.Change) -> [DealID: Set<RecordKind>] {
    let mark = Self.mark(of: change)
    // It was met before, by another question: whoever asks now is told all the same.
    let wasMet = moves[mark] != nil
    var deals = moves[mark] ?? []
    if let before = ledger.customers[change.id] { deals.insert(before) }
    if change.isDeleted {
      ledger.forget(customer: change.id)
    } else {
      ledger.take(customer: change.id, of: ledger.ids.id(ofCustomer: change.object))
    }
    let after = ledger.customers[change.id]
    // Balances of customers change with every invoice; only another ID moves documents.
    guard wasMet || deals != after.map({ [$0] }) ?? [] else { return [:] }
    moves[mark] = deals
    if !wasMet {
      // Those below it may bear its ID, and are not told of with it.
      reach[Self.customer] = nil
      refreshed[Self.customer] = nil
    }
    if let after { deals.insert(after) }
    return Dictionary(deals.map { ($0, [.invoices, .costs, .hours]) }) { first, _ in first }
  }

  private static func mark(of change: QuickBooksChanges.Change) -> String {
    "\(change.entity) \(change.id) \(change.isDeleted) \(change.object["SyncToken"]?.string ?? "")"
  }

  /// Reads entities anew of which more changed than the vendor tells.
  ///
  /// - Returns: The deals of documents that are gone.
  func refill(_ entities: Set<String>) async throws -> [DealID: Set<RecordKind>] {
    let before = ledger
    try await fill(entities.subtracting(["Payment"]).sorted())
    var left: [DealID: Set<RecordKind>] = [:]
    for entity in entities.compactMap(QuickBooksEntity.init) {
      for (id, deals) in before.deals(in: entity) where deals != ledger.deals(of: entity, id) {
        for deal in deals { left[deal, default: []].insert(entity.kind) }
      }
    }
    return left
  }

  /// A payment changes what is paid of the invoices it is applied to.
  private func payment(_ change: QuickBooksChanges.Change) -> [DealID: Set<RecordKind>] {
    var deals: Set<DealID> = []
    if let customer = change.object["CustomerRef"]?["value"]?.string,
      let deal = ledger.customers[customer]
    {
      deals.insert(deal)
    }
    for line in change.object["Line"]?.array ?? [] {
      for linked in QuickBooksLine.linked(of: line) {
        guard let entity = QuickBooksEntity(rawValue: linked.type) else { continue }
        deals.formUnion(ledger.deals(of: entity, linked.id))
      }
    }
    return Dictionary(deals.map { ($0, [.invoices]) }) { first, _ in first }
  }
}
