internal import DealModel
internal import TruthEngine

extension Program {
  /// Takes a key.
  mutating func press(_ key: Key) -> [Effect] {
    switch key {
    case .control("c"): return [.quit]
    case .control("z"): return [.suspend]
    case .control("l"): return [.redraw]
    default: break
    }
    state.notice = nil
    guard state.layout.fits else { return key == .character("q") ? [.quit] : [] }
    if state.prompt != nil { return pressInPrompt(key) }
    if state.overlay != nil { return pressInOverlay(key) }
    if let step = movement(key) {
      move(by: step)
      return []
    }
    switch key {
    case .click(let column, let row): return click(column: column, row: row, opens: false)
    case .doubleClick(let column, let row): return click(column: column, row: row, opens: true)
    case .wheel(let lines, let column, let row): wheel(lines, column: column, row: row)
    case .enter, .tab, .right, .character("l"): return enter(isTab: key == .tab)
    case .escape, .backTab, .left, .character("h"), .backspace: goBack()
    case .character(let character): return press(character)
    case .function(1): return press("?")
    case .paste: state.notice = State.Notice(text: "press g or / before pasting an ID or a filter")
    default: break
    }
    return []
  }

  private mutating func press(_ character: Character) -> [Effect] {
    if let tab = character.wholeNumberValue.flatMap(Tab.init) { return go(to: tab) }
    switch character {
    case "q": return [.quit]
    case "?":
      state.overlay = .help
      state.overlayReader = Reader()
    case "/" where openPayload != nil: state.prompt = Prompt(.search, text: state.searchText)
    case "n" where openPayload != nil: searchAgain(backwards: false)
    case "N" where openPayload != nil: searchAgain(backwards: true)
    case "/":
      if state.tab == .deals {
        state.trail = []
        state.prompt = Prompt(.filter, text: state.list.filterText)
      } else {
        state.notice = State.Notice(text: "the filter belongs to the deals: press 1 first")
      }
    case ":": state.prompt = Prompt(.command)
    case "g": state.prompt = Prompt(.goTo)
    case "e": state.prompt = Prompt(.export)
    case "s" where state.tab == .conflicts && state.trail.isEmpty:
      state.conflictOrder = state.conflictOrder.next
      state.notice = State.Notice(text: "conflicts by \(state.conflictOrder.title)")
    case "s":
      state.overlay = .sort
      let present = DealList.sorts.firstIndex(of: state.list.sort) ?? 0
      state.overlayReader = Reader(selected: .choice(present))
    case "S":
      state.list.sort(by: state.list.sort, descending: !state.list.isDescending, now: state.now)
    case "w": explain()
    case "p": return showPayload()
    case "r": return pullAgain()
    case "i": return isolate()
    case "P": return probeNow()
    case "x" where state.tab == .links && state.trail.isEmpty: return stopLinks()
    case "o": return browse()
    case "y": return copy()
    default: break
    }
    return []
  }

  // MARK: Moving

  /// Lines a key moves by; `nil` for a key that does not move.
  func movement(_ key: Key) -> Int? {
    let screen = max(
      1,
      (state.trail.isEmpty && state.tab == .deals
        ? state.layout.listRows : state.layout.bodyHeight) - 1)
    switch key {
    case .up, .character("k"), .control("p"): return -1
    case .down, .character("j"), .control("n"): return 1
    case .pageUp, .control("b"): return -screen
    case .pageDown, .control("f"), .character(" "): return screen
    case .control("u"): return -max(1, screen / 2)
    case .control("d"): return max(1, screen / 2)
    case .home: return -1_000_000_000
    case .end: return 1_000_000_000
    default: return nil
    }
  }

  mutating func move(by step: Int) {
    if state.tab == .deals, state.trail.isEmpty {
      let rows = state.layout.listRows
      state.list.move(by: step, rows: rows, ahead: state.layout.isSplit ? rows / 4 : 0)
      return
    }
    guard let (page, reader) = currentPage else { return }
    var moved = reader
    moved.move(by: step, in: page, height: pageHeight(page))
    setReader(moved)
  }

  private mutating func goBack() {
    guard let visit = state.trail.popLast() else { return }
    if let before = visit.cursorBefore, state.list.position(of: before) != nil {
      state.list.cursor = before
    }
    if case .record(let reference, _) = visit.place { state.details[reference] = nil }
  }

  private mutating func go(to tab: Tab) -> [Effect] {
    // The same screen again leads back to its start.
    if tab == state.tab { state.trail = [] }
    state.tab = tab
    return tab == .links && state.links == nil ? [.compareLinks] : []
  }

  /// Goes deeper from the line under the cursor.
  mutating func enter(isTab: Bool = false) -> [Effect] {
    guard let visit = state.trail.last else {
      if state.tab == .deals {
        guard let id = state.list.cursor else { return [] }
        state.trail.append(Visit(place: .deal(id)))
        move(by: 1)
        return []
      }
      return enterLine()
    }
    if isTab {
      goBack()
      return []
    }
    if case .incident(let subject, let began)? = visit.reader.selected {
      state.trail.append(Visit(place: .incident(subject, began)))
      return []
    }
    if case .why(let id, _) = visit.place {
      guard case .part(let reference, _)? = currentEntry?.key else {
        move(by: 1)
        return []
      }
      return openRecord(reference, of: id)
    }
    guard case .deal(let id) = visit.place, let key = visit.reader.selected else { return [] }
    if case .record(let reference) = key { return openRecord(reference, of: id) }
    explain()
    return []
  }

  private mutating func enterLine() -> [Effect] {
    guard let key = currentEntry?.key else {
      move(by: 1)
      return []
    }
    switch key {
    case .conflict(let deal, _, _, _): open(deal, selecting: key)
    case .system(let name): state.trail.append(Visit(place: .errors(name)))
    case .change(let serial):
      guard let change = state.feed[serial] else { break }
      open(change.deal, selecting: change.lines(state.model.comparisons).first)
    case .incident(let subject, let began):
      state.trail.append(Visit(place: .incident(subject, began)))
    case .fault(let fault):
      if state.list.contains(fault.deal) {
        open(fault.deal)
        if fault.deal != fault.id {
          state.notice = State.Notice(
            text: "\(fault.deal.text) may be meant by \(fault.id.text); nothing is joined by it")
        }
      } else {
        state.notice = State.Notice(
          text: "\(fault.id.text) is no deal of \(state.model.sharedID.origin.text)")
      }
    default: break
    }
    return []
  }

  private mutating func openRecord(_ reference: RecordReference, of deal: DealID) -> [Effect] {
    state.trail.append(Visit(place: .record(reference, of: deal)))
    state.details[reference] = .asking(state.details[reference]?.detail)
    return [.openDetail(reference)]
  }

  // MARK: The mouse

  private mutating func click(column: Int, row: Int, opens: Bool) -> [Effect] {
    let layout = state.layout
    if row == 1, state.trail.isEmpty {
      let span = Chrome.tabSpans(state).first { ($0.start..<$0.end).contains(column) }
      return span.map { go(to: $0.tab) } ?? []
    }
    let line = row - layout.bodyTop
    guard line >= 0, line < layout.bodyHeight else { return [] }
    if isListShown, column < layout.listWidth {
      guard line >= 1, let id = state.list.id(at: state.list.top + line - 1) else { return [] }
      state.trail = []
      state.list.cursor = id
      return opens ? enter() : []
    }
    if state.tab == .deals, state.trail.isEmpty { _ = enter() }
    guard let (page, reader) = currentPage else { return [] }
    let position = reader.top + line - page.heading.count
    guard line >= page.heading.count, line < page.heading.count + pageHeight(page),
      page.lines.indices.contains(position),
      let key = page.lines[position].key
    else { return [] }
    var moved = reader
    moved.selected = key
    setReader(moved)
    return opens ? enter() : []
  }

  private mutating func wheel(_ lines: Int, column: Int, row: Int) {
    if isListShown, column < state.layout.listWidth {
      state.list.scroll(by: lines, rows: state.layout.listRows)
      return
    }
    guard let (page, reader) = currentPage else { return }
    var moved = reader
    moved.top += lines
    moved.settle(in: page, height: pageHeight(page), keepingCursor: false)
    // The cursor goes along, or the next settling would scroll back to it.
    let shown = moved.top..<(moved.top + pageHeight(page))
    if let position = page.position(of: moved.selected), !shown.contains(position) {
      let inSight = page.lines.indices.filter { shown.contains($0) && page.lines[$0].key != nil }
      let nearest = position < moved.top ? inSight.first : inSight.last
      moved.selected = nearest.flatMap { page.lines[$0].key }
    }
    setReader(moved)
  }

  /// Whether the list of deals is on screen.
  var isListShown: Bool {
    guard state.tab == .deals else { return false }
    guard let visit = state.trail.last else { return true }
    if case .deal = visit.place { return state.layout.isSplit }
    return false
  }

  // MARK: Over the screen

  private mutating func pressInOverlay(_ key: Key) -> [Effect] {
    guard let overlay = state.overlay else { return [] }
    switch key {
    case .escape, .character("q"), .left, .character("h"), .backspace:
      state.overlay = nil
      return []
    case .character("?") where overlay == .help:
      state.overlay = nil
      return []
    case .enter, .right, .character("l"): return choose(overlay)
    case .character("s") where overlay == .sort:
      return pressInOverlay(.down)
    case .wheel(let lines, _, _): scrollOverlay(overlay, by: lines)
    case .click(let column, let row), .doubleClick(let column, let row):
      return clickInOverlay(overlay, column: column, row: row)
    default:
      guard let step = movement(key) else { return [] }
      scrollOverlay(overlay, by: step)
    }
    return []
  }

  private mutating func clickInOverlay(_ overlay: Overlay, column: Int, row: Int) -> [Effect] {
    let page = overlayPage(overlay)
    let box = overlayBox(overlay, page)
    let position = state.overlayReader.top + row - box.row - 1
    let isInside =
      column > box.column && column < box.column + box.width - 1 && row > box.row
      && row < box.row + box.height - 1
    guard isInside else {
      state.overlay = nil
      return []
    }
    guard page.lines.indices.contains(position), let key = page.lines[position].key else {
      return []
    }
    state.overlayReader.selected = key
    return choose(overlay)
  }

  private mutating func scrollOverlay(_ overlay: Overlay, by step: Int) {
    let page = overlayPage(overlay)
    let height = max(0, overlayBox(overlay, page).height - 2)
    state.overlayReader.move(by: step, in: page, height: height)
  }

  private mutating func choose(_ overlay: Overlay) -> [Effect] {
    guard case .choice(let index)? = state.overlayReader.selected else {
      if overlay == .help { return [] }
      state.overlay = nil
      return []
    }
    state.overlay = nil
    switch overlay {
    case .sort:
      guard let sort = DealList.sorts[safely: index] else { return [] }
      state.list.sort(
        by: sort,
        descending: sort == state.list.sort ? !state.list.isDescending : sort.startsDescending,
        now: state.now)
    case .picker(_, let records):
      guard let record = records[safely: index], let id = record.dealID else { return [] }
      let reference = record.reference
      open(id, selecting: reference.kind == .deals ? nil : .record(reference))
    case .help: break
    }
    return []
  }
}

extension Collection {
  /// The element there; `nil` outside.
  subscript(safely position: Index) -> Element? {
    indices.contains(position) ? self[position] : nil
  }
}
