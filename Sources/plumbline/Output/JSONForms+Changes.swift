import DealModel
import TruthEngine

extension JSONForms {
  /// A change: the form of a row of `changes --json`, and of a line of `changes --follow --json`.
  func change(_ change: DealChange) -> JSONValue {
    [
      "deal": .string(change.deal.text), "change": .string(change.kind.rawValue),
      "field": .string(change.field),
      "record": change.record.map { .string($0.id) } ?? nil,
      "number": change.number.isEmpty ? nil : .string(change.number),
      "url": change.url.map { .string($0) } ?? nil,
      "system": .string(change.system.text),
      "old": answer(change.old, value), "new": answer(change.new, value),
      // An old value that was never seen is null as one that was not there: this tells them apart.
      "old_seen": .bool(change.old.isAnswered),
      "by": change.by.map { .string($0) } ?? nil,
      "source_time": instant(change.sourceTime), "seen_at": instant(change.seenAt),
      "effects": .array(change.effects.map(effect)),
    ]
  }

  private func effect(_ effect: ChangeEffect) -> JSONValue {
    [
      "field": .string(effect.field.text), "old": answer(effect.old, value),
      "new": answer(effect.new, value), "complete": .bool(effect.isComplete),
    ]
  }
}

extension Rows {
  /// The columns of changes.
  static var ofChanges: Rows {
    Rows([
      .init("SOURCE TIME"), .init("SEEN"), .init("DEAL"), .init("SYSTEM"), .init("RECORD"),
      .init("FIELD"), .init("OLD"), .init("NEW"), .init("BY"), .init("EFFECTS"),
    ])
  }

  /// Adds a change.
  mutating func append(_ change: DealChange, _ forms: JSONForms) {
    append(change.cells, json: forms.change(change))
  }
}

extension DealChange {
  /// The change as people read it, a cell per column of ``Rows/ofChanges``.
  fileprivate var cells: [String] {
    func side(_ answer: Answer<FieldValue>) -> String {
      if case .notAsked = answer { return "not seen" }
      return answer.words(\.description)
    }
    return [
      sourceTime?.description ?? "", seenAt.description, deal.text, system.text, number, field,
      side(old), side(new), by ?? "", effects.map(\.words).joined(separator: "; "),
    ]
  }

  /// The change as one line of text.
  var line: String {
    func side(_ answer: Answer<FieldValue>) -> String {
      if case .notAsked = answer { return "not seen" }
      return answer.words(\.description)
    }
    let what = [deal.text, number == deal.text ? "" : number, field].filter { !$0.isEmpty }
      .joined(separator: " ")
    let transition =
      switch kind {
      case .changed: "\(side(old)) → \(side(new))"
      case .appeared: "new: \(side(new))"
      case .vanished: "gone; was \(side(old))"
      }
    let at = sourceTime.map { " at \($0)" } ?? ""
    let person = by.map { " by \($0)" } ?? ""
    let moved = effects.isEmpty ? "" : "; " + effects.map(\.words).joined(separator: ", ")
    return "\(seenAt)  \(what)  \(transition)  (\(system)\(at)\(person))\(moved)"
  }
}

extension ChangeEffect {
  /// The effect as people read it.
  var words: String {
    func side(_ answer: Answer<FieldValue>) -> String {
      if field == .marginPercent {
        guard case .value(.number(let percent)) = answer else { return "undefined" }
        return percent.formatted(minimumPlaces: 2) + " %"
      }
      return answer.words(\.description)
    }
    let title = field.known?.title ?? field.text
    // The name of the figure says that it is a percentage; its values say so as well.
    let name = field == .marginPercent ? "margin" : title
    return "\(name) \(side(old)) → \(side(new))" + (isComplete ? "" : " (incomplete)")
  }
}
