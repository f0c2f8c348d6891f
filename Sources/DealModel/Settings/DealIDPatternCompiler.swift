/// Reads a pattern into a tree, and the tree into an automaton (Thompson's construction).
struct DealIDPatternCompiler {
  private indirect enum Node {
    case empty
    case scalar(ScalarClass)
    case sequence([Node])
    case choice([Node])
    case repetition(Node, atLeast: Int, atMost: Int?)
    case lineStart
    case lineEnd
  }

  private static let maximumStates = 8_192
  private static let maximumDepth = 32
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var states: [PatternState] = [.accept]

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func compile() throws(DealIDPatternError) -> (states: [PatternState], start: Int) {
    guard !scalars.isEmpty else {
      throw failure("The pattern is empty; write one such as ^BW-[0-9]{5}$.")
    }
    let tree = try choice(depth: 0)
    guard position == scalars.count else { throw failure("A ) closes no group; escape it as \\).") }
    let start = try emit(tree, next: 0)
    return (states, start)
  }

  // MARK: Reading

  private mutating func choice(depth: Int) throws(DealIDPatternError) -> Node {
    guard depth <= Self.maximumDepth else { throw failure("Groups are nested too deeply.") }
    var branches = [try sequence(depth: depth)]
    while take("|") { branches.append(try sequence(depth: depth)) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence(depth: Int) throws(DealIDPatternError) -> Node {
    var nodes: [Node] = []
    while let scalar = peek, scalar != "|", scalar != ")" {
      nodes.append(try repeated(try atom(depth: depth)))
    }
    return nodes.isEmpty ? .empty : .sequence(nodes)
  }

  private mutating func atom(depth: Int) throws(DealIDPatternError) -> Node {
    guard let scalar = peek else { return .empty }
    position += 1
    switch scalar {
    case "(": return try group(depth: depth)
    case "[": return .scalar(try scalarClass())
    case ".": return .scalar(ScalarClass(ranges: [0x0A...0x0A], isNegated: true))
    case "^": return .lineStart
    case "$": return .lineEnd
    case "\\": return try escapedAtom()
    case "*", "+", "?", "{":
      position -= 1
      throw failure("\(scalar) repeats nothing; escape it as \\\(scalar).")
    default: return .scalar(ScalarClass(ranges: [scalar.value...scalar.value]))
    }
  }

  private mutating func group(depth: Int) throws(DealIDPatternError) -> Node {
    if take("?") {
      guard take(":") else {
        throw failure("Only (?:…) is understood after (?; look-around and options are not.")
      }
    }
    let node = try choice(depth: depth + 1)
    guard take(")") else { throw failure("A group is not closed; add ).") }
    return node
  }

  private mutating func escapedAtom() throws(DealIDPatternError) -> Node {
    if take("A") { return .lineStart }
    if take("z") || take("Z") { return .lineEnd }
    return .scalar(try escapedClass())
  }

  private mutating func escapedClass() throws(DealIDPatternError) -> ScalarClass {
    guard let scalar = peek else { throw failure("A \\ ends the pattern; escape it as \\\\.") }
    position += 1
    switch scalar {
    case "d": return ScalarClass(ranges: Self.digits)
    case "D": return ScalarClass(ranges: Self.digits, isNegated: true)
    case "w": return ScalarClass(ranges: Self.word)
    case "W": return ScalarClass(ranges: Self.word, isNegated: true)
    case "s": return ScalarClass(ranges: Self.space)
    case "S": return ScalarClass(ranges: Self.space, isNegated: true)
    case "t": return ScalarClass(ranges: [0x09...0x09])
    case "n": return ScalarClass(ranges: [0x0A...0x0A])
    case "r": return ScalarClass(ranges: [0x0D...0x0D])
    default:
      guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
        position -= 1
        throw failure("\\\(scalar) is not understood.")
      }
      return ScalarClass(ranges: [scalar.value...scalar.value])
    }
  }

  private mutating func scalarClass() throws(DealIDPatternError) -> ScalarClass {
    var result = ScalarClass(ranges: [], isNegated: take("^"))
    var isFirst = true
    while isFirst || peek != "]" {
      guard let low = try classMember() else { throw failure("A [ is not closed; add ].") }
      isFirst = false
      guard low.ranges.count == 1, let from = low.ranges[0].first, low.ranges[0].count == 1,
        !low.isNegated, peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]"
      else {
        guard !low.isNegated else {
          throw failure("Opposites such as \\D are not understood inside [ ].")
        }
        result.ranges += low.ranges
        continue
      }
      position += 1
      guard let high = try classMember(), high.ranges.count == 1, high.ranges[0].count == 1,
        let to = high.ranges[0].first, from <= to
      else { throw failure("A range in [ ] runs backwards; write the smaller end first.") }
      result.ranges.append(from...to)
    }
    position += 1
    return result
  }

  /// One member of a class; `nil` at the end of the pattern.
  private mutating func classMember() throws(DealIDPatternError) -> ScalarClass? {
    guard let scalar = peek else { return nil }
    position += 1
    return scalar == "\\"
      ? try escapedClass() : ScalarClass(ranges: [scalar.value...scalar.value])
  }

  private mutating func repeated(_ atom: Node) throws(DealIDPatternError) -> Node {
    var node = atom
    while let scalar = peek {
      switch scalar {
      case "*": node = .repetition(node, atLeast: 0, atMost: nil)
      case "+": node = .repetition(node, atLeast: 1, atMost: nil)
      case "?": node = .repetition(node, atLeast: 0, atMost: 1)
      case "{":
        position += 1
        node = try counted(node)
        continue
      default: return node
      }
      position += 1
      // A lazy or possessive mark changes which match is found, not whether the whole matches.
      if !take("?") { take("+") }
    }
    return node
  }

  private mutating func counted(_ node: Node) throws(DealIDPatternError) -> Node {
    let atLeast = takeNumber()
    var atMost = atLeast
    if take(",") { atMost = takeNumber() }
    guard let atLeast, take("}") else {
      throw failure("A { is not a count; write {5}, {2,} or {2,5}, or escape it as \\{.")
    }
    guard atMost ?? atLeast >= atLeast, max(atLeast, atMost ?? 0) <= DealIDPattern.maximumLength
    else {
      throw failure("A count runs backwards or beyond \(DealIDPattern.maximumLength).")
    }
    return .repetition(node, atLeast: atLeast, atMost: atMost)
  }

  // MARK: Emitting, from the end to the start

  private mutating func emit(_ node: Node, next: Int) throws(DealIDPatternError) -> Int {
    switch node {
    case .empty: return next
    case .scalar(let accepted): return try append(.scalar(accepted, next: next))
    case .lineStart: return try append(.lineStart(next: next))
    case .lineEnd: return try append(.lineEnd(next: next))
    case .sequence(let nodes):
      var following = next
      for node in nodes.reversed() { following = try emit(node, next: following) }
      return following
    case .choice(let branches):
      var following: Int?
      for branch in branches.reversed() {
        let start = try emit(branch, next: next)
        following =
          try following.map { other throws(DealIDPatternError) in
            try append(.split(start, other))
          } ?? start
      }
      return following ?? next
    case .repetition(let body, let atLeast, let atMost):
      return try emit(repetitionOf: body, atLeast, atMost, next: next)
    }
  }

  private mutating func emit(
    repetitionOf body: Node, _ atLeast: Int, _ atMost: Int?, next: Int
  ) throws(DealIDPatternError) -> Int {
    var following = next
    if let atMost {
      for _ in atLeast..<max(atLeast, atMost) {
        following = try append(.split(try emit(body, next: following), next))
      }
    } else {
      let loop = try append(.accept)
      states[loop] = .split(try emit(body, next: loop), next)
      following = loop
    }
    for _ in 0..<atLeast {
      let start = try emit(body, next: following)
      // Repeating what is empty adds nothing, and nested counts of it would take for ever.
      if start == following { break }
      following = start
    }
    return following
  }

  private mutating func append(_ state: PatternState) throws(DealIDPatternError) -> Int {
    guard states.count < Self.maximumStates else {
      throw DealIDPatternError(message: "The pattern is too large; use smaller counts.", column: 1)
    }
    states.append(state)
    return states.count - 1
  }

  // MARK: Scalars

  private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  @discardableResult private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    position += 1
    return true
  }

  private mutating func takeNumber() -> Int? {
    var number: Int?
    while let scalar = peek, ("0"..."9").contains(scalar), number ?? 0 <= 10_000 {
      number = (number ?? 0) * 10 + Int(scalar.value - 0x30)
      position += 1
    }
    return number
  }

  private func failure(_ message: String) -> DealIDPatternError {
    DealIDPatternError(message: message, column: min(position, scalars.count) + 1)
  }

  private static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  private static let word: [ClosedRange<UInt32>] = [
    0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A,
  ]
  private static let space: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20]
}
