import AdapterKit
import DealModel

extension RESTReading {
  // MARK: States

  /// The state of a document, and why its amounts cannot count when its state is not known.
  var status: (DocumentStatus, SystemError?) {
    guard let group = values.group("status") else { return (.open, nil) }
    let found = value(group, "status")
    let map = group.textMapping("map")
    let there = found.value?.word ?? ""
    let behind = group.path("and").flatMap { $0.find(in: item).first?.word }
    // What is said of both words is more particular than what is said of the first.
    let words = [behind.map { "\(there) \($0)" }, there].compactMap(\.self)
    if let known = words.lazy.compactMap({ map[$0].flatMap { DocumentStatus(rawValue: $0) } }).first
    {
      return (known, nil)
    }
    if case .unavailable(let error) = found { return (.open, error) }
    return (.open, fault("status", unmapped(words[0])))
  }

  /// What a record is, always the same or by a word of it; an error for a word that `map` lacks.
  func choice(_ name: String) -> Answer<String> {
    guard let group = values.group(name) else { return .none }
    if let always = group.text("always") { return .value(always) }
    let found = value(group, name)
    guard let there = found.value else {
      return .unavailable(found.error ?? fault(name, "nothing"))
    }
    guard let word = word(there, group) else {
      return .unavailable(fault(name, "\(there.typeName) that cannot be told"))
    }
    return group.textMapping("map")[word].map { .value($0) }
      ?? .unavailable(fault(name, unmapped(word)))
  }

  /// The word that `map` is asked about: the one that stands there, or the sign of the number.
  func word(_ value: JSONValue, _ group: SystemSettings) -> String? {
    guard group.flag("by_sign") ?? false else { return value.word }
    // Whichever way it is written, its sign is the same.
    return (Self.number(value, comma: false) ?? Self.number(value, comma: true)).map {
      $0.isZero ? "zero" : $0.isNegative ? "negative" : "positive"
    }
  }

  /// Invoice or credit note: an invoice where nothing is said.
  var documentType: Answer<String> {
    guard let group = values.group("type") else { return .value("invoice") }
    let found = value(group, "type")
    guard let there = found.value else {
      let isOptional = group.flag("optional") ?? false
      return isOptional && found.error == nil
        ? .value("invoice") : .unavailable(found.error ?? fault("type", "nothing"))
    }
    let map = group.textMapping("map")
    guard let word = word(there, group) else {
      return .unavailable(fault("type", "\(there.typeName) that cannot be told"))
    }
    if let known = map[word] { return .value(known) }
    if map.isEmpty, ["invoice", "credit_note"].contains(word) { return .value(word) }
    // A map that names credit notes alone leaves the others to be invoices.
    return Set(map.values) == ["credit_note"]
      ? .value("invoice") : .unavailable(fault("type", unmapped(word)))
  }

  private func unmapped(_ word: String) -> String {
    "\"\(VisibleText(word.prefix(40)))\", of which `map` says nothing,"
  }

  // MARK: Amounts

  /// The currency of the record.
  var currency: Answer<Currency> {
    guard let group = values.group("currency") else { return .none }
    if let code = group.currency("code") { return .value(code) }
    guard let path = group.path("path") else { return .none }
    return each(value(path, "currency", isOptional: false), "currency", "currency") { value in
      guard let word = value.word else { return nil }
      if case .mapping(let map)? = group.values["map"], case .currency(let currency)? = map[word] {
        return currency
      }
      return Currency(code: word)
    }
  }

  func money(_ name: String) -> Answer<Money> { money(name, in: currency) }

  /// An amount of the item.
  func money(_ name: String, in currency: Answer<Currency>) -> Answer<Money> {
    guard let group = values.group(name) else { return .none }
    let known: Currency
    switch currency {
    case .value(let currency): known = currency
    case .unavailable(let error): return .unavailable(error)
    case .none, .notAsked: return .unavailable(fault(name, "an amount without a currency"))
    }
    return number(name, group, known).map { Money($0, known) }
  }

  /// A number of the item that is no amount.
  func number(_ name: String) -> Answer<ExactDecimal> {
    guard let group = values.group(name) else { return .none }
    return number(name, group, nil)
  }

  /// A number as its group describes it, of the item or as the sum over the lines, rounded last.
  private func number(
    _ name: String, _ group: SystemSettings, _ currency: Currency?
  ) -> Answer<ExactDecimal> {
    for condition in group.groups("when").map({ RESTCondition($0) }) {
      guard let holds = condition.holds(of: item) else {
        let lost = condition.path.find(in: item).lost
        return .unavailable(
          gone(condition.path, name, lost ?? .init(reached: "$", held: "nothing")))
      }
      if !holds { return .value(.zero) }
    }
    let exact =
      group.text("of") == "lines" ? sum(name, group, currency) : part(name, group, currency)
    return exact.map { exact in
      // Nothing of an order is open below nothing.
      let exact = name == "open" ? max(.zero, exact) : exact
      return switch group.text("round") {
      case nil: exact
      case "currency"?: exact.rounded(to: currency?.minorUnit ?? 2)
      case let places?: exact.rounded(to: UInt8(places) ?? ExactDecimal.maximumScale)
      }
    }
  }

  private func sum(
    _ name: String, _ group: SystemSettings, _ currency: Currency?
  ) -> Answer<ExactDecimal> {
    guard let lines else { return .unavailable(fault(name, "no lines")) }
    if lines.isEmpty, hasAmount {
      return .unavailable(fault(name, "no lines, although there is an amount"))
    }
    var sum = ExactDecimal.zero
    for line in lines {
      var reading = self
      reading.item = line
      switch reading.part(name, group, currency) {
      case .value(let part):
        guard let next = try? sum.adding(part) else {
          return .unavailable(fault(name, "more than can be added up"))
        }
        sum = next
      case .unavailable(let error): return .unavailable(error)
      case .none, .notAsked:
        // A sum over some of the lines would be no sum.
        guard group.flag("optional") ?? false else {
          return .unavailable(fault(name, "a line without its part"))
        }
      }
    }
    return .value(sum)
  }

  /// Whether the record itself says that there is something to add up.
  private var hasAmount: Bool {
    guard let net = values.group("net"), net.text("of") != "lines",
      let value = value(net, "net").value
    else { return false }
    return Self.number(value, comma: net.flag("decimal_comma") ?? false)?.isZero == false
  }

  /// The number that stands in the item, not yet rounded.
  private func part(
    _ name: String, _ group: SystemSettings, _ currency: Currency?
  ) -> Answer<ExactDecimal> {
    let others = ["times", "over", "minus"].compactMap { key -> (String, Answer<JSONValue>)? in
      group.path(key).map { (key, total($0, name, group, isOptional: false)) }
    }
    if let error = others.compactMap({ $0.1.error }).first { return .unavailable(error) }
    let factors = Dictionary(uniqueKeysWithValues: others)
    let found = total(
      group.path("path") ?? .wholeDocument, name, group,
      isOptional: group.flag("optional") ?? false)
    if case .value = found, let missing = others.first(where: { $0.1.value == nil }) {
      return .unavailable(fault(name, "nothing at `\(missing.0)`"))
    }
    return each(found, name, "amount that can be read exactly") { value in
      calculated(value, group, factors, currency, isOpen: name == "open")
    }
  }

  /// The number at a path; where it may lead to several, the sum of those that are there.
  private func total(
    _ path: JSONPath, _ name: String, _ group: SystemSettings, isOptional: Bool
  ) -> Answer<JSONValue> {
    guard path.isPlural else { return value(path, name, isOptional: isOptional) }
    let found = path.find(in: item)
    // A sum over some of them would be no sum.
    if let lost = found.lost { return isOptional ? .none : .unavailable(gone(path, name, lost)) }
    var sum = ExactDecimal.zero
    for value in found.values {
      let number = Self.number(value, comma: group.flag("decimal_comma") ?? false)
      guard let number, let next = try? sum.adding(number) else {
        return .unavailable(fault(name, "\(value.typeName) that cannot be added up"))
      }
      sum = next
    }
    return .value(.number(sum.description))
  }

  private func calculated(
    _ value: JSONValue, _ group: SystemSettings, _ factors: [String: Answer<JSONValue>],
    _ currency: Currency?, isOpen: Bool
  ) -> ExactDecimal? {
    let comma = group.flag("decimal_comma") ?? false
    func factor(_ name: String) -> ExactDecimal? {
      factors[name]?.value.flatMap { Self.number($0, comma: comma) }
    }
    guard let whole = Self.number(value, comma: comma) else { return nil }
    var number = whole
    do {
      if factors["minus"] != nil {
        guard let minus = factor("minus") else { return nil }
        number = try number.subtracting(minus)
        // What was billed beyond an order opens no part of it, be it of a discount.
        if isOpen { number = whole.isNegative ? min(.zero, number) : max(.zero, number) }
      }
      if factors["times"] != nil {
        guard let times = factor("times") else { return nil }
        number = try number.multiplied(by: times)
      }
      if factors["over"] != nil {
        guard let over = factor("over") else { return nil }
        number = try number.isZero ? .zero : number.divided(by: over, places: 12)
      }
    } catch { return nil }
    if group.flag("minor_units") ?? false, let currency {
      let scale = Int(number.scale) + Int(currency.minorUnit)
      guard scale <= Int(ExactDecimal.maximumScale) else { return nil }
      number = ExactDecimal(coefficient: number.coefficient, scale: UInt8(scale))
    }
    switch group.text("sign") {
    case "flip": return -number
    case "drop": return number.magnitude
    default: return number
    }
  }

  static func number(_ value: JSONValue, comma: Bool) -> ExactDecimal? {
    if let number = value.decimal { return number }
    guard let text = value.string else { return nil }
    guard comma else { return ExactDecimal(text) }
    return ExactDecimal(text.replacing(".", with: "").replacing(",", with: "."))
  }
}
