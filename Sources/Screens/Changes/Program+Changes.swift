internal import DealModel
internal import TruthEngine

extension Program {
  /// Notes which lines of a deal are in sight.
  mutating func noteSight() {
    guard state.feed.hasMarks else { return }
    state.feed.sight(linesInSight, at: state.now)
  }

  private var linesInSight: (deal: DealID, keys: Set<LineKey>)? {
    switch state.trail.last?.place {
    case .deal(let id):
      guard state.feed.hasMarks(id), let (page, reader) = currentPage else { return nil }
      let shown = page.lines.dropFirst(reader.top).prefix(pageHeight(page))
      return (id, Set(shown.compactMap(\.key)))
    case .record(let reference, let id): return (id, [.record(reference)])
    case nil: break
    default: return nil
    }
    guard state.tab == .deals else { return nil }
    guard state.layout.isSplit else {
      // Beside no detail the cursor's row is what one looks at.
      guard let id = state.list.cursor else { return nil }
      let columns = DealListView(state: state, width: state.layout.listWidth).fieldsShown
      return (id, Set(columns.map { .field($0) }))
    }
    guard let id = state.pane.deal, state.feed.hasMarks(id) else { return nil }
    let page = DealPage.page(of: id, in: state, width: state.layout.detailWidth - 2)
    return (id, Set(page.lines.prefix(state.layout.bodyHeight).compactMap(\.key)))
  }

  /// Every change that is kept, newest first, as rows.
  var changeSheet: Sheet {
    var sheet = Sheet(columns: [
      "seen", "source time", "deal", "system", "record", "field", "change", "old", "new", "by",
      "effects",
    ])
    let feed = state.feed
    for serial in stride(from: feed.end - 1, through: feed.first, by: -1) {
      guard let change = feed[serial] else { continue }
      sheet.rows.append([
        change.seenAt.description, change.sourceTime?.description ?? "", change.deal.text,
        change.system.text, change.number, change.field, change.kind.rawValue,
        change.old.value?.description ?? "", change.new.value?.description ?? "",
        change.by ?? "", state.effects(of: change).joined(separator: "; "),
      ])
    }
    return sheet
  }
}
