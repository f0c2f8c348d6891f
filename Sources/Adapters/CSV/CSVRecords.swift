import DealModel

/// What rows of an export mean, as configured.
struct CSVMeaning: Sendable {
  let system: ConfiguredSystem
  let kind: RecordKind
  let format: CSVFormat
  /// The currency of amounts without one.
  let currency: Currency?
  /// Words of the `type` column, in lower case → what they mean.
  let types: [String: String]
  /// Words of the `status` column, in lower case → what they mean.
  let statuses: [String: String]
  /// What a cost without a type is.
  let costType: Cost.Kind

  static let statusWords = ["draft", "open", "paid", "voided", "done"]
  static let typeWords = [
    "invoice", "credit_note", "purchase_order", "bill", "vendor_credit", "expense",
  ]
  private static let doneWords: Set<String> = [
    "done", "closed", "complete", "completed", "finished", "resolved", "solved", "yes", "true", "x",
    "1",
  ]

  /// What a word of the `type` column means; `nil` for a word that nobody explained.
  func type(_ word: String) -> String? {
    let word = word.lowercased()
    if let meaning = types[word] { return meaning }
    let plain = word.replacing(" ", with: "_").replacing("-", with: "_")
    return Self.typeWords.contains(plain) ? plain : nil
  }

  /// What a word of the `status` column means for a document; `nil` for a word nobody explained.
  func status(_ word: String) -> DocumentStatus? {
    let word = word.lowercased()
    return DocumentStatus(rawValue: statuses[word] ?? word)
  }

  /// Whether a word of the `status` column says that nothing is left to do.
  func isDone(_ word: String) -> Bool {
    let word = word.lowercased()
    return Self.doneWords.contains(statuses[word] ?? word)
  }
}

/// Makes a record of a row: what cannot be understood becomes unavailable, value by value.
struct CSVReader {
  let row: CSVRow
  let meaning: CSVMeaning
  let file: String

  private var columns: CSVColumns { row.columns }
  private var system: SystemName { meaning.system.name }

  /// The record, under a deal ID that the row bears.
  func record(for dealID: DealID) -> Record {
    var echoes: [String: Answer<FieldValue>] = [:]
    for echo in columns.echoes { echoes[echo.name] = self.echo(echo.column) }
    return Record(
      reference: reference, dealID: dealID, number: row.number, url: url, echoes: echoes,
      content: content)
  }

  var reference: RecordReference {
    RecordReference(system: system, kind: meaning.kind, id: row.identity)
  }

  /// Where a person can open it: only what is an address of the web.
  var url: String? {
    row.words(columns[.url]).flatMap {
      $0.hasPrefix("https://") || $0.hasPrefix("http://") ? $0 : nil
    }
  }

  private var content: Record.Content {
    switch meaning.kind {
    case .deals: .deal([:])
    case .invoices: invoice
    case .costs: .cost(cost)
    case .milestones: .milestone(milestone)
    case .hours: .hours(hours)
    case .tickets: .ticket(ticket)
    }
  }

  // MARK: Kinds

  private var invoice: Record.Content {
    let type = row.words(columns[.type]).map { meaning.type($0) } ?? "invoice"
    let isKnown = type == "invoice" || type == "credit_note"
    let net = counted(money(.net, isRequired: true), isKnown)
    let gross = counted(money(.gross), isKnown)
    var paid = counted(money(.paid), isKnown)
    var outstanding = counted(money(.outstanding), isKnown)
    if type == "credit_note" {
      return .creditNote(
        CreditNote(
          status: status(outstanding: outstanding) ?? .open, issued: day(.issued),
          net: magnitude(net), gross: magnitude(gross), unapplied: magnitude(outstanding)))
    }
    // An export that tells only one of the two tells the other by the total.
    if case .none = paid { paid = difference(gross, outstanding) }
    if case .none = outstanding { outstanding = difference(gross, paid) }
    return .invoice(
      Invoice(
        status: status(outstanding: outstanding) ?? .open, issued: day(.issued), due: day(.due),
        net: net, gross: gross, paid: paid, outstanding: outstanding))
  }

  private var cost: Cost {
    let word = row.words(columns[.type])
    let kind = word.map { meaning.type($0).flatMap(Cost.Kind.init) } ?? meaning.costType
    let status = status(outstanding: .none)
    var net = counted(money(.net, isRequired: true), kind != nil)
    if kind == .vendorCredit { net = magnitude(net) }
    var open = Answer<Money>.none
    if kind == .purchaseOrder {
      let isSettled = status == .paid || status == .voided
      open = isSettled ? net.map { .zero($0.currency) } : counted(money(.open), true)
      if case .none = open {
        open = fault(.open, "tells no open part of a purchase order; map the column `open`")
      }
    }
    return Cost(
      kind: kind ?? meaning.costType, status: status ?? .open, party: text(.party),
      date: day(.date), net: net, open: open)
  }

  private var milestone: Milestone {
    let word = row.words(columns[.status]) ?? ""
    return Milestone(
      name: row.words(columns[.name]) ?? row.number, isDone: meaning.isDone(word), status: word,
      due: day(.due), start: day(.start), person: text(.person))
  }

  private var hours: HoursEntry {
    HoursEntry(
      person: text(.person), date: day(.date), seconds: seconds,
      subject: row.words(columns[.subject]) ?? "")
  }

  private var ticket: Ticket {
    let word = row.words(columns[.status]) ?? ""
    return Ticket(
      subject: row.words(columns[.subject]) ?? row.number, isOpen: !meaning.isDone(word),
      status: word, priority: text(.priority), person: text(.person))
  }

  // MARK: Values

  /// The state of the document; `nil` for a word nobody explained.
  private func status(outstanding: Answer<Money>) -> DocumentStatus? {
    guard let word = row.words(columns[.status]) else {
      return outstanding.value?.amount.isZero == true ? .paid : .open
    }
    return meaning.status(word)
  }

  /// An amount of a document of which it is known whether it counts.
  private func counted(_ amount: Answer<Money>, _ isTypeKnown: Bool) -> Answer<Money> {
    guard amount.value != nil else { return amount }
    if !isTypeKnown {
      return fault(.type, "holds a word that `types` does not explain; add it there")
    }
    if let word = row.words(columns[.status]), meaning.status(word) == nil {
      return fault(.status, "holds a word that `statuses` does not explain; add it there")
    }
    return amount
  }

  private func money(_ role: CSVRole, isRequired: Bool = false) -> Answer<Money> {
    if row.fault != nil { return broken() }
    guard let column = columns[role] else { return .none }
    switch number(column, role) {
    case .none:
      return isRequired ? fault(role, "is empty; fill it in") : .none
    case .notAsked: return .notAsked
    case .unavailable(let error): return .unavailable(error)
    case .value(let amount):
      return currency(beside: amount.mark, role: role).map {
        Money(amount.number, $0)
      }
    }
  }

  private func number(_ column: Int, _ role: CSVRole) -> Answer<CSVAmount> {
    let parsed: CSVAmount?? = row.withTrimmed(column) { bytes in
      bytes.isEmpty ? .none : .some(CSVAmount(bytes, meaning.format))
    }
    switch parsed {
    case nil: return .none
    case .some(.some(let amount)): return .value(amount)
    case .some(.none):
      return fault(
        role, "holds no amount as `decimal` and `thousands` have it; correct it, or those settings")
    }
  }

  /// The currency of a row's amounts: its column's, that beside the amount, or the fixed one.
  private func currency(beside mark: CSVAmount.Mark?, role: CSVRole) -> Answer<Currency> {
    var found = meaning.currency
    if let column = columns[.currency], let code = row.words(column) {
      guard let known = Self.currency(code) else {
        return fault(.currency, "holds no currency code of ISO 4217; correct it")
      }
      found = known
    } else if case .code(let code)? = mark {
      found = code
    }
    guard let found else {
      return fault(role, "has no currency; fill in the column, or set `currency`")
    }
    if let mark, !mark.fits(found) {
      return fault(role, "bears another currency than the row; correct it")
    }
    return .value(found)
  }

  private static func currency(_ code: String) -> Currency? {
    common[code] ?? Currency(code: code)
  }

  private static let common = Dictionary(
    uniqueKeysWithValues: ["EUR", "USD", "GBP", "CHF", "SEK", "JPY"].compactMap { code in
      Currency(code: code).map { (code, $0) }
    })

  private var seconds: Answer<Int64> {
    if row.fault != nil { return broken() }
    guard let column = columns[.hours] else { return .none }
    switch number(column, .hours) {
    case .none: return fault(.hours, "is empty; fill it in")
    case .notAsked: return .notAsked
    case .unavailable(let error): return .unavailable(error)
    case .value(let hours):
      guard let exact = try? hours.number.multiplied(by: 3_600).rounded(to: 0),
        let seconds = Int64(exactly: exact.coefficient), hours.mark == nil
      else { return fault(.hours, "holds no hours; correct it") }
      return .value(seconds)
    }
  }

  private func day(_ role: CSVRole) -> Answer<CalendarDate> {
    if row.fault != nil { return broken() }
    guard let column = columns[role] else { return .none }
    let parsed: CalendarDate?? = row.withTrimmed(column) { bytes in
      bytes.isEmpty ? .none : .some(meaning.format.dates.day(bytes))
    }
    switch parsed {
    case nil: return .none
    case .some(.some(let day)): return .value(day)
    case .some(.none):
      return fault(role, "holds no day as `date_format` has it; correct it, or that setting")
    }
  }

  private func text(_ role: CSVRole) -> Answer<String> {
    if row.fault != nil { return broken() }
    return row.words(columns[role]).map { .value($0) } ?? .none
  }

  /// A compared value: an amount as the format has it becomes a number, a day a day.
  private func echo(_ column: Int) -> Answer<FieldValue> {
    if row.fault != nil { return broken() }
    return row.withTrimmed(column) { bytes in
      if bytes.isEmpty { return .none }
      if let amount = CSVAmount(bytes, meaning.format) {
        if case .code(let code)? = amount.mark { return .value(.money(Money(amount.number, code))) }
        return .value(.number(amount.number))
      }
      if let day = meaning.format.dates.day(bytes) { return .value(.date(day)) }
      return .value(.text(String(decoding: bytes, as: UTF8.self)))
    }
  }

  private func magnitude(_ amount: Answer<Money>) -> Answer<Money> {
    amount.map { Money($0.amount.magnitude, $0.currency) }
  }

  private func difference(_ whole: Answer<Money>, _ part: Answer<Money>) -> Answer<Money> {
    guard let whole = whole.value, let part = part.value, let rest = try? whole.subtracting(part)
    else { return .none }
    return .value(rest)
  }

  // MARK: Faults

  private func fault<Value>(_ role: CSVRole, _ what: String) -> Answer<Value> {
    let column = columns[role].map { $0 + 1 }
    let name = column.map { columns.header[$0 - 1] } ?? role.word
    let place = column.map { ", column \($0)" } ?? ""
    return .unavailable(
      SystemError(
        .malformed, system: system,
        message: "\(VisibleText(row.number)) in \(system): line \(row.line)\(place) "
          + "(\(VisibleText(name.prefix(40)))) of \(file) \(what)."))
  }

  private func broken<Value>() -> Answer<Value> {
    guard let fault = row.fault else { return .none }
    return .unavailable(Self.error(fault, system: system, file: file))
  }

  static func error(_ fault: CSVRowFault, system: SystemName, file: String) -> SystemError {
    SystemError(
      .malformed, system: system,
      message: "\(system): the row at line \(fault.line), column \(fault.column) of \(file) "
        + "\(fault.reason.words).")
  }
}
