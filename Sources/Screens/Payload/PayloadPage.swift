internal import DealModel
internal import TruthEngine

/// The raw payload: what went over the wire, without secrets.
enum PayloadPage {
  /// The lines in sight and a count of the others: a large body costs no more than a small one.
  static func page(
    of subject: PayloadSubject, in state: State, width: Int, top: Int, height: Int
  ) -> Page {
    var page = Page()
    switch state.payloads[subject] {
    case .read(let payload, let text):
      page.heading = [heading(payload, in: state, width: width)]
      let first = min(max(0, top), max(0, text.rows.count - height))
      let end = min(text.rows.count, first + height)
      page.skippedAbove = first
      page.skippedBelow = text.rows.count - end
      for row in text.rows[first..<end] {
        page.add(Line(state.glyphs, String(row.text), style(row.kind)))
      }
    case .asking:
      page.add(Line(state.glyphs, "asking…", Style(.muted)))
    case nil:
      page.add(Line(state.glyphs, "The payload was not kept. r asks again.", Style(.muted)))
    }
    return page
  }

  private static func heading(_ payload: Payload, in state: State, width: Int) -> Line {
    let asked = TimeText.clock(payload.askedAt, in: state.zone, at: state.now)
    var line = Line(
      state.glyphs, "Asked again at \(asked); secrets are shown as •••, nothing is kept. ",
      Style(.muted))
    line.pad(to: width, state.glyphs.rule, Style(.muted))
    line.clip(to: width)
    return line
  }

  private static func style(_ kind: PayloadText.Kind) -> Style {
    switch kind {
    case .title: Style(.heading, bold: true)
    case .fact: Style(.muted)
    case .warning: Style(.caution)
    case .body: .plain
    }
  }
}

extension State {
  /// How far a payload has been read.
  enum PayloadProgress: Hashable, Sendable {
    /// It is being asked for.
    case asking
    /// It came.
    case read(Payload, PayloadText)
  }

  /// Keeps payloads that are open and no others.
  mutating func forgetPayloads() {
    guard !payloads.isEmpty else { return }
    var open: Set<PayloadSubject> = []
    for visit in trails.values.joined() {
      if case .payload(let subject, _) = visit.place { open.insert(subject) }
    }
    if payloads.keys.contains(where: { !open.contains($0) }) {
      payloads = payloads.filter { open.contains($0.key) }
    }
  }
}
