internal import DealModel

/// The keys of the present screen, and what every sign means.
enum HelpPage {
  /// The help as lines.
  static func page(in state: State, width: Int) -> Page {
    var page = Page()
    let glyphs = state.glyphs
    func title(_ text: String) {
      if !page.lines.isEmpty { page.add(Line(glyphs)) }
      page.add(Line(glyphs, text.uppercased(), Style(.heading, bold: true)))
    }
    func add(_ key: String, _ text: String, _ style: Style = Style(.accent)) {
      let lines = Paragraph.lines(text, width: max(1, width - 19), writer: glyphs.writer)
      for (index, words) in lines.enumerated() {
        var row = Line(glyphs, " ")
        row.add(index == 0 ? key : "", width: 16, .left, style)
        row.add("  " + words)
        page.add(row)
      }
    }
    title(here(state).title)
    for (key, text) in here(state).keys { add(key, text) }
    title("Everywhere")
    for (key, text) in everywhere { add(key, text) }
    title("Filter")
    for (key, text) in filter { add(key, text) }
    title("Commands")
    for (key, text) in commands { add(key, text) }
    title("Freshness: how far a reading can be trusted")
    for freshness in Freshness.allCases {
      add("\(glyphs.sign(freshness)) \(freshness.word)", meaning(freshness), Style(freshness.ink))
    }
    title("Flags")
    add("\(glyphs.conflict) conflict", "an echo disagrees with the owner", Style(.bad))
    add("\(glyphs.late) late", "a milestone or an invoice is past its due day", Style(.warning))
    add(
      "\(glyphs.atLeast) \(glyphs.atMost) incomplete",
      "at least, at most so much: some records could not be read",
      Style(.caution))
    add("\(glyphs.above) over", "more is invoiced than the deal is worth", Style(.warning))
    add("\(glyphs.brokenLink) link", "a link rule is broken", Style(.warning))
    add(
      "\(glyphs.changed) changed",
      "changed since it was looked at; the line under the cursor says what it was",
      Style(.accent))
    add("\(glyphs.about) about", "rounded to fit its column; the detail has it in full", .plain)
    title("Absence is not zero")
    add("none", "the system answered that there is none", Style(.muted))
    add(
      "not asked", "nobody has asked the system yet; asking… while it is being asked", Style(.muted)
    )
    add(
      "unavailable", "the system could not be asked, or its answer could not be used", Style(.bad))
    add("n/a", "margin % of a deal with nothing invoiced is not defined", Style(.muted))
    title("Systems")
    add(
      "\(glyphs.isolated) isolated", "taken out by a person: not asked until released",
      Style(.caution))
    for status in SystemStatus.allCases {
      add("\(glyphs.sign(status)) \(status.word)", meaning(status), Style(status.ink))
    }
    return page
  }

  /// The keys of the screen one is on.
  private static func here(_ state: State) -> (title: String, keys: [(String, String)]) {
    if let visit = state.trail.last {
      switch visit.place {
      case .deal: return ("A deal", dealKeys)
      case .record: return ("A record", recordKeys)
      case .why: return ("Why", whyKeys)
      case .payload: return ("A raw payload", payloadKeys)
      case .errors: return ("A system", errorKeys)
      case .incident: return ("An incident", incidentKeys)
      }
    }
    switch state.tab {
    case .deals: return ("Deals", listKeys)
    case .conflicts:
      return (
        "Conflicts",
        [
          ("Enter", "open the deal"), ("w", "who says what"),
          ("s", "sort by money at stake, age or cause"),
        ]
      )
    case .links:
      return ("Links", linkKeys)
    case .health: return ("Health", healthKeys)
    case .changes:
      return (
        "Changes",
        [
          ("Enter", "open the deal on the line that changed"),
          ("w", "why the value is what it is, and what it was"),
          ("y", "copy the change as a sentence"),
        ]
      )
    case .ownership: return ("Ownership", [("y", "copy the name of the field")])
    }
  }

  private static let listKeys = [
    ("Enter, Tab, l", "into the detail of the deal"),
    ("/", "filter as you type; Esc takes the filter back, Enter keeps it"),
    ("s", "choose the column to sort by; the same again turns it round"),
    ("S", "turn the order round"),
    ("r", "pull everything on screen again"),
    ("w", "why the value is what it is: of the column the list is sorted by"),
    ("p", "the raw payload of that value, secrets removed"),
    ("click, wheel", "the mouse chooses and scrolls; a double click opens"),
  ]

  private static let dealKeys = [
    ("up, down, k, j", "choose a line"),
    ("Enter", "open an invoice, cost, milestone; on a value: why"),
    ("w", "why the value is what it is: owner, ages, copies, formula, requests"),
    ("p", "the raw payload: what its systems answer now, secrets removed"),
    ("r", "pull this deal again"),
    ("Esc, Tab, h", "back to where one was"),
  ]

  private static let recordKeys = [
    ("up, down, k, j", "choose a line"),
    ("w", "what the record counts in, and which requests brought it"),
    ("p", "the raw payload: what its system answers now, secrets removed"),
    ("r", "read the record again"),
    ("Esc, h", "back to the deal"),
  ]

  private static let incidentKeys = [
    ("up, down, k, j", "choose a line"), ("y", "copy its words"), ("Esc, h", "back"),
  ]

  private static let healthKeys = [
    ("Enter", "everything about the system, its history and last errors; or the incident"),
    ("i", "isolate the system: no call is made until i releases it; readings stay and age"),
    ("P", "probe the system now, whatever its breaker waits for"),
    ("r", "pull everything on screen again"),
    (
      "breaker",
      "closed: calls go through. open: none until the time shown. trying: one call at a "
        + "time tries whether the system is back"
    ),
  ]

  private static let linkKeys = [
    ("up, down, k, j", "choose a line; what is wrong and how to mend it stands below"),
    ("Enter", "open the deal: the one with the ID, or the one suggested; on a system: its errors"),
    ("o", "open the record in the browser"),
    ("r", "compare the links of all systems again"),
    ("x", "stop comparing"),
  ]

  private static let whyKeys = [
    ("up, down, k, j", "choose a copy, a record or a request"),
    ("Enter", "open the record"),
    ("w", "why the record under the cursor is what it is"),
    ("p", "the raw payload: what the systems answer now, secrets removed"),
    ("y", "copy the value, or the request's ID for the vendor's support desk"),
    ("Esc, h", "back to where one was"),
  ]

  private static let payloadKeys = [
    ("/", "search; then n goes to the next line, N to the one before"),
    ("y", "copy the payload as JSON"),
    ("e", "write it to a new file: .json, or .txt as it stands here"),
    ("r", "ask again"),
    ("Esc, h", "back; nothing of the payload is kept"),
  ]

  private static let errorKeys = [
    ("up, down, k, j", "choose a line"), ("Enter", "open the incident"), ("y", "copy its words"),
    ("i", "isolate the system, or release it"), ("P", "probe the system now"),
    ("Esc, h", "back to health"),
  ]

  private static let everywhere = [
    ("1 2 3 4 5 6", "deals, conflicts, links, health, changes, ownership"),
    ("up, down, k, j", "one line; PgUp, PgDn, Ctrl-U, Ctrl-D by screens; Home, End"),
    ("g", "go to any ID: deal, invoice, order, milestone or ticket number"),
    ("o", "open the record in the browser"),
    ("y", "copy the value or ID of the line"),
    ("e", "export what is shown to a file: .csv, .json or .md"),
    (":", "a command"),
    ("Ctrl-L", "repaint the screen"),
    ("Ctrl-Z", "suspend"),
    ("?", "this help"),
    ("q, Ctrl-C", "quit"),
  ]

  private static let filter = [
    ("harbour dana", "words, anywhere in ID, name, company, stage and person"),
    ("stage:won", "a column: id name company stage owner entity currency milestone"),
    ("margin<20", "compare: value invoiced margin milestone, with < <= > >= ="),
    ("is:conflict", "or stale expired late overdue incomplete unavailable orphan dangling"),
    ("-is:won", "a minus turns a condition round; quotes keep spaces together"),
  ]

  private static let commands = [
    (":sort COLUMN", "sort by a column; again turns it round"),
    (":filter QUERY", "the same as /"),
    (":go ID", "the same as g"),
    (":export FILE", "the same as e"),
    (":save-display FILE", "write this screen as text"),
    (":chaos …", "in the demo: make a system misbehave, `:chaos help` lists how"),
    (":quit", "leave"),
  ]

  private static func meaning(_ freshness: Freshness) -> String {
    switch freshness {
    case .live: "read within the limit of its system"
    case .aging: "older than the limit; being read again"
    case .stale: "much older: the system has not answered for a while"
    case .expired: "too old to decide anything by"
    case .unavailable: "there is no reading"
    }
  }

  private static func meaning(_ status: SystemStatus) -> String {
    switch status {
    case .healthy: "answers, in time"
    case .degraded: "answers, but late or with errors among the answers"
    case .throttled: "asks for patience"
    case .unauthorized: "refuses the credentials"
    case .drifted: "answers in a shape the configuration does not know"
    case .down: "does not answer"
    case .unknown: "has not been asked yet"
    }
  }
}
