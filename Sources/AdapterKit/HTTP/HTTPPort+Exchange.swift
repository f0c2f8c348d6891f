import DealModel
import Synchronization

/// One call made ready: where it goes and how it is treated.
struct ExchangePlan: Sendable {
  let call: HTTPCall
  let url: String
  let home: Origin
  /// Whether it fetches a token: sent without credentials and past the gate, inside which the
  /// call waits that needs the token.
  let isToken: Bool
}

/// What one exchange came to.
private enum Attempt<Value> {
  case value(Value)
  case failure(AttemptFailure, of: HTTPRequest)
}

extension HTTPPort {
  /// A call from guard to verdict, over as many exchanges as it takes.
  func perform<Value>(
    _ call: HTTPCall, interpret: (HTTPAnswer) throws -> Value
  ) async throws -> Value {
    if let fault = guardFault(of: call) { throw refused(call.operation, fault) }
    guard let path = call.path else {
      throw refused(call.operation, "an ID in its path cannot be part of an address")
    }
    let base = settings.baseURL
    let query = call.query.isEmpty ? "" : "?" + PercentEncoding.query(call.query)
    let plan = ExchangePlan(
      call: call, url: "\(base)\(path)\(query)", home: base.origin, isToken: false)
    return try await perform(plan, interpret: interpret)
  }

  /// The way to the token endpoint, for the authorizer.
  var tokenEndpoint: TokenEndpoint {
    TokenEndpoint { (body: HTTPCall.Body, headers) in
      let (base, pattern): (BaseURL, String)
      switch self.settings.tokenEndpoint {
      case .path(let path): (base, pattern) = (self.settings.baseURL, path)
      case .url(let url): (base, pattern) = (url, "")
      case nil: throw self.refused("POST token", "no token endpoint is declared")
      }
      let shown = pattern.isEmpty ? base.prefix : pattern
      let call = HTTPCall("POST", shown, headers: headers, body: body)
      let plan = ExchangePlan(
        call: call, url: "\(base)\(pattern)", home: base.origin, isToken: true)
      return try await self.perform(plan) { try self.document(in: $0, operation: call.operation) }
    }
  }

  private func perform<Value>(
    _ plan: ExchangePlan, interpret: (HTTPAnswer) throws -> Value
  ) async throws -> Value {
    let limit = plan.call.deadline ?? settings.callDeadline
    var progress = CallProgress(
      policy: settings.retries, method: plan.call.method, home: plan.home, url: plan.url)
    var began: Timestamp?
    while true {
      try Task.checkCancellation()
      let url = progress.url
      let attempt: Attempt<Value> = try await throughGate(plan, limit: limit) {
        let start = began ?? time.now()
        began = start
        return try await exchange(
          plan, url: url, timeLeft: limit - start.duration(to: time.now()), interpret: interpret)
      }
      guard case .failure(let failure, let request) = attempt else {
        if case .value(let value) = attempt {
          if progress.isUntroubled { budget.withLock { $0.earn() } }
          return value
        }
        continue
      }
      let timeLeft = limit - (began ?? time.now()).duration(to: time.now())
      let chance = random.next()
      let step = budget.withLock {
        progress.step(after: failure, timeLeft: timeLeft, chance: chance, budget: &$0)
      }
      switch step {
      case .retry(let delay): try await time.sleep(for: delay)
      case .follow: continue
      case .renewCredentials:
        guard !plan.isToken,
          try await settings.authorizer.renew(afterRefusalOf: request, through: tokenEndpoint)
        else { throw failure.error }
      case .fail(let error): throw error
      }
    }
  }

  private func throughGate<Value>(
    _ plan: ExchangePlan, limit: Duration, _ work: () async throws -> Value
  ) async throws -> Value {
    if plan.isToken { return try await work() }
    do {
      return try await gate.pass(
        tags: plan.call.tags, patience: limit,
        pausePatience: min(limit, settings.retries.longestWait), work)
    } catch let closed as GateClosed {
      throw SystemError(
        .throttled(retryAfter: closed.retryAfter), system: settings.system,
        message: "\(settings.system) (\(settings.vendor)) asked for patience; "
          + "\(plan.call.operation) is not sent for another "
          + "\(max(1, closed.retryAfter.components.seconds)) s.")
    }
  }

  /// One exchange: signed, sent, judged and reported.
  private func exchange<Value>(
    _ plan: ExchangePlan, url: String, timeLeft: Duration,
    interpret: (HTTPAnswer) throws -> Value
  ) async throws -> Attempt<Value> {
    var request = unsigned(plan.call, url: url)
    guard timeLeft > .zero else {
      return .failure(AttemptFailure(error: noAnswer(.timedOut, plan.call.operation)), of: request)
    }
    if !plan.isToken {
      request = try await settings.authorizer.authorize(request, through: tokenEndpoint)
    }
    // An authorizer adds headers; where the request goes is not its to decide.
    guard request.url == url, request.method == plan.call.method else {
      throw refused(plan.call.operation, "its credentials would have changed its address")
    }
    // A secret with a line break would not go out, or worse, become a header of its own.
    guard !request.headers.contains(where: { $0.value.utf8.contains { $0 < 0x20 || $0 == 0x7F } })
    else { throw unsendableCredential }
    let began = time.now()
    let outcome: Result<HTTPAnswer, HTTPTransportError>
    do {
      outcome = .success(
        try await transport.exchange(
          request, deadline: timeLeft, maximumBytes: settings.maximumBytes))
    } catch let error as HTTPTransportError {
      // Some failures are only how a cancelled connection looks from below.
      try Task.checkCancellation()
      outcome = .failure(error)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      outcome = .failure(.broken("\(type(of: error))"))
    }
    let ended = time.now()
    var report = CallReport(
      system: settings.system, operation: plan.call.operation, began: began,
      duration: began.duration(to: ended))
    let attempt: Attempt<Value>
    switch outcome {
    case .failure(let error):
      attempt = .failure(failure(error, plan.call.operation), of: request)
    case .success(let answer):
      report.status = answer.status
      report.requestID = settings.requestIDHeader.flatMap(answer.header)
      report.callsLeft = settings.callsLeftHeader.flatMap(answer.header).flatMap { Int($0) }
      report.serverDate = answer.header("Date").flatMap { HTTPDate.timestamp($0) }
      attempt = judge(answer, plan, of: request, at: ended, interpret: interpret)
    }
    if case .failure(let failure, _) = attempt, failure.location == nil {
      report.error = failure.error
      if case .throttled(let after?) = failure.error.kind { gate.pause(until: ended.adding(after)) }
    }
    report.retriesLeft = budget.withLock { $0.left }
    report.credentialsExpire = await settings.authorizer.credentialsExpire()
    observer.callEnded(report)
    record(report, plan, request, answer: try? outcome.get())
    return attempt
  }

  private func unsigned(_ call: HTTPCall, url: String) -> HTTPRequest {
    var request = HTTPRequest(
      method: call.method, url: url, headers: call.headers, caFile: caFile)
    request.headers.append(HTTPField("Accept", "application/json"))
    request.headers.append(HTTPField("User-Agent", "plumbline"))
    switch call.body {
    case .none: break
    case .json(let document):
      request.headers.append(HTTPField("Content-Type", "application/json"))
      request.body = Array(document.text().utf8)
    case .form(let parameters):
      request.headers.append(HTTPField("Content-Type", "application/x-www-form-urlencoded"))
      request.body = Array(PercentEncoding.form(parameters).utf8)
    }
    return request
  }

  private func judge<Value>(
    _ answer: HTTPAnswer, _ plan: ExchangePlan, of request: HTTPRequest, at now: Timestamp,
    interpret: (HTTPAnswer) throws -> Value
  ) -> Attempt<Value> {
    let operation = plan.call.operation
    if (200..<300).contains(answer.status), let hidden = settings.hiddenStatus?(answer.body) {
      var answer = answer
      answer.status = hidden
      return .failure(failure(answer, plan, at: now), of: request)
    }
    switch answer.status {
    case 200..<300:
      do { return .value(try interpret(answer)) } catch let error as SystemError {
        return .failure(AttemptFailure(error: error), of: request)
      } catch {
        let error = malformed(operation, "a document of another shape than documented")
        return .failure(AttemptFailure(error: error), of: request)
      }
    case 300..<400: return .failure(redirect(answer, operation), of: request)
    default: return .failure(failure(answer, plan, at: now), of: request)
    }
  }
}
