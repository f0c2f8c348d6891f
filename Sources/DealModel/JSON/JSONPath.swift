/// Where a value stands in a JSON document, as a configuration writes it.
///
/// Names parted by dots: `data.name`. In brackets an index, `lines[0]`; every element, `lines[*]`;
/// or the first element whose member has a value, `custom_fields[id=5].value`; with a star before it
/// every such element, `bills[*state=posted|paid].amount`, where `null` stands for no value. A
/// backslash before a dot, a bracket or an equals sign takes it as it is. `$` is the whole document.
public struct JSONPath: Hashable, Sendable, CustomStringConvertible {
  /// One step down.
  enum Step: Hashable, Sendable {
    case member(String)
    case index(Int)
    case each
    case element(member: String, value: String)
    case every(member: String, values: [String])
  }

  /// The path as it was written.
  public let text: String
  let steps: [Step]

  /// What stands at a path.
  public struct Finding: Hashable, Sendable {
    /// The values there, in document order; several only beyond `[*]` or `[*member=value]`. A step
    /// into `null` finds `null`: who has nobody assigned has no name of an assignee.
    public var values: [JSONValue] = []
    /// Where the path first led nowhere, and what stood there instead; `nil` when it led to its end
    /// everywhere.
    public var lost: Lost?

    /// The first value; `nil` when there is none.
    public var first: JSONValue? { values.first }
  }

  /// Where a path led nowhere.
  public struct Lost: Hashable, Sendable {
    /// The part of the path that could be walked; `$` for none.
    public var reached: String
    /// What stood there, in words without a value: `an object with the keys id, name`.
    public var held: String

    /// Where a path led nowhere.
    public init(reached: String, held: String) {
      self.reached = reached
      self.held = held
    }
  }

  /// Reads a path.
  ///
  /// - Returns: `nil` for a text that is none.
  public init?(_ text: String) {
    var reader = JSONPathReader(text)
    guard let steps = reader.steps() else { return nil }
    self.text = text
    self.steps = steps
  }

  /// The whole document, `$`.
  public static let wholeDocument = JSONPath(text: "$", steps: [])

  private init(text: String, steps: [Step]) {
    self.text = text
    self.steps = steps
  }

  /// Names and indexes on the way, where nothing is searched for; `nil` for other paths.
  public var plainSteps: [String]? {
    var plain: [String] = []
    for step in steps {
      switch step {
      case .member(let name): plain.append(name)
      case .index(let index): plain.append(String(index))
      case .each, .element, .every: return nil
      }
    }
    return plain
  }

  public var description: String { text }

  /// Whether it may lead to several values.
  public var isPlural: Bool {
    steps.contains { step in
      switch step {
      case .each, .every: true
      case .member, .index, .element: false
      }
    }
  }

  /// What stands there in a document.
  public func find(in document: JSONValue) -> Finding {
    var finding = Finding()
    walk(document, from: 0, reached: "$", into: &finding)
    return finding
  }

  private func walk(
    _ value: JSONValue, from place: Int, reached: String, into finding: inout Finding
  ) {
    guard place < steps.count else { return finding.values.append(value) }
    if value.isNull { return finding.values.append(.null) }
    let next: JSONValue?
    switch steps[place] {
    case .each:
      guard let elements = value.array else { return lose(value, reached, &finding) }
      for (index, element) in elements.enumerated() {
        walk(element, from: place + 1, reached: "\(reached)[\(index)]", into: &finding)
      }
      return
    case .every(let member, let wanted):
      guard let elements = value.array else { return lose(value, reached, &finding) }
      for (index, element) in elements.enumerated() {
        let reached = "\(reached)[\(index)]"
        // An element that lacks the member may belong here or not; nobody can tell.
        guard let there = element[member] else {
          lose(element, reached, &finding)
          continue
        }
        guard let word = there.comparedWord, wanted.contains(word) else { continue }
        walk(element, from: place + 1, reached: reached, into: &finding)
      }
      return
    case .member(let name): next = value[name]
    case .index(let index): next = value[index]
    case .element(let member, let wanted):
      next = value.array?.first { element in
        switch element[member] {
        case .string(let text)?, .number(let text)?: text == wanted
        default: false
        }
      }
    }
    guard let next else { return lose(value, reached, &finding) }
    let step = steps[place].text
    let path = reached == "$" && !step.hasPrefix("[") ? step : reached + step.dotted
    walk(next, from: place + 1, reached: path, into: &finding)
  }

  private func lose(_ value: JSONValue, _ reached: String, _ finding: inout Finding) {
    if finding.lost == nil {
      finding.lost = Lost(reached: reached, held: value.contentInWords)
    }
  }
}

extension JSONValue {
  /// What this holds, without any of its values: `an object with the keys id, name`.
  public var contentInWords: String {
    switch self {
    case .object(let members) where members.isEmpty: return "an empty object"
    case .object(let members):
      let shown = members.prefix(12).map { VisibleText($0.name.prefix(40)).text }
      let rest = members.count > 12 ? ", … (\(members.count) in all)" : ""
      return "an object with the keys \(shown.joined(separator: ", "))\(rest)"
    case .array(let elements):
      return elements.isEmpty
        ? "an empty list" : "a list of \(elements.count), first \(elements[0].typeName)"
    default: return typeName
    }
  }
}

extension JSONValue {
  /// The word that a step compares: of a plain value its text, `null` for none; `nil` for others.
  fileprivate var comparedWord: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .null: "null"
    case .array, .object: nil
    }
  }
}

extension JSONPath.Step {
  fileprivate var text: String {
    switch self {
    case .member(let name): name
    case .index(let index): "[\(index)]"
    case .each: "[*]"
    case .element(let member, let value): "[\(member)=\(value)]"
    case .every(let member, let values): "[*\(member)=\(values.joined(separator: "|"))]"
    }
  }
}

extension String {
  fileprivate var dotted: String { hasPrefix("[") ? self : "." + self }
}

/// Reads the steps of a path.
private struct JSONPathReader {
  private let scalars: [Character]
  private var place = 0

  init(_ text: String) { scalars = Array(text) }

  mutating func steps() -> [JSONPath.Step]? {
    if scalars == ["$"] { return [] }
    var steps: [JSONPath.Step] = []
    var needsName = true
    while place < scalars.count {
      if scalars[place] == "[" {
        guard !needsName || steps.isEmpty, let step = bracket() else { return nil }
        steps.append(step)
        needsName = false
      } else {
        if !needsName {
          guard scalars[place] == "." else { return nil }
          place += 1
        }
        let name = word(until: [".", "["])
        guard !name.isEmpty else { return nil }
        if !(name == "$" && steps.isEmpty) { steps.append(.member(name)) }
        needsName = false
      }
    }
    return needsName ? nil : steps
  }

  private mutating func bracket() -> JSONPath.Step? {
    place += 1
    let isEvery = place + 1 < scalars.count && scalars[place] == "*" && scalars[place + 1] != "]"
    if isEvery { place += 1 }
    let left = word(until: ["]", "="])
    guard place < scalars.count else { return nil }
    if scalars[place] == "=" {
      place += 1
      let right = word(until: ["]"])
      guard place < scalars.count, !left.isEmpty else { return nil }
      place += 1
      guard isEvery else { return .element(member: left, value: right) }
      return .every(member: left, values: right.split(separator: "|").map(String.init))
    }
    place += 1
    guard !isEvery else { return nil }
    if left == "*" { return .each }
    return Int(left).flatMap { $0 >= 0 ? .index($0) : nil }
  }

  private mutating func word(until ends: Set<Character>) -> String {
    var word = ""
    while place < scalars.count, !ends.contains(scalars[place]) {
      if scalars[place] == "\\", place + 1 < scalars.count { place += 1 }
      word.append(scalars[place])
      place += 1
    }
    return word
  }
}
