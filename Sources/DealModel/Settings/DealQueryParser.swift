extension DealQuery {
  /// The filter that text stands for, strictly: what is unknown or unfinished is an error.
  ///
  /// Numbers may end in `k` or `m` for thousands and millions, a margin in `%`. A number after a
  /// colon means equality, `value:50k`. Milestones compare with a day, `milestone<2026-12-01`, and
  /// hold words of their name.
  ///
  /// - Throws: ``DealQueryError`` for the first term that cannot be understood.
  public init(parsing text: some StringProtocol) throws(DealQueryError) {
    var scanner = DealQueryScanner(text)
    terms = []
    while let token = scanner.next() { terms.append(try token.term(isTyping: false)) }
  }

  /// The filter that text stands for while it is being typed.
  ///
  /// A term that is unknown or unfinished, `margin<` or `is:con`, filters nothing and becomes a
  /// hint; an open quote reaches to the end.
  public static func typed(_ text: some StringProtocol) -> TypedDealQuery {
    var scanner = DealQueryScanner(text)
    var typed = TypedDealQuery(query: DealQuery(), hints: [])
    while let token = scanner.next() {
      do throws(DealQueryError) {
        typed.query.terms.append(try token.term(isTyping: true))
      } catch {
        typed.hints.append(error)
      }
    }
    return typed
  }
}

/// What is understood so far of a filter that is being typed.
public struct TypedDealQuery: Hashable, Sendable {
  /// The terms that are whole.
  public var query: DealQuery
  /// What is wrong with, or still missing from, the others, from left to right.
  public var hints: [DealQueryError]
}

/// Cuts the text into terms at unquoted white space.
struct DealQueryScanner {
  private let characters: [Character]
  private var position = 0

  init(_ text: some StringProtocol) { characters = Array(text) }

  mutating func next() -> DealQueryToken? {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    guard position < characters.count else { return nil }
    var token = DealQueryToken(column: position + 1)
    if characters[position] == "-" {
      token.isNegated = true
      position += 1
    }
    var inQuotes = false
    while position < characters.count, inQuotes || !characters[position].isWhitespace {
      let character = characters[position]
      position += 1
      if character == "\"" {
        inQuotes.toggle()
        token.hasQuotes = true
      } else if !inQuotes, token.operation == nil, !token.hasQuotes,
        let operation = takeOperation(character)
      {
        token.operation = operation
      } else if token.operation == nil {
        token.head.append(character)
      } else {
        token.rest.append(character)
      }
    }
    token.isOpen = inQuotes
    return token
  }

  private mutating func takeOperation(_ first: Character) -> DealQueryToken.Operation? {
    switch first {
    case ":": return .colon
    case "=": return .comparator(.equal)
    case "<", ">":
      guard position < characters.count, characters[position] == "=" else {
        return .comparator(first == "<" ? .less : .greater)
      }
      position += 1
      return .comparator(first == "<" ? .lessOrEqual : .greaterOrEqual)
    default: return nil
    }
  }
}

/// One term as it stands in the text.
struct DealQueryToken {
  enum Operation: Hashable {
    case colon
    case comparator(DealQuery.Comparator)

    var sign: String {
      switch self {
      case .colon: ":"
      case .comparator(let comparator): comparator.rawValue
      }
    }
  }

  /// Where it begins, in characters, from 1.
  let column: Int
  var isNegated = false
  var head = ""
  var operation: Operation?
  var rest = ""
  var hasQuotes = false
  var isOpen = false

  init(column: Int) { self.column = column }

  func term(isTyping: Bool) throws(DealQueryError) -> DealQuery.Term {
    if isOpen, !isTyping { throw failure("The quote is not closed; add \" where the words end.") }
    return DealQuery.Term(try condition(), negated: isNegated)
  }

  private func condition() throws(DealQueryError) -> DealQuery.Condition {
    guard let operation else {
      guard !head.isEmpty else { throw failure("Words are missing here.") }
      return .text(head)
    }
    let name = head.lowercased()
    if name == "is" { return try state(operation) }
    guard let column = DealQuery.Column(rawValue: name) else { throw unknownColumn(operation) }
    guard !rest.isEmpty else { throw unfinished(column, operation) }
    switch (column.holds, operation) {
    case (.words, .colon), (.milestones, .colon): return .contains(column, rest)
    case (.words, .comparator(let comparator)): return .compares(column, comparator, rest)
    case (.numbers, .colon): return .compares(column, .equal, try number(column))
    case (.numbers, .comparator(let comparator)):
      return .compares(column, comparator, try number(column))
    case (.milestones, .comparator(let comparator)):
      guard CalendarDate(rest) != nil else {
        throw failure("\(head)\(operation.sign) takes a day such as 2026-12-01.")
      }
      return .compares(column, comparator, rest)
    }
  }

  private func state(_ operation: Operation) throws(DealQueryError) -> DealQuery.Condition {
    let states = DealQuery.State.allCases.map(\.rawValue)
    guard operation == .colon else { throw failure("Write is: and a state, such as is:conflict.") }
    if let state = DealQuery.State(rawValue: rest.lowercased()) { return .state(state) }
    if rest.isEmpty {
      throw failure("is: takes one of \(states.joined(separator: ", ")).")
    }
    if let nearest = rest.nearest(among: states) {
      throw failure("is:\(rest) is no state; is:\(nearest) is.")
    }
    throw failure("is:\(rest) is no state; there are \(states.joined(separator: ", ")).")
  }

  /// The number in plain notation, `50k` as `50000`.
  private func number(_ column: DealQuery.Column) throws(DealQueryError) -> String {
    var digits = rest[...]
    var factor: ExactDecimal = 1
    switch digits.last {
    case "k", "K": factor = 1_000
    case "m", "M": factor = 1_000_000
    case "%" where column == .margin: break
    default: return try plain(digits, column, factor)
    }
    digits.removeLast()
    return try plain(digits, column, factor)
  }

  private func plain(
    _ digits: Substring, _ column: DealQuery.Column, _ factor: ExactDecimal
  ) throws(DealQueryError) -> String {
    if let number = ExactDecimal(digits), let scaled = try? number.multiplied(by: factor) {
      return scaled.description
    }
    let sign = operation?.sign ?? ":"
    throw failure("\(column.rawValue)\(sign) takes a number such as 20, 1234.50 or 50k.")
  }

  private func unknownColumn(_ operation: Operation) -> DealQueryError {
    let columns = DealQuery.Column.allCases.map(\.rawValue) + ["is"]
    if head.isEmpty { return failure("Write a column before \(operation.sign), such as margin.") }
    if let nearest = head.nearest(among: columns) {
      return failure("There is no column \(head); there is \(nearest).")
    }
    return failure(
      "There is no column \(head); there are \(columns.joined(separator: ", "))."
        + " Words with \(operation.sign) in them need quotes.")
  }

  private func unfinished(
    _ column: DealQuery.Column, _ operation: Operation
  ) -> DealQueryError {
    let missing =
      switch (column.holds, operation) {
      case (.words, _), (.milestones, .colon): "words"
      case (.numbers, _): "a number"
      case (.milestones, _): "a day such as 2026-12-01"
      }
    return failure("\(column.rawValue)\(operation.sign) needs \(missing) after it.")
  }

  private func failure(_ message: String) -> DealQueryError {
    DealQueryError(message: message, column: column)
  }
}

extension DealQuery.Column {
  enum Holding { case words, numbers, milestones }

  /// What the column's cells hold.
  var holds: Holding {
    switch self {
    case .id, .name, .company, .stage, .owner, .entity, .currency: .words
    case .value, .invoiced, .margin: .numbers
    case .milestone: .milestones
    }
  }
}
