import DealModel
import Glibc
import Testing

extension EndToEnd {
  /// `watch` as its own process over a sandbox that is made to misbehave.
  @Suite("Watching without a screen", .serialized, .timeLimit(.minutes(3)))
  struct Watching {
    private let folder: ScratchFolder
    private let sandbox: SandboxProcess
    private let history: String
    private let facts: String

    init() async throws {
      let folder = try ScratchFolder()
      self.folder = folder
      history = "\(folder.path)/state/plumbline/health.sqlite"
      facts = "\(folder.path)/facts"
      sandbox = try await SandboxProcess("brightwater", folder: folder) { text in
        // Brightwater's scenario carries to another system, so that the flow to `pm` reports in by itself.
        let parts = text.split(separator: "\nflows:\n  deal_to_project:\n", maxSplits: 1)
        try #require(parts.count == 2)
        return parts[0] + """

          watch:
            on_change: [/bin/sh, -c, 'env >>"$0"; echo ---- >>"$0"', \(folder.path)/facts]
            metrics: 127.0.0.1:0
            heartbeats:
              nightly_sync: {token: {env: NIGHTLY_TOKEN}, expect_every: 1s, grace: 1s}
          flows:
            deal_to_project:
              heartbeat: nightly_sync
              carries: {from: crm, to: pm}
              steward: Ines Faro
            deal_to_desk:

          """
          + parts[1].replacing(
            "carries: {from: crm, to: pm}", with: "carries: {from: crm, to: desk}")
      }
    }

    /// A watch that listens, and what it has logged.
    private final class Watch {
      let child: Child
      let port: UInt16
      private let errors: Pipe
      private(set) var log: String

      init(_ sandbox: SandboxProcess, folder: ScratchFolder) async throws {
        let errors = try Pipe()
        var environment = Binary.environment(
          home: folder.path,
          ["NIGHTLY_TOKEN": "tick tock", "XDG_STATE_HOME": folder.path + "/state"])
        environment["HUBSPOT_TOKEN"] = nil
        let child = try Child(
          [Binary.path(), "watch", "--config", sandbox.configuration, "--every", "1"],
          environment: environment, errors: errors.writing)
        errors.stopWriting()
        var log = ""
        let port = try await soon(within: .seconds(30)) { () -> UInt16? in
          log += String(decoding: errors.pending(), as: UTF8.self)
          if let ending = child.ending { throw Missing(what: "the watch: \(ending) \(log)") }
          return log.firstMatch(of: #/metrics at http:\/\/127.0.0.1:(\d+)\/metrics/#)
            .flatMap { UInt16($0.1) }
        }
        self.child = child
        self.port = try #require(port, "\(log)")
        self.errors = errors
        self.log = log
      }

      /// Waits until something is logged.
      func logs(_ words: String) async throws {
        try await logs(words) { $0.contains(words) }
      }

      func logs(_ words: String, _ isThere: (String) -> Bool) async throws {
        let found = try await soon(within: .seconds(90)) { () -> Bool? in
          log += String(decoding: errors.pending(), as: UTF8.self)
          return isThere(log) ? true : nil
        }
        try #require(found == true, "\(words) was never logged:\n\(log)")
      }

      func metrics() throws -> String {
        let answer = try LoopbackHTTP.ask("GET", "/metrics", port: port)
        try #require(answer.status == 200)
        return answer.body
      }
    }

    private func text(_ path: String) -> String {
      // Before the command has run there is nothing to read.
      access(path, R_OK) == 0 ? (try? ScratchFolder.read(path)) ?? "" : ""
    }

    @Test("an outage is logged, measured, told to a command, and remembered as an incident")
    func outage() async throws {
      let watch = try await Watch(sandbox, folder: folder)
      for system in ["crm", "erp_us", "erp_uk", "erp_de", "ledger", "suppliers", "pm"] {
        try await watch.logs("\(system): unknown → healthy")
      }
      #expect(
        try watch.metrics().contains("plumbline_system_up{system=\"erp_us\",kind=\"netsuite\"} 1"))
      #expect(try LoopbackHTTP.ask("GET", "/healthz", port: watch.port).body == "ok\n")
      #expect(!text(facts).contains("PLUMBLINE_SYSTEM=erp_us"))

      try sandbox.tell("erp_us", ["do": "throttle"])
      try await watch.logs("erp_us: healthy → throttled")
      try sandbox.tell("erp_us", ["do": "mend"])
      try sandbox.tell("erp_us", ["do": "fail", "status": 401])
      try await watch.logs("→ unauthorized")
      let sick = try watch.metrics()
      #expect(sick.contains("plumbline_system_up{system=\"erp_us\",kind=\"netsuite\"} 0"))
      #expect(
        sick.contains("plumbline_system_status{system=\"erp_us\",status=\"unauthorized\"} 1"))
      try sandbox.tell("erp_us", ["do": "mend"])
      // It may come back by way of a few late answers.
      let mended = #/erp_us: (unauthorized|degraded) → healthy/#
      try await watch.logs("a recovery") { $0.contains(mended) }

      let told = try await soon(within: .seconds(10)) { () -> String? in
        let told = text(facts)
        return told.contains("PLUMBLINE_TO=healthy") ? told : nil
      }
      for fact in [
        "PLUMBLINE_SYSTEM=erp_us", "PLUMBLINE_FROM=healthy", "PLUMBLINE_TO=throttled",
        "PLUMBLINE_TO=unauthorized", "PLUMBLINE_STEWARD=Hannah Cole",
      ] { #expect(told?.contains(fact) == true, "\(fact): \(told ?? "")") }
      #expect(told?.contains("tick tock") == false)

      let clock = ContinuousClock()
      let began = clock.now
      watch.child.signal(SIGTERM)
      #expect(try await watch.child.ending(within: .seconds(5)) == .exited(0))
      #expect(clock.now - began < .milliseconds(1_500))

      let environment = Binary.environment(
        home: folder.path, ["XDG_STATE_HOME": folder.path + "/state"])
      let report = try await Child.run(
        [
          Binary.path(), "health", "--history", "--json", "--config", sandbox.configuration,
        ], environment: environment)
      let systems = try #require(try report.json().array)
      let erp = try #require(systems.first { $0["system"]?.string == "erp_us" })
      let incidents = try #require(erp["incidents"]?.array)
      let steps = try #require(incidents.last?["steps"]?.array)
      let states = steps.compactMap { $0["status"]?.string }
      #expect(states.contains("throttled") && states.contains("unauthorized"), "\(states)")
      #expect(incidents.first?["open"] == false)
      #expect(steps.contains { $0["http_status"] == 429 })
      #expect(steps.contains { $0["http_status"] == 401 })
      let hour = try #require(erp["series"]?["hour"]?.array)
      #expect(hour.count == 60 && hour.contains { $0["calls"] != 0 })
    }

    @Test("a flow that falls silent is an alarm, and one that reports again ends it")
    func heartbeats() async throws {
      let watch = try await Watch(sandbox, folder: folder)
      func report(_ token: String?, flow: String = "nightly_sync") throws -> Int {
        try LoopbackHTTP.ask(
          "POST", "/heartbeat/\(flow)", port: watch.port,
          headers: token.map { ["Authorization: Bearer \($0)"] } ?? [], body: "{\"ok\": true}"
        ).status
      }
      #expect(try report(nil) == 401)
      #expect(try report("tick tack") == 401)
      #expect(try report("tick tock", flow: "other") == 404)
      #expect(try report("tick tock") == 204)
      try await watch.logs("flow nightly_sync: reporting → late")
      try await watch.logs("flow nightly_sync: late → silent")
      #expect(try watch.metrics().contains("plumbline_heartbeat_silent{flow=\"nightly_sync\"} 1"))
      let told = try await soon(within: .seconds(10)) { () -> Bool? in
        text(facts).contains("PLUMBLINE_TO=silent") ? true : nil
      }
      #expect(told == true)
      try await tellsOfTheFlow()
      try await readsTheHistoryElsewhere()
      #expect(try report("tick tock") == 204)
      try await watch.logs("flow nightly_sync: silent → reporting")
      watch.child.signal(SIGINT)
      #expect(try await watch.child.ending(within: .seconds(5)) == .exited(130))

      let next = try await Watch(sandbox, folder: folder)
      #expect(
        try next.metrics().contains(
          "plumbline_heartbeat_last_timestamp_seconds{flow=\"nightly_sync\"}"),
        "a watch that is started again knows what the one before heard")
      next.child.signal(SIGTERM)
      #expect(try await next.child.ending(within: .seconds(5)) == .exited(0))
    }

    /// Whoever has a home of their own reads the watch's history when it is named, and is told of the
    /// file that is not there when it is not.
    private func readsTheHistoryElsewhere() async throws {
      let environment = Binary.environment(home: folder.path)
      func ask(_ command: String...) async throws -> JSONValue {
        let answer = try await Child.run(
          [Binary.path()] + command + ["--json", "--config", sandbox.configuration],
          environment: environment)
        return try answer.json()
      }
      func flow(_ document: JSONValue) -> JSONValue? {
        document["flows"]?.array?.first { $0["flow"] == "deal_to_project" }
      }
      let named = try await ask("check", "--history-file", history)
      #expect(flow(named)?["status"] == "silent", "\(named)")
      let unnamed = flow(try await ask("check"))
      #expect(unnamed?["status"] == "unknown")
      #expect(unnamed?["fetched_at"] == JSONValue.null)
      #expect(
        unnamed?["reason"]?.string
          == "What was heard of it cannot be read: There is no health history at "
          + "\(folder.path)/.local/state/plumbline/health.sqlite. Run `plumbline watch`, or name "
          + "the file that it keeps with --history-file.")
      let faults = try await ask("links", "--history-file", history).array ?? []
      #expect(faults.contains { $0["flow"]?["status"] == "silent" })
      #expect(try await ask("deal", "BW-10019", "--history-file", history)["id"] == "BW-10019")
      #expect(try await ask("conflicts", "--history-file", history).array?.isEmpty == false)
    }

    /// While the watch listens, other commands name the flow and when it last ran.
    private func tellsOfTheFlow() async throws {
      let environment = Binary.environment(
        home: folder.path, ["XDG_STATE_HOME": folder.path + "/state"])
      func ask(_ command: String...) async throws -> [JSONValue] {
        let answer = try await Child.run(
          [Binary.path()] + command + ["--json", "--config", sandbox.configuration],
          environment: environment)
        return try #require(try answer.json().array)
      }
      let flow = try #require(try await ask("health").first { $0["flow"] == "deal_to_project" })
      #expect(flow["kind"] == "heartbeat" && flow["status"] == "silent", "\(flow)")
      let last = try #require(flow["last_run"]?.string)
      #expect(flow["carries"] == ["from": "crm", "to": "pm"])
      let dangling = try await ask("links").filter {
        $0["kind"] == "dangling" && $0["system"] == "pm"
      }
      #expect(!dangling.isEmpty)
      for fault in dangling {
        #expect(fault["flow"]?["flow"] == "deal_to_project")
        #expect(
          fault["detail"]?.string?.contains(
            "Flow deal_to_project should have made them from crm: it last reported at \(last)")
            == true, "\(fault)")
      }
    }

    @Test("metrics hold before promtool's eyes, and whatever else is asked is refused properly")
    func serving() async throws {
      let watch = try await Watch(sandbox, folder: folder)
      try await watch.logs("pm: unknown → healthy")
      let page = try folder.write(try watch.metrics(), to: "metrics.txt")
      let check = try await Child.run(
        ["/bin/sh", "-c", "promtool check metrics <\"$0\"", page],
        environment: Binary.environment(home: folder.path))
      try #require(
        check.code != 127,
        "promtool is not here: install Debian's package prometheus, as .scripts/setup does")
      #expect(check.code == 0 && (check.output + check.errors).isEmpty, "\(check)")
      let head = try LoopbackHTTP.ask("HEAD", "/metrics", port: watch.port)
      #expect(head.status == 200 && head.body.isEmpty)
      #expect(head.head.contains("text/plain; version=0.0.4"))
      #expect(try LoopbackHTTP.ask("DELETE", "/metrics", port: watch.port).status == 405)
      #expect(try LoopbackHTTP.ask("GET", "/etc/passwd", port: watch.port).status == 404)
      let large = String(repeating: "x", count: 100_000)
      #expect(
        try LoopbackHTTP.ask("POST", "/heartbeat/nightly_sync", port: watch.port, body: large)
          .status == 413)
      watch.child.signal(SIGTERM)
      #expect(try await watch.child.ending(within: .seconds(5)) == .exited(0))
    }

    @Test("what cannot be listened at, or is no address, is an error of configuration")
    func addresses() async throws {
      let environment = Binary.environment(home: folder.path, ["NIGHTLY_TOKEN": "tick tock"])
      let taken = try await Child.run(
        [
          Binary.path(), "watch", "--config", sandbox.configuration, "--metrics",
          "127.0.0.1:\(sandbox.port)",
        ], environment: environment)
      #expect(taken.code == 2)
      #expect(taken.errors.contains("cannot be listened at"))
      let health = try await Child.run(
        [Binary.path(), "health", "--json", "--config", sandbox.configuration],
        environment: environment)
      let flow = try health.json().array?.first { $0["flow"] == "deal_to_project" }
      #expect(
        flow?["reason"]?.string?.hasPrefix("Nobody has listened for it") == true,
        "a watch that could not begin has heard nobody: \(health.output)")
      let wrong = try await Child.run(
        [Binary.path(), "watch", "--demo", "--metrics", "nowhere"], environment: environment)
      #expect(wrong.code == 2)
      let lacking = try await Child.run(
        [Binary.path(), "watch", "--config", sandbox.configuration],
        environment: Binary.environment(home: folder.path))
      #expect(lacking.code == 2)
      #expect(lacking.errors.contains("NIGHTLY_TOKEN, which is not set"))
    }
  }
}
