public import DealModel

extension DealTable {
  /// Takes deals of the index in; a deal that is known is replaced, unless a later answer about it
  /// has been taken in already.
  ///
  /// When several records of the origin bear one ID, the first that came stays and the deal is
  /// flagged as a duplicate until an assessment says otherwise.
  ///
  /// - Returns: The rows that are new or changed, ascending.
  @discardableResult
  public mutating func apply(index records: [Record], fetchedAt: Timestamp) -> [Int] {
    var changed: Set<Int> = []
    let indexedFields = self.indexedFields
    for record in records {
      guard case .deal(let fields) = record.content else { continue }
      let held = fields.filter { field, _ in
        indexedFields.contains(field) || field == .stageState && indexedFields.contains(.stage)
      }
      let (row, isNew) = rowForDeal(record.dealID, name: held[.name], company: held[.company])
      var isChanged = isNew
      let mark = Self.mark(record.reference.id)
      if originMarks[row] != 0, originMarks[row] != mark {
        isChanged = !indexedFlags[row].contains(.duplicate)
        indexedFlags[row].insert(.duplicate)
      } else if Seconds(fetchedAt) >= indexedAt[row] {
        originMarks[row] = mark
        indexedAt[row] = Seconds(fetchedAt)
        // A field that the origin owns and does not mention has no value there.
        if setCommercial(row, { held[$0] ?? (indexedFields.contains($0) ? Answer.none : nil) }) {
          isChanged = true
        }
      }
      if isChanged { changed.insert(row) }
    }
    return changed.sorted()
  }

  /// Takes the judgement of one deal in. A deal that the index does not list is left out.
  ///
  /// - Returns: The row when it changed.
  @discardableResult
  public mutating func apply(_ assessment: Assessment) -> Int? {
    guard let row = row(of: assessment.id) else { return nil }
    let indexedFields = self.indexedFields
    var isChanged = setFigures(row, assessment)
    if let fetchedAt = commercialFetchedAt(assessment), Seconds(fetchedAt) >= indexedAt[row] {
      indexedAt[row] = Seconds(fetchedAt)
      originMarks[row] = 0
      if setCommercial(row, { assessment.fields[$0]?.answer }) { isChanged = true }
      if indexedFlags[row].contains(.duplicate), !assessment.flags.contains(.duplicate) {
        indexedFlags[row].remove(.duplicate)
        isChanged = true
      }
    } else if setCommercial(
      row, { indexedFields.contains($0) ? nil : assessment.fields[$0]?.answer })
    {
      isChanged = true
    }
    if assessedFlags[row] != assessment.flags || !isAssessed[row] {
      assessedFlags[row] = assessment.flags
      isAssessed[row] = true
      isChanged = true
    }
    return isChanged ? row : nil
  }

  /// Takes the faults of the company-wide comparison of links in, in place of those of the last one.
  ///
  /// - Returns: The rows that changed, ascending.
  @discardableResult
  public mutating func apply(_ faults: [LinkFault]) -> [Int] {
    var flags: [Int: DealFlags] = [:]
    for fault in faults {
      guard let row = row(of: fault.id) else { continue }
      flags[row, default: []].formUnion(DealFlags([fault]))
    }
    var changed: [Int] = []
    for row in 0..<count {
      let found = flags[row] ?? []
      guard surveyedFlags[row] != found else { continue }
      surveyedFlags[row] = found
      changed.append(row)
    }
    return changed
  }

  /// Removes the deals that a whole reading of the index did not bring: those last read before it
  /// began. Row numbers change, so every view has to be made anew.
  ///
  /// - Returns: Whether any deal was removed.
  @discardableResult
  public mutating func removeDeals(indexedBefore start: Timestamp) -> Bool {
    let rows = (0..<count).filter { indexedAt[$0] >= Seconds(start) }
    guard rows.count < count else { return false }
    texts.keep(rows)
    folded.keep(rows)
    rowIndex.rebuild(texts)
    nameStates = rows.map { nameStates[$0] }
    companyStates = rows.map { companyStates[$0] }
    stages.keep(rows)
    stageStates = rows.map { stageStates[$0] }
    people.keep(rows)
    entities.keep(rows)
    values.keep(rows)
    invoiced.keep(rows)
    margins.keep(rows)
    milestones.keep(rows)
    milestoneDues = rows.map { milestoneDues[$0] }
    assessedFlags = rows.map { assessedFlags[$0] }
    surveyedFlags = rows.map { surveyedFlags[$0] }
    indexedFlags = rows.map { indexedFlags[$0] }
    isAssessed = rows.map { isAssessed[$0] }
    indexedAt = rows.map { indexedAt[$0] }
    moneyFetchedAt = rows.map { moneyFetchedAt[$0] }
    deliveryFetchedAt = rows.map { deliveryFetchedAt[$0] }
    moneyOwners = rows.map { moneyOwners[$0] }
    deliveryOwners = rows.map { deliveryOwners[$0] }
    originMarks = rows.map { originMarks[$0] }
    return true
  }

  // MARK: One row

  /// The row of a deal. A new one is written with its texts at once: writing them later would leave
  /// a gap in the blob for each deal.
  private mutating func rowForDeal(
    _ id: DealID, name: Answer<FieldValue>?, company: Answer<FieldValue>?
  ) -> (row: Int, isNew: Bool) {
    let bytes = TextColumn.limited(Array(id.text.utf8))
    if let row = rowIndex.row(of: bytes, in: texts) { return (row, false) }
    let name = name?.value?.description ?? ""
    let company = company?.value?.description ?? ""
    texts.append(
      id: bytes, name: TextColumn.limited(Array(name.utf8)),
      company: TextColumn.limited(Array(company.utf8)))
    folded.append(
      id: TextColumn.limited(Folding.folded(id.text)),
      name: TextColumn.limited(Folding.folded(name)),
      company: TextColumn.limited(Folding.folded(company)))
    rowIndex.noteLastRow(of: texts)
    nameStates.append(.notAsked)
    companyStates.append(.notAsked)
    stages.append()
    stageStates.append(.max)
    people.append()
    entities.append()
    values.append()
    invoiced.append()
    margins.append()
    milestones.append()
    milestoneDues.append(.max)
    assessedFlags.append([])
    surveyedFlags.append([])
    let isMalformed = pattern.map { !$0.matches(id) } ?? false
    indexedFlags.append(isMalformed ? .malformed : [])
    isAssessed.append(false)
    indexedAt.append(.never)
    moneyFetchedAt.append(.never)
    deliveryFetchedAt.append(.never)
    moneyOwners.append(Self.unknownSystem)
    deliveryOwners.append(Self.unknownSystem)
    originMarks.append(0)
    return (count - 1, true)
  }

  /// Sets the commercial columns of a row from whoever owns them.
  ///
  /// - Parameter answer: The answer for a field; `nil` leaves the column as it is.
  private mutating func setCommercial(
    _ row: Int, _ answer: (FieldName) -> Answer<FieldValue>?
  ) -> Bool {
    var isChanged = setTexts(row, name: answer(.name), company: answer(.company))
    if let stage = answer(.stage) {
      let stated = answer(.stageState)?.value?.description
      let state = StageState(stated: stated, label: stage.value?.description)?.rawValue ?? .max
      if stageStates[row] != state {
        stageStates[row] = state
        isChanged = true
      }
      if stages.set(row, to: DealCell(words: stage)) { isChanged = true }
    }
    if let person = answer(.person), people.set(row, to: DealCell(words: person)) {
      isChanged = true
    }
    if let entity = answer(.entity), entities.set(row, to: DealCell(words: entity)) {
      isChanged = true
    }
    if let value = answer(.value), values.set(row, to: DealCell(money: value)) { isChanged = true }
    return isChanged
  }

  private mutating func setTexts(
    _ row: Int, name: Answer<FieldValue>?, company: Answer<FieldValue>?
  ) -> Bool {
    guard name != nil || company != nil else { return false }
    let nameText = name.map { $0.value?.description ?? "" }
    let companyText = company.map { $0.value?.description ?? "" }
    let original = texts.replace(
      row: row,
      name: nameText.map { TextColumn.limited(Array($0.utf8)) }
        ?? Array(texts.bytes[texts.range(of: .name, row: row)]),
      company: companyText.map { TextColumn.limited(Array($0.utf8)) }
        ?? Array(texts.bytes[texts.range(of: .company, row: row)]))
    if original {
      _ = folded.replace(
        row: row,
        name: nameText.map { TextColumn.limited(Folding.folded($0)) }
          ?? Array(folded.bytes[folded.range(of: .name, row: row)]),
        company: companyText.map { TextColumn.limited(Folding.folded($0)) }
          ?? Array(folded.bytes[folded.range(of: .company, row: row)]))
    }
    let nameState = name.map(TextState.init) ?? nameStates[row]
    let companyState = company.map(TextState.init) ?? companyStates[row]
    let isChanged =
      original || nameStates[row] != nameState || companyStates[row] != companyState
    nameStates[row] = nameState
    companyStates[row] = companyState
    return isChanged
  }

  private mutating func setFigures(_ row: Int, _ assessment: Assessment) -> Bool {
    var isChanged = invoiced.set(row, to: DealCell(figure: assessment.rollup.invoiced))
    if margins.set(row, toNumber: DealCell(marginOf: assessment.rollup)) { isChanged = true }
    let next = assessment.nextMilestone?.milestone
    let milestone = assessment.fields[.nextMilestone]?.answer ?? .notAsked
    if milestones.set(row, to: DealCell(words: milestone)) { isChanged = true }
    let due = next?.due.value?.daysSinceEpoch ?? .max
    let money = Seconds(assessment.rollup.margin.oldestInput)
    let delivery = Seconds(assessment.fields[.nextMilestone]?.provenance?.fetchedAt)
    let moneyOwner = code(of: assessment.owners[.invoices])
    let deliveryOwner = code(of: assessment.owners[.milestones])
    if milestoneDues[row] != due || moneyFetchedAt[row] != money
      || deliveryFetchedAt[row] != delivery || moneyOwners[row] != moneyOwner
      || deliveryOwners[row] != deliveryOwner
    {
      isChanged = true
    }
    milestoneDues[row] = due
    moneyFetchedAt[row] = money
    deliveryFetchedAt[row] = delivery
    moneyOwners[row] = moneyOwner
    deliveryOwners[row] = deliveryOwner
    return isChanged
  }

  /// When the origin's own record of the deal was read for its dossier.
  private func commercialFetchedAt(_ assessment: Assessment) -> Timestamp? {
    assessment.sources[company.sharedID.origin]?.fetchedAt[.deals].flatMap { $0 }
  }

  /// FNV-1a, never 0.
  private static func mark(_ id: String) -> UInt32 {
    var mark: UInt32 = 2_166_136_261
    for byte in id.utf8 { mark = (mark ^ UInt32(byte)) &* 16_777_619 }
    return mark == 0 ? 1 : mark
  }
}

extension DealCell where Value == String {
  init(words answer: Answer<FieldValue>) {
    self =
      switch answer {
      case .value(let value): .value(value.description)
      case .none: .none
      case .notAsked: .notAsked
      case .unavailable: .unavailable
      }
  }
}

extension DealCell where Value == Money {
  init(money answer: Answer<FieldValue>) {
    self =
      switch answer {
      case .value(.money(let money)): .value(money)
      case .value, .unavailable: .unavailable
      case .none: .none
      case .notAsked: .notAsked
      }
  }

  /// A figure as one cell: unavailable when no answer stands behind it, incomplete when some does.
  init(figure: Figure) {
    let known = figure.amounts.count == 1 ? figure.amounts[0] : nil
    if figure.isComplete {
      self = figure.amounts.count > 1 ? .several : known.map { .value($0) } ?? .none
    } else if figure.missing.allSatisfy({ $0.reason == .notAsked }) {
      self = .notAsked
    } else {
      self =
        figure.oldestInput == nil
        ? .unavailable : .incomplete(known, known == nil ? .neither : figure.bound)
    }
  }
}

extension DealCell where Value == ExactDecimal {
  /// The margin in percent; `none` where the parts are known and it is undefined.
  init(marginOf rollup: Rollup) {
    if let percent = rollup.marginPercent {
      self = .value(percent)
      return
    }
    switch DealCell<Money>(figure: rollup.margin) {
    case .value, .none: self = .none
    case .incomplete: self = .incomplete(nil, .neither)
    case .several: self = .several
    case .notAsked: self = .notAsked
    case .unavailable: self = .unavailable
    }
  }
}
