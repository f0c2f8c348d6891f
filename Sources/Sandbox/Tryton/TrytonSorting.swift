internal import DealModel

/// Puts records in an order.
struct TrytonSorting {
  let store: TrytonStore
  let model: TrytonModel
  let order: [TrytonOrder]

  /// The order that a call asks for; the model's own for none.
  ///
  /// - Throws: ``TrytonFault`` as Python fails at a field or direction that is not there.
  static func order(
    _ value: JSONValue, of model: TrytonModel, in store: TrytonStore
  ) throws(TrytonFault) -> [TrytonOrder] {
    if value.isNull || value.bool == false { return model.order }
    guard let pairs = value.array else { throw .exception("'int' object is not iterable") }
    var order: [TrytonOrder] = []
    for pair in pairs {
      guard let path = pair[0]?.string, let elements = pair.array, elements.count == 2 else {
        throw .exception("not enough values to unpack (expected 2, got 1)")
      }
      try check(path, of: model, in: store)
      guard let key = TrytonOrder(path, elements[1].string) else {
        throw .key(elements[1].string ?? elements[1].plainText)
      }
      order.append(key)
    }
    return order
  }

  private static func check(
    _ path: String, of model: TrytonModel, in store: TrytonStore
  ) throws(TrytonFault) {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    let local = parts.first ?? ""
    guard let field = model.fields[local] else { throw .key(local) }
    if case .related = field.type, field.isSearchable {
      throw .exception("column a.\(local) does not exist")
    }
    guard field.isSortable else {
      let text = "Missing order function for field \"\(field.label)\" in \"\(model.label)\"."
      throw .exception(store.series == .seven ? "" : text)
    }
    guard parts.count > 1, let target = field.type.target else { return }
    try check(parts[1], of: store.model(target), in: store)
  }

  func sorted(_ records: [JSONValue]) -> [JSONValue] {
    let keyed = records.map { record in
      (record: record, keys: order.map { keys($0.path, record, model) })
    }
    return keyed.sorted { left, right in
      for (place, key) in order.enumerated() {
        for (one, other) in zip(left.keys[place], right.keys[place]) where one != other {
          if one == .null || other == .null { return (one == .null) == key.isNullFirst }
          return (one.isLess(than: other) ?? false) != key.isDescending
        }
      }
      return false
    }.map(\.record)
  }

  /// What a record is ordered by: a number by its length, then by its text.
  private func keys(
    _ path: String, _ record: JSONValue, _ model: TrytonModel
  ) -> [TrytonValue] {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    guard let field = model.fields[parts.first ?? ""] else { return [.null] }
    let value = store.value(field, of: record, in: model.name)
    if let target = field.type.target {
      guard let parent = store.record(target, value.integer), let other = store.models[target]
      else { return [.null] }
      guard parts.count > 1 else { return [.text(store.recName(of: parent, in: target))] }
      return keys(parts[1], parent, other)
    }
    if case .selection(let choices) = field.type {
      guard let place = choices.firstIndex(where: { $0.value == value.string }) else {
        return [.null]
      }
      return [field.isOrderedByLabel ? .text(choices[place].label) : .number(ExactDecimal(place))]
    }
    let plain = TrytonValue(stored: value, field.type)
    guard field.name == "number" else { return [plain] }
    var length = TrytonValue.null
    if let text = value.string { length = .number(ExactDecimal(text.count)) }
    guard store.series == .eight else { return [length, plain] }
    // A draft that was cancelled stands behind everything.
    let isDropped = record["state"]?.string == "cancelled" && plain == .null
    return [.flag(!isDropped), length, plain]
  }
}
