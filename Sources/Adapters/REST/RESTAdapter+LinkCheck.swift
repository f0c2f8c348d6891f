import AdapterKit
import DealModel

/// A cheap request whose answer tells whether the link property is there: many a search finds
/// nothing, without a word, for a property that is gone.
struct RESTLinkCheck: Sendable {
  let request: RESTRequest
  let path: JSONPath
  /// The words there that mean that the property can be searched, and those that mean it cannot.
  let isOneOf: [String]
  let isNoneOf: [String]
  /// Whether an answer that has nothing there means that it is not.
  let missingIsNot: Bool
}

extension RESTAdapter {
  /// How long a property that was there is taken to be there still.
  static let linkCheckAge = Duration.seconds(300)

  /// Makes sure that the link property is there, when nothing was found by it.
  ///
  /// - Throws: ``SystemError`` of kind `drifted` when it is gone.
  func expectLinkProperty(_ link: JSONPath) async throws {
    guard settings.linkCheck != nil, link == settings.link else { return }
    let now = time.now()
    if let seen = memory.linkSeen, seen <= now, seen.duration(to: now) < Self.linkCheckAge {
      return
    }
    try await checkLinkProperty()
  }

  /// Asks whether the link property is there; nothing without `link_check`.
  func checkLinkProperty() async throws {
    guard let check = settings.linkCheck else { return }
    let call = check.request.call(try await signed(RESTFilling()), headers: headers)
    let isThere: Bool
    do {
      isThere = try await read(call) { reply in try answer(reply.value, check, call.operation) }
    } catch let error as SystemError where error.kind == .refused {
      throw gone(call.operation, "refuses to show it")
    }
    guard isThere else { throw gone(call.operation, "says that it is not in use") }
    memory.sawLink(at: time.now())
  }

  private func answer(
    _ document: JSONValue, _ check: RESTLinkCheck, _ operation: String
  ) throws -> Bool {
    let found = check.path.find(in: document)
    if let word = found.first?.word {
      if check.isOneOf.contains(word) { return true }
      if check.isNoneOf.contains(word) { return false }
    }
    // In a list of all properties the one that is looked for may be missing.
    if found.values.isEmpty, check.missingIsNot || check.path.plainSteps == nil,
      document.members != nil || document.array != nil
    {
      return false
    }
    let held = found.lost?.held ?? found.first?.contentInWords ?? "nothing"
    throw port.malformed(
      operation,
      "nothing that tells whether the link property is there, at \"\(check.path)\" "
        + "(`link_check.path`): there is \(port.hidingSecrets(in: held))")
  }

  private func gone(_ operation: String, _ what: String) -> SystemError {
    SystemError(
      .drifted(field: settings.link.text), system: settings.system,
      message: "\(settings.system) (\(settings.vendor)) has no \(settings.link), which bears the "
        + "deal ID: \(operation) \(what). Restore it there, or mend `link` and `link_check`.")
  }
}
