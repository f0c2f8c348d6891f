internal import DealModel
internal import TruthEngine

/// A few words with the look they have.
struct Words: Hashable, Sendable {
  /// The words.
  var text: String
  /// Their look.
  var style: Style

  /// Words with a look.
  init(_ text: String, _ style: Style = .plain) {
    self.text = text
    self.style = style
  }

  /// Words in an ink.
  init(_ text: String, _ ink: Ink) { self.init(text, Style(ink)) }
}

/// How values are put into words: a value, and the three kinds of absence, never look alike.
extension State {
  /// A value in words.
  func words(_ value: FieldValue) -> String {
    switch value {
    case .money(let money): AmountText.full(money)
    case .number(let number): AmountText.grouped(number.description)
    case .timestamp(let instant): TimeText.clock(instant, in: zone, at: now)
    default: value.description
    }
  }

  /// An answer in words, with the words for its value.
  func words<Value>(
    _ answer: Answer<Value>, asking: Bool = false, _ value: (Value) -> String
  ) -> Words {
    switch answer {
    case .value(let known): Words(value(known))
    case .none: Words("none", .muted)
    case .notAsked: Words(asking ? "asking…" : "not asked", .muted)
    case .unavailable: Words("unavailable", .bad)
    }
  }

  /// An amount in words.
  func words(_ answer: Answer<Money>) -> Words { words(answer, AmountText.full) }

  /// A day in words.
  func words(_ answer: Answer<CalendarDate>) -> Words { words(answer, \.description) }

  /// An amount that must fit into a column.
  func words(_ answer: Answer<Money>, width: Int) -> Words {
    words(answer) { AmountText.fitted($0, width: width, about: glyphs.about) }
  }

  /// A figure in words, one line per currency, with the sign of what it lacks.
  func words(of figure: Figure, asking: Bool = false, width: Int = .max) -> [Words] {
    let sign = glyphs.sign(figure.bound)
    guard figure.amounts.isEmpty else {
      return figure.amounts.map { amount in
        let room = width == .max ? width : width - glyphs.writer.width(of: sign)
        let text = AmountText.fitted(amount, width: room, about: glyphs.about)
        return Words(sign + text, figure.isComplete ? .plain : .caution)
      }
    }
    if figure.isComplete { return [Words("none", .muted)] }
    if asking, figure.isNotAsked { return [Words("asking…", .muted)] }
    if figure.isNotAsked { return [Words("not asked", .muted)] }
    if figure.missing.contains(where: { $0.reason == .noOwner }) {
      return [Words("no owner", .caution)]
    }
    return [Words("unavailable", .bad)]
  }

  /// Why a figure is only a bound, in a few words: `erp_us unavailable 14 min`.
  func shortReason(of figure: Figure) -> String {
    guard let missing = figure.missing.first(where: { $0.reason != .notAsked }) else {
      return figure.isComplete ? "" : "not asked yet"
    }
    let more = figure.missing.count > 1 ? ", and more" : ""
    switch missing.reason {
    case .notAsked: return "not asked yet"
    case .noOwner: return "\(missing.kind.title) without an owner\(more)"
    case .overflow: return "more than 38 digits"
    case .unavailable(let error):
      let system = missing.system?.text ?? error.system.text
      if missing.record != nil { return "\(missing.kind.title) of \(system) not readable\(more)" }
      let age = missing.since.map { " " + TimeText.age(of: $0, at: now) } ?? ""
      return "\(system) \(error.kind.word)\(age)\(more)"
    }
  }

  /// What is missing in a figure, in words.
  func words(_ missing: MissingInput) -> String {
    let kind = missing.kind.title
    let system = missing.system.map { " of \($0.text)" } ?? ""
    switch missing.reason {
    case .notAsked: return "\(kind)\(system): not asked yet"
    case .noOwner: return "\(kind): no system owns them for this deal"
    case .overflow: return "\(kind)\(system): the sum does not fit in 38 digits"
    case .unavailable(let error):
      let record = missing.record.map { " (record \($0.id))" } ?? ""
      return "\(kind)\(system)\(record): \(error.message)"
    }
  }

  /// Freshness as sign and word.
  func words(_ freshness: Freshness) -> Words {
    Words("\(glyphs.sign(freshness)) \(freshness.word)", freshness.ink)
  }
}

extension Glyphs {
  /// What stands before an amount that may not be the whole sum.
  func sign(_ bound: Figure.Bound) -> String {
    switch bound {
    case .exact: ""
    case .atLeast: atLeast
    case .atMost: atMost
    case .neither: about
    }
  }
}

extension Figure {
  /// Whether all that is missing has merely not been asked for yet.
  var isNotAsked: Bool { !missing.isEmpty && missing.allSatisfy { $0.reason == .notAsked } }
}

extension RecordKind {
  /// What people call such records.
  var title: String {
    switch self {
    case .deals: "deals"
    case .invoices: "invoices"
    case .costs: "costs"
    case .milestones: "milestones"
    case .hours: "hours"
    case .tickets: "tickets"
    }
  }
}

extension DocumentStatus {
  /// The word on screen.
  var word: String { rawValue }

  /// How the word looks.
  var ink: Ink {
    switch self {
    case .open: .plain
    case .paid: .good
    case .draft, .voided: .muted
    }
  }
}

extension Cost.Kind {
  /// The word on screen.
  var word: String {
    switch self {
    case .purchaseOrder: "order"
    case .bill: "bill"
    case .vendorCredit: "credit"
    case .expense: "expense"
    }
  }
}

extension Conflict {
  /// Its name as a line.
  var key: LineKey { .conflict(deal, field, echo.system, echoProperty) }
}
