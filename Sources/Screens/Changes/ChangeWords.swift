internal import DealModel
internal import TruthEngine

/// How changes are put into words.
extension State {
  /// What changed: `value`, `INV1037 net`, `copy of invoiced (invoiced_total)`.
  func what(_ change: DealChange) -> String {
    let noun = change.noun.replacing("_", with: " ")
    switch change.subject {
    case .field(let name): return name.known?.title ?? name.text
    case .echo(let property):
      let compared = model.comparisons.first {
        $0.echoSystem == change.system && $0.echoProperty == property
      }
      let title = compared.map { $0.field.known?.title ?? $0.field.text }
      return title.map { "copy of \($0) (\(property))" } ?? property
    case .value(let name):
      let number = change.recordKind == .hours ? noun : change.number
      return "\(number) \(name == "seconds" ? "worked" : name)"
    case .record:
      if change.record == nil { return change.recordKind == .deals ? noun : "some \(noun)" }
      return change.recordKind == .hours || change.recordKind == .deals
        ? noun : "\(noun) \(change.number)"
    }
  }

  /// What it was and what it is: `120,000.00 EUR → 150,000.00 EUR`.
  func transition(_ change: DealChange) -> String {
    let name: String? = if case .value(let name) = change.subject { name } else { nil }
    let isTime = name == "seconds" || (change.subject == .record && change.recordKind == .hours)
    let old = words(change.old, isTime: isTime)
    let new = words(change.new, isTime: isTime)
    switch change.kind {
    case .appeared: return "new: \(new)"
    case .vanished: return change.old.isAnswered ? "gone; was \(old)" : "gone"
    case .changed:
      if change.old.isAnswered { return pair(change.old, change.new, old, new) }
      return change.new.isAnswered
        ? "→ \(new), earlier value not seen" : "changed, earlier value not seen"
    }
  }

  /// What it did to a figure: `margin % 31.2% → 28.9%`.
  func words(_ effect: ChangeEffect) -> String {
    let title = effect.field.known?.title ?? effect.field.text
    let bound = effect.isComplete ? "" : " (incomplete)"
    let old = side(effect.old, of: effect.field)
    let new = side(effect.new, of: effect.field)
    return "\(title) \(pair(effect.old, effect.new, old, new))\(bound)"
  }

  /// Two values side by side; a currency that both share is named once.
  private func pair(
    _ old: Answer<FieldValue>, _ new: Answer<FieldValue>, _ oldWords: String, _ newWords: String
  ) -> String {
    if case .value(.money(let before)) = old, case .value(.money(let after)) = new,
      before.currency == after.currency
    {
      return "\(AmountText.bare(before)) → \(newWords)"
    }
    return "\(oldWords) → \(newWords)"
  }

  /// What a change did, the figure that people ask about first in front.
  func effects(of change: DealChange) -> [String] {
    let first: [FieldName] = [.marginPercent, .invoiced, .conflicts]
    let told = first.flatMap { field in change.effects.filter { $0.field == field } }
    return (told + change.effects.filter { !first.contains($0.field) }).map(words)
  }

  /// Who and when at the source: `erp_us 14:03:02, by Hannah Cole`.
  func origin(of change: DealChange) -> String {
    var text = change.system.text
    if let at = change.sourceTime { text += " " + TimeText.clock(at, in: zone, at: now) }
    if let by = change.by { text += ", by \(by)" }
    return text
  }

  /// A change in one sentence, for copying and for `w`.
  func sentence(_ change: DealChange) -> String {
    let effects = effects(of: change).joined(separator: ", ")
    return "\(change.deal.text) \(what(change)): \(transition(change)) (\(origin(of: change)))"
      + (effects.isEmpty ? "" : "; \(effects)")
  }

  /// What a line of a deal was before it changed last; empty when no change of it was seen.
  func wasWords(_ key: LineKey, of deal: DealID) -> [String] {
    feed.newest(of: key, in: deal, comparisons: model.comparisons).flatMap { change in
      let seen = TimeText.clock(change.seenAt, in: zone, at: now)
      if case .field(let field) = key, change.subject != .field(field),
        let effect = change.effects.first(where: { $0.field == field })
      {
        return [
          "was \(side(effect.old, of: field)) until \(seen): \(what(change)) \(transition(change))"
            + " in \(origin(of: change))"
        ]
      }
      let by = "seen \(seen); \(origin(of: change))"
      let name: String = if case .record = key { what(change) + " " } else { "" }
      switch change.kind {
      case .changed where change.old.isAnswered:
        let isTime = change.subject == .value("seconds")
        return ["\(name)was \(words(change.old, isTime: isTime)); \(by)"]
      case .changed: return ["\(name)changed, earlier value not seen; \(by)"]
      case .appeared: return ["\(name)is new; \(by)"]
      case .vanished: return ["\(name)is gone; \(by)"]
      }
    }
  }

  private func side(_ answer: Answer<FieldValue>, of field: FieldName) -> String {
    if field == .marginPercent {
      if case .value(.number(let percent)) = answer { return AmountText.percent(percent) }
      return "undefined"
    }
    return words(answer, isTime: field == .hours)
  }

  private func words(_ answer: Answer<FieldValue>, isTime: Bool) -> String {
    if isTime, case .value(.number(let seconds)) = answer,
      let whole = Int64(seconds.rounded(to: 0).description)
    {
      return TimeText.worked(seconds: whole)
    }
    switch answer {
    case .value(let value): return words(value)
    case .none: return "none"
    case .notAsked: return "not known"
    case .unavailable: return "unavailable"
    }
  }
}
