import DealModel
import TruthEngine

extension JSONForms {
  /// A conflict: a row of `conflicts --json`.
  func conflict(_ conflict: Conflict) -> JSONValue {
    [
      "deal": .string(conflict.deal.text), "field": .string(conflict.field.text),
      "owner": side(conflict.owner), "echo": side(conflict.echo, property: conflict.echoProperty),
      "at_stake": conflict.atStake.map(money) ?? nil,
      "cause": .string(conflict.cause.kind.rawValue),
      "since": instant(conflict.since), "ask": .string(conflict.ask),
      "kind": .string(conflict.kind.rawValue),
      "cause_detail": .string(conflict.cause.detail.sentence),
      "cause_proven": .bool(conflict.cause.isProven),
      "evidence": .array(evidence(of: conflict).map { .string($0.sentence) }),
      "changed": .array(conflict.changes.map(change)),
      "age_seconds": conflict.since.map {
        .integer(max(0, $0.duration(to: now).milliseconds / 1_000))
      } ?? nil,
    ]
  }

  private func side(_ side: Conflict.Side, property: String? = nil) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("system", .string(side.system.text)),
      .init("value", side.value.map(value) ?? nil),
      .init("modified_at", instant(side.modifiedAt)),
      .init("records", .array(side.records.map { .string($0.id) })),
      .init("fetched_at", instant(side.fetchedAt)),
    ]
    if let property { members.append(.init("property", .string(property))) }
    add(corrected: side.changedAt, of: side.modifiedAt, to: &members)
    return .object(members)
  }

  private func change(_ change: Conflict.Change) -> JSONValue {
    [
      "system": .string(change.record.system.text), "record": .string(change.record.id),
      "property": .string(change.change.property), "at": instant(change.change.at),
      "by": change.change.by.map { .string($0) } ?? nil,
      "author": .string(change.change.author.rawValue),
      "old": change.change.old.map { .string($0) } ?? nil,
      "new": change.change.new.map { .string($0) } ?? nil,
    ]
  }
}
