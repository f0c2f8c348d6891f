import DealModel

/// Sources of secrets. No message here repeats anything that stands in the file but key names the
/// product knows: a secret in the wrong place must not get into a log by way of its error.
extension ConfigurationReader {
  private static let sourceKeys = ["env", "file", "command"]
  private static let forms = "`{env: NAME}`, `{file: PATH}` or `{command: [PROGRAM, …]}`"

  mutating func secret(
    _ node: ConfigurationNode, under key: String, at position: Position
  ) -> SecretSource? {
    guard case .mapping(let order) = node.content else {
      let message =
        node.scalar == nil
        ? "`\(key)` says where the secret is kept: \(Self.forms)."
        : "A secret never stands in the configuration; `\(key)` says where it is kept: \(Self.forms)."
      report(position, message)
      return nil
    }
    let errorsBefore = errors.count
    guard
      let source = mapping(
        node, of: "`\(key)`", keys: Self.sourceKeys, at: position, hidesKeys: true)
    else { return nil }
    guard errors.count == errorsBefore else { return nil }
    guard order.count == 1, let entry = source.order.first else {
      report(position, "`\(key)` takes exactly one of \(Self.forms).")
      return nil
    }
    switch entry.key {
    case "env": return environment(entry, under: key)
    case "file": return file(entry, under: key)
    default: return command(entry, under: key)
    }
  }

  private mutating func environment(
    _ entry: ConfigurationNode.Entry, under key: String
  ) -> SecretSource? {
    guard let name = entry.value.scalar, isVariableName(name) else {
      report(
        entry.valuePosition,
        "`env` of `\(key)` takes a variable's name: letters, digits and `_`, such as `CRM_TOKEN`.")
      return nil
    }
    return .environment(name)
  }

  private mutating func file(
    _ entry: ConfigurationNode.Entry, under key: String
  ) -> SecretSource? {
    guard let path = entry.value.scalar, !path.isEmpty, !path.utf8.contains(0) else {
      report(entry.valuePosition, "`file` of `\(key)` takes a file's path.")
      return nil
    }
    return resolved(path, of: "`file` of `\(key)`", at: entry.valuePosition)
      .map(SecretSource.file)
  }

  /// A path relative to the configuration's directory or, with `~/`, to the home directory.
  mutating func resolved(_ path: String, of what: String, at position: Position) -> String? {
    if path.hasPrefix("/") { return path }
    if path.hasPrefix("~/") {
      guard let home, !home.isEmpty else {
        report(
          position, "\(what) begins with `~/`, and no home directory is known; write it out.")
        return nil
      }
      return ConfigurationFile.joined(home, String(path.dropFirst(2)))
    }
    guard let slash = self.file.lastIndex(of: "/") else { return path }
    return String(self.file[...slash]) + path
  }

  private mutating func command(
    _ entry: ConfigurationNode.Entry, under key: String
  ) -> SecretSource? {
    var words: [String] = []
    if let program = entry.value.scalar, !program.contains(where: \.isWhitespace) {
      words = [program]
    } else if case .list(let elements) = entry.value.content {
      words = elements.compactMap(\.scalar)
      if words.count != elements.count { words = [] }
    }
    guard let program = words.first, !program.isEmpty,
      !words.contains(where: { $0.utf8.contains(0) })
    else {
      report(
        entry.valuePosition,
        "`command` of `\(key)` takes a list, the program and its arguments: `[pass, show, crm]`.")
      return nil
    }
    return .command(words)
  }

  private func isVariableName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
