import DealModel

/// Everything known about one disagreement: what a cause is concluded from.
struct Disagreement: Hashable, Sendable {
  var kind: Conflict.Kind
  /// What the owner says.
  var owner: Party
  /// What the echo says.
  var echo: Party
  /// The largest difference that is none.
  var tolerance: ExactDecimal = .zero
  /// How long the flow that carries the value may take.
  var grace: Duration?
  var rates = ExchangeRates()
  /// Other ways to add up the owner's records.
  var definitions: [Definition] = []
  /// The documents that the owner's value is made of; 1 for a single value.
  var documentCount = 1
  /// Other records that bear the same ID where only one may, by what people call them, with their
  /// value of this field.
  var namesakes: [Namesake] = []

  /// One side.
  struct Party: Hashable, Sendable {
    /// What to call it: `erp_eu`, `crm.invoiced_total`.
    var name: String
    var system: SystemName
    /// One amount, or one per currency; empty when the value is no money, or is absent.
    var amounts: [Money] = []
    /// The value; `nil` when the system answered that it has none.
    var value: FieldValue?
    /// When the answer arrived here.
    var fetchedAt: Timestamp?
    /// The last change of the value, as far as it is known.
    var change: Change?
    /// Why its history could not be read; `nil` when it was, or there is none to read.
    var historyFailure: SystemError?
  }

  /// The last change of a value.
  struct Change: Hashable, Sendable {
    var at: Timestamp
    /// Whether the vendor's history tells of this very value. Otherwise `at` is when its record was
    /// last changed: the value changed then or before.
    var isOfValue: Bool
    /// Whether the value is as its record was made with: nothing has changed it since.
    var isCreation = false
    var author = PropertyChange.Author.unknown
    var by: String?
    /// The value before; absent unless the history tells it.
    var previous = Answer<FieldValue>.notAsked
  }

  /// The owner's records added up in another way.
  struct Definition: Hashable, Sendable {
    /// What was done: `with tax`, `without credit notes`.
    var words: String
    /// How many such liberties it takes.
    var steps: Int
    var amount: Money
  }

  /// Another record with the same ID.
  struct Namesake: Hashable, Sendable {
    var name: String
    /// Its own value of the field, or of the copy.
    var value: FieldValue
    /// Whether the value is its copy of the field.
    var isCopy = false
  }

  /// Both amounts when each side is one amount of one currency.
  var amountsOfOneCurrency: (owned: ExactDecimal, copied: ExactDecimal, currency: Currency)? {
    guard owner.amounts.count == 1, echo.amounts.count == 1,
      owner.amounts[0].currency == echo.amounts[0].currency
    else { return nil }
    return (owner.amounts[0].amount, echo.amounts[0].amount, owner.amounts[0].currency)
  }

  /// Whether two numbers agree within the tolerance.
  func agree(_ left: ExactDecimal, _ right: ExactDecimal) -> Bool {
    guard let difference = try? left.subtracting(right).magnitude else { return false }
    return difference <= tolerance
  }

  /// Whether a value says what the owner says.
  func agreesWithOwner(_ value: FieldValue) -> Bool {
    if case .money(let money) = value, case .money(let owned)? = owner.value {
      return money.currency == owned.currency && agree(money.amount, owned.amount)
    }
    if case .number(let number) = value, case .number(let owned)? = owner.value {
      return agree(number, owned)
    }
    return value == owner.value
  }

  /// Whether the echo was last written before the owner's value changed: `nil` when that is not
  /// known.
  ///
  /// A record's own stamp is never earlier than the last change of a value in it, so a stamp on the
  /// echo's side is enough; on the owner's side it may have moved for another reason.
  var isEchoOlder: Bool? {
    guard let owned = owner.change, let copied = echo.change else { return nil }
    if copied.at < owned.at { return true }
    return copied.isOfValue && copied.at > owned.at ? false : nil
  }
}

extension Disagreement {
  /// Who changed which side when, and what is not known about it.
  var timeline: [Evidence] {
    sentences(about: owner, isOwner: true) + sentences(about: echo, isOwner: false)
  }

  private func sentences(about party: Party, isOwner: Bool) -> [Evidence] {
    var sentences: [Evidence] = []
    if let change = party.change {
      let by = change.by.map { " by \($0)" } ?? ""
      if change.isCreation {
        sentences.append(
          "\(party.name) has not changed since \(change.at), when its \(isOwner ? "newest " : "")record was made."
        )
      } else if change.isOfValue {
        if case .value(let previous) = change.previous {
          sentences.append(
            "\(party.name) was changed at \(change.at)\(by); before, it said \(previous).")
        } else {
          sentences.append("\(party.name) was changed at \(change.at)\(by).")
        }
      } else {
        let records =
          isOwner ? "Its records in \(party.system) were" : "The record of \(party.name) was"
        sentences.append(
          "\(records) last changed at \(change.at)\(by); whether this value changed then is not on record."
        )
      }
    } else {
      sentences.append("When \(party.name) was last changed is not known.")
    }
    if let failure = party.historyFailure {
      sentences.append("The history of \(party.name) could not be read: \(failure.message)")
    }
    return sentences
  }
}
