import AdapterKit
import DealModel

extension RESTSettingsReader {
  func list(_ group: SystemSettings, at place: String) throws -> RESTList {
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
    guard by == .page || by == .offset, paging.more == nil, paging.total == nil else {
      return paging
    }
    if paging.size == nil {
      throw fault.settings(
        "`\(place).paging` cannot tell the last page", "give it `size`, `total` or `more`")
    }
    // A short page is the last one only where its length was asked for.
    if !request.gaps.contains("limit") {
      throw fault.settings(
        "`\(place)` tells the last page by its `size`, and does not ask for pages of that size",
        "put {limit} into `query` or `body`, or give `total` or `more`")
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
    if post != nil { try checkMethods(of: body, at: place) }
    let quote: RESTRequest.Quote =
      switch group.text("quote") {
      case "backslash": .backslash
      case "doubled": .doubled
      default: .none
      }
    let request = RESTRequest(
      method: get == nil ? "POST" : "GET", pattern: pattern,
      query: group.textMapping("query").sorted { $0.key < $1.key }
        .map { RESTParameter(name: $0.key, value: TextTemplate($0.value)) },
      body: body,
      each: group.text("each").map { TextTemplate($0) }, separator: group.text("separator") ?? ",",
      quote: quote, areIDsNumbers: areIDsNumbers)
    try check(request, at: place)
    return request
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
