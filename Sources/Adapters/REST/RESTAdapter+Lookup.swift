import AdapterKit
import DealModel

extension RESTAdapter {
  func detail(of reference: RecordReference) async throws -> RecordDetail {
    let (number, id) = Self.split(reference.id)
    guard
      let plan = settings.plans.first(where: { $0.kind == reference.kind && $0.number == number }),
      let detail = plan.detail
    else {
      throw SystemError(
        .refused, system: settings.system,
        message:
          "\(settings.system) (\(settings.vendor)) has no `detail` for \(reference.kind.rawValue).")
    }
    guard let item = try await item(of: id, plan, detail) else { throw absent(reference) }
    guard try self.id(of: item, plan) == id else {
      throw port.malformed(
        "\(detail.method) \(detail.pattern)", "another record than the one asked for")
    }
    let fetchedAt = time.now()
    let deals: [DealID]
    if plan.via == nil {
      deals = try self.deals(
        of: item, link: plan.link, isAsked: true, operation: "\(detail.method) \(detail.pattern)")
    } else {
      deals = plan.parents(of: item).flatMap { memory.deals(ofParent: $0, of: plan.place) }
    }
    guard let deal = deals.first else { throw absent(reference) }
    let notes = plan.notes.compactMap { label, path in
      path.find(in: item).first?.word.map { RecordDetail.Note(label, $0) }
    }
    let lines = try await belonging(plan.lines, to: item, plan)
    let applied = try await belonging(plan.applications, to: item, plan) ?? []
    let reading = RESTReading(
      adapter: self, plan: plan, item: item, id: try self.id(of: item, plan), lines: lines)
    let currency = reading.currency
    return RecordDetail(
      record: try record(item, plan, deal: deal, lines: lines),
      lines: self.lines(lines ?? [], of: reading, currency: currency),
      applications: applications(applied, to: reading, currency: currency), notes: notes,
      fetchedAt: fetchedAt)
  }

  /// One record as the vendor has it; `nil` when there is none of that ID.
  func item(
    of id: String, _ plan: RESTPlan, _ detail: RESTRequest
  ) async throws -> JSONValue? {
    let call = detail.call(try await signed(RESTFilling(words: ["id": id])), headers: headers)
    return try await read(call) { reply in
      let found = plan.detailItem.find(in: reply.value)
      if let item = found.first, item.members != nil { return item }
      // Some answer a list of one.
      if let list = found.first?.array, list.count < 2 { return list.first }
      let lost = found.lost ?? .init(reached: "$", held: reply.value.contentInWords)
      throw wrongPath(call.operation, "record", plan.detailItem, lost, in: reply.value)
    }
  }

  private func absent(_ reference: RecordReference) -> SystemError {
    SystemError(
      .refused, system: settings.system,
      message: "\(settings.system) (\(settings.vendor)) has no such record that bears a deal ID.")
  }

  /// The number of the plan and the vendor's ID.
  private static func split(_ id: String) -> (number: Int, id: String) {
    let parts = id.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let number = Int(parts[0]) else { return (0, id) }
    return (number, String(parts[1]))
  }

  func find(_ text: String) async throws -> [FoundRecord] {
    guard text.contains(where: { !$0.isWhitespace }) else { return [] }
    var found: [FoundRecord] = []
    for plan in settings.plans {
      guard let list = plan.find else { continue }
      for item in try await asked(list, text) where try takes(item, plan) {
        let id = try id(of: item, plan)
        let label = plan.label.find(in: item).first?.word ?? id
        guard plan.matches.contains(where: { $0.find(in: item).first?.word == text }) else {
          continue
        }
        let deals = try self.deals(
          of: item, link: plan.link, isAsked: false, operation: operation(of: list))
        let reference = reference(plan, id)
        if deals.isEmpty {
          found.append(FoundRecord(reference: reference, number: label, dealID: nil))
        }
        found += deals.map { FoundRecord(reference: reference, number: label, dealID: $0) }
      }
    }
    return found
  }

  /// Items of a search; a system that refuses what a person typed knows no such number.
  private func asked(_ list: RESTList, _ text: String) async throws -> [JSONValue] {
    do {
      return try await items(of: list, RESTFilling(words: ["text": text]))
    } catch let error as SystemError where error.kind == .refused { return [] }
  }

  // MARK: - Links

  func linkPage(after cursor: PageCursor?) async throws -> LinkPage {
    let plans = settings.plans.filter { $0.links != nil }
    // A cursor is the number of its plan and the position there.
    let parts = cursor?.text.split(separator: " ", maxSplits: 1).map(String.init) ?? []
    let index = parts.first.flatMap { Int($0) } ?? 0
    guard plans.indices.contains(index), let list = plans[index].links else {
      return LinkPage(links: [], next: nil)
    }
    let plan = plans[index]
    let position = parts.count == 2 ? RESTPosition(parts[1]) : nil
    let page = try await page(of: list, RESTFilling(), from: position)
    if let next = page.next, next == position {
      throw port.malformed(operation(of: list), "a list whose pages go round in a circle")
    }
    let items = try page.items.filter { try takes($0, plan) }
    if page.items.isEmpty { try await expectLinkProperty(plan.link) }
    try await expectLink(plan.link, in: items, operation: operation(of: list))
    let links = try items.flatMap { try self.links(of: $0, plan, operation(of: list)) }
    let following = index + 1 < plans.count ? PageCursor("\(index + 1)") : nil
    let isWhole = plan.conditions.isEmpty && plans.count == 1
    return LinkPage(
      links: links, next: page.next.map { PageCursor("\(index) \($0.text)") } ?? following,
      total: isWhole ? page.total.map { RecordCount($0) } : nil, records: items.count)
  }

  private func links(
    of item: JSONValue, _ plan: RESTPlan, _ operation: String
  ) throws -> [Link] {
    let id = try id(of: item, plan)
    let label = plan.label.find(in: item).first?.word ?? id
    let deals = try deals(of: item, link: plan.link, isAsked: false, operation: operation)
    let borne: [DealID?] = deals.isEmpty ? [nil] : deals
    return borne.map {
      Link(
        reference: reference(plan, id), number: label, dealID: $0,
        url: url(plan, id: id, label: label))
    }
  }

  // MARK: - Probe

  func probe() async throws -> ProbeAnswer {
    let call = settings.probe.call(try await signed(RESTFilling()), headers: headers)
    async let drift = drift()
    let reply = try await read(call) { reply in
      let found = settings.identity.find(in: reply.value)
      guard let words = found.first?.word, !words.isEmpty else {
        let held = found.lost?.held ?? found.first?.contentInWords ?? "nothing"
        throw port.malformed(
          call.operation,
          "no name at \"\(settings.identity)\" (`probe.identity`): there is "
            + port.hidingSecrets(in: held))
      }
      return (
        words: words, date: reply.serverDate,
        left: reply.header(port.settings.callsLeftHeader ?? "")
      )
    }
    return ProbeAnswer(
      serverTime: reply.date, credentialsExpire: await port.credentialsExpire(),
      callsLeft: reply.left.flatMap { Int($0) },
      identity: "\(reply.words) at \(port.settings.baseURL.origin)", drift: await drift)
  }

  /// What is gone, by `link_check` or else the first page of links; `nil` when neither is
  /// configured, or its answer did not come.
  private func drift() async -> [SchemaDrift]? {
    if settings.linkCheck != nil { return await drift(found: checkLinkProperty) }
    guard let plan = settings.plans.first(where: { $0.links != nil }), let list = plan.links else {
      return nil
    }
    return await drift(found: {
      let page = try await page(of: list, RESTFilling(), from: nil)
      try await expectLink(plan.link, in: page.items, operation: operation(of: list))
    })
  }

  private func drift(found look: () async throws -> Void) async -> [SchemaDrift]? {
    do {
      try await look()
      return []
    } catch let error as SystemError {
      guard case .drifted(let field) = error.kind else { return nil }
      return [SchemaDrift(.link, field, .gone)]
    } catch { return nil }
  }
}
