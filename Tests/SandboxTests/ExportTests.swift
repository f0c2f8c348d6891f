import DealModel
import Foundation
import Sandbox
import TestSupport
import Testing

@Suite("Exports in the sandbox")
struct ExportTests {
  private let clock = ManualClock("2026-11-25T09:00:00Z")

  private func company(
    _ export: String, format: String = "dd-MM-yyyy", modified: String = "2026-11-20T05:40:00Z"
  ) throws -> TemporaryCompany {
    try TemporaryCompany([
      "company.yaml": """
      company: Legacy
      as_of: 2026-11-20
      systems: {costs: {kind: csv}}
      """,
      "plumbline.yaml": "{{scratch}}/costs/export.csv", "costs/export.csv": export,
      "costs/files.json":
        #"[{"name": "export.csv", "date_format": "\#(format)", "modified": "\#(modified)"}]"#,
    ])
  }

  private func sandbox(_ company: TemporaryCompany) throws -> (SandboxCompany, path: String) {
    let sandbox = try SandboxCompany(
      path: company.path, time: clock, today: CalendarDate("2026-11-25"))
    return (sandbox, try sandbox.company.readyConfiguration(origin: "http://127.0.0.1:1"))
  }

  private func modified(_ path: String) throws -> Timestamp {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let date = try #require(attributes[.modificationDate] as? Date)
    return Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1_000).rounded()))
  }

  @Test(
    "days are moved in the stated format, and nothing else is",
    arguments: [
      ("dd-MM-yyyy", "a;20-11-2026;31-12-2026\r\n", "a;25-11-2026;05-01-2027\r\n"),
      ("dd-MM-yyyy", "\"20-11-2026\"", "\"25-11-2026\""),
      ("dd.MM.yyyy", "20.11.2026 08:15", "25.11.2026 08:15"),
      ("yyyy-MM-dd", "2026-11-20,2026-11-20T08:00", "2026-11-25,2026-11-20T08:00"),
      ("dd/MM/yyyy", "30/02/2026;1/11/2026;20-11-2026", "30/02/2026;1/11/2026;20-11-2026"),
      ("dd-MM-yyyy", "A-20-11-2026;120-11-2026;20-11-20261;é20-11-2026", nil),
    ] as [(String, String, String?)])
  func dates(_ format: String, _ export: String, _ expected: String?) throws {
    let company = try company(export, format: format)
    let (sandbox, path) = try sandbox(company)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == expected ?? export)
    sandbox.removeFiles()
  }

  @Test("the file was written when it says, moved like all dates, and never in the future")
  func modification() async throws {
    let morning = try company("x")
    let (first, early) = try sandbox(morning)
    #expect(try modified(early) == Timestamp("2026-11-25T05:40:00Z"))
    first.removeFiles()
    let evening = try company("x", modified: "2026-11-20T18:30:00Z")
    let (served, path) = try sandbox(evening)
    #expect(try modified(path) == Timestamp("2026-11-24T18:30:00Z"))
    served.removeFiles()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("a fault takes the file away until it is mended, and a column may be called otherwise")
  func faults() async throws {
    let company = try company("Deal;Net\nBW-1;Deal\n")
    let (sandbox, path) = try sandbox(company)
    try await sandbox.obey(ControlOrder(.fail(status: 503)), by: "costs")
    #expect(!FileManager.default.fileExists(atPath: path))
    try await sandbox.obey(ControlOrder(.mend), by: "costs")
    try await sandbox.obey(ControlOrder(.renameProperty(from: "Deal", to: "Job")), by: "costs")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "Job;Net\nBW-1;Deal\n")
    await #expect(throws: SandboxError.self) {
      try await sandbox.obey(ControlOrder(.renameProperty(from: "Dea", to: "Job")), by: "costs")
    }
    try await sandbox.obey(ControlOrder(.mend), by: "costs")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "Deal;Net\nBW-1;Deal\n")
    #expect(try modified(path) == Timestamp("2026-11-25T05:40:00Z"))
  }

  @Test("a format of days that is none, and a file that is not there, are said")
  func broken() throws {
    let wrong = try company("x", format: "d-M-yy")
    #expect(sandboxError { _ = try sandbox(wrong) }?.contains("`d-M-yy` is no format") == true)
    let gone = try company("x")
    try FileManager.default.removeItem(atPath: gone.path + "/costs/export.csv")
    #expect(
      sandboxError { _ = try sandbox(gone) }?.contains("costs/export.csv: there is no such") == true
    )
  }

  @Test("a token that is replaced by its use lies where its client can keep the next one")
  func rotation() async throws {
    let company = try TemporaryCompany([
      "company.yaml": """
      company: Test
      systems:
        erp:
          kind: quickbooks
          credentials: {client_id: s/id, client_secret: s/id, refresh_token: s/first}
      """,
      "plumbline.yaml": "{{scratch}}/erp-refresh_token", "s/id": "id\n", "s/first": "first\n",
      "erp/company.json": #"{"realmId": "1"}"#,
    ])
    let sandbox = try SandboxCompany(path: company.path, time: clock, today: nil)
    let other = try SandboxCompany(path: company.path, time: clock, today: nil)
    let path = try sandbox.company.readyConfiguration(origin: "http://127.0.0.1:1")
    #expect(try path != other.company.readyConfiguration(origin: "http://127.0.0.1:1"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "first\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    try "second\n".write(toFile: path, atomically: true, encoding: .utf8)
    try await sandbox.obey(ControlOrder(.reset), by: "erp")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "first\n")
  }
}
