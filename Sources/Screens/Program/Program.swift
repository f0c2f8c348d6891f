public import DealModel
internal import TruthEngine

/// The screens: messages in, effects and frames out. Pure, but for what it is told.
public struct Program: ScreenProgram {
  var state: State

  /// The screens of a company, before anything has been read.
  ///
  /// - Parameters:
  ///   - model: The checked configuration.
  ///   - encoding: What the terminal can show.
  ///   - zone: Where the person sits.
  ///   - now: When the screens open.
  public init(
    model: CompanyModel, encoding: TextEncoding = .utf8, zone: LocalZone = .utc, now: Timestamp
  ) {
    state = State(
      assessor: Assessor(of: model), glyphs: Glyphs(encoding: encoding), zone: zone, now: now,
      list: DealList(model: model),
      limits: Dictionary(
        model.systems.map { ($0.name, $0.limits) }, uniquingKeysWith: { first, _ in first }))
    state.health = model.systems.map {
      SystemHealth(
        system: $0.name, kind: $0.kind, steward: $0.steward, failureMode: $0.failureMode)
    }
  }

  /// Takes in what happened.
  ///
  /// - Parameter now: When it happened.
  /// - Returns: What is to be done, in order.
  public mutating func update(_ message: Message, at now: Timestamp) -> [Effect] {
    let yesterday = state.today
    state.now = now
    if state.today != yesterday { turnDay() }
    let isKey = if case .keyPressed = message { true } else { false }
    if isKey { state.feed.looked(at: now) }
    var effects = take(message)
    effects += recallIfDue()
    settle()
    state.pane.cursor(
      on: state.list.cursor, movedByKey: isKey, isHidden: !isPaneShown, now: now)
    noteSight()
    if let show = showing() { effects.append(show) }
    return effects
  }

  private mutating func take(_ message: Message) -> [Effect] {
    switch message {
    case .keyPressed(let key): return press(key)
    case .terminalResized(let size):
      state.size = Size(columns: max(1, size.columns), rows: max(1, size.rows))
      rebreakPayloads()
    case .timePassed: state.list.timePassed(now: state.now)
    case .indexArrived(let records, let fetchedAt):
      state.list.merge(records, fetchedAt: fetchedAt, now: state.now)
      state.indexedAt = fetchedAt
      if case .complete = state.index {} else { state.index = .reading(count: state.list.total) }
    case .indexCompleted(_, let fetchedAt):
      state.list.complete(now: state.now)
      state.index = .complete
      state.indexedAt = fetchedAt
    case .indexFailed(let error): state.index = .failed(error)
    case .dossiersChanged(let dossiers): takeDossiers(dossiers)
    case .healthChanged(let health):
      // A change of state is part of an incident: what is remembered is read anew.
      let before = state.health.map(\.status)
      state.health = health
      if before != health.map(\.status) { state.memoryAskedAt = nil }
    case .flowsRead(let readings): state.flowReadings = readings
    case .historyArrived(let memory): state.memory = memory
    case .detailArrived(let reference, let result):
      switch result {
      case .success(let detail): state.details[reference] = .read(detail)
      case .failure(let error):
        state.details[reference] = .failed(error, state.details[reference]?.detail)
      }
    case .found(let text, let records, let failures):
      takeFound(text, records, failures)
    case .payloadArrived(let subject, let payload): takePayload(subject, payload)
    case .linksProgressed(let systems):
      // A comparison that was stopped leaves the last report as it was.
      state.linkSweep = systems.contains { $0.stage == .stopped } ? nil : systems
    case .linksCompared(let faults, let failures, let proof):
      state.linkSweep = nil
      state.links = State.LinkReport(
        faults: faults, failures: failures, proof: proof, at: state.now)
      state.list.merge(faults, now: state.now)
    case .valuesChanged(let changes):
      state.feed.take(changes, comparisons: state.model.comparisons)
    case .watchChanged(let watch): state.watch = watch
    case .noticePosted(let text, let isError):
      state.notice = State.Notice(text: text, isError: isError)
    }
    return []
  }

  private mutating func takeDossiers(_ dossiers: [Dossier]) {
    for dossier in dossiers { state.dossiers[dossier.id] = dossier }
    judge(dossiers)
    forgetDistant()
  }

  /// Forgets what was read of deals far from the screen, in a company of many: the list keeps their
  /// figures, and what comes near again is told again.
  private mutating func forgetDistant() {
    guard state.dossiers.count > Self.dossiersKept else { return }
    var kept: Set<DealID> = []
    if case .show(let visible, let nearby, let selected)? = state.lastShown {
      kept = Set(visible + nearby + [selected].compactMap { $0 })
    }
    for visit in state.trails.values.joined() {
      if let id = visit.place.deal { kept.insert(id) }
    }
    state.dossiers = state.dossiers.filter { kept.contains($0.key) }
    state.assessments = state.assessments.filter { kept.contains($0.key) }
    state.ages = state.ages.filter { kept.contains($0.key) }
  }

  /// Deals of which everything read is remembered.
  static let dossiersKept = 2_500

  private mutating func judge(_ dossiers: some Collection<Dossier>) {
    var changed: [Assessment] = []
    changed.reserveCapacity(dossiers.count)
    for dossier in dossiers {
      let assessment = state.assessor.assess(dossier, on: state.today)
      state.assessments[dossier.id] = assessment
      state.ages[dossier.id] = DealAges(assessment, limits: state.limits)
      changed.append(assessment)
    }
    state.list.merge(changed, now: state.now)
  }

  /// What is late or overdue depends on the day.
  private mutating func turnDay() { judge(state.dossiers.values) }

  /// Whether a deal stands beside the list without having been opened.
  private var isPaneShown: Bool {
    state.tab == .deals && state.trail.isEmpty && state.layout.isSplit
  }

  /// Keeps places inside their pages after lines have come or gone.
  private mutating func settle() {
    state.list.settle(rows: state.layout.listRows)
    state.forgetPayloads()
    if let (page, reader) = currentPage {
      var settled = reader
      // The detail of the conflicts shows the first one until another is chosen.
      if state.tab == .conflicts, state.trail.isEmpty, page.position(of: settled.selected) == nil {
        settled.selected = page.lines.first?.key
      }
      settled.settle(in: page, height: pageHeight(page))
      if settled != reader { setReader(settled) }
    }
    if let overlay = state.overlay {
      let page = overlayPage(overlay)
      state.overlayReader.settle(in: page, height: max(0, overlayBox(overlay, page).height - 2))
    }
  }

  // MARK: Finding

  private mutating func takeFound(
    _ text: String, _ records: [FoundRecord], _ failures: [SystemError]
  ) {
    guard state.searching == text else { return }
    state.searching = nil
    let silent = failures.map(\.system.text).joined(separator: ", ")
    let unasked = silent.isEmpty ? "" : "; could not be asked: \(silent)"
    var deals: [DealID] = []
    var distinct: [FoundRecord] = []
    for record in records {
      guard let id = record.dealID, !deals.contains(id) else { continue }
      deals.append(id)
      distinct.append(record)
    }
    if let only = deals.first, deals.count == 1 {
      let record = distinct[0].reference
      open(only, selecting: record.kind == .deals ? nil : .record(record))
      let about =
        record.kind == .deals
        ? "" : "\(distinct[0].number) is in \(record.system.text), deal \(only.text)"
      if !(about + unasked).isEmpty { state.notice = State.Notice(text: about + unasked) }
    } else if deals.count > 1 {
      state.overlay = .picker(text, distinct)
      state.overlayReader = Reader(selected: .choice(0))
    } else if let record = records.first {
      state.notice = State.Notice(
        text: "\(record.number) is in \(record.reference.system.text) but bears no deal ID"
          + unasked, isError: true)
    } else {
      state.notice = State.Notice(
        text: "no system that was asked knows \(text)\(unasked)",
        isError: true)
    }
  }

  /// Opens a deal on top of where one is.
  mutating func open(_ id: DealID, selecting key: LineKey? = nil) {
    var visit = Visit(place: .deal(id))
    visit.reader.selected = key
    if state.tab == .deals, state.trail.isEmpty, state.list.cursor != id,
      state.list.position(of: id) != nil
    {
      visit.cursorBefore = state.list.cursor
      state.list.cursor = id
    }
    if state.trail.last?.place != visit.place {
      state.trail.append(visit)
    } else if key != nil {
      setReader(visit.reader)
    }
  }
}
