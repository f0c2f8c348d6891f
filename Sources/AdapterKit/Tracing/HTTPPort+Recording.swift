import DealModel

extension HTTPPort {
  /// Headers of an answer that may be shown besides those that the settings name: none of them
  /// opens anything.
  private static let tellingHeaders: Set<String> = [
    "content-type", "content-length", "date", "etag", "last-modified", "retry-after", "age",
    "cache-control", "warning", "deprecation", "sunset", "server-timing",
  ]
  /// Headers of a request that the port writes itself.
  private static let ownHeaders: Set<String> = ["accept", "user-agent", "content-type"]

  /// Tells the recorder of the question under way, if there is one, that an exchange ended. A token
  /// request is never told: both its sides are secret.
  func record(
    _ report: CallReport, _ plan: ExchangePlan, _ request: HTTPRequest, answer: HTTPAnswer?
  ) {
    guard !plan.isToken, let recorder = ExchangeRecorder.current else { return }
    let named = [settings.requestIDHeader, settings.callsLeftHeader].compactMap {
      $0?.lowercased()
    }
    recorder.note(
      report, request: request, answer: answer, headers: Self.tellingHeaders.union(named),
      mask: mask(for: request, plan.call))
  }

  /// Hides what was read from the configured sources, and whatever the authorizer put on the request.
  private func mask(for request: HTTPRequest, _ call: HTTPCall) -> SecretMask {
    let credentials = request.headers.filter {
      !call.headers.contains($0) && !Self.ownHeaders.contains($0.name.lowercased())
    }
    let sent = credentials.flatMap { Self.parts(ofCredential: $0.value) }
    return SecretMask(secrets: (secrets?.known.map { $0.revealed() } ?? []) + sent)
  }

  /// A header's value, what follows its scheme, and what it quotes.
  private static func parts(ofCredential value: String) -> [String] {
    var parts = [value]
    let words = value.split(separator: " ", maxSplits: 1)
    if words.count == 2 { parts.append(String(words[1])) }
    let quoted = value.split(separator: "\"", omittingEmptySubsequences: false)
    for (index, part) in quoted.enumerated() where index % 2 == 1 && part.utf8.count >= 8 {
      parts.append(String(part))
    }
    return parts
  }
}
