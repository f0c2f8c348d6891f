/// The entries of one mapping by key, and what to call the mapping.
struct MappingReader {
  /// "system `crm`", "`shared_id`".
  let name: String
  /// Where to point when a key is missing.
  let position: Position
  let entries: [String: ConfigurationNode.Entry]
  /// In the order of the file.
  let order: [ConfigurationNode.Entry]

  subscript(key: String) -> ConfigurationNode.Entry? { entries[key] }
}

extension ConfigurationReader {
  /// The mapping that a node is; unknown keys are errors with the nearest known one.
  ///
  /// - Parameters:
  ///   - keys: The keys there are; `nil` when any word is a key.
  ///   - position: Where to point when a key is missing; by default the mapping's beginning.
  ///   - hidesKeys: Whether an unknown key may be a secret by mistake and must not be repeated.
  mutating func mapping(
    _ node: ConfigurationNode, of name: String, keys: [String]?, at position: Position? = nil,
    hidesKeys: Bool = false
  ) -> MappingReader? {
    guard case .mapping(let order) = node.content else {
      report(
        position ?? node.position,
        "\(capitalized(name)) must be a mapping (`key: value` lines), not \(node.kindOfValue).")
      return nil
    }
    if let keys {
      for entry in order where !keys.contains(entry.key) {
        if hidesKeys {
          report(entry.keyPosition, "Unknown key here; known: \(keys.joined(separator: ", ")).")
        } else {
          let hint = hint(for: entry.key, among: keys)
          report(
            entry.keyPosition, "Unknown key \(quoted(entry.key)) in \(name); \(hint)\(stop(hint))")
        }
      }
    }
    return MappingReader(
      name: name, position: position ?? node.position,
      entries: Dictionary(order.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first }),
      order: order)
  }

  /// The words under a key that must be there.
  mutating func requiredText(_ key: String, in mapping: MappingReader, mend: String) -> String? {
    guard let entry = mapping[key] else {
      report(mapping.position, "\(capitalized(mapping.name)) has no `\(key)`; \(mend).")
      return nil
    }
    if case .empty = entry.value.content {
      report(entry.keyPosition, "`\(key)` of \(mapping.name) is empty; \(mend).")
      return nil
    }
    return text(entry)
  }

  /// The words under a key.
  mutating func text(_ entry: ConfigurationNode.Entry) -> String? {
    guard let text = entry.value.scalar else {
      report(
        entry.valuePosition,
        "`\(entry.key)` takes a single value, not \(entry.value.kindOfValue).")
      return nil
    }
    guard text.contains(where: { !$0.isWhitespace }) else {
      report(entry.valuePosition, "`\(entry.key)` is empty.")
      return nil
    }
    return text
  }

  /// The words of a list, or of a single value that stands for a list of one.
  mutating func texts(_ entry: ConfigurationNode.Entry) -> [(text: String, position: Position)] {
    if let single = entry.value.scalar { return [(single, entry.value.position)] }
    guard case .list(let elements) = entry.value.content else {
      report(entry.valuePosition, "`\(entry.key)` takes a list, not \(entry.value.kindOfValue).")
      return []
    }
    var texts: [(text: String, position: Position)] = []
    for element in elements {
      if let text = element.scalar {
        texts.append((text, element.position))
      } else {
        report(
          element.position, "`\(entry.key)` takes a list of words, not \(element.kindOfValue).")
      }
    }
    return texts
  }

  func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  /// The full stop that a sentence still needs.
  func stop(_ text: String) -> String { text.hasSuffix("?") ? "" : "." }
}
