internal import DealModel
internal import TruthEngine

/// The raw payload behind a value.
extension Program {
  /// Asks for what goes over the wire for the line under the cursor.
  mutating func showPayload() -> [Effect] {
    guard let (subject, title) = payloadSubject else {
      state.notice = State.Notice(text: "p shows the raw payload of a value: choose one first")
      return []
    }
    guard !subject.sections.isEmpty else {
      state.notice = State.Notice(
        text: "nobody is known to own this value, so nobody can be asked", isError: true)
      return []
    }
    state.trail.append(Visit(place: .payload(subject, title: title)))
    state.payloads[subject] = .asking
    return [.openPayload(subject)]
  }

  private var payloadSubject: (subject: PayloadSubject, title: String)? {
    guard let (deal, key) = explainable else { return nil }
    switch key {
    case .record(let reference), .part(let reference, _):
      return (PayloadSubject(reference, of: deal), "payload")
    case .field(let field):
      let sections = state.assessment(of: deal).sections(behind: field, in: state.model)
      return (PayloadSubject(deal: deal, sections: sections), "payload")
    case .conflict(_, let field, let system, _):
      let assessment = state.assessment(of: deal)
      let copies = assessment.conflicts.filter { $0.key == key }.flatMap(\.echo.records)
        .map { SectionKey(system: $0.system, kind: $0.kind) }
      let sections = assessment.sections(behind: field, in: state.model)
      let others = copies.isEmpty ? [SectionKey(system: system, kind: .deals)] : copies
      var seen: Set<SectionKey> = []
      let all = (sections + others).filter { seen.insert($0).inserted }
      return (PayloadSubject(deal: deal, sections: all), "payload")
    default: return nil
    }
  }

  /// A payload that was asked for came.
  mutating func takePayload(_ subject: PayloadSubject, _ payload: Payload) {
    guard state.payloads[subject] != nil else { return }
    state.payloads[subject] = .read(
      payload, PayloadText(payload, width: wholeWidth, in: state))
  }

  /// Breaks the lines anew after the terminal has changed.
  mutating func rebreakPayloads() {
    for (subject, progress) in state.payloads {
      if case .read(let payload, let text) = progress, text.width != max(8, wholeWidth) {
        state.payloads[subject] = .read(
          payload, PayloadText(payload, width: wholeWidth, in: state))
      }
    }
  }

  /// The columns of a page that has the whole terminal.
  private var wholeWidth: Int { state.size.columns - 2 }

  /// The payload one looks at.
  var openPayload: (payload: Payload, text: PayloadText)? {
    guard case .payload(let subject, _)? = state.trail.last?.place,
      case .read(let payload, let text)? = state.payloads[subject]
    else { return nil }
    return (payload, text)
  }

  /// Scrolls to the next line that holds the words.
  mutating func search(_ words: String, from start: Int, backwards: Bool = false) {
    guard let text = openPayload?.text, var reader = currentPage?.reader else { return }
    state.searchText = words
    guard let found = text.position(of: words, from: start, backwards: backwards) else {
      state.notice = State.Notice(text: "no line holds \(words)", isError: true)
      return
    }
    reader.top = found
    reader.found = found
    setReader(reader)
    state.notice = State.Notice(text: "line \(found + 1) of \(text.rows.count)")
  }

  /// Goes on to the next line that holds what was last searched for.
  mutating func searchAgain(backwards: Bool) {
    guard !state.searchText.isEmpty, let reader = currentPage?.reader else {
      state.notice = State.Notice(text: "press / to search first")
      return
    }
    let here = reader.found ?? reader.top
    search(state.searchText, from: here + (backwards ? -1 : 1), backwards: backwards)
  }

  /// Writes the payload one looks at to a file.
  mutating func export(_ payload: Payload, to path: String) -> [Effect] {
    let lower = path.lowercased()
    if lower.hasSuffix(".json") {
      return [.export(path: path, text: payload.json.text(pretty: true) + "\n")]
    }
    if lower.hasSuffix(".txt") {
      // Lines as long as they are: a file has no width.
      let text = PayloadText(payload, width: .max, in: state)
      let lines = text.rows.map { VisibleText($0.text).text + "\n" }
      return [.export(path: path, text: lines.joined())]
    }
    state.notice = State.Notice(
      text: "a payload is written as .json or .txt: the name must end so", isError: true)
    return []
  }
}
