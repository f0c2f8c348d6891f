import DealModel

// Words in which the causes write their examples. Hours are of one day.

extension Disagreement {
  static func euros(_ owned: String, _ copied: String?) -> Self {
    let copy = copied.map { Answer.euros($0) }?.value
    return between(Answer.euros(owned).value, copy)
  }

  static func words(_ owned: String, _ copied: String) -> Self {
    between(.text(owned), .text(copied))
  }

  static func numbers(_ owned: ExactDecimal, _ copied: ExactDecimal) -> Self {
    between(.number(owned), .number(copied))
  }

  static func amounts(_ owned: [Answer<FieldValue>], _ copied: Answer<FieldValue>) -> Self {
    var subject = between(owned.count == 1 ? owned[0].value : .text("several"), copied.value)
    subject.kind = .currency
    subject.owner.amounts = owned.compactMap { $0.value?.money }
    return subject
  }

  private static func between(_ owned: FieldValue?, _ copied: FieldValue?) -> Self {
    Disagreement(
      kind: copied == nil ? .echoMissing : .value,
      owner: Party(
        name: "rollup.invoiced", system: "erp", amounts: (owned?.money).map { [$0] } ?? [],
        value: owned),
      echo: Party(
        name: "crm.copy", system: "crm", amounts: (copied?.money).map { [$0] } ?? [],
        value: copied))
  }

  func ownerChanged(hour: Int) -> Self {
    with { $0.owner.change = Change(at: .hour(hour), isOfValue: true) }
  }

  func ownerStamped(hour: Int) -> Self {
    with { $0.owner.change = Change(at: .hour(hour), isOfValue: false) }
  }

  func echoStamped(hour: Int) -> Self {
    with { $0.echo.change = Change(at: .hour(hour), isOfValue: false) }
  }

  func echoEdited(
    hour: Int, from previous: Answer<FieldValue>, by: String,
    author: PropertyChange.Author = .person
  ) -> Self {
    with {
      $0.echo.change = Change(
        at: .hour(hour), isOfValue: true, author: author, by: by, previous: previous)
    }
  }

  func read(hour: Int, grace: Int) -> Self {
    with {
      $0.echo.fetchedAt = .hour(hour)
      $0.grace = .seconds(grace * 3_600)
    }
  }

  func namesake(_ name: String, _ value: Answer<FieldValue>, isCopy: Bool = false) -> Self {
    with { subject in
      guard let value = value.value else { return }
      subject.namesakes.append(Namesake(name: name, value: value, isCopy: isCopy))
    }
  }

  func defined(_ words: String, _ amount: Answer<FieldValue>) -> Self {
    with { subject in
      guard let money = amount.value?.money else { return }
      subject.definitions.append(Definition(words: words, steps: 1, amount: money))
    }
  }

  func documents(_ count: Int) -> Self { with { $0.documentCount = count } }

  /// One euro is so many dollars.
  func at(_ rate: String) -> Self {
    with { subject in
      guard let euro = Currency(code: "EUR"), let dollar = Currency(code: "USD"),
        let rate = ExactDecimal(rate)
      else { return }
      subject.rates.rates[.init(base: euro, quoted: dollar)] = rate
    }
  }

  private func with(_ change: (inout Self) -> Void) -> Self {
    var changed = self
    change(&changed)
    return changed
  }
}

extension Timestamp {
  fileprivate static func hour(_ hour: Int) -> Timestamp {
    Timestamp(milliseconds: Int64(hour) * 3_600_000)
  }
}

extension FieldValue {
  /// The amount; `nil` for what is no money.
  var money: Money? { if case .money(let money) = self { money } else { nil } }
}
