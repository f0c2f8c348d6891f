import AdapterKit
import DealModel

extension RESTAdapter {
  /// A record made of an item. What cannot be understood is unavailable value by value.
  ///
  /// - Throws: ``SystemError`` of kind `malformed` for an item without an ID.
  func record(_ item: JSONValue, _ plan: RESTPlan, deal: DealID) throws -> Record {
    let id = try id(of: item, plan)
    let reading = RESTReading(adapter: self, plan: plan, item: item, id: id)
    let label = plan.label.find(in: item).first?.word ?? id
    var record = Record(
      reference: reference(plan, id), dealID: deal, number: label,
      url: url(plan, id: id, label: label), createdAt: reading.instant(plan.created),
      modifiedAt: reading.instant(plan.modified),
      modifiedBy: plan.modifiedBy?.find(in: item).first?.word, content: reading.content)
    if plan.kind == .deals {
      for property in settings.echoProperties { record.echoes[property] = reading.echo(property) }
    }
    return record
  }

  func id(of item: JSONValue, _ plan: RESTPlan) throws -> String {
    guard let id = plan.id.find(in: item).first?.word, !id.isEmpty else {
      throw port.malformed(
        operation(of: plan.list),
        "a record without an ID at \"\(plan.id)\": it is "
          + port.hidingSecrets(in: item.contentInWords))
    }
    return id
  }

  /// Plans of one kind are told apart where there are several: their IDs may be the same.
  func reference(_ plan: RESTPlan, _ id: String) -> RecordReference {
    RecordReference(
      system: settings.system, kind: plan.kind, id: plan.number == 0 ? id : "\(plan.number):\(id)")
  }

  func url(_ plan: RESTPlan, id: String, label: String) -> String? {
    plan.url?.filled { gap in
      switch gap {
      case "id": PercentEncoding.encoded(id)
      case "number": PercentEncoding.encoded(label)
      default: nil
      }
    }
  }
}

/// Reads the values of one item.
struct RESTReading {
  let adapter: RESTAdapter
  let plan: RESTPlan
  let item: JSONValue
  let id: String

  var content: Record.Content {
    switch plan.kind {
    case .deals: .deal([:])
    case .invoices: document
    case .costs: .cost(cost)
    case .milestones:
      .milestone(
        Milestone(
          name: words("name").value ?? id, isDone: flag("done") ?? false,
          status: words("status").value ?? "", due: day("due"), start: day("start"),
          person: words("person")))
    case .hours:
      .hours(
        HoursEntry(
          person: words("person"), date: day("date"), seconds: seconds,
          subject: words("subject").value ?? ""))
    case .tickets:
      .ticket(
        Ticket(
          subject: words("subject").value ?? id, isOpen: flag("open") ?? true,
          status: words("status").value ?? "", priority: words("priority"),
          person: words("person")))
    }
  }

  private var document: Record.Content {
    let (status, fault) = status
    func amount(_ name: String) -> Answer<Money> { fault.map { .unavailable($0) } ?? money(name) }
    if let type = plan.values.group("type"), word(type, "type") == "credit_note" {
      return .creditNote(
        CreditNote(
          status: status, issued: day("issued"), net: amount("net"), gross: amount("gross"),
          unapplied: amount("outstanding")))
    }
    return .invoice(
      Invoice(
        status: status, issued: day("issued"), due: day("due"), net: amount("net"),
        gross: amount("gross"), paid: amount("paid"), outstanding: amount("outstanding")))
  }

  private var cost: Cost {
    let (status, fault) = status
    let kind = plan.values.text("is").flatMap { Cost.Kind(rawValue: $0) } ?? .expense
    func amount(_ name: String) -> Answer<Money> { fault.map { .unavailable($0) } ?? money(name) }
    return Cost(
      kind: kind, status: status, party: words("party"), date: day("date"), net: amount("net"),
      open: kind == .purchaseOrder ? amount("open") : .none)
  }

  // MARK: - Finding

  /// The value at a path of the item; an error for a path that leads nowhere.
  private func value(
    _ path: JSONPath, _ name: String, isOptional: Bool
  ) -> Answer<JSONValue> {
    let found = path.find(in: item)
    if let value = found.first { return value.isNull || value == "" ? .none : .value(value) }
    guard let lost = found.lost, !isOptional else { return .none }
    let held = adapter.port.hidingSecrets(in: lost.held)
    return .unavailable(
      SystemError(
        .drifted(field: path.text), system: adapter.settings.system,
        message: "\(who) has no \(path): at \(lost.reached) there is \(held). Mend "
          + "`\(plan.place).values.\(name)`, or say that it is `optional`."))
  }

  private func value(_ group: SystemSettings, _ name: String) -> Answer<JSONValue> {
    value(
      group.path("path") ?? .wholeDocument, name, isOptional: group.flag("optional") ?? false)
  }

  private var who: String {
    "\(plan.kind.rawValue.dropLast(plan.kind == .hours ? 0 : 1).capitalizedFirst) \(VisibleText(id.prefix(60))) in "
      + "\(adapter.settings.system) (\(adapter.settings.vendor))"
  }

  private func fault(_ name: String, _ what: String) -> SystemError {
    SystemError(
      .malformed, system: adapter.settings.system,
      message: "\(who) has \(what) as its \(name). Correct it there, or mend "
        + "`\(plan.place).values.\(name)`.")
  }

  private func each<Value>(
    _ answer: Answer<JSONValue>, _ name: String, _ what: String,
    _ read: (JSONValue) -> Value?
  ) -> Answer<Value> {
    switch answer {
    case .value(let value):
      return read(value).map { .value($0) }
        ?? .unavailable(fault(name, "\(value.typeName) that is no \(what)"))
    case .none: return .none
    case .notAsked: return .notAsked
    case .unavailable(let error): return .unavailable(error)
    }
  }

  // MARK: - Words, flags, days

  func words(_ name: String) -> Answer<String> {
    guard let group = plan.values.group(name) else { return .none }
    let map = group.textMapping("map")
    return each(value(group, name), name, "word") { value in value.word.map { map[$0] ?? $0 } }
  }

  private func word(_ group: SystemSettings, _ name: String) -> String? {
    let map = group.textMapping("map")
    return value(group, name).value?.word.map { map[$0] ?? $0 }
  }

  /// Yes or no; `nil` when it cannot be told.
  func flag(_ name: String) -> Bool? {
    guard let group = plan.values.group(name) else { return nil }
    let (yes, no) = (group.texts("is"), group.texts("not"))
    guard let value = value(group, name).value else {
      // Nothing there is no, where yes has words; and yes, where only no has words.
      return yes.isEmpty && !no.isEmpty ? nil : false
    }
    if yes.isEmpty, no.isEmpty {
      return value.bool ?? ["true": true, "1": true][value.word ?? ""]
        ?? !(value.word == "false" || value.word == "0")
    }
    guard let word = value.word else { return nil }
    if yes.contains(word) { return true }
    if no.contains(word) { return false }
    return yes.isEmpty
  }

  private func format(_ group: SystemSettings) -> RESTTimeFormat? {
    RESTTimeFormat(group.text("format"), zone: group.text("time_zone") ?? plan.zone)
  }

  func day(_ name: String) -> Answer<CalendarDate> {
    guard let group = plan.values.group(name) else { return .none }
    // The zone of the whole system is for times without one, never for moving days.
    let format = RESTTimeFormat(group.text("format"), zone: group.text("time_zone"))
    return each(value(group, name), name, "day") { format?.day($0) }
  }

  func instant(_ time: RESTTime?) -> Timestamp? {
    time.flatMap { time in time.path.find(in: item).first.flatMap { time.format.instant($0) } }
  }

  private var seconds: Answer<Int64> {
    guard let group = plan.values.group("worked") else { return .none }
    let unit = ["seconds": 1, "minutes": 60, "hours": 3_600][group.text("unit") ?? "seconds"] ?? 1
    return each(value(group, "worked"), "worked", "time of work") { value in
      guard let number = Self.number(value, comma: false), !number.isNegative,
        let seconds = try? number.multiplied(by: ExactDecimal(unit))
      else { return nil }
      return Int64(exactly: seconds.rounded(to: 0).coefficient)
    }
  }

  // MARK: - States and amounts

  /// The state of a document, and why its amounts cannot count when its state is not known.
  private var status: (DocumentStatus, SystemError?) {
    guard let group = plan.values.group("status") else { return (.open, nil) }
    let found = value(group, "status")
    let map = group.textMapping("map")
    let there = found.value?.word ?? ""
    if let known = map[there].flatMap({ DocumentStatus(rawValue: $0) }) { return (known, nil) }
    if case .unavailable(let error) = found { return (.open, error) }
    let shown = VisibleText(there.prefix(40))
    return (.open, fault("status", "\"\(shown)\", of which `map` says nothing,"))
  }

  private var currency: Answer<Currency> {
    guard let group = plan.values.group("currency") else { return .none }
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

  func money(_ name: String) -> Answer<Money> {
    guard let group = plan.values.group(name) else { return .none }
    let currency: Currency
    switch self.currency {
    case .value(let known): currency = known
    case .unavailable(let error): return .unavailable(error)
    case .none, .notAsked: return .unavailable(fault(name, "an amount without a currency"))
    }
    let others = ["times", "over", "minus"].compactMap { key -> (String, Answer<JSONValue>)? in
      group.path(key).map { (key, value($0, name, isOptional: false)) }
    }
    if let error = others.compactMap({ $0.1.error }).first { return .unavailable(error) }
    let factors = Dictionary(uniqueKeysWithValues: others)
    return each(value(group, name), name, "amount that can be read exactly") { value in
      amount(value, group, factors, currency).map { Money($0, currency) }
    }
  }

  private func amount(
    _ value: JSONValue, _ group: SystemSettings, _ factors: [String: Answer<JSONValue>],
    _ currency: Currency
  ) -> ExactDecimal? {
    let comma = group.flag("decimal_comma") ?? false
    func factor(_ name: String) -> ExactDecimal? {
      factors[name]?.value.flatMap { Self.number($0, comma: comma) }
    }
    guard var number = Self.number(value, comma: comma) else { return nil }
    do {
      if factors["minus"] != nil { number = try number.subtracting(factor("minus") ?? .zero) }
      if factors["times"] != nil {
        guard let times = factor("times") else { return nil }
        number = try number.multiplied(by: times)
      }
      if factors["over"] != nil {
        guard let over = factor("over") else { return nil }
        number = try number.isZero ? .zero : number.divided(by: over, places: 12)
      }
    } catch { return nil }
    if group.flag("minor_units") ?? false {
      let scale = Int(number.scale) + Int(currency.minorUnit)
      guard scale <= Int(ExactDecimal.maximumScale) else { return nil }
      number = ExactDecimal(coefficient: number.coefficient, scale: UInt8(scale))
    }
    if let places = group.integer("round") { number = number.rounded(to: UInt8(min(places, 30))) }
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

  func echo(_ property: String) -> Answer<FieldValue> {
    guard let path = JSONPath(property) else { return .unavailable(fault(property, "no path")) }
    return each(value(path, property, isOptional: false), property, "plain value") { value in
      switch value {
      case .string(let text): .text(text)
      case .number: value.decimal.map { .number($0) }
      case .bool(let flag): .flag(flag)
      case .null, .array, .object: nil
      }
    }
  }
}

extension StringProtocol {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
