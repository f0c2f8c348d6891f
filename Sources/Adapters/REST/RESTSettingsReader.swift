import AdapterKit
import DealModel

/// Turns checked settings into requests and plans; finds what a schema cannot say.
struct RESTSettingsReader {
  let fault: RESTFault
  let posts: Set<String>
  let methods: RESTMethods?
  /// Whether bodies have the secret in them.
  let sendsSecretInBody: Bool
  /// Whether `{id}`, `{key}` and `{keys}` are numbers in the bodies of what is read now.
  var areIDsNumbers = false
  let link: JSONPath
  let zone: String?

  func plan(
    _ kind: RecordKind, _ group: SystemSettings, number: Int, at place: String
  ) throws -> RESTPlan {
    var reader = self
    reader.areIDsNumbers = group.flag("numeric_ids") ?? false
    return try reader.numberedPlan(kind, group, number: number, at: place)
  }

  private func numberedPlan(
    _ kind: RecordKind, _ group: SystemSettings, number: Int, at place: String
  ) throws -> RESTPlan {
    let list = try list(group, keys: ["deal", "deals", "each", "key", "keys"], at: place)
    let via = try group.group("via").map { try parents($0, at: "\(place).via") }
    let parent = group.path("parent")
    if via != nil, parent == nil {
      throw fault.settings(
        "`\(place)` has `via` and no `parent`", "say where a record names the one it belongs to")
    }
    if via == nil, list.request.gaps.contains(where: { $0 == "key" || $0 == "keys" }) {
      throw fault.settings(
        "`\(place)` has a gap for a parent's key and no `via`", "describe the parents under `via`")
    }
    let id = group.path("id") ?? Self.idPath
    let changes = try group.group("changes").map {
      try self.list($0, keys: [], at: "\(place).changes")
    }
    let modified = try time(group.group("modified"), at: "\(place).modified")
    if changes != nil, modified == nil {
      throw fault.settings(
        "`\(place)` has `changes` and no `modified`", "say where a record bears its time of change")
    }
    let since = group.group("changes")?.text("since_format") ?? "iso"
    guard RESTTimeFormat(since, zone: zone) != nil else {
      throw fault.settings(
        "`\(place).changes.since_format` cannot be read", RESTSettingsReader.formatMend)
    }
    let notes = group.textMapping("notes").sorted { $0.key < $1.key }.compactMap { label, text in
      JSONPath(text).map { (label: label, path: $0) }
    }
    let detail = try group.group("detail").map { try request($0, at: "\(place).detail") }
    let conditions = group.groups("where").map { RESTCondition($0) }
    let find = try group.group("find").map { try self.list($0, keys: [], at: "\(place).find") }
    let links = try group.group("links").map { try self.list($0, keys: [], at: "\(place).links") }
    let plan = RESTPlan(
      kind: kind, number: number, place: place, list: list, via: via, parent: parent,
      link: group.path("link") ?? link, conditions: conditions, id: id,
      label: group.path("number") ?? id, url: group.text("url").map { TextTemplate($0) },
      created: try time(group.group("created"), at: "\(place).created"), modified: modified,
      modifiedBy: group.path("modified_by"), notes: notes, detail: detail,
      detailItem: group.group("detail")?.path("item") ?? .wholeDocument,
      lines: try group.group("lines").map { try belonging($0, at: "\(place).lines") },
      applications: try group.group("applications").map {
        try belonging($0, at: "\(place).applications")
      }, find: find, links: links,
      changes: changes, sinceFormat: since,
      overlap: group.group("changes")?.duration("overlap") ?? .seconds(180),
      values: group.group("values") ?? SystemSettings(), zone: zone)
    try checkTimes(of: plan)
    try checkAmounts(of: plan)
    return plan
  }

  private static let idPath = JSONPath("id") ?? .wholeDocument

  private static let formatMend =
    "write `iso`, `unix`, `unix_ms`, or letters such as `dd/MM/yyyy HH:mm`, and a zone such as "
    + "`UTC`, `+01:00` or `Europe/Berlin`"

  private func parents(_ group: SystemSettings, at place: String) throws -> RESTParents {
    RESTParents(
      list: try list(group, keys: ["deal", "deals", "each"], at: place),
      link: group.path("link") ?? link, key: group.path("key") ?? .wholeDocument)
  }

  /// Dates among the values, whose formats the schema takes as words.
  private func checkTimes(of plan: RESTPlan) throws {
    for (name, value) in plan.values.values {
      guard case .mapping(let values) = value else { continue }
      let group = SystemSettings(values)
      guard group.text("format") != nil || group.text("time_zone") != nil else { continue }
      _ = try time(group, at: "\(plan.place).values.\(name)")
    }
  }

  /// Amounts among the values: how they are rounded, and that there are lines to add up.
  private func checkAmounts(of plan: RESTPlan) throws {
    let parts = [plan.values, plan.lines?.values, plan.applications?.values].compactMap(\.self)
    for (name, value) in parts.flatMap(\.values) {
      guard case .mapping(let values) = value else { continue }
      let group = SystemSettings(values)
      if group.text("of") == "lines", plan.lines == nil {
        throw fault.settings(
          "`\(plan.place).values.\(name)` is the sum over `lines`, of which nothing is said",
          "describe `\(plan.place).lines`")
      }
      guard let round = group.text("round"), round != "currency" else { continue }
      guard let places = UInt8(round), places <= ExactDecimal.maximumScale else {
        throw fault.settings(
          "`round` of \(name) in `\(plan.place)` is \(VisibleText(round.prefix(20)))",
          "write `currency`, or how many places there are")
      }
    }
  }

  private func belonging(_ group: SystemSettings, at place: String) throws -> RESTBelonging {
    let items = group.path("items") ?? .wholeDocument
    guard group.text("get") ?? group.text("post") != nil else {
      guard items != .wholeDocument else {
        throw fault.settings(
          "`\(place)` has neither a request nor `items`",
          "say where they stand in a record, or how they are asked for")
      }
      return RESTBelonging(place: place, list: nil, items: items, parent: nil, values: group)
    }
    let list = try list(group, keys: ["key", "keys"], at: place)
    if list.style == .whole {
      throw fault.settings(
        "`\(place)` has no gap {key} or {keys}", "say whose are asked for")
    }
    let parent = group.path("parent")
    if parent == nil, list.style != .single {
      throw fault.settings(
        "`\(place)` asks for those of many and has no `parent`",
        "say where one names the record it belongs to")
    }
    return RESTBelonging(place: place, list: list, items: items, parent: parent, values: group)
  }

  private func time(_ group: SystemSettings?, at place: String) throws -> RESTTime? {
    guard let group else { return nil }
    guard let format = RESTTimeFormat(group.text("format"), zone: group.text("time_zone") ?? zone)
    else { throw fault.settings("`\(place)` has a format or zone unknown here", Self.formatMend) }
    return RESTTime(
      path: group.path("path") ?? .wholeDocument, isOptional: group.flag("optional") ?? false,
      format: format)
  }

  // MARK: - Requests

  private func list(
    _ group: SystemSettings, keys: Set<String>, at place: String
  ) throws -> RESTList {
    let request = try request(group, at: place)
    let gaps = Set(request.gaps)
    let batch = group.integer("batch")
    let isBatch = !gaps.isDisjoint(with: ["deals", "each", "keys"])
    let isSingle = !gaps.isDisjoint(with: ["deal", "key"])
    if isBatch, isSingle {
      throw fault.settings(
        "`\(place)` has gaps both for one ID and for many", "keep one of the two")
    }
    if gaps.contains("each"), request.each == nil {
      throw fault.settings("`\(place)` has no `each` to put in for `{each}`", "say it for one deal")
    }
    let style: RESTList.Style =
      isBatch ? .batch(min(batch ?? 50, 500)) : isSingle ? .single : .whole
    let paging = try group.group("paging").map { try self.paging($0, of: request, at: place) }
    return RESTList(
      request: request, items: group.path("items") ?? .wholeDocument, paging: paging, style: style,
      keepFor: group.duration("keep_for") ?? .seconds(30))
  }

  private func paging(
    _ group: SystemSettings, of request: RESTRequest, at place: String
  ) throws -> RESTPaging {
    guard let by = group.text("by").flatMap({ RESTPaging.Style(rawValue: $0) }) else {
      throw fault.settings("`\(place).paging` has no `by`", "say how the list is parted")
    }
    let gap = ["page": "page", "offset": "offset", "cursor": "cursor"][by.rawValue]
    if let gap, !request.gaps.contains(gap) {
      throw fault.settings(
        "`\(place)` is parted by \(by.rawValue) and has no gap {\(gap)}",
        "put it into `query` or `body`")
    }
    let paging = RESTPaging(
      by: by, size: group.integer("size"), first: group.integer("first") ?? 1,
      next: group.path("next"), more: group.path("more"), total: group.path("total"))
    if paging.next == nil, by == .cursor || by == .next {
      throw fault.settings(
        "`\(place).paging` has no `next`", "say where an answer has the next cursor or URL")
    }
    let endsItself = paging.size != nil || paging.more != nil || paging.total != nil
    if by == .page || by == .offset, !endsItself {
      throw fault.settings(
        "`\(place).paging` cannot tell the last page", "give it `size`, `total` or `more`")
    }
    return paging
  }

  func request(_ group: SystemSettings, at place: String) throws -> RESTRequest {
    let (get, post) = (group.text("get"), group.text("post"))
    guard let pattern = get ?? post, (get == nil) != (post == nil) else {
      throw fault.settings("`\(place)` has not exactly one of `get` and `post`", "give it one")
    }
    guard pattern.hasPrefix("/"), !pattern.contains("?"), !pattern.contains("#") else {
      throw fault.settings(
        "the path of `\(place)` does not begin with `/` or has a question mark",
        "write what stands below `base_url`, and parameters under `query`")
    }
    if let post, !posts.contains(post) {
      throw fault.settings(
        "`\(place)` would POST to \(post), which `reading_posts` does not list",
        "list it there if a POST to it only reads")
    }
    if get != nil, group.text("body") != nil {
      throw fault.settings("`\(place)` is a GET with a `body`", "use `query`, or `post`")
    }
    let body = group.text("body").flatMap { try? JSONValue($0) }
    if !sendsSecretInBody, body.map(RESTRequest.gaps)?.contains("secret") == true {
      throw fault.settings(
        "the body of `\(place)` has a gap {secret}, and `auth` is not of type body",
        "make it `auth: {type: body, token: …}`")
    }
    if post != nil, let methods {
      guard let method = body.flatMap({ methods.path.find(in: $0).first?.string }) else {
        throw fault.settings(
          "the body of `\(place)` names no method at \(methods.path)", "name the one it calls")
      }
      guard methods.names.contains(method) else {
        throw fault.settings(
          "`\(place)` would call \(VisibleText(method.prefix(80))), which `reading_methods` does "
            + "not list", "list it there if it only reads")
      }
    }
    let quote: RESTRequest.Quote =
      switch group.text("quote") {
      case "backslash": .backslash
      case "doubled": .doubled
      default: .none
      }
    return RESTRequest(
      method: get == nil ? "POST" : "GET", pattern: pattern,
      query: group.textMapping("query").sorted { $0.key < $1.key }
        .map { RESTParameter(name: $0.key, value: TextTemplate($0.value)) },
      body: body,
      each: group.text("each").map { TextTemplate($0) }, separator: group.text("separator") ?? ",",
      quote: quote, areIDsNumbers: areIDsNumbers)
  }
}

extension RESTRequest {
  /// The gaps of all its words.
  var gaps: [String] {
    TextTemplate(pattern).gaps + query.flatMap(\.value.gaps) + (body.map(Self.gaps) ?? [])
  }

  static func gaps(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text): TextTemplate(text).gaps
    case .array(let elements): elements.flatMap(gaps)
    case .object(let members): members.flatMap { gaps($0.value) }
    case .null, .bool, .number: []
    }
  }
}
