import DealModel

/// Tells deal IDs from the texts they stand in.
struct QuickBooksIDs: Sendable {
  let link: QuickBooksLink
  let pattern: DealIDPattern

  /// The deal ID in the name of a customer: the name itself, or a word of it, `BW-00042 Refit`; else
  /// that of the nearest customer above it, as a phase of a project belongs to the project's deal.
  ///
  /// A sub-customer whose first word has a digit and fits no pattern bears that word: an ID that was
  /// mistyped must not look like none.
  func id(ofCustomer customer: JSONValue) -> DealID? {
    // The whole name is those of all above it, parted by colons: `Harbour Ltd:BW-00042:Phase 2`.
    let above = (customer["FullyQualifiedName"]?.string ?? "").split(separator: ":")
    guard let name = customer["DisplayName"]?.string ?? above.last.map(String.init) else {
      return nil
    }
    if let id = id(in: name) { return id }
    for part in above.reversed() { if let id = id(in: String(part)) { return id } }
    let isPart = customer["Job"]?.bool ?? false || customer["ParentRef"]?["value"] != nil
    guard isPart, let word = Self.words(of: name).first, word.contains(where: \.isNumber) else {
      return nil
    }
    return DealID(String(word))
  }

  /// The deal ID that a document bears itself; `nil` where customers bear it.
  func id(ofDocument document: JSONValue) -> DealID? {
    switch link {
    case .customer: return nil
    case .number: return document["DocNumber"]?.string.flatMap(id(in:))
    case .note: return document["PrivateNote"]?.string.flatMap(id(in:))
    case .field(let name):
      let text = Self.field(name, of: document) ?? ""
      return text.isEmpty ? nil : DealID(text)
    }
  }

  /// By what a document is found: the customers on it and on its lines, or else its deal ID.
  func keys(of document: JSONValue) -> Set<String> {
    guard link == .customer else { return id(ofDocument: document).map { [$0.text] } ?? [] }
    var found: Set<String> = []
    if let id = document["CustomerRef"]?["value"]?.string { found.insert(id) }
    for line in document["Line"]?.array ?? [] {
      if let id = QuickBooksLine.customer(of: line) { found.insert(id) }
    }
    return found
  }

  /// The text in a custom field; `nil` when the document has no such field.
  static func field(_ name: String, of document: JSONValue) -> String? {
    let field = document["CustomField"]?.array?.first { $0["Name"]?.string == name }
    return field.map { $0["StringValue"]?.string ?? "" }
  }

  /// The ID that the text is, holds as a word, or begins a word with before a dash: `BW-00042-2`.
  private func id(in text: String) -> DealID? {
    if pattern.matches(text) { return DealID(text) }
    for word in Self.words(of: text) {
      var candidate = word
      while !candidate.isEmpty {
        if pattern.matches(candidate) { return DealID(String(candidate)) }
        guard let cut = candidate.lastIndex(where: { "-/_.#".contains($0) }) else { break }
        candidate = candidate[..<cut]
      }
    }
    return nil
  }

  private static func words(of text: String) -> [Substring] {
    text.prefix(1_000).split { $0.isWhitespace || ":,;()[]|\"".contains($0) }
  }
}

/// Which documents belong to which deals: IDs alone, never an amount.
struct QuickBooksLedger: Sendable {
  let link: QuickBooksLink
  let ids: QuickBooksIDs
  /// Customer → the deal whose ID its name bears.
  private(set) var customers: [String: DealID] = [:]
  /// Deal → its customers.
  private var customersByDeal: [DealID: Set<String>] = [:]
  /// Document → its keys: customers, or else the deal ID itself.
  private var keys: [QuickBooksEntity: [String: Set<String>]] = [:]
  /// Key → documents.
  private var documents: [QuickBooksEntity: [String: Set<String>]] = [:]

  init(link: QuickBooksLink, ids: QuickBooksIDs) {
    self.link = link
    self.ids = ids
  }

  /// How many documents it holds.
  var count: Int { keys.values.reduce(0) { $0 + $1.count } }

  /// Takes a customer in; one without an ID in its name is left out.
  mutating func take(customer id: String, of deal: DealID?) {
    forget(customer: id)
    guard let deal else { return }
    customers[id] = deal
    customersByDeal[deal, default: []].insert(id)
  }

  mutating func forget(customer id: String) {
    guard let deal = customers.removeValue(forKey: id) else { return }
    customersByDeal[deal]?.remove(id)
    if customersByDeal[deal]?.isEmpty ?? false { customersByDeal[deal] = nil }
  }

  /// Takes a document in with its keys; one without any is left out.
  mutating func take(_ entity: QuickBooksEntity, _ id: String, keys found: Set<String>) {
    forget(entity, id)
    guard !found.isEmpty else { return }
    keys[entity, default: [:]][id] = found
    for key in found { documents[entity, default: [:]][key, default: []].insert(id) }
  }

  mutating func forget(_ entity: QuickBooksEntity, _ id: String) {
    guard let old = keys[entity]?.removeValue(forKey: id) else { return }
    for key in old {
      documents[entity]?[key]?.remove(id)
      if documents[entity]?[key]?.isEmpty ?? false { documents[entity]?[key] = nil }
    }
  }

  /// Forgets all documents of an entity, before they are read anew.
  mutating func forgetAll(_ entity: QuickBooksEntity) {
    keys[entity] = nil
    documents[entity] = nil
  }

  mutating func forgetAllCustomers() {
    customers = [:]
    customersByDeal = [:]
  }

  /// The deals of a document as it stands.
  func deals(of document: JSONValue) -> Set<DealID> { deals(of: ids.keys(of: document)) }

  /// The deals of a document as it was last taken in.
  func deals(of entity: QuickBooksEntity, _ id: String) -> Set<DealID> {
    deals(of: keys[entity]?[id] ?? [])
  }

  /// All documents of an entity with their deals.
  func deals(in entity: QuickBooksEntity) -> [String: Set<DealID>] {
    (keys[entity] ?? [:]).mapValues { deals(of: $0) }
  }

  /// The customers of these deals, each with its deal.
  func customers(of deals: some Sequence<DealID>) -> [String: DealID] {
    var found: [String: DealID] = [:]
    for deal in deals { for id in customersByDeal[deal] ?? [] { found[id] = deal } }
    return found
  }

  /// The documents of these deals, by the numbers QuickBooks counts upwards.
  func documents(_ entity: QuickBooksEntity, of deals: some Sequence<DealID>) -> [String] {
    guard let known = documents[entity] else { return [] }
    var found: Set<String> = []
    for deal in deals {
      let keys = link == .customer ? customersByDeal[deal] ?? [] : [deal.text]
      for key in keys { found.formUnion(known[key] ?? []) }
    }
    return found.sorted { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) }
  }

  private func deals(of keys: Set<String>) -> Set<DealID> {
    link == .customer ? Set(keys.compactMap { customers[$0] }) : Set(keys.map { DealID($0) })
  }
}
