import AdapterKit
import DealModel
import Sandbox
import Testing

@Suite("The way out, over a real socket")
struct RealTransportTests {
  /// Runs work against Brightwater's sandbox on a free port.
  private func withServer(
    _ work: @Sendable (SandboxCompany, AsyncHTTPTransport, String) async throws -> Void
  ) async throws {
    let sandbox = try SandboxCompany(path: ContractBench.company, time: SystemClock(), today: nil)
    let (ports, ready) = AsyncStream.makeStream(of: Int.self)
    let server = Task {
      try await SandboxServer(sandbox: sandbox, time: SystemClock()).run { ready.yield($0) }
    }
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    let transport = AsyncHTTPTransport()
    do {
      try await work(sandbox, transport, "http://127.0.0.1:\(port)/crm")
    } catch {
      Issue.record(error)
    }
    await transport.shutdown()
    server.cancel()
    _ = await server.result
  }

  private func outcome(
    _ transport: AsyncHTTPTransport, _ url: String, deadline: Duration = .seconds(20),
    maximumBytes: Int = 1 << 20
  ) async -> Result<HTTPAnswer, HTTPTransportError>? {
    do {
      return .success(
        try await transport.exchange(
          HTTPRequest(method: "GET", url: url), deadline: deadline, maximumBytes: maximumBytes))
    } catch let error as HTTPTransportError { return .failure(error) } catch { return nil }
  }

  @Test("answers, limits, cut connections, deadlines and cancelling are what the port expects")
  func exchanges() async throws {
    try await withServer { sandbox, transport, base in
      let url = "\(base)/crm/v3/owners"
      guard case .success(let answer) = await outcome(transport, url) else {
        Issue.record("no answer")
        return
      }
      #expect(answer.status == 401)
      #expect(answer.header("content-type")?.contains("json") == true)
      #expect(answer.header("Date") != nil)
      #expect(await outcome(transport, url, maximumBytes: 10) == .failure(.tooLarge(limit: 10)))

      try await sandbox.obey(ControlOrder(.truncate), by: "crm")
      #expect(await outcome(transport, url) == .failure(.truncated))
      try await sandbox.obey(ControlOrder(.mend), by: "crm")

      try await sandbox.obey(ControlOrder(.drop), by: "crm")
      guard case .failure(.cannotConnect)? = await outcome(transport, url) else {
        Issue.record("a dropped connection")
        return
      }
      try await sandbox.obey(ControlOrder(.mend), by: "crm")

      try await sandbox.obey(ControlOrder(.hang), by: "crm")
      let late = await outcome(transport, url, deadline: .milliseconds(50))
      #expect(late == .failure(.timedOut))
      // On a busy machine a hundred turns may take longer than an ordinary deadline.
      let question = Task { await outcome(transport, url, deadline: .seconds(3_600)) }
      for _ in 0..<100 { await Task.yield() }
      question.cancel()
      #expect(await question.value == nil, "cancelling is no transport error")
      try await sandbox.obey(ControlOrder(.mend), by: "crm")
      guard case .success? = await outcome(transport, url) else {
        Issue.record("no answer after mending")
        return
      }
    }
  }

  @Test("a closed port, a name that does not exist and a broken URL are told apart")
  func unreachable() async throws {
    let transport = AsyncHTTPTransport()
    for url in ["http://127.0.0.1:1/", "http://no-such-host.invalid/"] {
      guard case .failure(.cannotConnect)? = await outcome(transport, url) else {
        Issue.record("\(url)")
        return
      }
    }
    guard case .failure(.broken)? = await outcome(transport, "not a url") else {
      Issue.record("a broken URL")
      return
    }
    await transport.shutdown()
    guard case .failure(.cannotConnect)? = await outcome(transport, "http://127.0.0.1:1/") else {
      Issue.record("a transport that was shut down")
      return
    }
  }
}
