import AdapterKit
import DealModel
import GRDB
import Glibc
import HealthHistory
import Scheduler
import Testing

/// A folder, a clock and a company for tests of the history.
final class HistoryBench: Sendable {
  let folder: String
  let clock = ManualClock("2026-11-23T14:00:00Z")
  let company: CompanyModel

  var path: String { folder + "/state/plumbline/health.sqlite" }

  init(company name: String = "Brightwater") throws {
    var template = Array("/tmp/plumbline-history-XXXXXX".utf8CString)
    folder = String(cString: try #require(mkdtemp(&template)))
    company = Self.company(name)
  }

  deinit { Self.erase(folder) }

  static func company(_ name: String) -> CompanyModel {
    let limits = FreshnessLimits(
      freshFor: .seconds(120), staleAfter: .seconds(600), expireAfter: .seconds(86_400))
    var company = CompanyModel(
      company: name, sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"),
      systems: ["crm", "erp_us"].map { name in
        ConfiguredSystem(
          name: SystemName(name), kind: "hubspot", link: "erp_deal_id", steward: "Dana",
          failureMode: "Wait.", limits: limits)
      }, ownership: Ownership(domains: [:]))
    company.watch.heartbeats = [
      .init(
        flow: "zap", token: .environment("ZAP"), expectEvery: .seconds(3_600),
        grace: .seconds(600))
    ]
    return company
  }

  func history(_ place: HistoryPlace? = nil, recorder: String = "watch") -> HealthHistory {
    HealthHistory(place ?? .file(path), of: company, recorder: recorder, time: clock)
  }

  /// A call of `erp_us` that ends now.
  func call(
    took: Int64 = 80, failing error: SystemError.Kind? = nil, status: Int? = 200,
    system: SystemName = "erp_us"
  ) -> CallReport {
    CallReport(
      system: system, operation: "POST /query/v1/suiteql",
      began: clock.now().adding(.milliseconds(-took)), duration: .milliseconds(took),
      status: status,
      error: error.map {
        SystemError($0, system: system, message: "BW-10001 is worth 48,000.00 USD")
      })
  }

  func change(
    _ from: SystemStatus, _ to: SystemStatus, number: Int, error: SystemError.Kind? = nil
  ) -> StateChange {
    StateChange(
      system: "erp_us", from: from, to: to, at: clock.now(), reason: "As it is.",
      lastError: error.map {
        SystemError($0, system: "erp_us", message: "BW-10001 is worth 48,000.00 USD")
      }, number: number)
  }

  /// Ten calls a minute for so many minutes.
  func pass(minutes: Int, _ history: HealthHistory, failing error: SystemError.Kind? = nil) {
    for _ in 0..<(minutes * 10) {
      clock.advance(by: .seconds(6))
      history.callEnded(call(failing: error, status: error == nil ? 200 : 503))
    }
  }

  /// A throttled, then unauthorized, then mended system, as ``Scheduler`` tells of it.
  func outage(_ history: HealthHistory) {
    history.callEnded(call())
    history.stateChanged(change(.unknown, .healthy, number: 1))
    pass(minutes: 2, history)
    history.callEnded(call(failing: .throttled(retryAfter: .seconds(30)), status: 429))
    history.stateChanged(
      change(.healthy, .throttled, number: 2, error: .throttled(retryAfter: .seconds(30))))
    clock.advance(by: .seconds(180))
    history.callEnded(call(failing: .unauthorized, status: 401))
    history.stateChanged(change(.throttled, .unauthorized, number: 3, error: .unauthorized))
    pass(minutes: 15, history, failing: .unauthorized)
    history.callEnded(call())
    history.stateChanged(change(.unauthorized, .healthy, number: 4))
    pass(minutes: 6, history)
  }

  func incidents(_ memory: HealthMemory) -> [String] {
    memory.incidents.map { $0.course(in: .utc, at: clock.now()) }
  }

  static func mode(_ path: String) -> mode_t {
    var facts = stat()
    return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0
  }

  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  static func bytes(of path: String) throws -> [UInt8] {
    let file = try #require(fopen(path, "rb"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let file = try #require(fopen(path, "wb"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }

  private static func erase(_ path: String) {
    _ = chmod(path, 0o700)
    for name in names(in: path) { erase("\(path)/\(name)") }
    remove(path)
  }
}
