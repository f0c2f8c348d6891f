import DealModel
import Glibc
import Logging
import Synchronization
import Testing

@testable import Watch

/// Keeps what is logged.
private struct LogKeeper: LogHandler {
  let lines: KeptLines
  var logLevel = Logger.Level.trace
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { lines.all.withLock { $0.append("\(event.message)") } }
}

private final class KeptLines: Sendable {
  let all = Mutex<[String]>([])
}

/// The real clock, for real processes.
private struct RealTime: TimeSource {
  func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  func sleep(until deadline: Timestamp) async throws {
    try await Task.sleep(for: max(.zero, now().duration(to: deadline)))
  }
}

@Suite("The command on a change", .timeLimit(.minutes(1)), .serialized)
struct ChangeCommandTests {
  private func folder() throws -> String {
    var template = Array("/tmp/plumbline-change-XXXXXX".utf8CString)
    return String(cString: try #require(mkdtemp(&template)))
  }

  private func text(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  private func change(
    _ from: SystemStatus, _ to: SystemStatus, reason: String = "It asks for patience."
  ) -> ChangeFacts {
    ChangeFacts(
      subject: .system("erp_us"), from: from, to: to,
      at: Timestamp(milliseconds: 1_795_442_400_000), reason: reason)
  }

  private func commands(
    _ words: [String], deadline: Duration = .seconds(20)
  ) -> (ChangeCommands, KeptLines) {
    var company = DeskBench.company
    company.watch.onChange = words
    company.watch.onChangeDeadline = deadline
    let lines = KeptLines()
    let logger = Logger(label: "test") { _ in LogKeeper(lines: lines) }
    return (ChangeCommands(company, time: RealTime(), logger: logger), lines)
  }

  @Test("is told the facts in its environment, and no secret")
  func facts() async throws {
    setenv("HUBSPOT_TOKEN", "hunter2", 1)
    defer { unsetenv("HUBSPOT_TOKEN") }
    let target = try folder() + "/facts"
    let (commands, lines) = commands(["/bin/sh", "-c", "env > \"$0\"", target])
    await commands.changed(change(.healthy, .throttled, reason: "One\n\u{1B}[31mtwo\0"))
    let facts = Set(text(target).split(separator: "\n").map(String.init))
    for line in [
      "PLUMBLINE_SYSTEM=erp_us", "PLUMBLINE_FROM=healthy", "PLUMBLINE_TO=throttled",
      "PLUMBLINE_SINCE=2026-11-23T14:00:00Z", "PLUMBLINE_STEWARD=Dana Reyes",
      "PLUMBLINE_FAILURE_MODE=Wait.", "PLUMBLINE_COMPANY=Brightwater", "PLUMBLINE_KIND=hubspot",
    ] { #expect(facts.contains(line), "\(line)") }
    #expect(facts.contains { $0.hasPrefix("PLUMBLINE_REASON=One") })
    #expect(!text(target).contains("hunter2") && !text(target).contains("\u{1B}"))
    #expect(lines.all.withLock { $0 }.isEmpty)
  }

  @Test("is not run for a system that was first asked and is well")
  func noNews() async throws {
    let target = try folder() + "/touched"
    let (commands, _) = commands(["/usr/bin/touch", target])
    await commands.changed(change(.unknown, .healthy))
    #expect(access(target, F_OK) != 0)
    await commands.changed(change(.unknown, .down))
    #expect(access(target, F_OK) == 0)
  }

  @Test("runs one at a time for a system, in order")
  func order() async throws {
    let target = try folder() + "/order"
    let script = "echo begin >>\"$0\"; sleep 0.1; echo $PLUMBLINE_TO >>\"$0\""
    let (commands, _) = commands(["/bin/sh", "-c", script, target])
    let states: [SystemStatus] = [.throttled, .unauthorized, .down]
    await withTaskGroup(of: Void.self) { group in
      for state in states {
        group.addTask { await commands.changed(change(.healthy, state)) }
      }
    }
    let lines = text(target).split(separator: "\n").map(String.init)
    #expect(lines.count == 6)
    #expect(stride(from: 0, to: lines.count, by: 2).allSatisfy { lines[$0] == "begin" })
    #expect(Set(lines) == ["begin", "throttled", "unauthorized", "down"])
  }

  @Test("that takes too long is ended with what it started; a failure is logged")
  func failures() async throws {
    let target = try folder() + "/late"
    let script = "(sleep 30; touch \"$0\") & sleep 30"
    let slow = commands(["/bin/sh", "-c", script, target], deadline: .milliseconds(200))
    await slow.0.changed(change(.healthy, .down))
    #expect(slow.1.all.withLock { $0 } == ["on_change: /bin/sh took longer than 0 s and was ended"])
    let wrong = commands(["/bin/sh", "-c", "exit 7"])
    await wrong.0.changed(change(.healthy, .down))
    #expect(wrong.1.all.withLock { $0 } == ["on_change: /bin/sh ended with 7"])
    let missing = commands(["/nonexistent/page"])
    await missing.0.changed(change(.healthy, .down))
    #expect(
      missing.1.all.withLock { $0 } == [
        "on_change: /nonexistent/page cannot be started: no such file or directory"
      ])
  }
}
