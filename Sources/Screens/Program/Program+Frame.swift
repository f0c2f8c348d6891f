internal import DealModel
internal import TruthEngine

extension Program {
  /// The present state as a grid of cells.
  public func frame() -> Frame {
    var frame = Frame(size: state.size)
    let layout = state.layout
    guard layout.fits else {
      drawTooSmall(&frame)
      return frame
    }
    frame.draw(Chrome.header(state), row: 0, width: layout.size.columns)
    frame.draw(Chrome.tabs(state), row: 1, width: layout.size.columns)
    drawBody(&frame, layout)
    if let overlay = state.overlay { drawOverlay(overlay, &frame, layout) }
    drawNotice(&frame)
    let footer = Chrome.footer(state)
    frame.draw(footer.line, row: layout.size.rows - 1, width: layout.size.columns)
    if let caret = footer.caret {
      frame.cursor = Frame.Position(column: caret, row: layout.size.rows - 1)
    }
    return frame
  }

  /// A notice too long for the last line stands in as many lines above it as it takes.
  private func drawNotice(_ frame: inout Frame) {
    guard state.prompt == nil, let lines = Chrome.noticeLines(state), lines.count > 1 else {
      return
    }
    for (index, line) in lines.dropLast().enumerated() {
      var line = line
      line.pad(to: state.size.columns)
      let row = state.size.rows - lines.count + index
      frame.draw(line, row: row, width: state.size.columns)
    }
  }

  private func drawTooSmall(_ frame: inout Frame) {
    let smallest = Layout.smallest
    let words = "terminal too small: \(smallest.columns)x\(smallest.rows) needed, q quits"
    let lines = Paragraph.lines(
      words, width: state.size.columns, writer: state.glyphs.writer)
    for (row, text) in lines.enumerated() {
      frame.draw(Line(state.glyphs, text), row: row, width: state.size.columns)
    }
  }

  private func drawBody(_ frame: inout Frame, _ layout: Layout) {
    guard state.tab == .deals else {
      guard let current = currentPage else { return }
      if !current.page.aside.isEmpty { drawAside(current.page.aside, &frame, layout) }
      let width = current.page.aside.isEmpty ? layout.size.columns : layout.listWidth
      return drawPage(current, &frame, column: 0, width: width)
    }
    if state.trail.last?.place.isWide == true {
      return drawPage(currentPage, &frame, column: 0, width: layout.size.columns)
    }
    if layout.isSplit {
      let view = DealListView(state: state, width: layout.listWidth)
      view.draw(
        on: &frame, top: layout.bodyTop, rows: layout.listRows, focused: state.trail.isEmpty)
      for row in layout.bodyTop..<(layout.bodyTop + layout.bodyHeight) {
        frame.set(
          Cell(state.glyphs.bar, style: Style(.muted)), column: layout.listWidth, row: row)
      }
      guard let selected = state.selectedDeal else { return }
      if state.trail.isEmpty {
        let page = DealPage.page(of: selected, in: state, width: layout.detailWidth - 2)
        drawPage(
          (page, Reader()), &frame, column: layout.detailColumn + 1, width: layout.detailWidth - 2)
      } else {
        drawPage(
          currentPage, &frame, column: layout.detailColumn + 1, width: layout.detailWidth - 2)
      }
    } else if state.trail.isEmpty {
      let view = DealListView(state: state, width: layout.listWidth)
      view.draw(on: &frame, top: layout.bodyTop, rows: layout.listRows, focused: true)
    } else {
      drawPage(currentPage, &frame, column: 0, width: layout.size.columns)
    }
  }

  private func drawPage(
    _ current: (page: Page, reader: Reader)?, _ frame: inout Frame, column: Int, width: Int
  ) {
    guard let (page, reader) = current else { return }
    let layout = state.layout
    // A page over the whole width keeps one cell free at either side.
    let isWhole = column == 0
    let start = isWhole ? 1 : column
    let room = isWhole ? width - 2 : width
    var row = layout.bodyTop
    for line in page.heading {
      frame.draw(line, column: start, row: row, width: room)
      row += 1
    }
    let height = pageHeight(page)
    let shown = page.lines.dropFirst(reader.top - page.skippedAbove).prefix(height)
    for entry in shown {
      let isHere = entry.key != nil && entry.key == reader.selected && state.overlay == nil
      let line = isHere ? entry.line.highlighted(width: room, focused: true) : entry.line
      frame.draw(line, column: start, row: row, width: room)
      row += 1
    }
    for (index, line) in page.footing.enumerated() {
      let row = layout.bodyTop + layout.bodyHeight - page.footing.count + index
      frame.draw(line, column: start, row: row, width: room)
    }
    drawMore(
      above: reader.top > 0, below: reader.top + height < page.count, &frame,
      column: start + room, top: layout.bodyTop + page.heading.count, height: height)
  }

  private func drawAside(_ lines: [Line], _ frame: inout Frame, _ layout: Layout) {
    for row in layout.bodyTop..<(layout.bodyTop + layout.bodyHeight) {
      frame.set(Cell(state.glyphs.bar, style: Style(.muted)), column: layout.listWidth, row: row)
    }
    for (index, line) in lines.prefix(layout.bodyHeight).enumerated() {
      frame.draw(
        line, column: layout.detailColumn + 1, row: layout.bodyTop + index,
        width: layout.detailWidth - 2)
    }
  }

  /// Signs at the edge that there is more to see.
  private func drawMore(
    above: Bool, below: Bool, _ frame: inout Frame, column: Int, top: Int, height: Int
  ) {
    guard height > 0 else { return }
    if above {
      frame.draw(
        Line(state.glyphs, state.glyphs.moreAbove, Style(.muted)), column: column,
        row: top, width: 1)
    }
    if below {
      frame.draw(
        Line(state.glyphs, state.glyphs.moreBelow, Style(.muted)), column: column,
        row: top + height - 1, width: 1)
    }
  }

  private func drawOverlay(_ overlay: Overlay, _ frame: inout Frame, _ layout: Layout) {
    let page = overlayPage(overlay)
    let box = overlayBox(overlay, page)
    let style = Style(.muted)
    let isUTF8 = state.glyphs.encoding == .utf8
    let corners: [Unicode.Scalar] = isUTF8 ? ["┌", "┐", "└", "┘"] : ["+", "+", "+", "+"]
    var title = Line(state.glyphs)
    title.add(corners[0], style)
    title.add(" \(overlayTitle(overlay)) ", Style(.heading, bold: true))
    title.clip(to: box.width - 1)
    title.pad(to: box.width - 1, state.glyphs.rule, style)
    title.add(corners[1], style)
    frame.draw(title, column: box.column, row: box.row, width: box.width)
    let height = box.height - 2
    let shown = Array(page.lines.dropFirst(state.overlayReader.top).prefix(height))
    for offset in 0..<height {
      var row = Line(state.glyphs)
      row.add(state.glyphs.bar, style)
      row.add(" ")
      if offset < shown.count {
        let entry = shown[offset]
        let isHere = entry.key != nil && entry.key == state.overlayReader.selected
        var line = entry.line
        line.clip(to: box.width - 4)
        row.add(isHere ? line.highlighted(width: box.width - 4, focused: true) : line)
      }
      row.pad(to: box.width - 1)
      row.add(state.glyphs.bar, style)
      frame.draw(row, column: box.column, row: box.row + 1 + offset, width: box.width)
    }
    var bottom = Line(state.glyphs)
    bottom.add(corners[2], style)
    bottom.pad(to: box.width - 1, state.glyphs.rule, style)
    bottom.add(corners[3], style)
    frame.draw(bottom, column: box.column, row: box.row + box.height - 1, width: box.width)
    drawMore(
      above: state.overlayReader.top > 0,
      below: state.overlayReader.top + height < page.lines.count, &frame,
      column: box.column + box.width - 1, top: box.row + 1, height: height)
  }
}
