import DealModel

/// The fields that `opt_fields` asks for, with paths into what stands inside:
/// `name,assignee.name,this.custom_fields.(text_value|name)`.
///
/// Only those come, and every record's `gid`. A record inside that is named without a path shows
/// its `gid` and `resource_type`; the values of custom fields come whole. What there is not is
/// passed over.
///
/// Source: developers.asana.com, "Input/output options". Unverified: what a record inside shows
/// that is named without a path; answers in the wild have these two.
struct AsanaFields: Hashable, Sendable {
  private var inner: [String: AsanaFields] = [:]

  /// - Returns: `nil` where nothing is asked for.
  init?(_ text: String?) {
    let paths = (text ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
      .filter { !$0.isEmpty }
    guard !paths.isEmpty else { return nil }
    for path in paths {
      for steps in Self.alternatives(path.split(separator: ".").map(String.init)) {
        insert(steps.first == "this" ? steps.dropFirst() : steps[...])
      }
    }
  }

  private init() {}

  /// Every path that groups such as `(name|email)` stand for.
  private static func alternatives(_ steps: [String]) -> [[String]] {
    steps.reduce([[]]) { paths, step in
      let isGroup = step.hasPrefix("(") && step.hasSuffix(")")
      let words = isGroup ? step.dropFirst().dropLast().split(separator: "|") : [step[...]]
      return paths.flatMap { path in words.map { path + [String($0)] } }
    }
  }

  private mutating func insert(_ steps: ArraySlice<String>) {
    guard let first = steps.first else { return }
    inner[first, default: AsanaFields()].insert(steps.dropFirst())
  }

  /// What of a whole record was asked for.
  func of(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map(of))
    case .object(let members):
      return .object(
        members.compactMap { member in
          if let fields = inner[member.name] {
            return .init(
              member.name,
              fields.inner.isEmpty ? Self.bare(member.value) : fields.of(member.value))
          }
          return member.name == "gid" ? member : nil
        })
    case .null, .bool, .number, .string: return value
    }
  }

  private static let values: Set<String> = ["custom_field", "enum_option"]

  private static func bare(_ value: JSONValue) -> JSONValue {
    if let elements = value.array { return .array(elements.map(bare)) }
    guard let type = value["resource_type"]?.string, !values.contains(type) else { return value }
    return .object(["gid": .string(value.gid), "resource_type": .string(type)])
  }
}
