import DealModel

/// An issue as the site holds it.
struct JiraIssue: Hashable, Sendable {
  var id: String
  var key: String
  /// Name → value, as the API gives them.
  private(set) var fields: [String: JSONValue]
  /// The instant of `updated`, kept because every poll for changes asks every issue for it.
  private(set) var updatedAt: Timestamp?

  init(id: String, key: String, fields: [String: JSONValue]) {
    self.id = id
    self.key = key
    self.fields = fields
    updatedAt = fields["updated"]?.string.flatMap { Timestamp($0) }
  }

  /// Changes one field; `nil` takes it away.
  mutating func set(_ field: String, to value: JSONValue?) {
    fields[field] = value
    if field == "updated" { updatedAt = value?.string.flatMap { Timestamp($0) } }
  }

  /// The issue ID as a number, for orders; 0 when it is none.
  var number: Int { Int(id) ?? 0 }
}

/// Words of a text as Jira's search cuts it: letters and digits, without regard to case.
///
/// `BW-00042-old` is three words, so a search for `BW-00042` finds it.
enum JiraWords {
  static func cut(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for scalar in text.lowercased().unicodeScalars {
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" {
        word.unicodeScalars.append(scalar)
      } else if !word.isEmpty {
        words.append(word)
        word = ""
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// The plain text of a value: a string itself, or every text of an ADF document.
  static func plainText(of value: JSONValue?) -> String? {
    switch value {
    case .string(let text)?: text
    case .object?: value.map { JiraDocument.plainText(of: $0) }
    default: nil
    }
  }
}

/// The search index of a site: what queries see, which may lag behind the issues.
struct JiraIndex: Sendable {
  /// Issue ID → the issue as it was when it was indexed.
  private(set) var documents: [String: JiraIssue] = [:]
  /// Field → word or value → issue IDs.
  private var postings: [String: [String: Set<String>]] = [:]
  private let textFields: [String]

  init(issues: some Sequence<JiraIssue>, textFields: [String]) {
    self.textFields = textFields
    for issue in issues { insert(issue) }
  }

  /// Indexes an issue anew.
  mutating func insert(_ issue: JiraIssue) {
    remove(issue.id)
    documents[issue.id] = issue
    for (field, term) in terms(of: issue) {
      postings[field, default: [:]][term, default: []].insert(issue.id)
    }
  }

  /// Forgets an issue.
  mutating func remove(_ id: String) {
    guard let old = documents.removeValue(forKey: id) else { return }
    for (field, term) in terms(of: old) { postings[field]?[term]?.remove(id) }
  }

  /// The issues that have that term in a field; `nil` when the field is not indexed.
  func posting(field: String, term: String) -> Set<String>? {
    guard isIndexed(field) else { return nil }
    return postings[field]?[term] ?? []
  }

  /// Whether lookups by term are possible.
  func isIndexed(_ field: String) -> Bool {
    Self.valueFields.contains(field) || textFields.contains(field)
  }

  /// Terms as ``posting(field:term:)`` finds them: words of texts, names and keys in lower case.
  private func terms(of issue: JiraIssue) -> [(field: String, term: String)] {
    var terms: [(String, String)] = []
    for field in textFields {
      guard let text = JiraWords.plainText(of: issue.fields[field]) else { continue }
      for word in JiraWords.cut(text) { terms.append((field, word)) }
    }
    for field in Self.valueFields {
      for name in JiraValues.names(of: field, in: issue) { terms.append((field, name)) }
    }
    return terms
  }

  private static let valueFields = [
    "issuekey", "parent", "project", "issuetype", "status", "labels",
  ]
}

/// What the values of an issue are called in queries.
enum JiraValues {
  /// Every spelling by which a query may name the value of a field; lower case but for labels.
  static func names(of field: String, in issue: JiraIssue) -> [String] {
    switch field {
    case "issuekey": return [issue.id, issue.key.lowercased()]
    case "statusCategory":
      return names(issue.fields["status"]?["statusCategory"] ?? .null)
    case "labels": return (issue.fields["labels"]?.array ?? []).compactMap(\.string)
    case "project":
      // Files written by hand may leave the project to the key.
      guard let project = issue.fields["project"], !project.isNull else {
        return [issue.key.prefix { $0 != "-" }.lowercased()]
      }
      return names(project)
    case "worklogAuthor":
      return (issue.fields["worklog"]?["worklogs"]?.array ?? []).flatMap {
        names($0["author"] ?? .null)
      }
    default: return names(issue.fields[field] ?? .null)
    }
  }

  private static func names(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text): return [text.lowercased()]
    case .number(let text): return [text]
    case .array(let values): return values.flatMap(names)
    case .object:
      return ["id", "key", "name", "value", "accountId", "displayName", "emailAddress"]
        .compactMap { member in
          switch value[member] {
          case .string(let text)?: text.lowercased()
          case .number(let text)?: text
          default: nil
          }
        }
    case .null, .bool: return []
    }
  }
}
