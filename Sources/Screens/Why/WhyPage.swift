internal import DealModel
internal import TruthEngine

/// Why a value is what it is: its owner, its reading, what others say, and the formula behind it.
struct WhyPage {
  let state: State
  let deal: Assessment
  let width: Int
  var page = Page()

  /// The reasons for one line of a deal.
  static func page(of key: LineKey, deal id: DealID, in state: State, width: Int) -> Page {
    var builder = WhyPage(state: state, deal: state.assessment(of: id), width: width)
    switch key {
    case .field(let field): builder.addField(field)
    case .record(let reference): builder.addRecord(reference)
    case .conflict(_, let field, _, _): builder.addField(field)
    default: builder.addSentence("Nothing more is known of this line.")
    }
    builder.addChanges(of: key)
    return builder.page
  }

  /// The title of the box.
  static func title(of key: LineKey, deal: DealID) -> String {
    switch key {
    case .field(let field), .conflict(_, let field, _, _):
      "Why: \(field.known?.title ?? field.text) of \(deal.text)"
    case .record(let reference): "Why: record \(reference.id) of \(deal.text)"
    default: "Why"
    }
  }

  var glyphs: Glyphs { state.glyphs }

  private mutating func addField(_ field: FieldName) {
    if let figure = deal.rollup.figure(of: field) {
      addFigure(field, figure)
    } else if field == .marginPercent {
      add(
        "value", deal.rollup.marginPercent.map { AmountText.percent($0, places: 2) } ?? "undefined")
      add(
        "formula",
        "margin / invoiced; undefined when nothing is invoiced, when a part is "
          + "missing, or when currencies meet")
    } else if let reading = deal.fields[field] {
      add("value", state.words(reading.answer, state.words).text)
      addOwner(field, asked: reading.provenance?.system)
      addReading(reading)
    } else {
      addOwner(field, asked: nil)
    }
    addEchoes(field)
  }

  private mutating func addFigure(_ field: FieldName, _ figure: Figure) {
    for (index, words) in state.words(of: figure).enumerated() {
      add(index == 0 ? "value" : "", words.text, words.style)
    }
    addOwner(field, asked: nil)
    if let formula = Rollup.formula(of: field) { add("formula", formula) }
    if let oldest = figure.oldestInput {
      add(
        "oldest input",
        TimeText.age(of: oldest, at: state.now) + " ago, at "
          + TimeText.clock(oldest, in: state.zone, at: state.now))
    }
    for missing in figure.missing { add("missing", state.words(missing), Style(.caution)) }
    if figure.records.isEmpty, figure.isComplete { add("records", "none") }
    let records = Dictionary(
      deal.records.values.joined().map { ($0.reference, $0) }, uniquingKeysWith: { $1 })
    for (index, reference) in figure.records.enumerated() {
      let record = records[reference]
      var text = "\(record?.number ?? reference.id)  \(reference.system.text)"
      if let record { text += "  \(record.kindWord)" }
      if let net = record?.net { text += "  \(state.words(net).text)" }
      add(index == 0 ? "records" : "", text)
    }
  }

  private mutating func addOwner(_ field: FieldName, asked: SystemName?) {
    guard let owner = state.model.ownership.owner(of: field) else {
      return add("owner", "no system owns this field")
    }
    switch owner {
    case .system(let name): addOwner(name, "")
    case .split(let by, _):
      let deciding = deal.fields[by]?.answer.value.map(state.words)
      let kind = RecordKind.allCases.first { $0.domain == field.known?.domain }
      let name = asked ?? kind.flatMap { deal.owners[$0] }
      guard let name else {
        return add("owner", "not known: \(by.known?.title ?? by.text) decides, and is not read")
      }
      addOwner(name, ", because \(by.known?.title ?? by.text) is \(deciding ?? "so")")
    }
  }

  private mutating func addOwner(_ name: SystemName, _ because: String) {
    let steward = state.model.system(name)?.steward ?? ""
    add("owner", name.text + because + (steward.isEmpty ? "" : "; steward \(steward)"))
  }

  private mutating func addReading(_ reading: Reading) {
    if case .unavailable(let error) = reading.answer { add("why not", error.message, Style(.bad)) }
    guard let provenance = reading.provenance else { return }
    addProvenance(provenance)
  }

  private mutating func addProvenance(_ provenance: Provenance) {
    let freshness = state.freshness(of: provenance.fetchedAt, from: provenance.system)
    let words = state.words(freshness)
    add(
      "fetched",
      "\(TimeText.clock(provenance.fetchedAt, in: state.zone, at: state.now)), "
        + "\(TimeText.age(of: provenance.fetchedAt, at: state.now)) ago  \(words.text)", words.style
    )
    if let modified = provenance.modifiedAt {
      add(
        "changed there",
        TimeText.changed(
          modified, skew: provenance.clockSkew, in: state.zone, at: state.now))
    }
    if !provenance.record.isEmpty { add("record", provenance.record) }
    if let url = provenance.url { add("open", url) }
  }

  private mutating func addEchoes(_ field: FieldName) {
    for comparison in state.model.comparisons where comparison.field == field {
      let name = "\(comparison.echoSystem.text).\(comparison.echoProperty)"
      let conflict = deal.conflicts.first {
        $0.field == field && $0.echo.system == comparison.echoSystem
          && $0.echoProperty == comparison.echoProperty
      }
      guard let conflict else {
        let tolerance = comparison.tolerance.isZero ? "" : " within \(comparison.tolerance)"
        add("echo", "\(name): no disagreement\(tolerance) known", Style(.muted))
        continue
      }
      let value = conflict.echo.value.map(state.words) ?? "nothing"
      add("echo", "\(glyphs.conflict) \(name) says \(value)", Style(.bad))
      if let stake = conflict.atStake { add("at stake", AmountText.full(stake)) }
      if let since = conflict.since {
        add("since", TimeText.clock(since, in: state.zone, at: state.now))
      }
      add("ask", conflict.ask)
    }
  }

  private mutating func addRecord(_ reference: RecordReference) {
    let record = deal.records[reference.kind]?.first { $0.reference == reference }
    add("owner", reference.system.text)
    add("record", "\(record?.number ?? "")  \(reference.id)")
    let fetched = deal.sources[reference.system]?.fetchedAt[reference.kind]
    if case .some(.some(let fetched)) = fetched {
      addProvenance(
        Provenance(
          system: reference.system, record: "", url: record?.url, fetchedAt: fetched,
          modifiedAt: record?.modifiedAt))
    }
    let figures = FieldName.catalog.filter {
      deal.rollup.figure(of: $0.name)?.records.contains(reference) == true
    }
    if !figures.isEmpty { add("counts in", figures.map(\.title).joined(separator: ", ")) }
  }

  private mutating func add(_ label: String, _ text: String, _ style: Style = .plain) {
    let lines = Paragraph.lines(text, width: max(1, width - 16), writer: glyphs.writer)
    for (index, words) in lines.enumerated() {
      var row = Line(glyphs)
      row.add(index == 0 ? label : "", width: 15, .left, Style(.muted))
      row.add(" ")
      row.add(words, style)
      page.add(row)
    }
  }

  private mutating func addSentence(_ text: String) { page.add(Line(glyphs, text)) }
}

extension Record {
  /// What the record counts for, net of tax; `nil` for records without an amount.
  var net: Answer<Money>? {
    switch content {
    case .invoice(let invoice): invoice.net
    case .creditNote(let note): note.net.map { -$0 }
    case .cost(let cost): cost.kind == .vendorCredit ? cost.net.map { -$0 } : cost.net
    default: nil
    }
  }
}

extension Rollup {
  /// How the figure of that name is computed.
  static func formula(of field: FieldName) -> String? {
    switch field {
    case .invoiced: "invoices net of tax less credit notes; drafts and voided ones do not count"
    case .paid: "what the customer paid on the invoices, by the ERP's own figures"
    case .outstanding: "what the customer owes on the invoices, by the ERP's own figures"
    case .overdue: "the part of outstanding whose due day has passed"
    case .committedCost:
      "orders not yet billed + bills - vendor credits + expenses + hours at the configured rate"
    case .actualCost: "bills - vendor credits + expenses + hours at the configured rate"
    case .margin: "invoiced - committed cost, per currency"
    case .forecastMargin: "deal value - committed cost, per currency"
    default: nil
    }
  }
}
