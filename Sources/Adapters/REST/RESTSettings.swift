import AdapterKit
import DealModel

/// What the configuration says about one system, ready to be used.
struct RESTSettings: Sendable {
  let system: SystemName
  let vendor: String
  /// Where records bear the deal ID unless they say otherwise: a path.
  let link: JSONPath
  let echoProperties: [String]
  let plans: [RESTPlan]
  let probe: RESTRequest
  let identity: JSONPath
  let linkCheck: RESTLinkCheck?
  let falseIsEmpty: Bool

  init(_ context: AdapterContext) throws {
    let configured = context.system
    let settings = configured.settings
    system = configured.name
    vendor = settings.text("vendor") ?? "REST"
    echoProperties = configured.echoProperties
    let fault = RESTFault(system: configured.name)
    guard let link = JSONPath(configured.link) else {
      throw fault.settings(
        "`link` is no path", "write where a record bears the deal ID, such as `external_id`")
    }
    self.link = link
    for name in settings.textMapping("headers").keys where CredentialName.isOne(name) {
      throw fault.settings(
        "`headers` has \(VisibleText(name.prefix(40))), which is a secret",
        "send it by `auth`, from where it is kept")
    }
    falseIsEmpty = settings.flag("false_is_empty") ?? false
    let posts = Set(settings.texts("reading_posts"))
    let zone = settings.text("time_zone")
    let methods = settings.group("reading_methods").map {
      RESTMethods(path: $0.path("path") ?? .wholeDocument, names: Set($0.texts("names")))
    }
    let reader = RESTSettingsReader(
      fault: fault, posts: posts, methods: methods,
      sendsSecretInBody: settings.group("auth")?.text("type") == "body", link: link, zone: zone)
    probe = try reader.request(settings.group("probe") ?? SystemSettings(), at: "probe")
    identity = settings.group("probe")?.path("identity") ?? JSONPath.wholeDocument
    linkCheck = try settings.group("link_check").map { group in
      RESTLinkCheck(
        request: try reader.request(group, at: "link_check"),
        path: group.path("path") ?? .wholeDocument, isOneOf: group.texts("is"),
        isNoneOf: group.texts("not"), missingIsNot: group.flag("missing_is_not") ?? false)
    }
    let records = settings.group("records") ?? SystemSettings()
    var plans: [RESTPlan] = []
    for kind in RecordKind.allCases {
      for (number, group) in records.groups(kind.rawValue).enumerated() {
        let place = "records.\(kind.rawValue)[\(number)]"
        plans.append(try reader.plan(kind, group, number: number, at: place))
      }
    }
    guard !plans.isEmpty else {
      throw fault.settings("`records` names nothing to read", "describe at least one kind")
    }
    self.plans = plans
  }
}

/// Errors about the configuration of one system.
struct RESTFault: Sendable {
  let system: SystemName

  func settings(_ what: String, _ mend: String) -> SystemError {
    SystemError(.refused, system: system, message: "In systems.\(system), \(what); \(mend).")
  }
}

/// One list of records of one kind: how it is asked for and how it is read.
struct RESTPlan: Sendable {
  let kind: RecordKind
  /// Its place among the plans of its kind.
  let number: Int
  /// Where it stands in the configuration: `records.tickets[0]`.
  let place: String
  let list: RESTList
  let via: RESTParents?
  let parent: JSONPath?
  let link: JSONPath
  let conditions: [RESTCondition]
  let id: JSONPath
  let label: JSONPath
  let url: TextTemplate?
  let created: RESTTime?
  let modified: RESTTime?
  let modifiedBy: JSONPath?
  let notes: [(label: String, path: JSONPath)]
  let detail: RESTRequest?
  let detailItem: JSONPath
  let lines: RESTBelonging?
  let applications: RESTBelonging?
  let find: RESTList?
  /// Where a number that people type may stand.
  let matches: [JSONPath]
  let links: RESTList?
  let changes: RESTList?
  let sinceFormat: String
  let overlap: Duration
  let values: SystemSettings
  let zone: String?
}

/// What belongs to a record: its lines, what was applied to it.
struct RESTBelonging: Sendable {
  /// Where it stands in the configuration.
  let place: String
  /// How it is asked for; `nil` where it stands in the record.
  let list: RESTList?
  /// Where it stands in the record.
  let items: JSONPath
  /// Where one names the record it belongs to.
  let parent: JSONPath?
  /// Which of them count.
  let conditions: [RESTCondition]
  let values: SystemSettings
}

/// Where the body of a POST names the method it calls, and the methods that only read.
struct RESTMethods: Sendable {
  let path: JSONPath
  let names: Set<String>
}

/// The records that bear the deal ID where others only name them.
struct RESTParents: Sendable {
  let list: RESTList
  let link: JSONPath
  let key: JSONPath
}

/// A request for a list.
struct RESTList: Hashable, Sendable {
  /// How it is told which records are wanted.
  enum Style: Hashable, Sendable {
    /// Many IDs in one question.
    case batch(Int)
    /// One question per ID.
    case single
    /// Not at all: the whole list is read.
    case whole
  }

  let request: RESTRequest
  let items: JSONPath
  let paging: RESTPaging?
  let style: Style
  /// How long it is kept in memory where it is read whole.
  private(set) var keepFor: Duration

  /// Whether it asks for what is there once at most: a single object is a list of one then.
  var mayBeOne: Bool { style == .single || request.gaps.contains("text") }

  /// The same for all who ask the same question, however long they would keep the answer.
  var shared: RESTList {
    var list = self
    list.keepFor = .zero
    return list
  }
}

/// One request with gaps.
struct RESTRequest: Hashable, Sendable {
  enum Quote: Hashable, Sendable { case none, backslash, doubled }

  let method: String
  /// The path as configured: braces and all.
  let pattern: String
  let query: [RESTParameter]
  let body: JSONValue?
  let each: TextTemplate?
  let separator: String
  let quote: Quote
  /// Whether `{id}`, `{key}` and `{keys}` are numbers in a body.
  let areIDsNumbers: Bool
}

/// A query parameter with gaps.
struct RESTParameter: Hashable, Sendable {
  let name: String
  let value: TextTemplate
}

/// How a list is parted into pages.
struct RESTPaging: Hashable, Sendable {
  enum Style: String, Hashable, Sendable { case page, offset, cursor, link, next }

  let by: Style
  let size: Int?
  let first: Int
  let next: JSONPath?
  let more: JSONPath?
  let total: JSONPath?
}

/// What a record must be to count.
struct RESTCondition: Hashable, Sendable {
  let path: JSONPath
  let isOneOf: [String]
  let isNoneOf: [String]

  init(_ group: SystemSettings) {
    path = group.path("path") ?? .wholeDocument
    isOneOf = group.texts("is")
    isNoneOf = group.texts("not")
  }

  /// Whether it holds; `nil` where its path leads nowhere, so that nobody can tell.
  func holds(of item: JSONValue) -> Bool? {
    let found = path.find(in: item)
    guard found.first != nil || found.lost == nil else { return nil }
    let word = found.first?.word ?? ""
    return (isOneOf.isEmpty || isOneOf.contains(word)) && !isNoneOf.contains(word)
  }
}

/// Where an instant or a day stands, and how it is written.
struct RESTTime: Sendable {
  let path: JSONPath
  let isOptional: Bool
  let format: RESTTimeFormat
}
