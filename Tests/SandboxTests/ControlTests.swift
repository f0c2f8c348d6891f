import DealModel
import Sandbox
import TestSupport
import Testing

@Suite struct ControlOrderTests {
  @Test(
    "an order in words and the same order as JSON are one",
    arguments: [
      ("delay 300", #"{"do":"delay","ms":300}"#),
      ("fail 503 count=2 path=/crm/v3", #"{"do":"fail","status":503,"count":2,"path":"/crm/v3"}"#),
      ("throttle DAILY", #"{"do":"throttle","policy":"DAILY"}"#),
      ("drop", #"{"do":"drop"}"#), ("truncate", #"{"do":"truncate"}"#),
      ("hang", #"{"do":"hang"}"#), ("mend", #"{"do":"mend"}"#), ("reset", #"{"do":"reset"}"#),
      ("expire-token", #"{"do":"expire-token"}"#),
      ("rename-property amount value", #"{"do":"rename-property","from":"amount","to":"value"}"#),
      (
        "correct-invoice INV-7 12500.50",
        #"{"do":"correct-invoice","number":"INV-7","net":12500.50}"#
      ),
      (
        "set-field deals/1 dealname Harbour refit",
        #"{"do":"set-field","record":"deals/1","field":"dealname","value":"Harbour refit"}"#
      ),
      ("delay-index 5000", #"{"do":"delay-index","ms":5000}"#),
      ("skew-clock -90", #"{"do":"skew-clock","seconds":-90}"#),
    ])
  func forms(words: String, json: String) throws {
    let order = try ControlOrder(words: words.split(separator: " ").map(String.init))
    #expect(try ControlOrder(json: try JSONValue(json)) == order)
    #expect(try ControlOrder(json: order.document) == order)
  }

  @Test(
    "a wrong order says how it is written or which there are",
    arguments: [
      ("", "say what to do: delay, fail"), ("dealy 3", "did you mean `delay`?"),
      ("xyzzy", "there are delay, fail"), ("delay", "delay MILLISECONDS"),
      ("delay soon", "MILLISECONDS must be a whole number"), ("delay -1", "must be a whole number"),
      ("fail 200", "from 400 to 599"), ("fail 503 count=x", "count must be a whole number"),
      ("drop it", "`it` is one word too many"), ("rename-property amount", "OLD NEW"),
      ("correct-invoice INV-7 lots", "must be a decimal number"),
    ])
  func errors(words: String, part: String) {
    let message = sandboxError {
      _ = try ControlOrder(words: words.split(separator: " ").map(String.init))
    }
    #expect(message?.contains(part) == true, "\(message ?? "no error")")
  }
}

@Suite struct ControlMisbehaviourTests {
  @Test("delays add up with the last fault that fits; counted faults are used up")
  func verdicts() {
    var misbehaviour = Misbehaviour()
    for order in [
      ControlOrder(.delay(milliseconds: 300)), ControlOrder(.fail(status: 503), count: 2),
      ControlOrder(.drop, count: 1, pathPrefix: "/crm/v3/owners"),
    ] {
      let isFault = misbehaviour.obey(order)
      #expect(isFault)
    }
    let owners = misbehaviour.verdict(for: "/crm/v3/owners")
    #expect(owners.delay == .milliseconds(300))
    #expect(owners.fault == .drop)
    let second = misbehaviour.verdict(for: "/crm/v3/owners")
    let third = misbehaviour.verdict(for: "/x")
    #expect([second.fault, third.fault] == [.fail(status: 503), .fail(status: 503)])
    let last = misbehaviour.verdict(for: "/x")
    #expect(last.fault == nil)
    #expect(last.delay == .milliseconds(300))
    #expect(misbehaviour.faults == [ControlOrder(.delay(milliseconds: 300))])
  }

  @Test("a new delay takes the place of the old one, and mend ends everything")
  func replacing() {
    var misbehaviour = Misbehaviour()
    _ = misbehaviour.obey(ControlOrder(.delay(milliseconds: 300)))
    _ = misbehaviour.obey(ControlOrder(.delay(milliseconds: 100)))
    let verdict = misbehaviour.verdict(for: "/")
    #expect(verdict.delay == .milliseconds(100))
    let isGeneral = [
      misbehaviour.obey(ControlOrder(.mend)), misbehaviour.obey(ControlOrder(.expireToken)),
    ]
    #expect(isGeneral == [true, false])
    #expect(misbehaviour.faults.isEmpty)
  }
}

@Suite struct ControlSandboxTests {
  let clock = ManualClock("2026-11-20T09:00:00Z")

  private func sandbox(_ company: TemporaryCompany) throws -> SandboxCompany {
    try SandboxCompany(
      path: company.path, time: clock, today: nil, kinds: EmulatorKinds([EchoEmulator.self]))
  }

  @Test("a delayed answer comes when the sandbox's clock says so")
  func delay() async throws {
    let company = try echoCompany()
    let sandbox = try sandbox(company)
    try await sandbox.obey(ControlOrder(words: ["delay", "300"]), by: "crm")
    async let outcome = sandbox.respond(to: EmulatedRequest(method: "GET", url: "/crm/x"))
    while clock.nextDeadline == nil { await Task.yield() }
    #expect(clock.nextDeadline == clock.now().adding(.milliseconds(300)))
    clock.advance(by: .milliseconds(300))
    #expect(try await outcome.response().status == 200)
  }

  @Test("throttling and failing have the vendor's own shape")
  func vendorShapes() async throws {
    let company = try echoCompany()
    let sandbox = try sandbox(company)
    let request = EmulatedRequest(method: "GET", url: "/crm/x")
    try await sandbox.obey(ControlOrder(.throttle(policy: "DAILY"), count: 1), by: "crm")
    let throttled = try await sandbox.respond(to: request).response()
    #expect(throttled.status == 429)
    #expect(throttled.body == Array("DAILY".utf8))
    try await sandbox.obey(ControlOrder(.fail(status: 500), count: 1), by: "crm")
    #expect(try await sandbox.respond(to: request).response().body == Array("own failure".utf8))
    #expect(try await sandbox.respond(to: request).response().status == 200)
  }

  @Test("a cancelled request stops waiting, delayed or hanging")
  func cancellation() async throws {
    let company = try echoCompany()
    let sandbox = try sandbox(company)
    for act in [ControlOrder.Act.delay(milliseconds: 1_000), .hang] {
      try await sandbox.obey(ControlOrder(act), by: "crm")
      let task = Task {
        try await sandbox.respond(to: EmulatedRequest(method: "GET", url: "/crm/x"))
      }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test("reset reads the files again; a file that has become unreadable leaves things as they were")
  func reset() async throws {
    let company = try echoCompany()
    let sandbox = try sandbox(company)
    let request = EmulatedRequest(method: "GET", url: "/crm/x")
    try await sandbox.obey(ControlOrder(.fail(status: 500)), by: "crm")
    try company.write("[{}, {}]", to: "crm/records.json")
    try await sandbox.obey(ControlOrder(.reset), by: "crm")
    let response = try await sandbox.respond(to: request).response()
    #expect(try response.json()["records"]?.array?.count == 2)
    try company.write("[", to: "crm/records.json")
    await #expect(throws: SandboxError.self) {
      try await sandbox.obey(ControlOrder(.reset), by: "crm")
    }
    #expect(try await sandbox.respond(to: request).response().status == 200)
  }

  @Test("an order that a system does not know names those it knows")
  func unknownOrders() async throws {
    let company = try echoCompany()
    let sandbox = try sandbox(company)
    let renamed = try await sandbox.obey(
      ControlOrder(words: ["rename-property", "a", "b"]), by: "crm")
    #expect(renamed == ["a": "b"])
    await #expect(
      performing: {
        try await sandbox.obey(ControlOrder(.expireToken), by: "crm")
      },
      throws: { error in
        (error as? SandboxError)?.message.contains("reset and rename-property") == true
      })
  }
}
