import DealModel

/// What happened to records, for those who follow one of them by sync tokens.
///
/// Source: developers.asana.com, reference of Events. Unverified: that a token is good for a day.
struct AsanaEvents: Sendable {
  private struct Event: Sendable {
    /// Who follows one of these is told.
    let resources: Set<String>
    let document: JSONValue
  }

  private static let life = Duration.seconds(86_400)
  private static let mostAtOnce = 100

  private var events: [Event] = []

  /// Something happened to a record.
  ///
  /// - Parameters:
  ///   - action: `changed` or `deleted`.
  ///   - record: What stands for it wherever another names it.
  ///   - change: What changed; `nil` for a record that was deleted.
  ///   - projects: The projects in which it is.
  mutating func happened(
    _ action: String, to record: JSONValue, change: JSONValue?, in projects: [String],
    by user: JSONValue, at now: Timestamp
  ) {
    var members: [JSONValue.Member] = [
      .init("user", user), .init("created_at", .string(now.withMilliseconds)),
      .init("type", record["resource_type"] ?? ""), .init("action", .string(action)),
      .init("resource", record), .init("parent", nil),
    ]
    if let change { members.append(.init("change", change)) }
    events.append(Event(resources: Set(projects + [record.gid]), document: .object(members)))
  }

  /// What happened to a record since a token was handed out.
  func answer(
    about resource: String, since token: String?, fields: AsanaFields?, at now: Timestamp
  ) -> EmulatedResponse {
    func sealed(at place: Int) -> String {
      AsanaToken.sealed([resource, String(place), String(now.milliseconds)])
    }
    guard let parts = token.flatMap({ AsanaToken.opened($0) }), parts.count == 3,
      parts[0] == resource, let place = Int(parts[1]), (0...events.count).contains(place),
      let issued = Int64(parts[2]),
      Timestamp(milliseconds: issued).duration(to: now) < Self.life
    else { return AsanaAnswers.outOfSync(next: sealed(at: events.count)) }
    let due = events.enumerated().dropFirst(place).filter {
      $0.element.resources.contains(resource)
    }
    let shown = due.prefix(Self.mostAtOnce)
    let hasMore = due.count > shown.count
    let next = hasMore ? (shown.last?.offset ?? place) + 1 : events.count
    let documents = shown.map { fields?.of($0.element.document) ?? $0.element.document }
    return AsanaAnswers.json(
      .object([
        "data": .array(documents), "sync": .string(sealed(at: next)), "has_more": .bool(hasMore),
      ]))
  }
}
