import AdapterKit
import DealModel
import Synchronization

/// Reads one system with a JSON API as its configuration describes it.
struct RESTAdapter: Adapter {
  let settings: RESTSettings
  let time: any TimeSource
  let port: HTTPPort
  let headers: [HTTPField]
  let memory = RESTMemory()
  let lists: RESTLists
  let capabilities: AdapterCapabilities
  /// The query parameter that bears the token.
  let parameter: RESTSecret?
  private let bodySecret: RESTSecret?

  init(_ context: AdapterContext) throws {
    settings = try RESTSettings(context)
    time = context.time
    lists = RESTLists(time: context.time)
    let access = try RESTAccess(context)
    parameter = access.parameter
    bodySecret = access.bodySecret
    port = try Self.port(context, access)
    headers = context.system.settings.textMapping("headers").sorted { $0.key < $1.key }
      .map { HTTPField($0.key, $0.value) }
    let plans = settings.plans
    var batches: [RecordKind: Int] = [:]
    for plan in plans {
      batches[plan.kind] = min(batches[plan.kind] ?? .max, plan.batchSize)
    }
    capabilities = AdapterCapabilities(
      batchSizes: batches,
      detailKinds: Set(
        batches.keys.filter { kind in
          plans.filter { $0.kind == kind }.allSatisfy { $0.detail != nil }
        }),
      finds: plans.contains { $0.find != nil },
      reportsChanges: plans.contains { $0.changes != nil },
      listsLinks: plans.contains { $0.links != nil })
  }

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    let plans = settings.plans.filter { $0.kind == kind }
    guard !plans.isEmpty else {
      throw SystemError(
        .refused, system: settings.system,
        message: "\(settings.system) (\(settings.vendor)) is not read for \(kind.rawValue). Mend "
          + "`ownership`, or describe `records.\(kind.rawValue)`.")
    }
    var answer = Dictionary(ids.map { ($0, [Record]()) }) { first, _ in first }
    for plan in plans {
      let items = try await borne(plan, ids).filter { try takes($0.item, plan) }
      let lines =
        plan.sumsLines ? try await belonging(plan.lines, to: items.map(\.item), plan) : nil
      for (item, deals) in items {
        let own = try lines.map { $0[try id(of: item, plan)] ?? [] }
        for deal in deals { answer[deal]?.append(try record(item, plan, deal: deal, lines: own)) }
      }
    }
    return answer.mapValues(Self.newestFirst)
  }

  /// As of when lists that are kept in memory hold; `nil` while none is kept for this kind.
  func watermark(of kind: RecordKind) async throws -> Timestamp? {
    let plans = settings.plans.filter { $0.kind == kind }
    var oldest: Timestamp?
    for list in plans.flatMap({ [$0.list, $0.via?.list].compactMap(\.self) })
    where list.style == .whole {
      guard let at = await lists.holds(list) else { continue }
      oldest = min(oldest ?? at, at)
    }
    return oldest
  }

  /// Whether an item of a list is one of the records.
  ///
  /// - Throws: ``SystemError`` of kind `drifted` where a condition's path leads nowhere: leaving the
  ///   record out would look like none.
  func takes(_ item: JSONValue, _ plan: RESTPlan) throws -> Bool {
    try holds(plan.conditions, of: item, at: "\(plan.place).where")
  }

  func holds(
    _ conditions: [RESTCondition], of item: JSONValue, at place: String
  ) throws -> Bool {
    for condition in conditions {
      guard let holds = condition.holds(of: item) else {
        let held = condition.path.find(in: item).lost?.held ?? "nothing"
        throw SystemError(
          .drifted(field: condition.path.text), system: settings.system,
          message: "A record in \(settings.system) (\(settings.vendor)) has no \(condition.path), "
            + "which tells whether it counts: there is \(port.hidingSecrets(in: held)). Mend "
            + "`\(place)`, or ask for it.")
      }
      guard holds else { return false }
    }
    return true
  }

  /// Waits for a token under way, which may have to be kept.
  func close() async { await port.settle() }

  // MARK: - Calls

  /// A filling with the secret, where requests have it in their bodies.
  func signed(_ filling: RESTFilling) async throws -> RESTFilling {
    guard let bodySecret else { return filling }
    var filling = filling
    filling.words[bodySecret.name] = try await bodySecret.revealed()
    return filling
  }

  /// The value made of the answer to a call; secrets of the query are put on here.
  func read<Value: Sendable>(
    _ call: HTTPCall, as decode: @Sendable (JSONReply) throws -> Value
  ) async throws -> Value {
    var call = call
    if let parameter {
      call.query.append(HTTPParameter(parameter.name, try await parameter.revealed()))
    }
    let isFalseEmpty = settings.falseIsEmpty
    do {
      return try await port.read(call) { reply in
        var reply = reply
        if isFalseEmpty { reply.value = reply.value.withoutFalse }
        return try decode(reply)
      }
    } catch let error as SystemError where error.kind == .unauthorized {
      await parameter?.forget()
      await bodySecret?.forget()
      throw error
    }
  }

  /// Each record once, newest first: by day, then by the last change.
  static func newestFirst(_ records: [Record]) -> [Record] {
    var seen: Set<RecordReference> = []
    return records.filter { seen.insert($0.reference).inserted }.sorted { left, right in
      let (leftDay, rightDay) = (left.content.day, right.content.day)
      if leftDay != rightDay {
        guard let leftDay else { return false }
        guard let rightDay else { return true }
        return leftDay > rightDay
      }
      return left.modifiedAt == right.modifiedAt
        ? left.reference.id < right.reference.id
        : (left.modifiedAt?.milliseconds ?? 0) > (right.modifiedAt?.milliseconds ?? 0)
    }
  }
}

extension RESTPlan {
  /// The most deals in one question.
  var batchSize: Int {
    switch (via?.list ?? list).style {
    case .batch(let size): size
    case .single: 10
    case .whole: 100
    }
  }

  /// The keys of the parents that a record names.
  func parents(of item: JSONValue) -> [String] {
    (parent?.find(in: item).values ?? []).compactMap(\.word).filter { !$0.isEmpty }
  }

  /// Whether an amount is the sum over the lines.
  var sumsLines: Bool {
    values.values.values.contains { value in
      if case .mapping(let values) = value { values["of"] == .text("lines") } else { false }
    }
  }
}

extension JSONValue {
  /// A plain value as a word: words, digits, `true`, `false`; `nil` for others.
  var word: String? {
    switch self {
    case .string(let text): text
    case .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .null, .array, .object: nil
    }
  }

  /// The same document with `null` for every `false`.
  var withoutFalse: JSONValue {
    switch self {
    case .bool(false): .null
    case .array(let elements): .array(elements.map(\.withoutFalse))
    case .object(let members):
      .object(members.map { .init($0.name, $0.value.withoutFalse) })
    case .null, .bool, .number, .string: self
    }
  }
}

/// What the adapter remembers: which deal a parent belongs to, and that the link property is there.
final class RESTMemory: Sendable {
  private struct State {
    var parents: [String: [String: [DealID]]] = [:]
    var linkSeen: Timestamp?
  }

  private let state = Mutex(State())

  /// When the link property was last seen to be there.
  var linkSeen: Timestamp? { state.withLock { $0.linkSeen } }

  func sawLink(at now: Timestamp) { state.withLock { $0.linkSeen = now } }

  func keep(parents: [String: [DealID]], of place: String) {
    state.withLock { $0.parents[place, default: [:]].merge(parents) { _, new in new } }
  }

  func deals(ofParent key: String, of place: String) -> [DealID] {
    state.withLock { $0.parents[place]?[key] ?? [] }
  }
}
