internal import DealModel
internal import TruthEngine

/// Everything the screens know. Only ``Program/update(_:at:)`` changes it.
struct State: Sendable {
  /// Judges by the company's rules.
  let assessor: Assessor
  /// The signs in the terminal's encoding.
  let glyphs: Glyphs
  /// Where the person sits.
  let zone: LocalZone
  /// When the last message came.
  var now: Timestamp
  /// The terminal's size.
  var size = Size(columns: 80, rows: 24)

  /// How far the index has been read.
  var index = IndexProgress.reading(count: 0)
  /// When the index was last read.
  var indexedAt: Timestamp?
  /// The deals as rows.
  var list: DealList
  /// What each system said of each deal that has been read.
  var dossiers: [DealID: Dossier] = [:]
  /// What is true of each deal that has been read.
  var assessments: [DealID: Assessment] = [:]
  /// How old the answers about each of them are.
  var ages: [DealID: DealAges] = [:]
  /// The systems' limits of age.
  let limits: [SystemName: FreshnessLimits]
  /// The systems, in the order of the configuration.
  var health: [SystemHealth] = []
  /// Flow → what is known of its runs.
  var flowReadings: [String: FlowReading] = [:]
  /// What is remembered of their health; `nil` before it was read.
  var memory: HealthMemory?
  /// When that was last asked for; `nil` when it is to be asked for anew.
  var memoryAskedAt: Timestamp?
  /// What the last comparison of links found; `nil` before there was one.
  var links: LinkReport?
  /// How far the comparison under way is; `nil` while none is.
  var linkSweep: [SystemSweep]?
  /// The changes seen, and which of them nobody has looked at yet.
  var feed = ChangeFeed()
  /// How changes are watched; `nil` before that was told.
  var watch: ChangeWatch?
  /// Records that were opened.
  var details: [RecordReference: RecordProgress] = [:]

  /// Payloads that are looked at; forgotten when their page is left.
  var payloads: [PayloadSubject: PayloadProgress] = [:]
  /// What was last searched for.
  var searchText = ""

  /// The screen one is on.
  var tab = Tab.deals
  /// What was opened on each screen, the deepest last.
  var trails: [Tab: [Visit]] = [:]
  /// Where one stands in each screen that is a page.
  var readers: [Tab: Reader] = [:]
  /// What stands over the screen.
  var overlay: Overlay?
  /// Where one stands in it.
  var overlayReader = Reader()
  /// Text being typed.
  var prompt: Prompt?
  /// Words for the last line until the next key.
  var notice: Notice?
  /// The ID being looked up.
  var searching: String?
  /// What was last said to be on screen.
  var lastShown: Effect?

  /// By what the conflicts are sorted.
  var conflictOrder = ConflictOrder.money

  /// The pane beside the list.
  var pane = SidePane()

  /// Which deal stands beside the list. While keys move the cursor the pane waits: painting it at
  /// every step would cost more bytes than a slow line carries between two keys.
  struct SidePane: Hashable, Sendable {
    /// How long the cursor rests before the pane follows it: longer than a held key's pause.
    static let rest = Duration.milliseconds(160)

    /// The deal that is shown.
    var deal: DealID?
    /// When it follows the cursor; `nil` while it has.
    var followsAt: Timestamp?

    /// The cursor stands on a deal now.
    mutating func cursor(on cursor: DealID?, movedByKey: Bool, isHidden: Bool, now: Timestamp) {
      if deal == cursor || deal == nil || isHidden {
        deal = cursor
        followsAt = nil
      } else if movedByKey {
        followsAt = now.adding(Self.rest)
      } else if followsAt.map({ $0 <= now }) ?? true {
        deal = cursor
        followsAt = nil
      }
    }
  }

  /// How far the index has been read.
  enum IndexProgress: Hashable, Sendable {
    /// Deals are arriving.
    case reading(count: Int)
    /// Every deal has arrived.
    case complete
    /// The index could not be read.
    case failed(SystemError)
  }

  /// What a comparison of links found.
  struct LinkReport: Hashable, Sendable {
    /// Broken links.
    var faults: [LinkFault]
    /// Systems that could not be asked.
    var failures: [SystemError]
    /// How completely each system was listed.
    var proof: [SystemSweep]
    /// When the comparison arrived.
    var at: Timestamp
    /// Kind → how many there are.
    let counts: [LinkFault.Kind: Int]

    init(faults: [LinkFault], failures: [SystemError], proof: [SystemSweep], at: Timestamp) {
      self.faults = faults
      self.failures = failures
      self.proof = proof
      self.at = at
      counts = faults.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
    }
  }

  /// How far a record has been read.
  enum RecordProgress: Hashable, Sendable {
    /// The system is being asked; what was read before, if anything.
    case asking(RecordDetail?)
    /// It was read.
    case read(RecordDetail)
    /// It could not be read; what was read before, if anything.
    case failed(SystemError, RecordDetail?)

    /// The last answer.
    var detail: RecordDetail? {
      switch self {
      case .asking(let detail): detail
      case .read(let detail): detail
      case .failed(_, let detail): detail
      }
    }
  }

  /// Words for the last line.
  struct Notice: Hashable, Sendable {
    /// The words.
    var text: String
    /// Whether something went wrong.
    var isError = false
  }

  /// What was opened on the present screen, the deepest last.
  var trail: [Visit] {
    get { trails[tab] ?? [] }
    set { trails[tab] = newValue }
  }

  /// Today where the person sits.
  var today: CalendarDate { zone.date(of: now) }

  /// The company.
  var model: CompanyModel { assessor.company }

  /// The deal whose detail is open or beside the list.
  var selectedDeal: DealID? {
    if let open = trail.reversed().lazy.compactMap(\.place.deal).first { return open }
    return tab == .deals && layout.isSplit ? pane.deal : nil
  }

  /// What is known of a deal; a deal nobody has read is known to be unread.
  func assessment(of id: DealID) -> Assessment {
    assessments[id] ?? assessor.assess(Dossier(id: id), on: today)
  }

  /// A system's limits of age.
  func limits(of system: SystemName) -> FreshnessLimits? { limits[system] }

  /// How fresh an answer of a system is.
  func freshness(of fetchedAt: Timestamp?, from system: SystemName) -> Freshness {
    limits(of: system)?.freshness(of: fetchedAt, at: now) ?? .unavailable
  }

  /// How every configured flow does now, in the order of the configuration.
  var flows: [FlowHealth] { FlowJudge(of: model).flows(flowReadings, at: now) }

  /// The flow that should have made the records which a fault misses, in a sentence.
  func flowSentence(_ fault: LinkFault) -> String? {
    fault.carrier(among: flows, origin: model.sharedID.origin).map { text($0.shouldHaveMade) }
  }

  /// A sentence in local time and the screen's figures.
  func text(_ evidence: Evidence) -> String {
    evidence.text(instant: { TimeText.clock($0, in: zone, at: now) }, value: words)
  }

  /// The health of a system; `nil` before any was told.
  func health(of system: SystemName) -> SystemHealth? { health.first { $0.system == system } }
}
