import AdapterKit
import DealModel

/// What a schema cannot say of settings: whether they fit each other, and are safe to be sent.
extension RESTSettingsReader {
  func check(_ plan: RESTPlan, _ group: SystemSettings) throws {
    let parts = [
      (plan.values, "values"), (plan.lines?.values, "lines"),
      (plan.applications?.values, "applications"),
    ]
    for case (let settings?, let part) in parts {
      for (name, value) in settings.values.sorted(by: { $0.key < $1.key }) {
        guard case .mapping(let values) = value else { continue }
        try check(SystemSettings(values), of: plan, at: "\(plan.place).\(part).\(name)")
      }
    }
    if plan.via != nil { try checkChild(plan, group) }
  }

  /// One value: how it is written, and what it needs besides.
  private func check(_ group: SystemSettings, of plan: RESTPlan, at place: String) throws {
    if group.text("format") != nil || group.text("time_zone") != nil {
      _ = try time(group, at: place)
    }
    if group.text("of") == "lines" {
      guard plan.lines != nil, place.hasPrefix("\(plan.place).values.") else {
        throw fault.settings(
          "`\(place)` is the sum over `lines`, of which nothing is said",
          "describe `\(plan.place).lines`, and add up under `values`")
      }
    }
    if group.currency("code") != nil, group.path("path") != nil {
      throw fault.settings("`\(place)` has a code and a path", "keep the one that holds")
    }
    guard let round = group.text("round"), round != "currency" else { return }
    guard let places = UInt8(round), places <= ExactDecimal.maximumScale else {
      throw fault.settings(
        "`round` of `\(place)` is \(VisibleText(round.prefix(20)))",
        "write `currency`, or how many places there are")
    }
  }

  /// Records that only name their parents bear no deal ID themselves.
  private func checkChild(_ plan: RESTPlan, _ group: SystemSettings) throws {
    if plan.find != nil || plan.links != nil || group.path("link") != nil {
      throw fault.settings(
        "`\(plan.place)` has `via` and, of its own, `find`, `links` or `link`",
        "take that away: its parents bear the deal ID")
    }
    if plan.list.request.gaps.contains(where: { ["deal", "deals", "each"].contains($0) }) {
      throw fault.settings(
        "`\(plan.place)` has `via` and asks by the deal", "ask by {key} or {keys} of the parents")
    }
  }

  // MARK: Requests

  func check(_ request: RESTRequest, at place: String) throws {
    if request.method == "POST", !TextTemplate(request.pattern).gaps.isEmpty {
      throw fault.settings(
        "the path of `\(place)`, a POST, has a gap", "write it out: what it calls must only read")
    }
    for parameter in request.query where CredentialName.isOne(parameter.name) {
      throw fault.settings(
        "the query of `\(place)` has \(VisibleText(parameter.name.prefix(40))), which is a secret",
        "send it by `auth`, from where it is kept")
    }
    if let body = request.body, Self.hasCursorInList(body) {
      throw fault.settings(
        "the body of `\(place)` has {cursor} in a list, where the first page would have nothing",
        "let it stand in an object")
    }
    guard request.quote == .none else { return }
    let templates =
      request.query.map(\.value) + [request.each].compactMap(\.self)
      + (request.body.map(Self.templates) ?? [])
    if templates.contains(where: Self.hasQuotedGap) {
      throw fault.settings(
        "`\(place)` has a gap between quotes, and says nothing of quotes inside it",
        "say with `quote` how the vendor's query language writes one")
    }
  }

  /// Every method that a body calls has to be one that only reads.
  func checkMethods(of body: JSONValue?, at place: String) throws {
    guard let methods else { return }
    guard let found = body.map({ methods.path.find(in: $0) }), found.lost == nil,
      !found.values.isEmpty
    else {
      throw fault.settings(
        "the body of `\(place)` names no method at \(methods.path)", "name the one it calls")
    }
    for value in found.values where !methods.names.contains(value.string ?? "") {
      throw fault.settings(
        "`\(place)` would call \(VisibleText((value.word ?? value.typeName).prefix(80))), which "
          + "`reading_methods` does not list", "list it there if it only reads")
    }
  }

  private static func hasCursorInList(_ value: JSONValue) -> Bool {
    switch value {
    case .array(let elements):
      elements.contains { $0.string.map { TextTemplate($0).gaps.contains("cursor") } ?? false }
        || elements.contains(where: hasCursorInList)
    case .object(let members): members.contains { hasCursorInList($0.value) }
    case .null, .bool, .number, .string: false
    }
  }

  private static func templates(_ value: JSONValue) -> [TextTemplate] {
    switch value {
    case .string(let text): [TextTemplate(text)]
    case .array(let elements): elements.flatMap(templates)
    case .object(let members): members.flatMap { templates($0.value) }
    case .null, .bool, .number: []
    }
  }

  /// Whether an ID or a typed text is put in between two quotes.
  private static func hasQuotedGap(_ template: TextTemplate) -> Bool {
    let outside = ["deal", "deals", "text", "id", "key", "keys"]
    let pieces = template.pieces
    return pieces.indices.dropFirst().dropLast().contains { place in
      guard case .gap(let name) = pieces[place], outside.contains(name),
        case .text(let before) = pieces[place - 1], case .text(let after) = pieces[place + 1],
        let quote = before.last, quote == "'" || quote == "\""
      else { return false }
      return after.first == quote
    }
  }
}
