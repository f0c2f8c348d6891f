import AdapterKit
import DealModel

extension RESTAdapter {
  /// A record made of an item. What cannot be understood is unavailable value by value.
  ///
  /// - Throws: ``SystemError`` of kind `malformed` for an item without an ID.
  ///
  /// - Parameter lines: The record's lines, where amounts are sums over them.
  func record(
    _ item: JSONValue, _ plan: RESTPlan, deal: DealID, lines: [JSONValue]? = nil
  ) throws -> Record {
    let id = try id(of: item, plan)
    let reading = RESTReading(adapter: self, plan: plan, item: item, id: id, lines: lines)
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
    // An ID with a colon might else be taken for one of another list.
    let isPlain = plan.number == 0 && !id.contains(":")
    return RecordReference(
      system: settings.system, kind: plan.kind, id: isPlain ? id : "\(plan.number):\(id)")
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
