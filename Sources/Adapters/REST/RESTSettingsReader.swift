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
    let list = try list(group, at: place)
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
      try self.list($0, at: "\(place).changes")
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
    let find = try group.group("find").map { try self.list($0, at: "\(place).find") }
    let links = try group.group("links").map { try self.list($0, at: "\(place).links") }
    let plan = RESTPlan(
      kind: kind, number: number, place: place, list: list, via: via, parent: parent,
      link: group.path("link") ?? link, conditions: conditions(group), id: id,
      label: group.path("number") ?? id, url: group.text("url").map { TextTemplate($0) },
      created: try time(group.group("created"), at: "\(place).created"), modified: modified,
      modifiedBy: group.path("modified_by"), notes: notes, detail: detail,
      detailItem: group.group("detail")?.path("item") ?? .wholeDocument,
      lines: try group.group("lines").map { try belonging($0, at: "\(place).lines") },
      applications: try group.group("applications").map {
        try belonging($0, at: "\(place).applications")
      }, find: find,
      matches: [group.path("number") ?? id, id]
        + (group.group("find")?.texts("match") ?? []).compactMap { JSONPath($0) },
      links: links, changes: changes, sinceFormat: since,
      overlap: group.group("changes")?.duration("overlap") ?? .seconds(180),
      values: group.group("values") ?? SystemSettings(), zone: zone)
    try check(plan, group)
    return plan
  }

  private static let idPath = JSONPath("id") ?? .wholeDocument

  private static let formatMend =
    "write `iso`, `unix`, `unix_ms`, `parts`, or letters such as `dd/MM/yyyy HH:mm`, and a zone such as "
    + "`UTC`, `+01:00` or `Europe/Berlin`"

  private func parents(_ group: SystemSettings, at place: String) throws -> RESTParents {
    RESTParents(
      list: try list(group, at: place),
      link: group.path("link") ?? link, key: group.path("key") ?? .wholeDocument)
  }

  private func conditions(_ group: SystemSettings) -> [RESTCondition] {
    group.groups("where").map { RESTCondition($0) }
  }

  private func belonging(_ group: SystemSettings, at place: String) throws -> RESTBelonging {
    let items = group.path("items") ?? .wholeDocument
    guard group.text("get") ?? group.text("post") != nil else {
      guard items != .wholeDocument else {
        throw fault.settings(
          "`\(place)` has neither a request nor `items`",
          "say where they stand in a record, or how they are asked for")
      }
      return RESTBelonging(
        place: place, list: nil, items: items, parent: nil, conditions: conditions(group),
        values: group)
    }
    let list = try list(group, at: place)
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
    return RESTBelonging(
      place: place, list: list, items: items, parent: parent, conditions: conditions(group),
      values: group)
  }

  func time(_ group: SystemSettings?, at place: String) throws -> RESTTime? {
    guard let group else { return nil }
    guard let format = RESTTimeFormat(group.text("format"), zone: group.text("time_zone") ?? zone)
    else { throw fault.settings("`\(place)` has a format or zone unknown here", Self.formatMend) }
    return RESTTime(
      path: group.path("path") ?? .wholeDocument, isOptional: group.flag("optional") ?? false,
      format: format)
  }
}
