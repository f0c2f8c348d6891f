import AdapterKit
import DealModel

/// Reads the values of one item.
struct RESTReading {
  let adapter: RESTAdapter
  let plan: RESTPlan
  var item: JSONValue
  let id: String
  /// The record's lines; `nil` when they were not asked for.
  var lines: [JSONValue]?
  /// What is read of the item, and where that stands in the configuration.
  var values: SystemSettings
  var place: String

  init(
    adapter: RESTAdapter, plan: RESTPlan, item: JSONValue, id: String, lines: [JSONValue]? = nil
  ) {
    self.adapter = adapter
    self.plan = plan
    self.item = item
    self.id = id
    self.lines = lines
    values = plan.values
    place = "\(plan.place).values"
  }

  /// The same of what belongs to the record: one of its lines.
  func of(_ item: JSONValue, _ belonging: RESTBelonging) -> RESTReading {
    var reading = self
    reading.item = item
    reading.values = belonging.values
    reading.place = belonging.place
    return reading
  }

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
    let (status, unknownStatus) = status
    let type = documentType
    let fault = unknownStatus ?? type.error
    func amount(_ name: String) -> Answer<Money> { fault.map { .unavailable($0) } ?? money(name) }
    if type.value == "credit_note" {
      return .creditNote(
        CreditNote(
          status: status, issued: day("issued"), net: amount("net"), gross: amount("gross"),
          unapplied: amount("outstanding")))
    }
    return .invoice(
      Invoice(
        status: status, issued: day("issued"), due: due, net: amount("net"),
        gross: amount("gross"), paid: amount("paid"), outstanding: amount("outstanding")))
  }

  /// The day an invoice is due: without a word of it nobody knows what is overdue.
  private var due: Answer<CalendarDate> {
    guard values.group("due") == nil else { return day("due") }
    return .unavailable(
      SystemError(
        .refused, system: adapter.settings.system,
        message: "When invoices of \(adapter.settings.system) (\(adapter.settings.vendor)) are due "
          + "is not known. Say it as `\(place).due`."))
  }

  private var cost: Cost {
    let (status, unknownStatus) = status
    let choice = choice("is")
    let kind = choice.value.flatMap { Cost.Kind(rawValue: $0) } ?? .expense
    let fault = unknownStatus ?? choice.error
    func amount(_ name: String) -> Answer<Money> { fault.map { .unavailable($0) } ?? money(name) }
    return Cost(
      kind: kind, status: status, party: words("party"), date: day("date"), net: amount("net"),
      open: kind == .purchaseOrder ? amount("open") : .none)
  }

  // MARK: - Finding

  /// The value at a path of the item; an error for a path that leads nowhere.
  func value(
    _ path: JSONPath, _ name: String, isOptional: Bool
  ) -> Answer<JSONValue> {
    let found = path.find(in: item)
    if let value = found.first { return value.isNull || value == "" ? .none : .value(value) }
    guard let lost = found.lost, !isOptional else { return .none }
    return .unavailable(gone(path, name, lost))
  }

  /// The error for a path that leads nowhere.
  func gone(_ path: JSONPath, _ name: String, _ lost: JSONPath.Lost) -> SystemError {
    let held = adapter.port.hidingSecrets(in: lost.held)
    return SystemError(
      .drifted(field: path.text), system: adapter.settings.system,
      message: "\(who) has no \(path): at \(lost.reached) there is \(held). Mend "
        + "`\(place).\(name)`, or say that it is `optional`.")
  }

  func value(_ group: SystemSettings, _ name: String) -> Answer<JSONValue> {
    value(
      group.path("path") ?? .wholeDocument, name, isOptional: group.flag("optional") ?? false)
  }

  var who: String {
    "\(plan.kind.rawValue.dropLast(plan.kind == .hours ? 0 : 1).capitalizedFirst) \(VisibleText(id.prefix(60))) in "
      + "\(adapter.settings.system) (\(adapter.settings.vendor))"
  }

  func fault(_ name: String, _ what: String) -> SystemError {
    SystemError(
      .malformed, system: adapter.settings.system,
      message: "\(who) has \(what) as its \(name). Correct it there, or mend "
        + "`\(place).\(name)`.")
  }

  func each<Value>(
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
    guard let group = values.group(name) else { return .none }
    let map = group.textMapping("map")
    return each(value(group, name), name, "word") { value in value.word.map { map[$0] ?? $0 } }
  }

  /// Yes or no; `nil` when it cannot be told.
  func flag(_ name: String) -> Bool? {
    guard let group = values.group(name) else { return nil }
    let (yes, no) = (group.texts("is"), group.texts("not"))
    switch value(group, name) {
    // Nothing there is no, where yes has words; and yes, where only no has words.
    case .none: return yes.isEmpty && !no.isEmpty ? nil : false
    case .unavailable, .notAsked: return nil
    case .value(let value):
      guard let word = value.word else { return nil }
      if yes.isEmpty, no.isEmpty {
        return ["true": true, "1": true, "false": false, "0": false][word.lowercased()]
      }
      if yes.contains(word) { return true }
      if no.contains(word) { return false }
      // With words for one alone, every other word is the other.
      return yes.isEmpty ? true : no.isEmpty ? false : nil
    }
  }

  func day(_ name: String) -> Answer<CalendarDate> {
    guard let group = values.group(name) else { return .none }
    // The zone of the whole system is for times without one, never for moving days.
    let format = RESTTimeFormat(group.text("format"), zone: group.text("time_zone"))
    return each(value(group, name), name, "day") { format?.day($0) }
  }

  func instant(_ time: RESTTime?) -> Timestamp? {
    time.flatMap { time in time.path.find(in: item).first.flatMap { time.format.instant($0) } }
  }

  private var seconds: Answer<Int64> {
    guard let group = values.group("worked") else { return .none }
    let unit = ["seconds": 1, "minutes": 60, "hours": 3_600][group.text("unit") ?? "seconds"] ?? 1
    return each(value(group, "worked"), "worked", "time of work") { value in
      guard let number = Self.number(value, comma: false), !number.isNegative,
        let seconds = try? number.multiplied(by: ExactDecimal(unit))
      else { return nil }
      return Int64(exactly: seconds.rounded(to: 0).coefficient)
    }
  }

  // MARK: - Copies

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
