internal import DealModel
internal import TruthEngine

extension Program {
  /// A box over the screen.
  struct Box {
    var column: Int
    var row: Int
    var width: Int
    var height: Int
  }

  /// The width of the lines of the present page.
  var pageWidth: Int {
    let layout = state.layout
    if state.tab == .conflicts, state.trail.isEmpty, ConflictsPage.isBeside(layout) {
      return layout.listWidth - 2
    }
    guard state.tab == .deals, layout.isSplit, case .deal? = state.trail.last?.place else {
      return layout.size.columns - 2
    }
    return layout.detailWidth - 2
  }

  /// The page one is in; `nil` in the list of deals.
  var currentPage: (page: Page, reader: Reader)? {
    if let visit = state.trail.last { return (page(of: visit), visit.reader) }
    let reader = state.readers[state.tab] ?? Reader()
    let width = pageWidth
    switch state.tab {
    case .deals: return nil
    case .conflicts:
      return (ConflictsPage.page(in: state, width: width, selected: reader.selected), reader)
    case .links: return (LinksPage.page(in: state, width: width), reader)
    case .health: return (HealthPage.page(in: state, width: width), reader)
    case .changes: return (ChangesPage.page(in: state, width: width), reader)
    case .ownership: return (OwnershipPage.page(in: state, width: width), reader)
    }
  }

  private func page(of visit: Visit) -> Page {
    switch visit.place {
    case .deal(let id): DealPage.page(of: id, in: state, width: pageWidth)
    case .record(let reference, let deal):
      RecordPage.page(of: reference, deal: deal, in: state, width: pageWidth)
    case .why(let deal, let key): WhyPage.page(of: key, deal: deal, in: state, width: pageWidth)
    case .payload(let subject, _):
      // One row is the heading's.
      PayloadPage.page(
        of: subject, in: state, width: pageWidth, top: visit.reader.top,
        height: max(0, state.layout.bodyHeight - 1))
    case .errors(let system): SystemPage.page(of: system, in: state, width: pageWidth)
    case .incident(let subject, let began):
      IncidentPage.page(of: subject, began: began, in: state, width: pageWidth)
    }
  }

  /// Rows for the lines of a page.
  func pageHeight(_ page: Page) -> Int {
    max(0, state.layout.bodyHeight - page.heading.count - page.footing.count)
  }

  /// Changes where one stands in the present page.
  mutating func setReader(_ reader: Reader) {
    if state.trail.isEmpty {
      state.readers[state.tab] = reader
    } else {
      state.trail[state.trail.count - 1].reader = reader
    }
  }

  /// The line under the cursor of the present page.
  var currentEntry: Page.Entry? {
    guard let (page, reader) = currentPage, let position = page.position(of: reader.selected) else {
      return nil
    }
    return page.lines[position]
  }

  // MARK: Over the screen

  /// The lines of what stands over the screen.
  func overlayPage(_ overlay: Overlay) -> Page {
    let width = overlayWidth(overlay) - 4
    switch overlay {
    case .help: return HelpPage.page(in: state, width: width)
    case .sort:
      var page = Page()
      for (index, sort) in DealList.sorts.enumerated() {
        var line = Line(state.glyphs, sort.title)
        if sort == state.list.sort {
          line.add(
            " " + (state.list.isDescending ? state.glyphs.descending : state.glyphs.ascending),
            Style(.accent))
        }
        page.add(line, key: .choice(index))
      }
      return page
    case .picker(_, let records):
      var page = Page()
      for (index, record) in records.enumerated() {
        var line = Line(state.glyphs)
        line.add(record.dealID?.text ?? "", width: 12, .left, Style(.accent))
        line.add(record.number, width: 16)
        line.add(record.reference.system.text, width: 10, .left, Style(.accent))
        line.add(record.reference.kind.title, Style(.muted))
        page.add(line, key: .choice(index))
      }
      return page
    }
  }

  /// The words in the upper edge.
  func overlayTitle(_ overlay: Overlay) -> String {
    switch overlay {
    case .help: "Help"
    case .sort: "Sort by"
    case .picker(let text, _): "Several deals for \(text)"
    }
  }

  private func overlayWidth(_ overlay: Overlay) -> Int {
    let columns = state.size.columns
    switch overlay {
    case .help: return min(columns, 96)
    case .sort: return min(columns, 26)
    case .picker: return min(columns - 2, 60)
    }
  }

  /// Where it stands.
  func overlayBox(_ overlay: Overlay, _ page: Page) -> Box {
    let layout = state.layout
    let width = overlayWidth(overlay)
    let height = min(layout.bodyHeight, page.lines.count + 2)
    return Box(
      column: (layout.size.columns - width) / 2,
      row: layout.bodyTop + max(0, (layout.bodyHeight - height) / 2), width: width, height: height)
  }
}
