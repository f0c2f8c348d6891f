import AdapterKit
import DealModel

extension RESTAdapter {
  /// An item with deals whose IDs it bears.
  typealias Borne = (item: JSONValue, deals: [DealID])

  /// The items of a plan that bear one of these IDs to the letter, themselves or by their parents.
  func borne(_ plan: RESTPlan, _ ids: [DealID]) async throws -> [Borne] {
    let wanted = Set(ids)
    guard let via = plan.via else {
      return try await bearers(plan.list, ids, link: plan.link, id: plan.id).compactMap {
        let deals = $0.deals.filter(wanted.contains)
        return deals.isEmpty ? nil : ($0.item, deals)
      }
    }
    let deals = try keyed(
      try await bearers(via.list, ids, link: via.link, id: via.key), by: via)
    memory.keep(parents: deals, of: plan.place)
    let asked = deals.filter { !wanted.isDisjoint(with: $0.value) }
    guard !asked.isEmpty else { return [] }
    let items = try await items(of: plan.list, ids: asked.keys.sorted())
    return try items.compactMap { item -> Borne? in
      let parents = plan.parents(of: item)
      // A list that was read whole has other parents' records too, and some that have none.
      if parents.isEmpty, plan.list.style != .whole || plan.parent?.find(in: item).lost != nil {
        throw port.malformed(
          operation(of: plan.list),
          "a record that does not name its parent at \"\(plan.parent?.text ?? "")\"")
      }
      // One record may be in several.
      var seen: Set<DealID> = []
      let borne = parents.flatMap { deals[$0] ?? [] }
        .filter { wanted.contains($0) && seen.insert($0).inserted }
      return borne.isEmpty ? nil : (item, borne)
    }
  }

  /// Parents that bear IDs, by what their records name them by.
  func keyed(_ parents: [Borne], by via: RESTParents) throws -> [String: [DealID]] {
    var deals: [String: [DealID]] = [:]
    for (item, borne) in parents {
      guard let key = via.key.find(in: item).first?.word, !key.isEmpty else {
        throw port.malformed(operation(of: via.list), "a record without \"\(via.key)\"")
      }
      deals[key, default: []] += borne
    }
    return deals
  }

  /// The items of a list that bear IDs, those asked for among them, each with all that it bears.
  func bearers(
    _ list: RESTList, _ ids: [DealID], link: JSONPath, id: JSONPath
  ) async throws -> [Borne] {
    let asked = ids.map(\.text).filter { list.request.canAsk(for: $0) }
    let items = try await items(of: list, ids: asked)
    let isAsked = list.style != .whole
    if !isAsked { try await expectLink(link, in: items, operation: operation(of: list)) }
    if items.isEmpty, !asked.isEmpty {
      try await expectLinkProperty(link)
    }
    do {
      return try items.compactMap { item in
        let borne = try deals(
          of: item, link: link, isAsked: isAsked, operation: operation(of: list))
        if isAsked, !borne.isEmpty, Set(ids).isDisjoint(with: borne) {
          try port.refuseStray(
            bearing: borne, record: id.find(in: item).first?.word ?? "without \"\(id)\"",
            asked: ids, operation: operation(of: list))
          return nil
        }
        return borne.isEmpty ? nil : (item, borne)
      }
    } catch let error as SystemError {
      guard case .drifted = error.kind, settings.linkCheck != nil, link == settings.link else {
        throw error
      }
      try await checkLinkProperty()
      throw port.malformed(
        operation(of: list), "a record without \"\(link)\", although that is there")
    }
  }

  /// The items of a list for these IDs: in one question, one by one, or whole from memory.
  func items(of list: RESTList, ids: [String]) async throws -> [JSONValue] {
    switch list.style {
    case .whole: return try await lists.items(of: list) { try await items(of: list, RESTFilling()) }
    case .batch(let size):
      var items: [JSONValue] = []
      var rest = ids[...]
      while !rest.isEmpty {
        items += try await self.items(of: list, RESTFilling(ids: Array(rest.prefix(size))))
        rest = rest.dropFirst(size)
      }
      return items
    case .single: return try await singly(list, ids)
    }
  }

  private struct Part: Sendable {
    let place: Int
    let items: [JSONValue]
  }

  private func singly(_ list: RESTList, _ ids: [String]) async throws -> [JSONValue] {
    try await withThrowingTaskGroup(of: Part.self) { group in
      for (place, id) in ids.enumerated() where !id.isEmpty {
        group.addTask {
          Part(place: place, items: try await items(of: list, RESTFilling(ids: [id])))
        }
      }
      var parts: [Part] = []
      for try await part in group { parts.append(part) }
      return parts.sorted { $0.place < $1.place }.flatMap(\.items)
    }
  }

  // MARK: - Who bears what

  /// The IDs that an item bears, exactly as they stand there.
  ///
  /// - Parameter isAsked: Whether the item was found by its ID, so that the link has to be there.
  func deals(
    of item: JSONValue, link: JSONPath, isAsked: Bool, operation: String
  ) throws -> [DealID] {
    let found = link.find(in: item)
    if isAsked, let lost = found.lost, found.values.isEmpty { throw linkGone(link, lost) }
    return try found.values.compactMap { value in
      switch value {
      case .null, .bool(false): return nil
      case .string(let text): return text.isEmpty ? nil : DealID(text)
      case .number(let text): return DealID(text)
      default:
        throw port.malformed(
          operation, "\(value.typeName) where the deal ID should stand, at \"\(link)\"")
      }
    }
  }

  /// A list none of whose records has the link at all has lost it, unless the vendor says that it is
  /// there: a property may show only where it is filled.
  func expectLink(_ link: JSONPath, in items: [JSONValue], operation: String) async throws {
    guard let first = items.first else { return }
    let isGone = items.allSatisfy { item in
      let found = link.find(in: item)
      return found.lost != nil && found.values.isEmpty
    }
    guard isGone, let lost = link.find(in: first).lost else { return }
    guard settings.linkCheck == nil || link != settings.link else {
      return try await expectLinkProperty(link)
    }
    throw linkGone(link, lost)
  }

  private func linkGone(_ link: JSONPath, _ lost: JSONPath.Lost) -> SystemError {
    SystemError(
      .drifted(field: link.text), system: settings.system,
      message:
        "\(settings.system) (\(settings.vendor)) has no \(link), which bears the deal ID: at "
        + "\(lost.reached) there is \(port.hidingSecrets(in: lost.held)). Restore it there, or mend "
        + "`link`.")
  }

  /// The error for an answer in which a path leads nowhere.
  func wrongPath(
    _ operation: String, _ what: String, _ path: JSONPath, _ lost: JSONPath.Lost,
    in document: JSONValue
  ) -> SystemError {
    let held = port.hidingSecrets(in: lost.held)
    return port.malformed(
      operation,
      "no \(what) at \"\(path)\": at \(lost.reached) there is \(held)" + Self.listsHint(document))
  }

  /// Where a document holds lists, for whoever has to mend a path.
  static func listsHint(_ document: JSONValue) -> String {
    if document.array != nil { return "; the whole answer, `$`, is a list" }
    let lists = (document.members ?? []).flatMap { member -> [String] in
      if member.value.array != nil { return [member.name] }
      return (member.value.members ?? []).filter { $0.value.array != nil }
        .map { "\(member.name).\($0.name)" }
    }
    guard !lists.isEmpty else { return "" }
    let shown = lists.prefix(5).map { VisibleText($0.prefix(60)).text }
    return "; lists stand at " + shown.joined(separator: ", ")
  }
}
