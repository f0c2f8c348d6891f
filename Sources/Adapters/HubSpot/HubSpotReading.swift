import DealModel

/// Turns HubSpot's records into ours, with everything looked up beforehand: pure.
struct HubSpotReading: Sendable {
  let system: SystemName
  let link: String
  let entityProperty: String
  let echoProperties: [String]
  let fallbackCurrency: Currency?
  var owners: Result<HubSpotOwners, SystemError>
  var pipelines: Result<HubSpotPipelines, SystemError>
  var account: Result<HubSpotAccount, SystemError>
  /// Property → type; without the definitions every echo stays text.
  var propertyTypes: [String: String]
  /// Deal's record ID → company.
  var companies: [String: Answer<String>] = [:]

  /// A deal that bears this ID.
  func deal(_ record: HubSpotRecord, id: DealID) -> Record {
    var fields: [FieldName: Answer<FieldValue>] = [
      .name: text(record, "dealname"),
      .company: (companies[record.id] ?? .none).map { .text($0) },
      .pipeline: pipeline(record, "pipeline"),
      .person: person(record),
      .value: value(record),
      .closeDate: day(record, "closedate"),
    ]
    let stage = stage(record, "dealstage")
    fields[.stage] = stage.map { .text($0.label) }
    fields[.stageState] = stage.map { .text($0.state) }
    fields[.stageSince] = stageSince(record)
    if record[entityProperty] != .undefined { fields[.entity] = text(record, entityProperty) }
    var echoes: [String: Answer<FieldValue>] = [:]
    for property in echoProperties { echoes[property] = echo(record, property) }
    return Record(
      reference: RecordReference(system: system, kind: .deals, id: record.id), dealID: id,
      number: record.text("dealname") ?? record.id, url: url(record, "0-3"),
      createdAt: record.createdAt, modifiedAt: record.modifiedAt, modifiedBy: modifier(record),
      echoes: echoes, content: .deal(fields))
  }

  /// The property with the time a deal entered its stage, which HubSpot keeps by itself. Where an
  /// account has none, it is left out of the answer and nothing depends on it.
  static let stageSince = "hs_v2_date_entered_current_stage"

  /// The fields that come with a deal's link.
  static let linkFields: Set<FieldName> = [.stage, .stageState, .pipeline, .entity]

  /// What decides where records of a deal are due.
  func linkFields(_ record: HubSpotRecord) -> [FieldName: Answer<FieldValue>] {
    let stage = stage(record, "dealstage")
    var fields: [FieldName: Answer<FieldValue>] = [
      .stage: stage.map { .text($0.label) }, .stageState: stage.map { .text($0.state) },
      .stageID: text(record, "dealstage"), .pipeline: pipeline(record, "pipeline"),
    ]
    fields[.stageSince] = stageSince(record)
    if record[entityProperty] != .undefined { fields[.entity] = text(record, entityProperty) }
    return fields
  }

  private func stageSince(_ record: HubSpotRecord) -> Answer<FieldValue>? {
    record.text(Self.stageSince).flatMap { Timestamp($0) }.map { .value(.timestamp($0)) }
  }

  /// A ticket of a deal; ``pipelines`` are those of tickets.
  func ticket(_ record: HubSpotRecord, of deal: DealID) -> Record {
    let stage = stage(record, "hs_pipeline_stage")
    let ticket = Ticket(
      subject: record.text("subject") ?? "",
      // A state that is not known counts as open: nobody should overlook it.
      isOpen: stage.value?.state != "closed", status: stage.value?.label ?? "unknown",
      priority: record.text("hs_ticket_priority").map { .value($0) } ?? .none,
      person: ownerName(record))
    return Record(
      reference: RecordReference(system: system, kind: .tickets, id: record.id), dealID: deal,
      number: record.id, url: url(record, "0-5"), createdAt: record.createdAt,
      modifiedAt: record.modifiedAt, modifiedBy: modifier(record), content: .ticket(ticket))
  }

  /// Where a person opens a record; `nil` while the account is not known.
  func url(_ record: HubSpotRecord, _ objectType: String) -> String? {
    (try? account.get())?.url(objectType: objectType, id: record.id)
  }

  // MARK: - Values

  private func text(_ record: HubSpotRecord, _ property: String) -> Answer<FieldValue> {
    switch record[property] {
    case .text(let text): .value(.text(text))
    case .empty: .none
    case .undefined: .unavailable(undefined(property))
    }
  }

  private func stage(
    _ record: HubSpotRecord, _ property: String
  ) -> Answer<HubSpotPipelines.Stage> {
    lookUp(record, property, in: pipelines.map(\.stages), "stage")
  }

  private func pipeline(_ record: HubSpotRecord, _ property: String) -> Answer<FieldValue> {
    lookUp(record, property, in: pipelines.map(\.labels), "pipeline").map { .text($0) }
  }

  private func person(_ record: HubSpotRecord) -> Answer<FieldValue> {
    ownerName(record).map { .text($0) }
  }

  private func ownerName(_ record: HubSpotRecord) -> Answer<String> {
    // The property exists in every account; without an owner some answers leave it out.
    if record["hubspot_owner_id"] == .undefined { return .none }
    return lookUp(record, "hubspot_owner_id", in: owners.map(\.names), "owner")
  }

  private func modifier(_ record: HubSpotRecord) -> String? {
    record.text("hs_updated_by_user_id").flatMap { (try? owners.get())?.userNames[$0] }
  }

  private func lookUp<Value>(
    _ record: HubSpotRecord, _ property: String,
    in directory: Result<[String: Value], SystemError>, _ word: String
  ) -> Answer<Value> {
    switch record[property] {
    case .empty: return .none
    case .undefined: return .unavailable(undefined(property))
    case .text(let id):
      switch directory {
      case .failure(let error): return .unavailable(error)
      case .success(let known):
        if let value = known[id] { return .value(value) }
        return unusable(
          record,
          "names \(word) \(VisibleText(id.prefix(40))), which the account does not list. "
            + "Choose another \(word) there")
      }
    }
  }

  private func value(_ record: HubSpotRecord) -> Answer<FieldValue> {
    switch record["amount"] {
    case .empty: return .none
    case .undefined: return .unavailable(undefined("amount"))
    case .text(let text):
      guard let amount = ExactDecimal(text) else {
        return unusable(record, "has an amount that is not a number. Correct it there")
      }
      switch currency(record) {
      case .success(let currency): return .value(.money(Money(amount, currency)))
      case .failure(let error): return .unavailable(error)
      }
    }
  }

  private func currency(_ record: HubSpotRecord) -> Result<Currency, SystemError> {
    if let code = record.text("deal_currency_code") {
      guard let currency = Currency(code: code) else {
        return .failure(
          fault(record, "has a currency that ISO 4217 does not list. Correct it there"))
      }
      return .success(currency)
    }
    switch account {
    case .failure(let error):
      return fallbackCurrency.map { .success($0) } ?? .failure(error)
    case .success(let account):
      if let currency = account.currency ?? fallbackCurrency { return .success(currency) }
      return .failure(
        fault(
          record, "names no currency, nor does the account. Set `currency` of systems.\(system)"))
    }
  }

  /// A day: of a date property as it stands, of a point in time its UTC day.
  private func day(_ record: HubSpotRecord, _ property: String) -> Answer<FieldValue> {
    switch record[property] {
    case .empty: return .none
    case .undefined: return .unavailable(undefined(property))
    case .text(let text):
      if let day = CalendarDate(text) ?? Timestamp(text)?.date { return .value(.date(day)) }
      return unusable(record, "has a close date that does not exist. Correct it there")
    }
  }

  private func echo(_ record: HubSpotRecord, _ property: String) -> Answer<FieldValue> {
    guard case .text(let text) = record[property] else { return self.text(record, property) }
    let value: FieldValue? =
      switch propertyTypes[property] {
      case "number": ExactDecimal(text).map { .number($0) }
      case "date": CalendarDate(text).map { .date($0) }
      case "datetime": Timestamp(text).map { .timestamp($0) }
      case "bool": ["true": .flag(true), "false": .flag(false)][text]
      default: .text(text)
      }
    return value.map { .value($0) }
      ?? unusable(
        record,
        "has a \(property) that is no \(propertyTypes[property] ?? "value"). Correct it there")
  }

  // MARK: - Faults

  private func unusable<Value>(_ record: HubSpotRecord, _ words: String) -> Answer<Value> {
    .unavailable(fault(record, words))
  }

  private func fault(_ record: HubSpotRecord, _ words: String) -> SystemError {
    SystemError(
      .malformed, system: system,
      message: "Record \(record.id) of \(system) (HubSpot) \(words).")
  }

  private func undefined(_ property: String) -> SystemError {
    SystemError(
      .drifted(field: property), system: system,
      message: "\(system) (HubSpot) has no property \(property). See whether it was renamed there, "
        + "and mend the configuration of systems.\(system).")
  }
}
