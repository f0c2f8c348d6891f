import AdapterKit
import DealModel
import Sandbox
import Scheduler
import TestSupport

extension World {
  /// How a schedule ended.
  struct Report: Sendable {
    /// The rule that was broken; `nil` when all held.
    var violation: String?
    /// How many exchanges there were.
    var exchanges: Int
    /// How many orders were given, to the program and to the systems.
    var steps: Int
  }

  /// Lives through the schedule: trouble first, then peace, in which the truth must come to be shown.
  func live() async -> Report {
    var steps = 0
    do {
      try start()
      await show()
      steps = 4 + draw(6)
      for _ in 0..<steps where violation == nil {
        try await clock.sleep(for: .milliseconds(draw(7_000)))
        try await step()
        keepPromises()
      }
      if violation == nil { try await makePeace() }
      if violation == nil { try await converge() }
    } catch {
      broken("the simulation itself", "\(error)")
    }
    await stop()
    return Report(violation: violation, exchanges: network.exchanges, steps: steps)
  }

  private func step() async throws {
    switch draw(20) {
    case 0...3: await show()
    case 4...9: try await correct()
    case 10...15: try await trouble()
    case 16: try await mend(SmallCompany.systems[draw(4)])
    case 17:
      trace.note { "the user pulls again" }
      await engine?.pullAgain(draw(2) == 0 ? [] : Array(onScreen.prefix(1)))
    case 18: await look()
    default: try await restart()
    }
  }

  // MARK: - The user

  private func show() async {
    let ids = content.ids
    let first = draw(ids.count)
    let count = 1 + draw(4)
    visible = Array(ids[first..<min(first + count, ids.count)])
    selected = draw(3) == 0 ? nil : ids[draw(ids.count)]
    let nearby = Array(ids[max(0, first - 1)..<first]) + ids.dropFirst(first + count).prefix(2)
    trace.note { "the user shows \(self.visible), selected \(String(describing: self.selected))" }
    armPromises()
    await engine?.show(visible: visible, nearby: nearby, selected: selected)
    armPromises()
  }

  /// Opens a record, or looks an ID up, without waiting for the answer.
  private func look() async {
    guard let engine else { return }
    if draw(2) == 0, let document = content.documents.randomly(random) {
      trace.note { "the user looks up \(document.number)" }
      looking.append(Task { await engine.lookUp(document.number) })
    } else if let document = content.documents.randomly(random) {
      trace.note { "the user opens \(document.number)" }
      let reference = RecordReference(
        system: document.system, kind: document.isInvoice ? .invoices : .costs, id: document.id)
      looking.append(Task { await engine.openDetail(reference) })
    }
  }

  private func restart() async throws {
    trace.note { "the program is restarted" }
    await stop()
    try await clock.sleep(for: .seconds(2))
    for system in SmallCompany.systems {
      if case .until? = rests[system] { continue }
      rests[system] = .untilAnswer(after: now)
    }
    for reference in promises.keys { promises[reference]?.due = nil }
    try start()
    await show()
  }

  // MARK: - The truth changes

  private func correct() async throws {
    switch draw(9) {
    case 0...2: try await correctDeal()
    case 3...5: try await correctInvoice()
    case 6: try await moveDocument()
    case 7: try await correctEpic()
    default: try await correctWorklog()
    }
  }

  private func order(_ act: ControlOrder.Act, _ system: SystemName) async throws {
    try await sandbox.obey(ControlOrder(act), by: system)
  }

  private func correctDeal() async throws {
    guard let place = content.deals.indices.randomly(random) else { return }
    var deal = content.deals[place]
    let field: (name: String, value: String)
    switch draw(4) {
    case 0:
      deal.name = "Deal \(1_000 + draw(9_000))"
      field = ("dealname", deal.name)
    case 1:
      deal.amount = 100 + draw(900_000)
      field = ("amount", String(deal.amount))
    case 2:
      deal.copy = 100 + draw(900_000)
      field = ("invoiced_total", String(deal.copy))
    default:
      deal.entity = deal.entity == "US" ? "DE" : "US"
      field = ("entity", deal.entity)
    }
    trace.note { "crm: \(deal.id) \(field.name) becomes \(field.value)" }
    try await order(
      .setField(record: "deals/\(deal.record)", field: field.name, value: field.value), "crm")
    content.deals[place] = deal
    ledger.note(deal, at: now)
    let reference = RecordReference(system: "crm", kind: .deals, id: deal.record)
    promise(reference, of: deal.id)
  }

  private func correctInvoice() async throws {
    let invoices = content.documents.indices.filter { content.documents[$0].isInvoice }
    guard let place = invoices.randomly(random) else { return }
    var document = content.documents[place]
    document.net = 10 + draw(100_000)
    trace.note { "\(document.system): \(document.number) becomes \(document.net)" }
    try await order(
      .correctInvoice(number: document.number, net: ExactDecimal(document.net)), document.system)
    content.documents[place] = document
    ledger.note(document, at: now)
    promise(
      RecordReference(system: document.system, kind: .invoices, id: document.id), of: document.deal)
  }

  private func moveDocument() async throws {
    guard let place = content.documents.indices.randomly(random),
      let deal = content.deals.randomly(random)
    else { return }
    var document = content.documents[place]
    guard deal.id != document.deal, !renamed.contains(document.system) else { return }
    trace.note { "\(document.system): \(document.number) moves to \(deal.id)" }
    try await order(
      .setField(
        record: "transaction/\(document.id)", field: "custbody_deal_id", value: deal.id.text),
      document.system)
    document.deal = deal.id
    content.documents[place] = document
    ledger.note(document, at: now)
    promise(
      RecordReference(
        system: document.system, kind: document.isInvoice ? .invoices : .costs, id: document.id),
      of: deal.id)
  }

  private func correctEpic() async throws {
    guard let place = content.epics.indices.randomly(random) else { return }
    var epic = content.epics[place]
    if draw(2) == 0 || renamed.contains("pm") {
      epic.name = "Milestone \(1_000 + draw(9_000))"
      trace.note { "pm: \(epic.key) becomes \(epic.name)" }
      try await order(
        .setField(record: "issues/\(epic.key)", field: "summary", value: epic.name), "pm")
    } else {
      epic.copy = 100 + draw(900_000)
      trace.note { "pm: the copy in \(epic.key) becomes \(epic.copy)" }
      try await order(
        .setField(
          record: "issues/\(epic.key)", field: "customfield_10050", value: String(epic.copy)), "pm")
    }
    content.epics[place] = epic
    ledger.note(epic, at: now)
    promise(RecordReference(system: "pm", kind: .milestones, id: epic.id), of: epic.deal)
    promise(RecordReference(system: "pm", kind: .deals, id: epic.id), of: epic.deal)
  }

  private func correctWorklog() async throws {
    guard let place = content.worklogs.indices.randomly(random) else { return }
    var worklog = content.worklogs[place]
    worklog.seconds = 900 * (1 + draw(100))
    trace.note { "pm: worklog \(worklog.id) becomes \(worklog.seconds) s" }
    try await order(
      .setField(
        record: "worklogs/\(worklog.id)", field: "timeSpentSeconds", value: String(worklog.seconds)),
      "pm")
    content.worklogs[place] = worklog
    ledger.note(worklog, at: now)
    promise(RecordReference(system: "pm", kind: .hours, id: worklog.id), of: worklog.deal)
  }

  // MARK: - Trouble

  private func trouble() async throws {
    let system = SmallCompany.systems[draw(4)]
    switch draw(11) {
    case 0: await weather(.slow, system)
    case 1: await weather(.late, system)
    case 2, 3: await weather(.lossy, system)
    case 4: await weather(.down, system)
    case 5:
      waiting.insert(system)
      await weather(.webPages, system)
    case 6:
      waiting.insert(system)
      await weather(.halfPages, system)
    case 7:
      let status = [500, 502, 503, 504, 403, 401][draw(6)]
      if status == 403 { waiting.insert(system) }
      await trouble(system, "fails with \(status)")
      try await order(.fail(status: status), system)
    case 8:
      network.expectThrottling(true, by: system)
      await trouble(system, "is throttled")
      try await order(.throttle(policy: nil), system)
    case 9:
      await trouble(system, "lets its token expire")
      try await order(.expireToken, system)
    default:
      guard !renamed.contains(system) else { return }
      waiting.insert(system)
      await trouble(system, "loses its link property")
      renamed.insert(system)
      let link = Self.links[system] ?? ""
      try await order(.renameProperty(from: link, to: link + "_old"), system)
    }
  }

  private static let links: [SystemName: String] = [
    "crm": "erp_deal_id", "erp_us": "custbody_deal_id", "erp_eu": "custbody_deal_id",
    "pm": "customfield_10042",
  ]

  private func weather(_ weather: Network.Weather, _ system: SystemName) async {
    network.set(weather, for: system)
    await trouble(system, "has weather: \(weather)")
  }

  private func trouble(_ system: SystemName, _ words: String) async {
    trace.note { "\(system) \(words)" }
    troubled.insert(system)
    armPromises()
  }

  private func mend(_ system: SystemName) async throws {
    guard troubled.contains(system) else { return }
    trace.note { "\(system) is mended" }
    network.set(.calm, for: system)
    renamed.remove(system)
    try await order(.mend, system)
    network.expectThrottling(false, by: system)
    troubled.remove(system)
    rests[system] =
      waiting.remove(system) == nil
      ? .untilAnswer(after: now) : .until(now.adding(Self.longestWait))
    armPromises()
  }

  // MARK: - Peace

  private func makePeace() async throws {
    for system in SmallCompany.systems { try await mend(system) }
    trace.note { "peace" }
  }

  /// Waits until everything on screen is as it is at its source.
  private func converge() async throws {
    let last = now.adding(Self.longestWait + Self.promisedByAge + .seconds(20))
    while now < last {
      keepPromises()
      if untrue.isEmpty || violation != nil { return }
      try await clock.sleep(for: .seconds(2))
    }
    broken("does not converge", untrue.joined(separator: "; "))
  }
}

extension RandomAccessCollection {
  /// An element drawn by chance; `nil` when there is none.
  func randomly(_ random: SeededRandom) -> Element? {
    guard !isEmpty else { return nil }
    return self[index(startIndex, offsetBy: Int(random.next() % UInt64(count)))]
  }
}
