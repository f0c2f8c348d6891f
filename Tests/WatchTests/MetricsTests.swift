import AdapterKit
import DealModel
import Glibc
import Scheduler
import Testing

@testable import Watch

@Suite("Metrics", .timeLimit(.minutes(5)))
struct MetricsTests {
  private func page() -> String {
    let bench = DeskBench()
    let now = bench.clock.now()
    func call(_ milliseconds: Int64, _ error: SystemError.Kind? = nil) {
      bench.counts.callEnded(
        CallReport(
          system: "erp_us", operation: "POST /suiteql", began: now,
          duration: .milliseconds(milliseconds), status: error == nil ? 200 : 429,
          error: error.map { SystemError($0, system: "erp_us", message: "No.") }))
    }
    call(20)
    call(80)
    call(80)
    call(1_250)
    call(90_000, .throttled(retryAfter: nil))
    var crm = SystemHealth(
      system: "crm", kind: "hub\"sp\\ot", steward: "Dana", failureMode: "Wait.")
    crm.status = .healthy
    crm.since = now
    crm.lastSuccess = now
    crm.callsLeft = 40
    crm.linkCoverage = .init(linked: 4_991, due: 5_000)
    var erp = SystemHealth(
      system: "erp_us", kind: "netsuite", steward: "Dana", failureMode: "Wait.")
    erp.status = .throttled
    erp.since = now
    bench.desk.healthTold([crm, erp])
    _ = bench.ask("POST", "/heartbeat/zap", token: "correct horse battery")
    return bench.ask("GET", "/metrics").body
  }

  @Test("tell states, calls, links and flows")
  func samples() {
    let lines = Set(page().split(separator: "\n").map(String.init))
    for line in [
      "plumbline_build_info{version=\"0.1.0\"} 1",
      "plumbline_system_up{system=\"crm\",kind=\"hub\\\"sp\\\\ot\"} 1",
      "plumbline_system_up{system=\"erp_us\",kind=\"netsuite\"} 0",
      "plumbline_system_status{system=\"erp_us\",status=\"throttled\"} 1",
      "plumbline_system_status{system=\"erp_us\",status=\"healthy\"} 0",
      "plumbline_call_duration_seconds_bucket{system=\"erp_us\",le=\"0.05\"} 1",
      "plumbline_call_duration_seconds_bucket{system=\"erp_us\",le=\"0.1\"} 3",
      "plumbline_call_duration_seconds_bucket{system=\"erp_us\",le=\"2.5\"} 4",
      "plumbline_call_duration_seconds_bucket{system=\"erp_us\",le=\"60\"} 4",
      "plumbline_call_duration_seconds_bucket{system=\"erp_us\",le=\"+Inf\"} 5",
      "plumbline_call_duration_seconds_sum{system=\"erp_us\"} 91.43",
      "plumbline_call_duration_seconds_count{system=\"erp_us\"} 5",
      "plumbline_calls_total{system=\"erp_us\",result=\"ok\"} 4",
      "plumbline_calls_total{system=\"erp_us\",result=\"throttled\"} 1",
      "plumbline_calls_total{system=\"crm\",result=\"ok\"} 0",
      "plumbline_calls_left{system=\"crm\"} 40",
      "plumbline_link_coverage_ratio{system=\"crm\"} 0.9982",
      "plumbline_heartbeat_last_timestamp_seconds{flow=\"zap\"} 1795442400",
      "plumbline_heartbeat_silent{flow=\"zap\"} 0",
    ] { #expect(lines.contains(line), "\(line) is missing in:\n\(page())") }
  }

  @Test("are as Prometheus wants them, says promtool")
  func promtool() throws {
    let places = ["/usr/bin/promtool", "/usr/local/bin/promtool"]
    let path = try #require(
      places.first { (place: String) in access(place, X_OK) == 0 },
      "promtool is not here: install Debian's package prometheus, as .scripts/setup does")
    let verdict = try Self.check(page(), with: path)
    #expect(verdict.status == 0 && verdict.words.isEmpty, "\(verdict.words)")
    // The check itself must be able to fail.
    let bad = try Self.check("# TYPE a counter\na 1\n", with: path)
    #expect(bad.status != 0 || !bad.words.isEmpty)
  }

  /// Gives a page to `promtool check metrics`.
  private static func check(
    _ page: String, with promtool: String
  ) throws -> (status: Int32, words: String) {
    var template = Array("/tmp/plumbline-metrics-XXXXXX".utf8CString)
    let folder = String(cString: try #require(mkdtemp(&template)))
    defer {
      for name in ["/page", "/words"] { unlink(folder + name) }
      rmdir(folder)
    }
    let file = try #require(fopen(folder + "/page", "w"))
    fputs(page, file)
    fclose(file)
    // The folder's name is made of letters alone: a shell may have it.
    let status = system("\(promtool) check metrics <\(folder)/page >\(folder)/words 2>&1")
    var words = ""
    let said = try #require(fopen(folder + "/words", "r"))
    defer { fclose(said) }
    var line = [CChar](repeating: 0, count: 1_024)
    while fgets(&line, 1_024, said) != nil {
      words += String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return (status, words)
  }

  @Test("seconds and shares are exact")
  func numbers() {
    #expect(MetricsText.seconds(0) == "0")
    #expect(MetricsText.seconds(1_250) == "1.25")
    #expect(MetricsText.seconds(-5) == "-0.005")
    #expect(MetricsText.seconds(.min) == "-9223372036854775.808")
    #expect(MetricsText.ratio(0, of: 0) == "1")
    #expect(MetricsText.ratio(1, of: 3) == "0.3333")
    #expect(MetricsText.ratio(9_999_999, of: 10_000_000) == "1")
    #expect(MetricsText.ratio(0, of: 7) == "0.0000")
  }
}
