import DealModel

/// Where issues bear the deal ID, and how it is asked for.
enum JiraLink: Hashable, Sendable {
  /// A custom text field, by its number. `~` finds words there, not values.
  case field(number: Int)
  /// One of the labels: exact, and fit for many deals on one issue. The pattern tells IDs from
  /// other labels.
  case labels(DealIDPattern)

  /// - Parameter text: `customfield_10042` or `labels`.
  /// - Returns: `nil` for any other text, and for labels with a pattern that cannot be read.
  init?(_ text: String, pattern: String) {
    if text == "labels" {
      guard let pattern = try? DealIDPattern(pattern) else { return nil }
      self = .labels(pattern)
      return
    }
    let prefix = "customfield_"
    guard text.hasPrefix(prefix), let number = Int(text.dropFirst(prefix.count)), number > 0 else {
      return nil
    }
    self = .field(number: number)
  }

  /// The field's ID, as answers name it.
  var fieldID: String {
    switch self {
    case .field(let number): "customfield_\(number)"
    case .labels: "labels"
    }
  }

  /// The restriction to issues that bear something.
  var isBorne: String {
    switch self {
    case .field(let number): "cf[\(number)] is not EMPTY"
    case .labels: "labels is not EMPTY"
    }
  }

  /// The restriction to issues that may bear one of these IDs; `nil` when none can be asked for.
  ///
  /// The answer has to be compared to the letter: a search for words also finds longer IDs.
  func restriction(to ids: [DealID]) -> String? {
    switch self {
    case .field(let number):
      let clauses = ids.compactMap { id in
        Self.phrase(id.text).map { "cf[\(number)] ~ \($0)" }
      }
      return clauses.isEmpty ? nil : "(" + clauses.joined(separator: " OR ") + ")"
    case .labels:
      return ids.isEmpty
        ? nil : "labels in (" + ids.map { JiraQuery.quoted($0.text) }.joined(separator: ", ") + ")"
    }
  }

  /// The IDs that an issue bears, exactly as they stand there.
  func ids(in issue: JiraRecord) -> [DealID] {
    switch self {
    case .field:
      guard let text = issue.fields[fieldID]?.string, !text.isEmpty else { return [] }
      return [DealID(text)]
    case .labels(let pattern):
      return (issue.fields[fieldID]?.array ?? []).compactMap(\.string)
        .filter { pattern.matches($0) }.map { DealID($0) }
    }
  }

  /// A phrase of the ID's words in order; `nil` for an ID without a letter or digit, which no text
  /// search can find.
  private static func phrase(_ id: String) -> String? {
    guard id.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
    // Quotes and backslashes only part words there; leaving them out finds no less.
    let words = String(id.map { $0 == "\"" || $0 == "\\" ? " " : $0 })
    return JiraQuery.quoted("\"\(words)\"")
  }
}

/// Pieces of JQL.
enum JiraQuery {
  /// A text as JQL quotes it.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case let control where control.value < 0x20: quoted += " "
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// All of these restrictions.
  static func all(_ parts: String?...) -> String {
    parts.compactMap { $0 }.joined(separator: " AND ")
  }

  static func project(_ key: String?) -> String? { key.map { "project = \(quoted($0))" } }
}
