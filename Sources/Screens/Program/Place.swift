internal import DealModel
internal import TruthEngine

/// The screens one can switch to at any time.
enum Tab: Int, CaseIterable, Hashable, Sendable {
  case deals = 1
  case conflicts = 2
  case links = 3
  case health = 4
  case changes = 5
  case ownership = 6

  /// What the screen is called.
  var title: String {
    switch self {
    case .deals: "Deals"
    case .conflicts: "Conflicts"
    case .links: "Links"
    case .health: "Health"
    case .changes: "Changes"
    case .ownership: "Ownership"
    }
  }
}

/// What was opened from a line of a screen.
enum Place: Hashable, Sendable {
  /// A deal with everything read about it.
  case deal(DealID)
  /// One record with its lines.
  case record(RecordReference, of: DealID)
  /// Why a line of a deal is what it is.
  case why(DealID, LineKey)
  /// What went over the wire for it.
  case payload(PayloadSubject, title: String)
  /// The last errors of a system.
  case errors(SystemName)
  /// One incident, by when it began.
  case incident(HealthIncident.Subject, Timestamp)

  /// The deal that is open there; `nil` when it is none.
  var deal: DealID? {
    switch self {
    case .deal(let id), .record(_, let id), .why(let id, _): id
    case .payload(let subject, _): subject.deal
    case .errors, .incident: nil
    }
  }

  /// Whether the page takes the whole screen also where there is room for two.
  var isWide: Bool {
    switch self {
    case .record, .why, .payload: true
    case .deal, .errors, .incident: false
    }
  }
}

/// What stands over the screen until it is left.
enum Overlay: Hashable, Sendable {
  /// The keys and signs.
  case help
  /// The choice of the column to sort by.
  case sort
  /// Several deals were found for one ID.
  case picker(String, [FoundRecord])
}

/// Names a line for good, so that the cursor stays on it while lines come and go.
enum LineKey: Hashable, Sendable {
  /// A field or figure of the deal.
  case field(FieldName)
  /// A record.
  case record(RecordReference)
  /// A record in an explanation, by its place there.
  case part(RecordReference, Int)
  /// A disagreement, by deal, field and echo.
  case conflict(DealID, FieldName, SystemName, String)
  /// A broken link.
  case fault(LinkFault)
  /// A system.
  case system(SystemName)
  /// A change, by its number.
  case change(Int)
  /// An incident, by when it began.
  case incident(HealthIncident.Subject, Timestamp)
  /// A column to sort by, or a choice, by its place.
  case choice(Int)
  /// A line without a name of its own, by its place.
  case row(Int)
}

/// Where a person stands in a page: the line and what has scrolled away above.
struct Reader: Hashable, Sendable {
  /// The cursor's line; `nil` before a line was chosen.
  var selected: LineKey?
  /// The first line shown.
  var top = 0
  /// The line that a search found last.
  var found: Int?
}

/// A place on the trail, with where one stood in it.
struct Visit: Hashable, Sendable {
  /// What is open.
  let place: Place
  /// Where one stands in it.
  var reader = Reader()
  /// Where the cursor of the list stood, when opening moved it.
  var cursorBefore: DealID?
}

/// Lines to read, some of which can be chosen.
struct Page: Sendable {
  /// Lines that stay on top.
  var heading: [Line] = []
  /// The lines that scroll.
  var lines: [Entry] = []
  /// Lines that stay at the bottom, below those that scroll.
  var footing: [Line] = []
  /// Lines beside, as long as there is room.
  var aside: [Line] = []
  /// Lines above and below those that were not made, because they are out of sight.
  var skippedAbove = 0
  var skippedBelow = 0

  /// How many lines there are, made or not.
  var count: Int { skippedAbove + lines.count + skippedBelow }

  /// One line.
  struct Entry: Sendable {
    /// What it shows.
    var line: Line
    /// Its name, when it can be chosen.
    var key: LineKey?
    /// Where a person can open it.
    var url: String?
    /// What `y` copies.
    var copy: String?
  }

  /// Appends a line.
  mutating func add(_ line: Line, key: LineKey? = nil, url: String? = nil, copy: String? = nil) {
    lines.append(Entry(line: line, key: key, url: url, copy: copy))
  }

  /// The place of the line with that name.
  func position(of key: LineKey?) -> Int? {
    guard let key else { return nil }
    return lines.firstIndex { $0.key == key }
  }
}

extension Reader {
  /// Moves the cursor by that many choosable lines; a page without any scrolls.
  mutating func move(by steps: Int, in page: Page, height: Int) {
    let choosable = page.lines.indices.filter { page.lines[$0].key != nil }
    guard !choosable.isEmpty else {
      top += steps
      settle(in: page, height: height)
      return
    }
    let present = page.position(of: selected).flatMap { position in
      choosable.firstIndex(of: position)
    }
    let next: Int
    if let present {
      next = min(max(0, present + steps), choosable.count - 1)
    } else {
      // The first step lands on the first line in sight; a leap goes on from there.
      let first = choosable.firstIndex { $0 >= top } ?? 0
      next = abs(steps) == 1 ? first : min(max(0, first + steps), choosable.count - 1)
    }
    if present == next {
      // At an end the lines beyond the last choice still come into sight.
      top += steps
      settle(in: page, height: height, keepingCursor: false)
      return
    }
    selected = page.lines[choosable[next]].key
    settle(in: page, height: height)
    // The lines above the first choice are headings, those below the last its words: show them too.
    if next == 0 { top = 0 }
    if next == choosable.count - 1, page.count - choosable[next] <= height {
      top = max(0, page.count - height)
    }
  }

  /// Keeps the place inside the page and the cursor in sight.
  mutating func settle(in page: Page, height: Int, keepingCursor: Bool = true) {
    let last = max(0, page.count - height)
    if keepingCursor, let position = page.position(of: selected) {
      if position < top { top = position }
      if position >= top + height { top = position - height + 1 }
    }
    top = min(max(0, top), last)
  }
}
