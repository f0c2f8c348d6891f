import DealModel
import TruthEngine

/// Everything shown of a deal, value by value, under names that stay the same from pull to pull.
struct EvidenceValues {
  let forms: JSONForms
  let explainer: Explainer
  let assessment: Assessment

  /// Name → the value with its owner and both clocks, in a fixed order.
  var all: [JSONValue.Member] { fields + records }

  private var fields: [JSONValue.Member] {
    FieldName.catalog.map(\.name).filter { assessment.fields[$0] != nil }.flatMap {
      field -> [JSONValue.Member] in
      let explanation = explainer.explanation(of: field)
      return explanation.versions.map { version -> JSONValue.Member in
        let copy = version.property.map { "@\(version.system).\($0)" } ?? ""
        let record = copy.isEmpty ? "" : version.record.map { "#\($0.id)" } ?? ""
        var members = shown(explanation, version)
        members += [
          .init("role", .string(copy.isEmpty ? "owner" : "copy")),
          .init("system", .string(version.system.text)),
          .init("record", version.record.map { .string($0.id) } ?? nil),
          .init("fetched_at", forms.instant(version.fetchedAt)),
          .init("modified_at", forms.instant(version.modifiedAt)),
          .init("modified_by", version.modifiedBy.map { .string($0) } ?? nil),
          .init("freshness", forms.freshness(version.fetchedAt, of: version.system)),
        ]
        return .init(field.text + copy + record, .object(members))
      }
    }
  }

  /// A figure is shown by what is known of it, whole or not; every other value as it is.
  private func shown(
    _ explanation: Explanation, _ version: Explanation.Version
  ) -> [JSONValue.Member] {
    guard version.standing == .owner, let figure = explanation.figure else {
      return forms.answer(version.answer)
    }
    var members: [JSONValue.Member] = [
      .init("value", .array(figure.amounts.map(forms.money))),
      .init("complete", .bool(figure.isComplete)),
    ]
    if !figure.isComplete { members += forms.answer(version.answer).filter { $0.name != "value" } }
    return members
  }

  private var records: [JSONValue.Member] {
    RecordKind.allCases.filter { $0 != .deals }.flatMap { kind -> [JSONValue.Member] in
      (assessment.records[kind] ?? []).flatMap { record -> [JSONValue.Member] in
        guard let explanation = explainer.explanation(of: record.reference),
          let version = explanation.versions.first
        else { return [] }
        let path = "\(kind.rawValue)/\(record.reference.system)/\(record.reference.id)"
        return explanation.facts.map { fact -> JSONValue.Member in
          .init(
            "\(path)/\(fact.name)",
            .object(
              forms.answer(fact.answer) + [
                .init("role", "owner"), .init("system", .string(version.system.text)),
                .init("number", .string(record.number)),
                .init("fetched_at", forms.instant(version.fetchedAt)),
                .init("modified_at", forms.instant(version.modifiedAt)),
                .init("modified_by", version.modifiedBy.map { .string($0) } ?? nil),
                .init("freshness", forms.freshness(version.fetchedAt, of: version.system)),
              ]))
        }
      }
    }
  }
}
