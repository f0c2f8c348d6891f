import DealModel

/// Atlassian Document Format: how version 3 of the API gives texts of several lines.
enum JiraDocument {
  /// A document with a paragraph per line.
  static func document(_ text: String) -> JSONValue {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return .object([
      "type": "doc", "version": 1,
      "content": .array(
        lines.map { line in
          .object([
            "type": "paragraph",
            "content": line.isEmpty
              ? .array([]) : .array([.object(["type": "text", "text": .string(String(line))])]),
          ])
        }),
    ])
  }

  /// Every text of a document, blocks apart by line ends.
  static func plainText(of node: JSONValue) -> String {
    if let text = node["text"]?.string { return text }
    if node["type"]?.string == "hardBreak" { return "\n" }
    let isBlock = ["doc", "bulletList", "orderedList", "table"].contains(node["type"]?.string)
    return (node["content"]?.array ?? []).map(plainText).joined(separator: isBlock ? "\n" : "")
  }
}
