/// The configured pattern of deal IDs, ready to be matched.
///
/// A regular expression without backtracking: the time to match grows with the length of the ID
/// alone, so that no pattern and no ID from outside can hold up the engine. The whole ID has to
/// match, with or without `^` and `$`. Understood: literals, `.`, `[A-Z0-9_]`, `[^…]`, `\d`, `\w`,
/// `\s` and their opposites, groups, `|`, `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`. Look-around and
/// back-references are not.
public struct DealIDPattern: Hashable, Sendable {
  /// The pattern as configured.
  public let text: String
  /// The longest ID that can match, in Unicode scalars.
  public static let maximumLength = 256

  let states: [PatternState]
  let start: Int

  /// Reads a pattern.
  ///
  /// - Throws: ``DealIDPatternError`` for a pattern that is broken, too large, or uses what is not
  ///   understood.
  public init(_ text: String) throws(DealIDPatternError) {
    self.text = text
    var compiler = DealIDPatternCompiler(text)
    (states, start) = try compiler.compile()
  }

  /// Whether the whole ID fits; an ID longer than ``maximumLength`` never does.
  public func matches(_ id: DealID) -> Bool { matches(id.text) }

  /// Whether the whole text fits; a text longer than ``maximumLength`` never does.
  public func matches(_ text: some StringProtocol) -> Bool {
    var active = StateSet(count: states.count)
    var following = active
    add(start, to: &active, atStart: true)
    var length = 0
    for scalar in text.unicodeScalars {
      length += 1
      guard length <= Self.maximumLength, !active.members.isEmpty else { return false }
      for state in active.members {
        if case .scalar(let accepted, let next) = states[state], accepted.contains(scalar) {
          add(next, to: &following, atStart: false)
        }
      }
      swap(&active, &following)
      following.removeAll()
    }
    return reachesEnd(active, atStart: length == 0)
  }

  /// Adds a state and all that it reaches without consuming a scalar.
  private func add(_ first: Int, to set: inout StateSet, atStart: Bool) {
    var pending = [first]
    while let state = pending.popLast() {
      guard set.insert(state) else { continue }
      switch states[state] {
      case .split(let left, let right):
        pending.append(right)
        pending.append(left)
      case .lineStart(let next): if atStart { pending.append(next) }
      case .scalar, .lineEnd, .accept: break
      }
    }
  }

  /// Whether the end is reached; `$` lets pass only here.
  private func reachesEnd(_ active: StateSet, atStart: Bool) -> Bool {
    var seen = StateSet(count: states.count)
    var pending = active.members
    while let state = pending.popLast() {
      guard seen.insert(state) else { continue }
      switch states[state] {
      case .accept: return true
      case .lineEnd(let next): pending.append(next)
      case .lineStart(let next): if atStart { pending.append(next) }
      case .split(let left, let right): pending += [left, right]
      case .scalar: break
      }
    }
    return false
  }
}

/// Why a pattern cannot be used.
public struct DealIDPatternError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and how to mend it.
  public let message: String
  /// Where, in Unicode scalars from the start of the pattern, beginning with 1.
  public let column: Int

  public var description: String { message }
}

/// One state of the automaton.
enum PatternState: Hashable, Sendable {
  case scalar(ScalarClass, next: Int)
  case split(Int, Int)
  case lineStart(next: Int)
  case lineEnd(next: Int)
  case accept
}

/// A set of scalars.
struct ScalarClass: Hashable, Sendable {
  var ranges: [ClosedRange<UInt32>]
  var isNegated = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) } != isNegated
  }
}

/// States, each at most once, in the order in which they came.
private struct StateSet {
  private(set) var members: [Int] = []
  private var isMember: [Bool]

  init(count: Int) { isMember = Array(repeating: false, count: count) }

  mutating func insert(_ state: Int) -> Bool {
    guard !isMember[state] else { return false }
    isMember[state] = true
    members.append(state)
    return true
  }

  mutating func removeAll() {
    for state in members { isMember[state] = false }
    members.removeAll(keepingCapacity: true)
  }
}
