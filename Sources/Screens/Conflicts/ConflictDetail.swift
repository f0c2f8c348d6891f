internal import DealModel
internal import TruthEngine

/// Why one conflict exists: cause, evidence, who changed which side when, and whom to ask.
struct ConflictDetail {
  let conflict: Conflict
  let state: State
  let width: Int

  /// Everything.
  var lines: [Line] { [title] + reasons + changes }

  /// As much as fits, with a word about what does not.
  func lines(atMost most: Int) -> [Line] {
    let all = lines
    guard all.count > most, most > 0 else { return Array(all.prefix(max(0, most))) }
    var kept = Array(all.prefix(most))
    kept[most - 1] = Line(
      state.glyphs, "  \(all.count - most + 1) more lines: Enter opens the deal", Style(.muted))
    return kept
  }

  private var title: Line {
    var line = Line(state.glyphs)
    line.add(conflict.deal.text, Style(.accent, bold: true))
    line.add(" \(conflict.field.known?.title ?? conflict.field.text) ", Style(.heading, bold: true))
    line.add(conflict.cause.kind.words, Style(conflict.cause.kind.ink, bold: true))
    if !conflict.cause.isProven, conflict.cause.kind != .unexplained {
      line.add(" (likely)", Style(.muted))
    }
    if let since = conflict.since {
      let age = TimeText.age(of: since, at: state.now)
      line.add(" since \(instant(since)), \(age)", Style(.muted))
    }
    line.add(" ")
    line.clip(to: width)
    line.pad(to: width, state.glyphs.rule, Style(.muted))
    return line
  }

  private var reasons: [Line] {
    var lines = paragraph(text(conflict.cause.detail), indent: 2, Style(bold: true))
    lines += sides
    if !conflict.ask.isEmpty {
      lines += paragraph("ask \(conflict.ask)", indent: 2, Style(.accent))
    }
    let flow = conflict.carrier(among: state.flows).map { [$0.carriesCopy] } ?? []
    for evidence in conflict.cause.evidence + flow {
      lines += paragraph(text(evidence), indent: 4, .plain, sign: state.glyphs.bullet)
    }
    return lines
  }

  private var sides: [Line] {
    [(conflict.owner, "owner"), (conflict.echo, "echo")].map { side, word in
      var line = Line(state.glyphs, "  ")
      line.add(word, width: 6, .left, Style(.muted))
      let name =
        word == "echo" ? "\(side.system.text).\(conflict.echoProperty)" : side.system.text
      line.add(name, Style(.accent))
      line.add(" " + Self.words(side, state))
      if let read = side.fetchedAt {
        line.add("  read \(TimeText.age(of: read, at: state.now)) ago", Style(.muted))
      }
      line.clip(to: width)
      return line
    }
  }

  /// The value; of several currencies every amount.
  static func words(_ side: Conflict.Side, _ state: State) -> String {
    guard side.amounts.count > 1 else { return side.value.map(state.words) ?? "nothing" }
    return side.amounts.map(AmountText.full).joined(separator: " + ")
  }

  private var changes: [Line] {
    guard !conflict.changes.isEmpty else { return [] }
    var lines = [Line(state.glyphs, "  who changed what", Style(.muted))]
    for entry in conflict.changes {
      let change = entry.change
      var line = Line(state.glyphs, "    ")
      line.add(instant(change.at), width: 16)
      line.add(" ")
      line.add("\(entry.record.system.text) ", Style(.accent))
      line.add("\(change.property) ", Style(.muted))
      line.add("\(change.old ?? "nothing")\(state.glyphs.step)\(change.new ?? "nothing")")
      if let by = change.by { line.add("  \(by)", Style(.accent)) }
      line.clip(to: width)
      lines.append(line)
    }
    return lines
  }

  private func text(_ evidence: Evidence) -> String {
    evidence.text(instant: instant, value: state.words)
  }

  private func instant(_ instant: Timestamp) -> String {
    TimeText.clock(instant, in: state.zone, at: state.now)
  }

  private func paragraph(
    _ text: String, indent: Int, _ style: Style, sign: String? = nil
  ) -> [Line] {
    let pieces = Paragraph.lines(text, width: width - indent, writer: state.glyphs.writer)
    return pieces.enumerated().map { index, piece in
      let margin = String(repeating: " ", count: indent)
      let start = index == 0 ? sign.map { margin.dropLast(2) + $0 + " " } ?? margin : margin
      return Line(state.glyphs, String(start) + piece, style)
    }
  }
}
