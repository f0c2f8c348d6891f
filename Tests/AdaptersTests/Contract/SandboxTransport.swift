import AdapterKit
import DealModel
import Sandbox
import Synchronization

/// Puts the sandbox's emulators behind the port, in process: no socket, no real time.
final class SandboxTransport: HTTPTransport {
  /// What became of requests, in order.
  struct Exchange: Hashable, Sendable {
    var request: HTTPRequest
    /// Method and path, without the query.
    var path: String
    /// The answer; `nil` when there was none.
    var answer: HTTPAnswer?
  }

  /// Changes an answer on its way: a proxy's web page, another question's answer.
  typealias Tampering = @Sendable (HTTPRequest, HTTPAnswer) -> HTTPAnswer

  private struct State {
    var exchanges: [Exchange] = []
    var tampering: Tampering?
    var inFlight = 0
    var mostInFlight = 0
  }

  static let origin = "http://127.0.0.1:4100"
  private let sandbox: SandboxCompany
  private let time: any TimeSource
  private let state = Mutex(State())

  init(_ sandbox: SandboxCompany, time: any TimeSource) {
    self.sandbox = sandbox
    self.time = time
  }

  var exchanges: [Exchange] { state.withLock { $0.exchanges } }
  var inFlight: Int { state.withLock { $0.inFlight } }
  var mostInFlight: Int { state.withLock { $0.mostInFlight } }

  func tamper(_ tampering: Tampering?) { state.withLock { $0.tampering = tampering } }

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    state.withLock { state in
      state.inFlight += 1
      state.mostInFlight = max(state.mostInFlight, state.inFlight)
    }
    defer { state.withLock { $0.inFlight -= 1 } }
    let began = time.now()
    let outcome = try await sandbox.respond(to: emulated(request))
    try Task.checkCancellation()
    // The sandbox delays by the injected clock, so that lateness is known without waiting for it.
    guard began.duration(to: time.now()) <= deadline else {
      keep(request, nil)
      throw HTTPTransportError.timedOut
    }
    switch outcome {
    case .answered(let response):
      var answer = HTTPAnswer(
        status: response.status, headers: response.headers.map { HTTPField($0.name, $0.value) },
        body: response.body)
      if let tampering = state.withLock({ $0.tampering }) { answer = tampering(request, answer) }
      keep(request, answer)
      guard answer.body.count <= maximumBytes else {
        throw HTTPTransportError.tooLarge(limit: maximumBytes)
      }
      return answer
    case .dropped:
      keep(request, nil)
      throw HTTPTransportError.cannotConnect("closed without an answer")
    case .truncated:
      keep(request, nil)
      throw HTTPTransportError.truncated
    }
  }

  private func emulated(_ request: HTTPRequest) -> EmulatedRequest {
    EmulatedRequest(
      method: request.method, url: request.url,
      headers: request.headers.map { NamedValue($0.name, $0.value) }, body: request.body)
  }

  private func keep(_ request: HTTPRequest, _ answer: HTTPAnswer?) {
    let path = emulated(request).path
    state.withLock {
      $0.exchanges.append(
        Exchange(request: request, path: "\(request.method) \(path)", answer: answer))
    }
  }
}
