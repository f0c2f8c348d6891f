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

@Suite("The command on a change", .timeLimit(.minutes(5)), .serialized)
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
    _ words: [String], deadline: Duration = .seconds(20), time: any TimeSource = RealTime()
  ) -> (ChangeCommands, KeptLines) {
    var company = DeskBench.company
    company.watch.onChange = words
    company.watch.onChangeDeadline = deadline
    let lines = KeptLines()
    let logger = Logger(label: "test") { _ in LogKeeper(lines: lines) }
    return (ChangeCommands(company, time: time, logger: logger), lines)
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

  /// Waits until a file says this.
  private func awaits(_ path: String, _ isThere: (String) -> Bool) async throws {
    while !isThere(text(path)) { try await Task.sleep(for: .milliseconds(2)) }
  }

  @Test("runs one at a time for a system, in order")
  func order() async throws {
    let target = try folder() + "/order"
    let gate = target + ".gate"
    try #require(mkfifo(gate, 0o600) == 0)
    // Open at both ends: nobody waits for the other to come.
    let opened = open(gate, O_RDWR | O_CLOEXEC)
    try #require(opened >= 0)
    defer { close(opened) }
    let script = "echo begin $PLUMBLINE_TO >>\"$0\"; read go <\"$0.gate\"; echo end >>\"$0\""
    let (commands, lines) = commands(["/bin/sh", "-c", script, target])
    let states: [SystemStatus] = [.throttled, .unauthorized, .down, .degraded, .drifted]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for state in states {
        let facts = change(.healthy, state)
        guard await commands.enter(facts) else { continue }
        group.addTask { await commands.drain(facts.subject) }
      }
      for count in 1...states.count {
        try await awaits(target) { $0.split(separator: "\n").count == 2 * count - 1 }
        try #require(write(opened, "go\n", 3) == 3)
      }
      try await group.waitForAll()
    }
    #expect(
      text(target).split(separator: "\n").map(String.init)
        == states.flatMap { ["begin \($0.rawValue)", "end"] })
    #expect(lines.all.withLock { $0 }.isEmpty)
  }

  @Test("too many that wait are told, and the last change of all is run last")
  func tooMany() async throws {
    let target = try folder() + "/many"
    let (commands, lines) = commands([
      "/bin/sh", "-c", "echo $PLUMBLINE_REASON >>\"$0\"", target,
    ])
    var isFirst = false
    for number in 1...18 {
      let begins = await commands.enter(change(.healthy, .down, reason: "\(number)"))
      #expect(begins == (number == 1))
      isFirst = isFirst || begins
    }
    try #require(isFirst)
    await commands.drain(.system("erp_us"))
    let ran = text(target).split(separator: "\n").map(String.init)
    #expect(ran == (1...15).map(String.init) + ["18"])
    #expect(lines.all.withLock { $0 }.count == 2)
  }

  /// Whether a process is gone; one that nobody has waited for yet is dead all the same.
  private func isGone(_ process: pid_t) -> Bool {
    if kill(process, 0) != 0 { return errno == ESRCH }
    // The state follows the name in brackets: proc(5).
    return text("/proc/\(process)/stat").split(separator: ")").last?.hasPrefix(" Z") == true
  }

  @Test("that takes too long is ended with what it started; a failure is logged")
  func failures() async throws {
    let target = try folder() + "/process"
    let clock = ManualClock("2026-11-23T14:00:00Z")
    let script = "sleep 600 & echo $! >\"$0\"; wait"
    let slow = commands(["/bin/sh", "-c", script, target], deadline: .seconds(90), time: clock)
    async let ran: Void = slow.0.changed(change(.healthy, .down))
    try await awaits(target) { $0.hasSuffix("\n") }
    let sleeper = try #require(pid_t(text(target).dropLast()))
    while clock.sleeperCount == 0 { await Task.yield() }
    clock.advance(by: .milliseconds(89_999))
    #expect(!isGone(sleeper))
    clock.advance(by: .milliseconds(1))
    await ran
    #expect(
      slow.1.all.withLock { $0 } == ["on_change: /bin/sh took longer than 1 min 30 s and was ended"]
    )
    while !isGone(sleeper) { try await Task.sleep(for: .milliseconds(2)) }

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

extension ChangeCommands {
  /// Enters a change and runs the program for it.
  fileprivate func changed(_ facts: ChangeFacts) async {
    if enter(facts) { await drain(facts.subject) }
  }
}
