internal import DealModel
internal import TruthEngine

/// The changes seen, newest first: what was, what is, where, who, when, and what it did.
struct ChangesPage {
  private let state: State
  private let width: Int
  private var page = Page()
  /// Cells of the time.
  private let timeWidth: Int

  private init(state: State, width: Int) {
    self.state = state
    self.width = width
    let isToday =
      state.feed.oldest.map { state.zone.date(of: $0) == state.today } ?? true
    timeWidth = isToday ? 8 : 16
  }

  /// The changes screen as lines.
  static func page(in state: State, width: Int) -> Page {
    var builder = ChangesPage(state: state, width: width)
    builder.addHeading()
    builder.addChanges()
    return builder.page
  }

  private var glyphs: Glyphs { state.glyphs }
  /// Whether source and person have columns of their own.
  private var isWide: Bool { width >= 118 }
  private var indent: Int { timeWidth + 12 }

  // MARK: Heading

  private mutating func addHeading() {
    var summary = Line(glyphs, " ")
    summary.add(count, Style(.muted))
    if let watch = state.watch, watch.waiting > 0 {
      let deals = AmountText.grouped(String(watch.waiting))
      summary.add(glyphs.dot, Style(.muted))
      summary.add(
        "\(deals) deal\(watch.waiting == 1 ? "" : "s") with changes still to be read",
        Style(.caution))
    }
    summary.clip(to: width)
    page.heading = [summary]
    for failing in state.watch?.systems ?? [] {
      guard let failure = failing.failure else { continue }
      var line = Line(glyphs, " ")
      line.add(
        "\(failing.system.text) cannot say what changed: \(failure.message)", Style(.warning))
      line.clip(to: width)
      page.heading.append(line)
    }
    if state.feed.count > 0 { page.heading.append(titles) }
  }

  private var count: String {
    let count = state.feed.end
    let number = AmountText.grouped(String(count))
    let forgotten =
      state.feed.forgotten > 0
      ? ", the newest \(AmountText.grouped(String(state.feed.count))) kept" : ""
    let since = state.watch?.systems.compactMap(\.since).min()
    let clock = since.map { " since " + TimeText.clock($0, in: state.zone, at: state.now) } ?? ""
    return "\(number) change\(count == 1 ? "" : "s") seen\(clock)\(forgotten)"
  }

  private var titles: Line {
    var line = Line(glyphs)
    line.add("seen", width: timeWidth + 1, .left, Style(.muted))
    line.add("deal", width: 10, .left, Style(.muted))
    if isWide {
      line.add(" what", width: columns.what + 1, .left, Style(.muted))
      line.add("change", width: columns.change, .left, Style(.muted))
      line.add("system", width: 9, .left, Style(.muted))
      line.add("at", width: timeWidth + 1, .left, Style(.muted))
      line.add("by", Style(.muted))
    } else {
      line.add(" change", Style(.muted))
    }
    line.clip(to: width)
    return line
  }

  private var columns: (what: Int, change: Int, by: Int) {
    let rest = width - indent - 9 - timeWidth - 1
    let by = max(10, rest / 6)
    let what = max(16, (rest - by) / 3)
    return (what, rest - by - what, by)
  }

  // MARK: Lines

  private mutating func addChanges() {
    let feed = state.feed
    guard feed.count > 0 else { return addNothing() }
    let reader = state.readers[.changes] ?? Reader()
    // Thousands of lines above and below are there to scroll to, not to be written.
    let near = (reader.top - 3 * state.size.rows)...(reader.top + 4 * state.size.rows)
    let blank = Line(glyphs)
    for serial in newestFirst {
      guard let change = feed[serial] else { continue }
      let key = LineKey.change(serial)
      let details = details(change)
      let isNear = near.contains(page.lines.count)
      page.add(
        isNear ? row(change) : blank, key: key, url: change.url,
        copy: isNear ? state.sentence(change) : nil)
      if reader.selected == key {
        addAll(details)
      } else if !details.isEmpty {
        page.add(isNear ? detail(details.joined(separator: ", ")) : blank)
      }
    }
  }

  /// The numbers of the changes: the newest reading first, its values in their own order.
  private var newestFirst: [Int] {
    let feed = state.feed
    var numbers: [Int] = []
    numbers.reserveCapacity(feed.count)
    var end = feed.end
    while end > feed.first, let last = feed[end - 1] {
      var start = end - 1
      while start > feed.first, let change = feed[start - 1], change.seenAt == last.seenAt,
        change.deal == last.deal
      {
        start -= 1
      }
      numbers += start..<end
      end = start
    }
    return numbers
  }

  private func row(_ change: DealChange) -> Line {
    var line = Line(glyphs)
    line.add(
      TimeText.clock(change.seenAt, in: state.zone, at: state.now), width: timeWidth, .left,
      Style(.muted))
    line.add(" ")
    let isNew = change.lines(state.model.comparisons).contains {
      state.feed.isMarked(change.deal, $0)
    }
    line.add(change.deal.text, width: 9, .left, Style(.accent))
    line.add(" ")
    line.add(isNew ? glyphs.changed : " ", Style(.accent, bold: true))
    let style: Style = change.kind == .vanished ? Style(.warning) : .plain
    if isWide {
      line.add(state.what(change), width: columns.what - 1)
      line.add(" ")
      line.add(state.transition(change), width: columns.change - 1, .left, style)
      line.add(" ")
      line.add(change.system.text, width: 8, .left, Style(.accent))
      line.add(" ")
      let at = change.sourceTime.map { TimeText.clock($0, in: state.zone, at: state.now) }
      line.add(at ?? "", width: timeWidth, .left, Style(.muted))
      line.add(" ")
      line.add(change.by ?? "", width: columns.by, .left)
    } else {
      line.add(state.what(change) + " ", Style(bold: true))
      line.add(state.transition(change), style)
    }
    line.clip(to: width)
    return line
  }

  /// What does not stand in the row.
  private func details(_ change: DealChange) -> [String] {
    (isWide ? [] : [state.origin(of: change)]) + state.effects(of: change)
  }

  private func detail(_ text: String) -> Line {
    var line = Line(glyphs)
    line.pad(to: indent)
    line.add(text, Style(.muted))
    line.clip(to: width)
    return line
  }

  /// Everything about the change under the cursor, in as many lines as it takes.
  private mutating func addAll(_ details: [String]) {
    for text in details {
      for words in Paragraph.lines(text, width: width - indent, writer: glyphs.writer) {
        page.add(detail(words))
      }
    }
  }

  // MARK: Nothing

  /// Nothing has changed is never the same as nobody watches.
  private mutating func addNothing() {
    guard let watch = state.watch else { return addSentence("Nobody has been asked yet.") }
    let watching = watch.systems.filter { $0.reportsChanges && $0.since != nil }
    let waiting = watch.systems.filter { $0.reportsChanges && $0.since == nil }
    if !watching.isEmpty {
      let since = watching.compactMap(\.since).max()
      let clock = since.map { TimeText.clock($0, in: state.zone, at: state.now) } ?? ""
      addSentence(
        "Nothing has changed since \(clock) in \(names(watching)): they are asked every few "
          + "seconds.")
    }
    if !waiting.isEmpty { addSentence("\(names(waiting)): no answer yet to what changes.") }
    addSilent()
  }

  /// Systems that cannot be asked, and what is not remembered.
  private mutating func addSilent() {
    guard let watch = state.watch else { return }
    let silent = watch.systems.filter { !$0.reportsChanges }
    if !silent.isEmpty {
      addSentence(
        "\(names(silent)) cannot say what changed: values there are compared whenever a deal on "
          + "screen is read again.")
    }
    if !watch.remembersAll {
      addSentence(
        "There are too many deals to remember every value: of deals that were not on screen, "
          + "changes are told without the earlier value.")
    }
  }

  private mutating func addSentence(_ text: String) {
    for words in Paragraph.lines(text, width: width - 6, writer: glyphs.writer) {
      page.add(Line(glyphs, "   " + words, Style(.muted)))
    }
  }

  private func names(_ systems: [ChangeWatch.Watched]) -> String {
    systems.map(\.system.text).joined(separator: ", ")
  }
}
