internal import DealModel
internal import TruthEngine

/// Every disagreement of the deals that have been read, in the order asked for, and why the one
/// under the cursor exists.
enum ConflictsPage {
  /// The conflicts known, in the order asked for.
  static func conflicts(in state: State) -> [Conflict] {
    CrossedIdentity.explaining(state.assessments.values.flatMap(\.conflicts))
      .sorted(by: state.conflictOrder.isBefore)
  }

  /// Whether the detail stands beside the list instead of below it.
  static func isBeside(_ layout: Layout) -> Bool { layout.size.columns >= 150 }

  /// The conflicts screen as lines.
  ///
  /// - Parameter selected: The line under the cursor.
  static func page(in state: State, width: Int, selected: LineKey?) -> Page {
    let conflicts = conflicts(in: state)
    let columns = ConflictColumns(width: width)
    var page = Page()
    page.heading = [summary(conflicts.count, state), columns.titles(state.glyphs)]
    if conflicts.isEmpty {
      let words =
        state.list.comparedCount == 0
        ? "Nothing has been compared yet." : "Owners and echoes agree."
      page.add(Line(state.glyphs, "   " + words, Style(.muted)))
    }
    for conflict in conflicts {
      page.add(
        columns.row(conflict, state), key: conflict.key, copy: state.sentence(conflict))
    }
    let layout = state.layout
    guard let chosen = conflicts.first(where: { $0.key == selected }) ?? conflicts.first else {
      return page
    }
    let isBeside = isBeside(layout)
    let detail = ConflictDetail(
      conflict: chosen, state: state, width: isBeside ? layout.detailWidth - 2 : width)
    if isBeside {
      page.aside = detail.lines
    } else {
      // The list keeps at least as many rows as it has, or half of the screen.
      let room = layout.bodyHeight - page.heading.count
      let most = max(room / 2, room - conflicts.count - 1)
      // A line or two would say less than a row more.
      if most >= 3 { page.footing = detail.lines(atMost: most) }
    }
    return page
  }

  private static func summary(_ count: Int, _ state: State) -> Line {
    let read = state.list.comparedCount
    let total = AmountText.grouped(String(state.list.total))
    let words = "\(count) conflict\(count == 1 ? "" : "s") in"
    var line = Line(state.glyphs, " ")
    line.add(
      read == state.list.total
        ? "\(words) \(total) deals"
        : "\(words) the \(AmountText.grouped(String(read))) of \(total) deals compared so far",
      Style(.muted))
    line.add(", by \(state.conflictOrder.title)", Style(.muted))
    return line
  }
}

/// The columns of the list of conflicts in some width.
struct ConflictColumns {
  let width: Int
  private let field: Int
  private let stake: Int
  let side: Int
  private let cause: Int
  private static let age = 4

  /// Whether there is room for the names of the systems and whole words.
  var isRoomy: Bool { width >= 100 }

  init(width: Int) {
    self.width = width
    let isRoomy = width >= 100
    field = isRoomy ? 14 : 8
    stake = isRoomy ? 18 : 14
    cause = isRoomy ? 19 : 11
    // The sign, the deal, and a blank between columns.
    let taken = 2 + 9 + 1 + field + 1 + stake + 1 + 1 + 1 + cause + 1 + Self.age
    side = max(8, (width - taken) / 2)
  }

  func titles(_ glyphs: Glyphs) -> Line {
    var line = Line(glyphs, "  ")
    let style = Style(.muted)
    line.add("deal", width: 10, .left, style)
    line.add("field", width: field + 1, .left, style)
    line.add("at stake", width: stake, .right, style)
    line.add(" ")
    line.add("owner says", width: side, isRoomy ? .left : .right, style)
    line.add(" ")
    line.add("echo says", width: side, isRoomy ? .left : .right, style)
    line.add(" ")
    line.add("cause", width: cause, .left, style)
    line.add(" ")
    line.add("age", width: Self.age, .right, style)
    line.clip(to: width)
    return line
  }

  func row(_ conflict: Conflict, _ state: State) -> Line {
    let glyphs = state.glyphs
    var row = Line(glyphs, "\(glyphs.conflict) ", Style(.bad))
    row.add(conflict.deal.text, width: 9, .left, Style(.accent))
    row.add(" ")
    row.add(conflict.field.known?.title ?? conflict.field.text, width: field)
    row.add(" ")
    let sum = conflict.atStake.map { AmountText.fitted($0, width: stake, about: glyphs.about) }
    row.add(
      sum ?? conflict.kind.word, width: stake, .right, Style(sum == nil ? .muted : .bad))
    row.add(" ")
    add(conflict.owner, conflict, state, to: &row)
    row.add(" ")
    add(conflict.echo, conflict, state, to: &row)
    row.add(" ")
    let cause = conflict.cause.kind
    row.add(isRoomy ? cause.words : cause.shortWords, width: self.cause, .left, Style(cause.ink))
    row.add(" ")
    let age = conflict.since.map { TimeText.age(of: $0, at: state.now) }
    row.add(age ?? "?", width: Self.age, .right, Style(age == nil ? .muted : .plain))
    row.clip(to: width)
    return row
  }

  private func add(
    _ side: Conflict.Side, _ conflict: Conflict, _ state: State, to row: inout Line
  ) {
    guard !isRoomy else {
      var part = Line(state.glyphs, side.system.text + " ", Style(.accent))
      part.add(words(side, state))
      part.clip(to: self.side)
      part.pad(to: self.side)
      return row.add(part)
    }
    row.add(words(side, conflict, state), width: self.side, .right)
  }

  /// A value without its system. Where the sum at stake names the currency already, it may be left
  /// out; where currencies differ it never is.
  private func words(_ side: Conflict.Side, _ conflict: Conflict, _ state: State) -> String {
    guard let value = side.value else { return "nothing" }
    if side.amounts.count > 1 { return words(side, state) }
    guard case .money(let money) = value else { return state.words(value) }
    let bare = AmountText.bare(money)
    if conflict.atStake?.currency == money.currency, bare.utf8.count <= self.side { return bare }
    return AmountText.fitted(money, width: self.side, about: state.glyphs.about)
  }
}

extension ConflictColumns {
  /// A value in the cells beside its system's name; of several currencies as many as fit.
  private func words(_ side: Conflict.Side, _ state: State) -> String {
    guard let value = side.value else { return "nothing" }
    guard side.amounts.count > 1 else { return state.words(value) }
    let codes = side.amounts.map(\.currency.code).joined(separator: " + ")
    let whole = ConflictDetail.words(side, state)
    let room = self.side - (isRoomy ? side.system.text.utf8.count + 1 : 0)
    return whole.utf8.count <= room ? whole : codes
  }
}

extension ConflictOrder {
  /// The order in words.
  var title: String {
    switch self {
    case .money: "money at stake"
    case .age: "age, the oldest first"
    case .cause: "cause, the worst first"
    }
  }
}

extension ConflictCause.Kind {
  /// The cause in at most eleven cells.
  var shortWords: String { self == .ownershipViolation ? "violation" : words }

  /// How it looks: what somebody did wrong, what mends itself, and all else.
  var ink: Ink {
    switch self {
    case .ownershipViolation: .bad
    case .timing, .rounding: .muted
    case .unexplained: .caution
    default: .plain
    }
  }
}

extension Conflict.Kind {
  /// The word where no sum is at stake.
  var word: String {
    switch self {
    case .value: "differs"
    case .currency: "currency"
    case .echoMissing: "echo missing"
    case .ownerMissing: "owner missing"
    }
  }
}
