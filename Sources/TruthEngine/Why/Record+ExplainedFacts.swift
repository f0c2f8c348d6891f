import DealModel

extension Record {
  /// What the record says, under the names that JSON uses, in the order to show it.
  var explainedFacts: [Explanation.Fact] {
    func text(_ name: String, _ words: String) -> Explanation.Fact {
      Explanation.Fact(name: name, answer: .value(.text(words)))
    }
    func money(_ name: String, _ answer: Answer<Money>) -> Explanation.Fact {
      Explanation.Fact(name: name, answer: answer.map { .money($0) })
    }
    func day(_ name: String, _ answer: Answer<CalendarDate>) -> Explanation.Fact {
      Explanation.Fact(name: name, answer: answer.map { .date($0) })
    }
    func words(_ name: String, _ answer: Answer<String>) -> Explanation.Fact {
      Explanation.Fact(name: name, answer: answer.map { .text($0) })
    }
    switch content {
    case .deal(let fields):
      return fields.sorted { $0.key < $1.key }.map {
        Explanation.Fact(name: $0.key.text, answer: $0.value)
      }
    case .invoice(let invoice):
      return [
        text("status", invoice.status.rawValue), day("issued", invoice.issued),
        day("due", invoice.due), money("net", invoice.net), money("gross", invoice.gross),
        money("paid", invoice.paid), money("outstanding", invoice.outstanding),
      ]
    case .creditNote(let note):
      return [
        text("status", note.status.rawValue), day("issued", note.issued), money("net", note.net),
        money("gross", note.gross), money("unapplied", note.unapplied),
      ]
    case .cost(let cost):
      return [
        text("status", cost.status.rawValue), words("party", cost.party), day("date", cost.date),
        money("net", cost.net),
      ] + (cost.kind == .purchaseOrder ? [money("open", cost.open)] : [])
    case .milestone(let milestone):
      return [
        text("name", milestone.name), text("status", milestone.status),
        Explanation.Fact(name: "done", answer: .value(.flag(milestone.isDone))),
        day("due", milestone.due), day("start", milestone.start),
        words("person", milestone.person),
      ]
    case .hours(let hours):
      return [
        words("person", hours.person), day("date", hours.date),
        Explanation.Fact(
          name: "seconds",
          answer: hours.seconds.map {
            .number(ExactDecimal(coefficient: Int128($0), scale: 0))
          }), text("subject", hours.subject),
      ]
    case .ticket(let ticket):
      return [
        text("subject", ticket.subject), text("status", ticket.status),
        Explanation.Fact(name: "open", answer: .value(.flag(ticket.isOpen))),
        words("priority", ticket.priority), words("person", ticket.person),
      ]
    }
  }
}
