internal import DealModel
internal import TruthEngine

extension Program {
  /// Shows why the value under the cursor is what it is.
  mutating func explain() {
    guard let (deal, key) = explainable else {
      state.notice = State.Notice(text: "w explains a value of a deal: choose one first")
      return
    }
    let place = Place.why(deal, key)
    if state.trail.last?.place != place { state.trail.append(Visit(place: place)) }
  }

  /// The value under the cursor: the deal it is of, and its name.
  var explainable: (deal: DealID, key: LineKey)? {
    if state.tab == .deals, state.trail.isEmpty {
      return state.list.cursor.map { ($0, .field(state.list.sort.field)) }
    }
    if case .conflict(let id, _, _, _)? = currentEntry?.key, let key = currentEntry?.key {
      return (id, key)
    }
    if case .change(let serial)? = currentEntry?.key, let change = state.feed[serial] {
      return (change.deal, change.lines(state.model.comparisons).first ?? .field(.value))
    }
    switch state.trail.last?.place {
    case .deal(let id): return currentEntry?.key.map { (id, $0) }
    case .record(let reference, let id): return (id, .record(reference))
    case .why(let id, let key):
      if case .part(let reference, _)? = currentEntry?.key { return (id, .record(reference)) }
      return (id, key)
    case .payload, .errors, .incident, nil: return nil
    }
  }

  /// Asks again, whatever the age.
  mutating func pullAgain() -> [Effect] {
    switch state.trail.last?.place {
    case .record(let reference, _):
      state.details[reference] = .asking(state.details[reference]?.detail)
      state.notice = State.Notice(text: "reading again…")
      return [.openDetail(reference)]
    case .deal(let id):
      state.notice = State.Notice(text: "pulling \(id.text) again…")
      return [.pullAgain([id])]
    case .why(let id, _):
      state.notice = State.Notice(text: "pulling \(id.text) again…")
      return [.pullAgain([id])]
    case .payload(let subject, _):
      state.payloads[subject] = .asking
      return [.openPayload(subject)]
    case .errors, .incident, nil: break
    }
    if state.tab == .links {
      state.notice = State.Notice(
        text: state.linkSweep == nil
          ? "comparing the links again…" : "the links are being compared already; x stops it")
      return state.linkSweep == nil ? [.compareLinks] : []
    }
    state.notice = State.Notice(text: "pulling everything on screen again…")
    return [.pullAgain([])]
  }

  /// Stops the comparison of links under way.
  mutating func stopLinks() -> [Effect] {
    guard state.linkSweep != nil else {
      state.notice = State.Notice(text: "the links are not being compared; r compares them")
      return []
    }
    state.notice = State.Notice(text: "stopped comparing; r begins again")
    return [.stopLinks]
  }

  /// Opens the record under the cursor in the browser.
  mutating func browse() -> [Effect] {
    if state.tab == .deals, state.trail.isEmpty, let id = state.list.cursor {
      let readings = state.assessment(of: id).fields
      if let url = readings[.name]?.provenance?.url { return [.browse(url)] }
    } else if let url = currentEntry?.url ?? (currentPage?.page.lines.compactMap(\.url).first) {
      return [.browse(url)]
    }
    state.notice = State.Notice(text: "no address is known for this line", isError: true)
    return []
  }

  /// Copies the value or ID of the line.
  mutating func copy() -> [Effect] {
    var text: String?
    if let payload = openPayload?.payload {
      let document = payload.json.text(pretty: true)
      guard document.utf8.count <= Self.longestCopy else {
        state.notice = State.Notice(
          text: "the payload is too long for the clipboard: e writes it to a file", isError: true)
        return []
      }
      state.notice = State.Notice(text: "copied the payload")
      return [.copy(document)]
    }
    if state.tab == .deals, state.trail.isEmpty {
      text = state.list.cursor?.text
    } else if let entry = currentEntry {
      text = entry.copy
    } else if case .deal(let id)? = state.trail.last?.place {
      text = id.text
    }
    guard let text, !text.isEmpty else {
      state.notice = State.Notice(text: "nothing to copy on this line", isError: true)
      return []
    }
    state.notice = State.Notice(text: "copied \(text)")
    return [.copy(text)]
  }

  /// What terminals take as one copy.
  private static let longestCopy = 74_000

  // MARK: Typing

  mutating func pressInPrompt(_ key: Key) -> [Effect] {
    guard var prompt = state.prompt else { return [] }
    if prompt.purpose == .filter, key == .up || key == .down {
      move(by: key == .up ? -1 : 1)
      return []
    }
    switch key {
    case .enter:
      state.prompt = nil
      return finish(prompt)
    case .escape:
      state.prompt = nil
      if prompt.purpose == .filter { state.list.filter(prompt.before, now: state.now) }
      return []
    default: break
    }
    guard prompt.edit(key) else {
      // Backspace in an empty prompt leaves it, as in vi.
      if key == .backspace || key == .control("h") { state.prompt = nil }
      return []
    }
    state.prompt = prompt
    if prompt.purpose == .filter { state.list.filter(prompt.words, now: state.now) }
    return []
  }

  private mutating func finish(_ prompt: Prompt) -> [Effect] {
    let words = prompt.words.trimmed
    switch prompt.purpose {
    case .filter:
      state.list.filter(words, now: state.now)
      if let error = state.list.filterError {
        state.notice = State.Notice(text: error.message, isError: true)
      }
      return []
    case .goTo: return words.isEmpty ? [] : goTo(words)
    case .export: return words.isEmpty ? [] : export(to: words)
    case .search:
      search(prompt.words, from: currentPage?.reader.top ?? 0)
      return []
    case .command: return command(words)
    }
  }

  /// Finds a deal by any ID: the deals and records known here first, else every system.
  mutating func goTo(_ text: String) -> [Effect] {
    for spelling in [text, text.uppercased()] {
      let id = DealID(spelling)
      if state.list.contains(id) || state.assessments[id] != nil {
        open(id)
        return []
      }
    }
    let wanted = text.lowercased()
    var known: [FoundRecord] = []
    for (id, assessment) in state.assessments {
      for record in assessment.records.values.joined() where record.number.lowercased() == wanted {
        known.append(
          FoundRecord(reference: record.reference, number: record.number, dealID: id))
      }
    }
    if known.count == 1, let record = known.first, let id = record.dealID {
      open(id, selecting: .record(record.reference))
      return []
    }
    state.searching = text
    state.notice = State.Notice(text: "looking up \(text) in every system…")
    return [.find(text)]
  }

  /// Takes a command.
  mutating func command(_ text: String) -> [Effect] {
    let words = text.split(separator: " ").map(String.init)
    guard let name = words.first else { return [] }
    let rest = text.dropFirst(name.count).trimmed
    switch name {
    case "q", "quit": return [.quit]
    case "chaos": return [.chaos(Array(words.dropFirst()))]
    case "sort": sort(by: rest)
    case "filter":
      state.tab = .deals
      state.trail = []
      state.list.filter(rest, now: state.now)
      if let error = state.list.filterError {
        state.notice = State.Notice(text: error.message, isError: true)
      }
    case "go" where !rest.isEmpty: return goTo(rest)
    case "export" where !rest.isEmpty: return export(to: rest)
    case "save-display" where !rest.isEmpty:
      return [
        .export(path: rest, text: frame().lines.map(\.trimmedEnd).joined(separator: "\n") + "\n")
      ]
    case "help":
      state.overlay = .help
      state.overlayReader = Reader()
    case "go", "export", "save-display":
      let what = name == "go" ? "an ID" : "a file name"
      state.notice = State.Notice(text: ":\(name) needs \(what)", isError: true)
    default:
      state.notice = State.Notice(
        text: "no command :\(name); there are sort filter go export save-display chaos quit",
        isError: true)
    }
    return []
  }

  private mutating func sort(by name: String) {
    let wanted = name.lowercased()
    if state.tab == .conflicts, state.trail.isEmpty {
      guard let order = ConflictOrder(rawValue: wanted) else {
        let names = ConflictOrder.allCases.map(\.rawValue).joined(separator: ", ")
        state.notice = State.Notice(text: "conflicts are sorted by: \(names)", isError: true)
        return
      }
      state.conflictOrder = order
      return
    }
    guard let sort = DealList.sorts.first(where: { $0.title.lowercased().hasPrefix(wanted) }),
      !wanted.isEmpty
    else {
      let names = DealList.sorts.map(\.title).joined(separator: ", ")
      state.notice = State.Notice(text: "columns: \(names)", isError: true)
      return
    }
    state.list.sort(
      by: sort,
      descending: sort == state.list.sort ? !state.list.isDescending : sort.startsDescending,
      now: state.now)
  }
}

extension StringProtocol {
  /// Without blanks at either end.
  var trimmed: String {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
    return String(self[start..<end])
  }

  /// Without blanks at the end.
  var trimmedEnd: String {
    let end = lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex
    return String(self[startIndex..<end])
  }
}
