import AdapterKit
import DealModel
import Synchronization

/// Answers as the test says, and remembers what was sent.
final class ScriptedTransport: HTTPTransport {
  typealias Script = @Sendable (HTTPRequest, Int) async throws -> HTTPAnswer

  private struct State {
    var requests: [HTTPRequest] = []
    var deadlines: [Duration] = []
    var running = 0
    var mostRunning = 0
  }

  private let state = Mutex(State())
  private let script: Script

  /// - Parameter script: Told the request and its number, beginning with 1.
  init(_ script: @escaping Script) { self.script = script }

  /// One answer after the other; the last one for ever.
  convenience init(_ answers: Result<HTTPAnswer, HTTPTransportError>...) {
    self.init { _, number in try answers[min(number, answers.count) - 1].get() }
  }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }
  var deadlines: [Duration] { state.withLock { $0.deadlines } }
  var running: Int { state.withLock { $0.running } }
  var mostRunning: Int { state.withLock { $0.mostRunning } }

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    let number = state.withLock { state in
      state.requests.append(request)
      state.deadlines.append(deadline)
      state.running += 1
      state.mostRunning = max(state.mostRunning, state.running)
      return state.requests.count
    }
    defer { state.withLock { $0.running -= 1 } }
    return try await script(request, number)
  }
}

extension Result<HTTPAnswer, HTTPTransportError> {
  /// A JSON answer.
  static func json(_ text: String, status: Int = 200, _ headers: HTTPField...) -> Self {
    .success(
      HTTPAnswer(
        status: status, headers: [HTTPField("Content-Type", "application/json")] + headers,
        body: Array(text.utf8)))
  }

  /// An answer with that status.
  static func status(_ status: Int, _ headers: HTTPField...) -> Self {
    .success(HTTPAnswer(status: status, headers: headers, body: Array("{}".utf8)))
  }
}
