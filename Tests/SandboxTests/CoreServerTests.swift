import DealModel
import Sandbox
import TestSupport
import Testing

/// Serves a company for the length of a test.
func withServer<Result: Sendable>(
  _ sandbox: SandboxCompany, time: any TimeSource,
  _ body: @escaping @Sendable (LoopbackClient) async throws -> Result
) async throws -> Result {
  let (ports, ready) = AsyncStream.makeStream(of: Int.self)
  return try await withThrowingTaskGroup(of: Result?.self) { group in
    group.addTask {
      defer { ready.finish() }
      try await SandboxServer(sandbox: sandbox, time: time).run { ready.yield($0) }
      return nil
    }
    var port: Int?
    for await first in ports {
      port = first
      break
    }
    let client = LoopbackClient(port: try #require(port))
    do {
      let result = try await body(client)
      group.cancelAll()
      while try await group.next() != nil {}
      return result
    } catch {
      group.cancelAll()
      throw error
    }
  }
}

@Suite struct CoreServerTests {
  let clock = ManualClock("2026-11-20T09:14:03Z")

  private func sandbox(_ company: TemporaryCompany) throws -> SandboxCompany {
    try SandboxCompany(
      path: company.path, time: clock, today: nil, kinds: EmulatorKinds([EchoEmulator.self]))
  }

  @Test("a request reaches the system its first segment names, with the URL the client wrote")
  func routing() async throws {
    let company = try echoCompany()
    let answer = try await withServer(try sandbox(company), time: clock) { client in
      (client.port, try await client.send("POST", "/erp/a%20b/c/?q=1", body: "hello"))
    }
    let document = try JSONValue(answer.1.body)
    #expect(answer.1.status == 200)
    #expect(document["system"] == "erp")
    #expect(document["path"] == "/a b/c")
    #expect(document["url"]?.string == "http://127.0.0.1:\(answer.0)/erp/a%20b/c/?q=1")
    #expect(document["body"] == "hello")
    #expect(answer.1.header("date") == "Fri, 20 Nov 2026 09:14:03 GMT")
    #expect(answer.1.header("content-length") == String(answer.1.body.utf8.count))
  }

  @Test(
    "HEAD has the length of GET and no body; an unknown system is a 404 that names those there are")
  func headAndNotFound() async throws {
    let company = try echoCompany()
    let (head, missing, root) = try await withServer(try sandbox(company), time: clock) { client in
      (
        try await client.send("HEAD", "/crm/x"), try await client.send("GET", "/nowhere/x"),
        try await client.send("GET", "/")
      )
    }
    #expect(head.status == 200)
    #expect(head.body.isEmpty)
    #expect((Int(head.header("content-length") ?? "") ?? 0) > 0)
    #expect(missing.status == 404)
    #expect(missing.body.contains("/crm/, /erp/ and /control/"))
    #expect(try JSONValue(root.body)["systems"]?.array?.count == 2)
  }

  @Test("drop closes without an answer; truncate declares the length and sends half of it")
  func dropAndTruncate() async throws {
    let company = try echoCompany()
    let sandbox = try sandbox(company)
    try await sandbox.obey(ControlOrder(.drop, count: 1), by: "crm")
    let (dropped, whole, cut) = try await withServer(sandbox, time: clock) { client in
      let dropped = try await client.send("GET", "/crm/x")
      let whole = try await client.send("GET", "/crm/x")
      try await sandbox.obey(ControlOrder(.truncate), by: "crm")
      return (dropped, whole, try await client.send("GET", "/crm/x"))
    }
    #expect(dropped.text.isEmpty)
    #expect(whole.status == 200)
    #expect(cut.status == 200)
    #expect(cut.header("content-length") == whole.header("content-length"))
    #expect(cut.body.utf8.count == whole.body.utf8.count / 2)
    #expect(whole.body.hasPrefix(cut.body))
  }

  @Test("a request that hangs is let go by mend, and does not keep the server from ending")
  func hanging() async throws {
    let company = try echoCompany()
    let sandbox = try sandbox(company)
    // The fault is counted, so that its end shows that the request has arrived.
    @Sendable func arrival() async throws {
      while try await !sandbox.misbehaviour(of: "crm").faults.isEmpty { await Task.yield() }
    }
    try await sandbox.obey(ControlOrder(.hang, count: 1), by: "crm")
    let text = try await withServer(sandbox, time: clock) { client in
      async let hung = client.send("GET", "/crm/x")
      try await arrival()
      let other = try await client.send("GET", "/crm/x")
      #expect(other.status == 200)
      try await sandbox.obey(ControlOrder(.mend), by: "crm")
      return try await hung.text
    }
    #expect(text.isEmpty)

    // A second one still hangs when the server is told to end; `withServer` returns only then.
    try await sandbox.obey(ControlOrder(.hang, count: 1), by: "crm")
    let hung = try await withServer(sandbox, time: clock) { client in
      let hung = Task { try await client.send("GET", "/crm/x").text }
      try await arrival()
      return hung
    }
    #expect(try await hung.value.isEmpty)
  }

  @Test("a port that is taken is an error that says so")
  func takenPort() async throws {
    let company = try echoCompany()
    let sandbox = try sandbox(company)
    let clock = clock
    let message = try await withServer(sandbox, time: clock) { client -> String? in
      do {
        try await SandboxServer(sandbox: sandbox, time: clock, port: client.port).run { _ in }
        return nil
      } catch {
        return (error as? SandboxError)?.message
      }
    }
    #expect(message?.contains("cannot be had") == true)
  }

  @Test("orders come over HTTP, from no web page, and GET shows what is in force")
  func control() async throws {
    let company = try echoCompany()
    let sandbox = try sandbox(company)
    let answers = try await withServer(sandbox, time: clock) { client in
      [
        try await client.send("POST", "/control/crm", body: #"{"do":"fail","status":503}"#),
        try await client.send("GET", "/control/crm"),
        try await client.send("GET", "/crm/x"),
        try await client.send("GET", "/erp/x"),
        try await client.send("POST", "/control/crm", body: #"{"do":"fial"}"#),
        try await client.send("POST", "/control/cmr", body: #"{"do":"mend"}"#),
        try await client.send("POST", "/control/crm", body: "{"),
        try await client.send(
          "POST", "/control/crm", headers: ["Origin: http://evil.example"],
          body: #"{"do":"drop"}"#),
        try await client.send("GET", "/control"),
      ]
    }
    #expect(answers.map(\.status) == [200, 200, 503, 200, 400, 400, 400, 403, 200])
    #expect(try JSONValue(answers[1].body)["faults"] == [["do": "fail", "status": 503]])
    #expect(answers[2].body == "own failure")
    #expect(answers[4].body.contains("did you mean `fail`?"))
    #expect(answers[5].body.contains("did you mean `crm`?"))
    #expect(try JSONValue(answers[8].body).array?.count == 2)
  }
}
