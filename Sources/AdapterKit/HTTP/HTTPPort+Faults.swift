import DealModel

extension HTTPCall {
  /// The path with its arguments; `nil` when one is missing or would climb out of its segment.
  var path: String? {
    var path = ""
    var rest = pattern[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}"),
        let value = arguments[String(rest[rest.index(after: open)..<close])],
        !value.isEmpty, value != ".", value != ".."
      else { return nil }
      path += rest[..<open] + PercentEncoding.encoded(value)
      rest = rest[rest.index(after: close)...]
    }
    return path + rest
  }
}

extension HTTPPort {
  /// Why a call must not be sent; `nil` when it only reads.
  func guardFault(of call: HTTPCall) -> String? {
    let isRead =
      call.method == "GET" && call.body == .none
      || call.method == "POST" && settings.readingPosts.contains(call.pattern)
    guard isRead else { return "it is not among the calls that only read" }
    guard call.pattern.hasPrefix("/"), !call.pattern.contains("?"), !call.pattern.contains("#")
    else { return "its path does not begin below the base address" }
    return nil
  }

  /// An error for a call that was not sent.
  func refused(_ operation: String, _ fault: String) -> SystemError {
    SystemError(
      .refused, system: settings.system,
      message: "\(operation) was not sent to \(settings.system): \(fault). "
        + "Plumbline only reads; please report this.")
  }

  /// The error for credentials that no header can carry.
  var unsendableCredential: SystemError {
    SystemError(
      .unauthorized, system: settings.system,
      message:
        "A credential of \(settings.system) holds a line break or another control character, "
        + "so nothing was sent. Store it again without.")
  }

  /// The JSON document in a successful answer.
  func document(in answer: HTTPAnswer, operation: String) throws -> JSONReply {
    let reply = JSONReply(value: .null, status: answer.status, headers: answer.headers)
    if answer.body.isEmpty {
      guard answer.status != 200 else { throw malformed(operation, "nothing at all") }
      return reply
    }
    let first = answer.body.first { $0 > 0x20 }
    let type = answer.header("Content-Type")?.lowercased() ?? ""
    if first == UInt8(ascii: "<") || type.contains("html") {
      throw malformed(operation, "a web page instead of JSON (status \(answer.status))")
    }
    do {
      return JSONReply(
        value: try JSONValue(parsing: answer.body), status: answer.status,
        headers: answer.headers)
    } catch {
      throw malformed(
        operation, "broken JSON of \(answer.body.count) bytes (\(error.description))")
    }
  }

  /// What an answer means that is neither a success nor a redirect.
  func failure(_ answer: HTTPAnswer, _ plan: ExchangePlan, at now: Timestamp) -> AttemptFailure {
    // Error bodies are small; one that is not is not looked into.
    let body = answer.body.count <= 1 << 20 ? try? JSONValue(parsing: answer.body) : nil
    var (kind, mend) = settings.errors.verdict(on: answer.status, body: body)
    let isHidden = (200..<300).contains(answer.status)
    // The token endpoint says 400 where others say 401, and no refreshing helps against that.
    if plan.isToken, (400..<404).contains(answer.status), kind == .refused {
      kind = .unauthorized
      mend = "The credentials for a new token were refused. Check or renew them."
    }
    if case .throttled(let usual) = kind {
      kind = .throttled(retryAfter: retryAfter(answer, at: now) ?? usual)
    }
    let error = SystemError(
      kind, system: settings.system,
      message: "\(settings.system) (\(settings.vendor)) answered \(plan.call.operation) "
        + "with status \(answer.status)\(isHidden ? " and an error inside" : ""). \(mend)")
    var failure = AttemptFailure(error: error)
    switch kind {
    case .throttled, .unavailable: failure.isPassing = true
    case .unauthorized: failure.isCredentialRefusal = answer.status == 401 || isHidden
    case .drifted, .malformed, .refused: break
    }
    return failure
  }

  /// What a failure below HTTP means.
  func failure(_ error: HTTPTransportError, _ operation: String) -> AttemptFailure {
    var failure = AttemptFailure(error: noAnswer(error, operation))
    switch error {
    case .cannotConnect, .truncated, .broken: failure.isPassing = true
    case .untrusted, .timedOut, .tooLarge: break
    }
    return failure
  }

  /// The error for an exchange without an answer.
  func noAnswer(_ error: HTTPTransportError, _ operation: String) -> SystemError {
    let who = "\(settings.system) (\(settings.vendor))"
    let origin = settings.baseURL.origin
    func fault(
      _ kind: SystemError.Kind, _ message: String, cause: String? = nil
    ) -> SystemError {
      SystemError(kind, system: settings.system, message: message, cause: cause)
    }
    switch error {
    case .cannotConnect(let words):
      return fault(
        .unavailable,
        "\(who) cannot be reached at \(origin) for \(operation). Check the network and `base_url`; "
          + "it is tried again by itself.", cause: words)
    case .untrusted(let words):
      return fault(
        .unavailable,
        "The TLS certificate of \(who) at \(origin) is not trusted, so nothing was sent. Check "
          + "`base_url`, the clock, and whether a proxy replaces certificates. Where the company "
          + "signs its own, name its certificate as `ca_file` of systems.\(settings.system).",
        cause: words)
    case .timedOut:
      return fault(
        .unavailable, "\(who) did not answer \(operation) in time. It is tried again by itself.")
    case .truncated:
      return fault(
        .malformed,
        "\(who) ended the connection in the middle of its answer to \(operation). Nothing of it "
          + "is used; it is asked again by itself.")
    case .tooLarge(let limit):
      return malformed(operation, "more than \(limit >> 20) MiB")
    case .broken(let words):
      return fault(
        .unavailable,
        "What came back from \(who) for \(operation) is no HTTP. Check `base_url`.", cause: words)
    }
  }

  /// What a redirect means when it is not followed, and where it points when it may be.
  func redirect(_ answer: HTTPAnswer, _ operation: String) -> AttemptFailure {
    let error = SystemError(
      .refused, system: settings.system,
      message: "\(settings.system) (\(settings.vendor)) sends \(operation) elsewhere (status "
        + "\(answer.status)); credentials never go to another address. Set `base_url` to where "
        + "it lives now.")
    var failure = AttemptFailure(error: error)
    if [301, 302, 303, 307, 308].contains(answer.status) {
      failure.location = answer.header("Location")
    }
    return failure
  }

  private func retryAfter(_ answer: HTTPAnswer, at now: Timestamp) -> Duration? {
    guard let text = answer.header("Retry-After") else { return nil }
    // Vendors write fractions too; a day and a half is longer than any of them means.
    if let seconds = ExactDecimal(text), !seconds.isNegative {
      let whole = text.prefix { $0 != "." }
      return .seconds(min(Int(whole) ?? 129_600, 129_600) + (seconds.scale > 0 ? 1 : 0))
    }
    guard let date = HTTPDate.timestamp(text) else { return nil }
    // The vendor's own clock where it tells it: ours may be wrong.
    let from = answer.header("Date").flatMap { HTTPDate.timestamp($0) } ?? now
    return min(max(from.duration(to: date), .zero), .seconds(129_600))
  }
}
