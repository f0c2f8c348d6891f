import DealModel

/// Values by the type a schema gives them.
extension ConfigurationReader {
  /// The checked value; `nil` after an error.
  mutating func setting(
    _ node: ConfigurationNode, _ type: SettingsSchema.ValueType, under key: String,
    at position: Position
  ) -> SettingValue? {
    switch type {
    case .secret: return secret(node, under: key, at: position).map(SettingValue.secret)
    case .list(let element): return list(node, of: element, under: key, at: position)
    case .mapping(let value): return mapping(node, to: value, under: key, at: position)
    case .group(let keys, let shorthand):
      return group(node, of: keys, shorthand: shorthand, under: key, at: position)
    default: break
    }
    guard let text = node.scalar else {
      report(position, "`\(key)` takes \(expected(type)), not \(node.kindOfValue).")
      return nil
    }
    let value: SettingValue?
    switch type {
    case .text:
      value = text.contains { !$0.isWhitespace } ? .text(text) : nil
    case .choice(let words):
      if words.contains(text) { return .text(text) }
      let hint = hint(for: text, among: words)
      report(position, "`\(key)` cannot be \(quoted(text)); \(hint)\(stop(hint))")
      return nil
    case .url:
      if let fault = URLRule.fault(in: text) {
        report(position, "`\(key)`: \(fault).")
        return nil
      }
      return .text(text)
    case .path:
      guard !text.isEmpty, !text.utf8.contains(0) else {
        report(position, "`\(key)` takes the path of a file or directory.")
        return nil
      }
      return resolved(text, of: "`\(key)`", at: position).map(SettingValue.text)
    case .duration:
      return duration(text, under: key, at: position).map(SettingValue.duration)
    case .integer(let least):
      value = Int(text).flatMap { $0 >= least ? .integer($0) : nil }
    case .decimal:
      value = ExactDecimal(text).map(SettingValue.decimal)
    case .flag:
      value = ["true": .flag(true), "false": .flag(false)][text.lowercased()]
    case .currency:
      value = Currency(code: text).map(SettingValue.currency)
    case .template, .json, .jsonPath:
      return written(text, as: type, under: key, at: position)
    case .secret, .list, .mapping, .group: value = nil
    }
    if value == nil {
      report(position, "`\(key)` takes \(expected(type)), not \(quoted(text)).")
    }
    return value
  }

  private func expected(_ type: SettingsSchema.ValueType) -> String {
    switch type {
    case .text: "a text"
    case .choice(let words): "one of \(words.joined(separator: ", "))"
    case .url: "a URL"
    case .path: "a path"
    case .secret: "a secret's source"
    case .duration: "a duration such as `90s`"
    case .integer(let least): "a whole number, at least \(least)"
    case .decimal: "a number such as `12.50`"
    case .flag: "`true` or `false`"
    case .currency: "an ISO 4217 code such as `EUR`"
    case .list: "a list"
    case .mapping, .group: "a mapping"
    case .template: "a text"
    case .json: "a JSON document as text"
    case .jsonPath: "a path such as `data.items[0].name`"
    }
  }

  private mutating func list(
    _ node: ConfigurationNode, of type: SettingsSchema.ValueType, under key: String,
    at position: Position
  ) -> SettingValue? {
    if case .group = type, case .mapping = node.content {
      // A group alone stands for a list of one.
      return setting(node, type, under: key, at: position).map { .list([$0]) }
    }
    guard case .list(let elements) = node.content else {
      report(position, "`\(key)` takes a list, not \(node.kindOfValue).")
      return nil
    }
    var values: [SettingValue] = []
    for element in elements {
      guard let value = setting(element, type, under: key, at: element.position) else { continue }
      values.append(value)
    }
    return .list(values)
  }

  private mutating func mapping(
    _ node: ConfigurationNode, to type: SettingsSchema.ValueType, under key: String,
    at position: Position
  ) -> SettingValue? {
    guard case .mapping(let entries) = node.content else {
      report(position, "`\(key)` takes a mapping, not \(node.kindOfValue).")
      return nil
    }
    var values: [String: SettingValue] = [:]
    for entry in entries {
      let name = "\(key).\(VisibleText(entry.key.prefix(60)))"
      values[entry.key] = setting(entry.value, type, under: name, at: entry.valuePosition)
    }
    return .mapping(values)
  }

  /// A duration: a whole number and one of `ms`, `s`, `m`, `h`, `d`.
  mutating func duration(_ text: String, under key: String, at position: Position) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: (milliseconds: Int64, most: Int64)] = [
      "ms": (1, 100_000_000), "s": (1_000, 100_000_000), "m": (60_000, 5_000_000),
      "h": (3_600_000, 100_000), "d": (86_400_000, 3_650),
    ]
    guard let unit = units[text.dropFirst(digits.count)], let number = Int64(digits), number > 0,
      number <= unit.most
    else {
      report(
        position,
        "`\(key)` is no duration: \(quoted(text)); write a whole number and ms, s, m, h or d, such as `90s` or `24h`."
      )
      return nil
    }
    return .milliseconds(number * unit.milliseconds)
  }
}

/// Which URLs a configuration may name.
enum URLRule {
  /// What is wrong, without repeating the URL: it may hold a password; `nil` when all is well.
  static func fault(in text: String) -> String? {
    let isSecure = text.lowercased().hasPrefix("https://")
    guard isSecure || text.lowercased().hasPrefix("http://") else {
      return "a URL begins with `https://`"
    }
    if text.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 }) {
      return "a URL holds no spaces"
    }
    let rest = text.dropFirst(isSecure ? 8 : 7)
    let authority = rest.prefix { !"/?#".contains($0) }
    if authority.contains("@") {
      return "credentials do not belong in a URL; use the keys for secrets"
    }
    if rest.contains("?") || rest.contains("#") { return "leave out what follows `?` or `#`" }
    guard let host = host(of: authority) else { return "this URL names no host, or a bad port" }
    if !isSecure, !Loopback.includes(host) {
      return "plain http is for loopback only; use `https://`"
    }
    return nil
  }

  private static func host(of authority: Substring) -> Substring? {
    let host: Substring
    var port: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[...end]
      port = authority[authority.index(after: end)...]
    } else {
      host = authority.prefix { $0 != ":" }
      port = authority.dropFirst(host.count)
    }
    if port.hasPrefix(":") {
      port = port.dropFirst()
      guard let number = UInt16(port), number > 0, !port.hasPrefix("+") else { return nil }
    } else if !port.isEmpty {
      return nil
    }
    return host.isEmpty ? nil : host
  }
}
