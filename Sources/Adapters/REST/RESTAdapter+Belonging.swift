import AdapterKit
import DealModel

extension RESTAdapter {
  /// What belongs to records of a plan, by the records' IDs: asked for in batches, or found in the
  /// records themselves.
  func belonging(
    _ belonging: RESTBelonging?, to items: [JSONValue], _ plan: RESTPlan
  ) async throws -> [String: [JSONValue]] {
    guard let belonging else { return [:] }
    guard let list = belonging.list else {
      var found: [String: [JSONValue]] = [:]
      for item in items {
        let inside = belonging.items.find(in: item)
        // Null stands for none of them.
        guard inside.lost != nil || inside.first?.isNull != true else { continue }
        found[try id(of: item, plan)] = try self.items(
          inside, at: belonging.items, in: item, operation: operation(of: plan.list)
        ).filter { try counts($0, belonging) }
      }
      return found
    }
    var ids: [String] = []
    var known: Set<String> = []
    for item in items {
      let id = try id(of: item, plan)
      if known.insert(id).inserted { ids.append(id) }
    }
    guard let parent = belonging.parent else {
      var found: [String: [JSONValue]] = [:]
      for id in ids {
        found[id] = try await self.items(of: list, RESTFilling(ids: [id]))
          .filter { try counts($0, belonging) }
      }
      return found
    }
    let all = try await self.items(of: list, ids: ids)
    var found: [String: [JSONValue]] = [:]
    for item in all {
      guard let owner = parent.find(in: item).first?.word else {
        throw port.malformed(
          operation(of: list), "one that does not name its record at \"\(parent)\"")
      }
      guard known.contains(owner) else {
        throw port.malformed(operation(of: list), "one of a record nobody asked about")
      }
      if try counts(item, belonging) { found[owner, default: []].append(item) }
    }
    return found
  }

  private func counts(_ item: JSONValue, _ belonging: RESTBelonging) throws -> Bool {
    try holds(belonging.conditions, of: item, at: "\(belonging.place).where")
  }

  /// What belongs to one record; `nil` where nothing is said of it.
  func belonging(
    _ belonging: RESTBelonging?, to item: JSONValue, _ plan: RESTPlan
  ) async throws -> [JSONValue]? {
    guard let belonging else { return nil }
    let id = try id(of: item, plan)
    return try await self.belonging(belonging, to: [item], plan)[id] ?? []
  }

  /// The lines of a document, in its order.
  func lines(
    _ lines: [JSONValue], of record: RESTReading, currency: Answer<Currency>
  ) -> [DocumentLine] {
    guard let belonging = record.plan.lines else { return [] }
    return lines.map { line in
      let reading = record.of(line, belonging)
      return DocumentLine(
        text: reading.words("text").value ?? "", quantity: reading.number("quantity"),
        net: reading.money("net", in: currency), billed: reading.number("billed"))
    }
  }

  /// What was applied to a document, oldest first.
  func applications(
    _ applications: [JSONValue], to record: RESTReading, currency: Answer<Currency>
  ) -> [Application] {
    guard let belonging = record.plan.applications else { return [] }
    let all = applications.map { item in
      let reading = record.of(item, belonging)
      let kind = reading.choice("type")
      let amount = reading.money("amount", in: currency)
      return Application(
        kind: kind.value.flatMap { Application.Kind(rawValue: $0) } ?? .payment,
        number: reading.words("number").value ?? "", date: reading.day("date"),
        amount: kind.error.map { .unavailable($0) } ?? amount)
    }
    return all.sorted { left, right in
      guard let later = right.date.value else { return false }
      return left.date.value.map { $0 < later } ?? true
    }
  }
}
