import Yams

/// Turns YAML into nodes with places, within bounds.
///
/// Anchors, aliases and merge keys are refused: the file stays readable line by line, and no few
/// lines can stand for billions.
struct YAMLReader {
  /// Something wrong at a place.
  struct Problem: Error {
    var position: Position
    var message: String
  }

  private static let maximumNodes = 20_000
  private static let maximumDepth = 24
  /// Yams hashes keys before anybody sees them, and a key may be an alias: few aliases cannot grow.
  private static let maximumAliases = 24

  private(set) var problems: [Problem] = []
  private var nodes = 0
  private var hasStandIns = false
  private var isBeyondBounds = false

  /// The document's top value; `nil` when the file says nothing or cannot be read at all.
  mutating func read(_ text: String) -> ConfigurationNode? {
    if let alias = excessiveAlias(in: text) {
      problems.append(
        Problem(
          position: alias, message: "Too many aliases (`*name`); write the values out instead."))
      return nil
    }
    var unique = text
    problems += DuplicateKeys.separate(in: &unique)
    hasStandIns = !problems.isEmpty
    do {
      // The parser owns the anchors; nodes only point at them.
      let parser = try Parser(yaml: unique, resolver: .basic, encoding: .utf8)
      return try withExtendedLifetime(parser) {
        guard let root = try parser.singleRoot() else { return nil }
        let whole = node(root, depth: 0)
        return isBeyondBounds ? nil : whole
      }
    } catch let error as YamlError {
      if case .duplicatedKeysInMapping = error { return nil }
      problems.append(YAMLSyntaxProblem.problem(error, in: text))
    } catch {
      problems.append(Problem(position: .start, message: "The file could not be read as YAML."))
    }
    return nil
  }

  private mutating func node(_ node: Node, depth: Int) -> ConfigurationNode? {
    nodes += 1
    let position = Position(node.mark)
    guard nodes <= Self.maximumNodes, depth <= Self.maximumDepth else {
      if !isBeyondBounds {
        problems.append(
          Problem(position: position, message: "Nested too deeply, or too many values."))
      }
      isBeyondBounds = true
      return nil
    }
    // What an anchor stands for is checked all the same: one mistake, one error.
    if node.anchor != nil {
      problems.append(
        Problem(
          position: position,
          message: "Anchors (`&name`) and aliases (`*name`) are not used here; write it out."))
    }
    switch node {
    case .scalar(let scalar):
      return ConfigurationNode(position: position, content: content(of: scalar))
    case .sequence(let sequence):
      let elements = sequence.compactMap { self.node($0, depth: depth + 1) }
      return ConfigurationNode(position: position, content: .list(elements))
    case .mapping(let mapping):
      let entries = mapping.compactMap { entry($0.key, $0.value, depth: depth + 1) }
      return ConfigurationNode(position: position, content: .mapping(entries))
    case .alias:
      return ConfigurationNode(position: position, content: .empty)
    }
  }

  private mutating func entry(
    _ key: Node, _ value: Node, depth: Int
  ) -> ConfigurationNode.Entry? {
    let position = Position(key.mark)
    guard case .scalar(let scalar) = key, key.anchor == nil else {
      problems.append(Problem(position: position, message: "A key must be a plain word."))
      return nil
    }
    if hasStandIns, DuplicateKeys.isStandIn(scalar.string) { return nil }
    guard let value = node(value, depth: depth) else { return nil }
    return ConfigurationNode.Entry(key: scalar.string, keyPosition: position, value: value)
  }

  private func content(of scalar: Node.Scalar) -> ConfigurationNode.Content {
    if scalar.style == .plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
      return .empty
    }
    return .scalar(scalar.string)
  }

  /// The place from which on there are more aliases than any configuration has use for.
  ///
  /// In plain text `2 *x` looks like an alias too; a few of those are let pass.
  private func excessiveAlias(in text: String) -> Position? {
    var position = Position.start
    var aliases = 0
    var beforeStar: Unicode.Scalar = "\n"
    var previous: Unicode.Scalar = "\n"
    for scalar in text.unicodeScalars {
      if previous == "*", " \t\n\r,[{".unicodeScalars.contains(beforeStar),
        !" \t\n\r,]}".unicodeScalars.contains(scalar)
      {
        aliases += 1
        if aliases > Self.maximumAliases { return position }
      }
      position.advance(over: scalar)
      beforeStar = previous
      previous = scalar
    }
    return nil
  }
}

extension Position {
  init(_ mark: Mark?) {
    self.init(line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
  }
}
