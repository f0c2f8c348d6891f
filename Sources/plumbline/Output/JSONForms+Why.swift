import DealModel
import TruthEngine

extension JSONForms {
  /// Why a value is what it is: the form of `why --json`.
  func explanation(_ explanation: Explanation) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("deal", .string(explanation.deal.text)),
      .init("title", .string(explanation.title)),
      .init("ownership", .string(explanation.ownership)),
    ]
    switch explanation.subject {
    case .field(let field):
      members.insert(.init("field", .string(field.text)), at: 1)
      if let shown = explanation.figure {
        members.append(.init("value", figure(shown, currency: nil)))
      } else {
        members += answer(explanation.answer)
      }
    case .record(let reference):
      members.insert(.init("record", self.reference(reference)), at: 1)
      members.append(
        .init(
          "facts", .object(explanation.facts.map { .init($0.name, .object(answer($0.answer))) })))
    }
    members += [
      .init("formula", explanation.formula.map { .string($0) } ?? nil),
      .init("versions", .array(explanation.versions.map(version))),
      .init("parts", .array(explanation.parts.map(part))),
      .init("counts_in", .array(explanation.contributions.map(contribution))),
      .init("conflicts", .array(explanation.conflicts.map(conflict))),
      .init("sources", .array(explanation.sources.map(source))),
    ]
    return .object(members)
  }

  /// A value, or which kind of absence it is.
  func answer(_ answer: Answer<FieldValue>) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = [.init("value", self.answer(answer, value))]
    switch answer {
    case .value: break
    case .none: members.append(.init("absence", "none"))
    case .notAsked: members.append(.init("absence", "not_asked"))
    case .unavailable(let error):
      members.append(.init("absence", "unavailable"))
      members.append(.init("error", self.error(error)))
    }
    return members
  }

  private func reference(_ reference: RecordReference) -> JSONValue {
    [
      "system": .string(reference.system.text), "kind": .string(reference.kind.rawValue),
      "id": .string(reference.id),
    ]
  }

  /// How fresh an answer of a system is.
  func freshness(_ fetchedAt: Timestamp?, of system: SystemName) -> JSONValue {
    let limits = company.system(system)?.limits
    return .string((limits?.freshness(of: fetchedAt, at: now) ?? .unavailable).rawValue)
  }

  private func version(_ version: Explanation.Version) -> JSONValue {
    let (standing, why): (String, String?) =
      switch version.standing {
      case .owner: ("owner", nil)
      case .agrees: ("agrees", nil)
      case .differs: ("differs", nil)
      case .notCompared(let why): ("not_compared", why)
      }
    return .object(
      [
        .init("system", .string(version.system.text)), .init("standing", .string(standing)),
        .init("why_not_compared", why.map { .string($0) } ?? nil),
        .init("property", version.property.map { .string($0) } ?? nil),
        .init("record", version.record.map { .string($0.id) } ?? nil),
        .init("number", .string(version.number)),
      ] + answer(version.answer) + [
        .init("fetched_at", instant(version.fetchedAt)),
        .init("modified_at", instant(version.modifiedAt)),
        .init("clock_skew_ms", .integer(version.clockSkew.milliseconds)),
        .init("modified_by", version.modifiedBy.map { .string($0) } ?? nil),
        .init("url", version.url.map { .string($0) } ?? nil),
        .init("freshness", freshness(version.fetchedAt, of: version.system)),
      ])
  }

  private func part(_ part: FormulaPart) -> JSONValue {
    [
      "title": .string(part.title), "sign": .string(part.isSubtracted ? "-" : "+"),
      "totals": part.totals.map { .array($0.map(money)) } ?? nil,
      "note": part.note.map { .string($0) } ?? nil, "records": .array(part.terms.map(term)),
    ]
  }

  private func term(_ term: FormulaTerm) -> JSONValue {
    let (standing, why): (String, String?) =
      switch term.standing {
      case .counted: ("counted", nil)
      case .notCounted(let why): ("not_counted", why)
      case .missing(let why): ("missing", why)
      }
    return [
      "record": .string(term.record.id), "system": .string(term.record.system.text),
      "number": .string(term.number), "kind": .string(term.kind),
      "amount": term.amount.map(money) ?? nil, "seconds": term.seconds.map { .integer($0) } ?? nil,
      "standing": .string(standing), "why": why.map { .string($0) } ?? nil,
      "fetched_at": instant(term.fetchedAt), "modified_at": instant(term.modifiedAt),
      "url": term.url.map { .string($0) } ?? nil,
    ]
  }

  private func contribution(_ contribution: Explanation.Contribution) -> JSONValue {
    [
      "field": .string(contribution.field.text),
      "sign": .string(contribution.isSubtracted ? "-" : "+"), "term": term(contribution.term),
    ]
  }

  private func source(_ source: Explanation.Source) -> JSONValue {
    [
      "system": .string(source.key.system.text), "kind": .string(source.key.kind.rawValue),
      "fetched_at": instant(source.fetchedAt),
      "freshness": freshness(source.fetchedAt, of: source.key.system),
      "error": source.failure.map { error($0.error) } ?? nil,
      "requests": .array((source.requests + (source.failure?.requests ?? [])).map(request)),
    ]
  }

  /// One exchange in numbers.
  func request(_ request: RequestTrace) -> JSONValue {
    [
      "system": .string(request.system.text), "operation": .string(request.operation),
      "status": request.status.map { .integer($0) } ?? nil,
      "request_id": request.requestID.map { .string($0) } ?? nil,
      "began": .string(request.began.description),
      "duration_ms": .integer(request.duration.milliseconds), "usable": .bool(request.isUsable),
      "bytes": request.bodyBytes.map { .integer($0) } ?? nil,
      "sha256": request.bodyDigest.map { .string($0) } ?? nil,
    ]
  }
}
