import DealModel

/// Settings with settings of their own, and texts with a grammar.
extension ConfigurationReader {
  /// A mapping whose keys are known, or a single value that stands for one of them.
  mutating func group(
    _ node: ConfigurationNode, of keys: [SettingsSchema.Key], shorthand: String?,
    under name: String, at position: Position
  ) -> SettingValue? {
    if let shorthand, node.scalar != nil, let key = keys.first(where: { $0.name == shorthand }) {
      return setting(node, key.type, under: name, at: position).map { .mapping([shorthand: $0]) }
    }
    guard
      let mapping = mapping(node, of: "`\(name)`", keys: keys.map(\.name), at: position)
    else { return nil }
    var values: [String: SettingValue] = [:]
    for key in keys {
      guard let entry = mapping[key.name] else {
        if key.isRequired {
          report(mapping.position, "`\(name)` has no `\(key.name)`: \(key.summary).")
        }
        continue
      }
      values[key.name] = setting(
        entry.value, key.type, under: "\(name).\(key.name)", at: entry.valuePosition)
    }
    return .mapping(values)
  }

  /// A template, a JSON document or a path; `nil` after an error.
  mutating func written(
    _ text: String, as type: SettingsSchema.ValueType, under key: String, at position: Position
  ) -> SettingValue? {
    switch type {
    case .template(let gaps):
      guard knows(TextTemplate(text), gaps, under: key, at: position) else { return nil }
    case .json(let gaps):
      do throws(JSONError) {
        let document = try JSONValue(parsing: Array(text.utf8))
        for string in document.strings {
          guard knows(TextTemplate(string), gaps, under: key, at: position) else { return nil }
        }
      } catch {
        report(position, "`\(key)` is no JSON document: \(error.description).")
        return nil
      }
    case .jsonPath:
      guard JSONPath(text) != nil else {
        report(
          position,
          "`\(key)` is no path: \(quoted(text)); write names parted by dots, with `[0]`, `[*]` or "
            + "`[member=value]` for lists, such as `custom_fields[id=5].value`.")
        return nil
      }
    default: break
    }
    return .text(text)
  }

  /// Whether each gap of a template has a name that is known here.
  private mutating func knows(
    _ template: TextTemplate, _ gaps: [String], under key: String, at position: Position
  ) -> Bool {
    guard let stray = template.gaps.first(where: { !gaps.contains($0) }) else { return true }
    let hint = hint(for: stray, among: gaps)
    report(position, "`\(key)` has no value for \(quoted("{\(stray)}")); \(hint)\(stop(hint))")
    return false
  }
}

extension JSONValue {
  /// Every string in the document, names of members not.
  fileprivate var strings: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(\.strings)
    case .object(let members): members.flatMap(\.value.strings)
    case .null, .bool, .number: []
    }
  }
}
