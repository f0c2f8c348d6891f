import DealModel

/// One value of a record by its name.
struct RecordFact {
  let subject: DealChange.Subject
  let answer: Answer<FieldValue>
}

extension Record {
  /// Every value of the record that can change, in the order to tell them. Stamps are not among
  /// them: a clock that ticks is no change.
  var facts: [RecordFact] {
    var facts: [RecordFact] = []
    func add(_ name: String, _ answer: Answer<FieldValue>) {
      facts.append(RecordFact(subject: .value(name), answer: answer))
    }
    func day(_ name: String, _ answer: Answer<CalendarDate>) {
      add(name, answer.map { .date($0) })
    }
    func money(_ name: String, _ answer: Answer<Money>) { add(name, answer.asFieldValue) }
    func text(_ name: String, _ answer: Answer<String>) { add(name, answer.map { .text($0) }) }
    func word(_ name: String, _ word: String) { add(name, .value(.text(word))) }
    switch content {
    case .deal(let fields):
      // The ID of a stage says nothing that its label does not.
      for name in fields.keys.sorted() where name != .stageID {
        facts.append(RecordFact(subject: .field(name), answer: fields[name] ?? .none))
      }
    case .invoice(let invoice):
      word("status", invoice.status.rawValue)
      money("net", invoice.net)
      money("gross", invoice.gross)
      money("paid", invoice.paid)
      money("outstanding", invoice.outstanding)
      day("issued", invoice.issued)
      day("due", invoice.due)
    case .creditNote(let note):
      word("status", note.status.rawValue)
      money("net", note.net)
      money("gross", note.gross)
      money("unapplied", note.unapplied)
      day("issued", note.issued)
    case .cost(let cost):
      word("status", cost.status.rawValue)
      money("net", cost.net)
      money("open", cost.open)
      text("party", cost.party)
      day("date", cost.date)
    case .milestone(let milestone):
      word("name", milestone.name)
      word("status", milestone.status)
      add("done", .value(.flag(milestone.isDone)))
      day("due", milestone.due)
      day("start", milestone.start)
      text("person", milestone.person)
    case .hours(let entry):
      add("seconds", entry.seconds.map { .wholeSeconds($0) })
      day("date", entry.date)
      text("person", entry.person)
      word("subject", entry.subject)
    case .ticket(let ticket):
      word("subject", ticket.subject)
      word("status", ticket.status)
      add("open", .value(.flag(ticket.isOpen)))
      text("priority", ticket.priority)
      text("person", ticket.person)
    }
    if reference.kind != .deals { word("number", number) }
    for property in echoes.keys.sorted() {
      facts.append(RecordFact(subject: .echo(property), answer: echoes[property] ?? .none))
    }
    return facts
  }

  /// What the record is, in the singular, as JSON names it.
  var noun: String {
    switch content {
    case .deal: "deal"
    case .invoice: "invoice"
    case .creditNote: "credit_note"
    case .cost(let cost): cost.kind.rawValue
    case .milestone: "milestone"
    case .hours: "hours"
    case .ticket: "ticket"
    }
  }

  /// The value that stands for the record when it comes or goes.
  var mainValue: Answer<FieldValue> {
    switch content {
    case .deal(let fields): fields[.value] ?? fields[.name] ?? .none
    case .invoice(let invoice): invoice.net.asFieldValue
    case .creditNote(let note): note.net.asFieldValue
    case .cost(let cost): cost.net.asFieldValue
    case .milestone(let milestone): .value(.text(milestone.name))
    case .hours(let entry): entry.seconds.map { .wholeSeconds($0) }
    case .ticket(let ticket): .value(.text(ticket.subject))
    }
  }
}

extension RecordKind {
  /// What one such record is called when it is not known which.
  var noun: String {
    switch self {
    case .deals: "deal"
    case .invoices: "invoice"
    case .costs: "cost"
    case .milestones: "milestone"
    case .hours: "hours"
    case .tickets: "ticket"
    }
  }
}

extension FieldValue {
  /// A time worked, in seconds.
  static func wholeSeconds(_ seconds: Int64) -> FieldValue {
    .number(ExactDecimal(coefficient: Int128(seconds), scale: 0))
  }
}

extension Answer<Money> {
  /// The same answer as the value of a field.
  ///
  /// Not by ``map(_:)``: Swift 6.3 misaligns exact decimals in closures that make enums of them.
  var asFieldValue: Answer<FieldValue> {
    switch self {
    case .value(let money): return .value(.money(money))
    case .none: return .none
    case .notAsked: return .notAsked
    case .unavailable(let error): return .unavailable(error)
    }
  }
}
