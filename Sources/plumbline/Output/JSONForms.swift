import DealModel
import TruthEngine

/// The JSON forms of the contract: snake_case keys, amounts as strings, instants in ISO 8601 UTC.
struct JSONForms {
  let company: CompanyModel
  let now: Timestamp
  /// How the flows do, as far as they were asked.
  var flows: [FlowHealth] = []

  func money(_ money: Money) -> JSONValue {
    ["amount": .string(money.amountText), "currency": .string(money.currency.code)]
  }

  func value(_ value: FieldValue) -> JSONValue {
    switch value {
    case .text(let text): .string(text)
    case .money(let money): self.money(money)
    case .number(let number): .number(number.description)
    case .date(let date): .string(date.description)
    case .timestamp(let instant): .string(instant.description)
    case .flag(let flag): .bool(flag)
    }
  }

  func instant(_ instant: Timestamp?) -> JSONValue {
    instant.map { .string($0.description) } ?? nil
  }

  func error(_ error: SystemError) -> JSONValue {
    [
      "kind": .string(error.kind.word), "message": .string(error.message),
      "system": .string(error.system.text),
    ]
  }

  /// An answer as its value, or `null` for every kind of absence.
  func answer<Value>(_ answer: Answer<Value>, _ form: (Value) -> JSONValue) -> JSONValue {
    answer.value.map(form) ?? nil
  }

  /// The time of change by our clock, where the source's clock is known to be off.
  func add(
    corrected: Timestamp?, of stated: Timestamp?, to members: inout [JSONValue.Member]
  ) {
    guard let corrected, corrected != stated else { return }
    members.append(.init("modified_at_corrected", instant(corrected)))
  }

  /// A reading; an absent value says which kind of absence it is.
  func reading(_ reading: Reading) -> JSONValue {
    let provenance = reading.provenance
    let limits = provenance.flatMap { company.system($0.system)?.limits }
    let freshness =
      reading.answer.isAnswered
      ? limits?.freshness(of: provenance?.fetchedAt, at: now) ?? .unavailable : .unavailable
    var members: [JSONValue.Member] = [
      .init("value", answer(reading.answer, value)),
      .init("owner", provenance.map { .string($0.system.text) } ?? nil),
      .init("record", provenance.map { $0.record.isEmpty ? nil : .string($0.record) } ?? nil),
      .init("url", provenance?.url.map { .string($0) } ?? nil),
      .init("fetched_at", instant(provenance?.fetchedAt)),
      .init("modified_at", instant(provenance?.modifiedAt)),
      .init("freshness", .string(freshness.rawValue)),
    ]
    if let provenance {
      add(corrected: provenance.changedAt, of: provenance.modifiedAt, to: &members)
    }
    switch reading.answer {
    case .value: break
    case .none: members.append(.init("absence", "none"))
    case .notAsked: members.append(.init("absence", "not_asked"))
    case .unavailable(let error):
      members.append(.init("absence", "unavailable"))
      members.append(.init("error", self.error(error)))
    }
    return .object(members)
  }

  /// A figure as money with what it is made of; a list where several currencies meet.
  ///
  /// - Parameter currency: Which currency "nothing" is in.
  func figure(_ figure: Figure, currency: Currency?) -> JSONValue {
    let tail: [JSONValue.Member] =
      [
        .init("complete", .bool(figure.isComplete)),
        .init("records", .array(figure.records.map { .string("\($0.system):\($0.id)") })),
      ]
      + (figure.isComplete
        ? []
        : [
          .init("bound", .string(figure.bound.rawValue)),
          .init("missing", .array(figure.missing.map(missing))),
        ])
    func form(_ money: Money?) -> JSONValue {
      guard let money else {
        return .object([.init("amount", nil), .init("currency", nil)] + tail)
      }
      return .object((self.money(money).members ?? []) + tail)
    }
    switch figure.amounts.count {
    case 0:
      // Nothing is known to be nothing only when nothing is missing.
      return form(figure.isComplete ? currency.map(Money.zero) : nil)
    case 1: return form(figure.amounts[0])
    default: return .array(figure.amounts.map(form))
    }
  }

  private func missing(_ input: MissingInput) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("system", input.system.map { .string($0.text) } ?? nil),
      .init("kind", .string(input.kind.rawValue)),
      .init("record", input.record.map { .string($0.id) } ?? nil),
    ]
    switch input.reason {
    case .notAsked: members.append(.init("reason", "not_asked"))
    case .noOwner: members.append(.init("reason", "no_owner"))
    case .overflow: members.append(.init("reason", "overflow"))
    case .unavailable(let error):
      members.append(.init("reason", "unavailable"))
      members.append(.init("since", instant(input.since)))
      members.append(.init("error", self.error(error)))
    }
    return .object(members)
  }

  func rollup(_ rollup: Rollup, currency: Currency?) -> JSONValue {
    let figures: [(String, Figure)] = [
      ("invoiced", rollup.invoiced), ("paid", rollup.paid), ("outstanding", rollup.outstanding),
      ("overdue", rollup.overdue), ("committed_cost", rollup.committedCost),
      ("actual_cost", rollup.actualCost), ("margin", rollup.margin),
      ("forecast_margin", rollup.forecastMargin),
    ]
    var members = figures.map { JSONValue.Member($0.0, figure($0.1, currency: currency)) }
    let percent = rollup.marginPercent.map { JSONValue.string($0.formatted(minimumPlaces: 2)) }
    members.append(.init("margin_percent", percent ?? nil))
    return .object(members)
  }

  func linkFault(_ fault: LinkFault) -> JSONValue {
    [
      "kind": .string(fault.kind.rawValue), "system": .string(fault.system.text),
      "id": .string(fault.id.text), "record": fault.record.map { .string($0.id) } ?? nil,
      "url": fault.url.map { .string($0) } ?? nil, "detail": .string(detail(of: fault)),
      "mend": .string(fault.mend),
      "suggestion": fault.suggestion.map { .string($0.text) } ?? nil,
      "flow": carrier(of: fault).map(flow) ?? nil,
    ]
  }

  /// How completely one system's records were listed.
  func proof(_ sweep: SystemSweep) -> JSONValue {
    [
      "system": .string(sweep.system.text), "records": .integer(sweep.records),
      "linked": .integer(sweep.linked),
      "total": sweep.total.map { .integer($0.number) } ?? nil,
      "total_is": sweep.total.map { .string($0.precision.rawValue) } ?? nil,
      "complete": .bool(sweep.isComplete), "words": .string(sweep.proof),
    ]
  }

  func health(_ health: SystemHealth) -> JSONValue {
    func milliseconds(_ duration: Duration?) -> JSONValue {
      duration.map { .integer($0.milliseconds) } ?? nil
    }
    return [
      "system": .string(health.system.text), "kind": .string(health.kind),
      "status": .string(health.status.rawValue), "since": instant(health.since),
      "last_success": instant(health.lastSuccess),
      "latency_ms": [
        "last": milliseconds(health.lastLatency), "p50": milliseconds(health.medianLatency),
        "p95": milliseconds(health.latency95),
      ],
      "errors": .integer(health.errors), "calls": .integer(health.calls),
      "calls_left": health.callsLeft.map { .integer($0) } ?? nil,
      "oldest_reading_seconds": health.oldestReading.map {
        .integer($0.duration(to: now).milliseconds / 1_000)
      } ?? nil,
      "link_coverage": health.linkCoverage.map {
        ["linked": .integer($0.linked), "due": .integer($0.due)]
      } ?? nil,
      "steward": .string(health.steward), "failure_mode": .string(health.failureMode),
      "last_error": health.lastErrors.first.map { error($0.error) } ?? nil,
      "reason": .string(health.reason), "breaker": breaker(health.breaker),
      "retry_after_seconds": seconds(until: health.breaker.retryAfter),
      "retry_budget_left": health.retriesLeft.map { .integer($0) } ?? nil,
      "quota_runs_out_at": instant(health.quotaRunsOut),
      "credentials_expire": instant(health.credentialsExpire),
      "secret_expires": health.secretExpires.map { .string($0.description) } ?? nil,
      "clock_skew_ms": health.clockSkew.map { .integer($0.offset.milliseconds) } ?? nil,
      "drift": .array(health.drift.map(drift)),
    ]
  }

  private func breaker(_ breaker: BreakerState) -> JSONValue {
    [
      "state": .string(breaker.phase.rawValue), "since": instant(breaker.since),
      "next_attempt": instant(breaker.nextAttempt), "failures": .integer(breaker.failures),
      "reason": breaker.reason.isEmpty ? nil : .string(breaker.reason),
    ]
  }

  private func drift(_ drift: SchemaDrift) -> JSONValue {
    var found: JSONValue = nil
    if case .otherType(let type) = drift.fault { found = .string(type) }
    return [
      "role": .string(drift.role.rawValue), "name": .string(drift.name), "found_type": found,
      "first_seen": instant(drift.firstSeen), "detail": .string(drift.sentence),
    ]
  }

  private func seconds(until instant: Timestamp?) -> JSONValue {
    guard let instant, instant > now else { return nil }
    return .integer((now.duration(to: instant).milliseconds + 999) / 1_000)
  }
}
