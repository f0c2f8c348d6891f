import DealModel
import Foundation
import Sandbox
import TestSupport
import Testing

@Suite struct CoreCompanyTests {
  private let kinds = EmulatorKinds([EchoEmulator.self])

  private func error(_ yaml: String, _ files: [String: String] = [:]) throws -> String? {
    let company = try TemporaryCompany(files.merging(["company.yaml": yaml]) { $1 })
    return sandboxError { _ = try Company(path: company.path, today: nil, kinds: kinds) }
  }

  @Test("systems come in the order of the file, with the first line of each credential, PEM whole")
  func reading() throws {
    let pem = "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n"
    let directory = try TemporaryCompany([
      "company.yaml": """
      company: Brightwater Group
      as_of: 2026-11-20
      systems:
        pm: {kind: echo}
        crm:
          kind: echo
          credentials: {token: secrets/token, key: secrets/key.pem}
          limits: {burst: 7, search: none}
      """,
      "secrets/token": "sesame  \nnot this line\n", "secrets/key.pem": pem,
    ])
    let company = try Company(path: directory.path, today: nil, kinds: kinds)
    #expect(company.name == "Brightwater Group")
    #expect(company.asOf?.description == "2026-11-20")
    #expect(company.systems.map(\.name) == ["pm", "crm"])
    #expect(company.systems[1].credentials == ["token": "sesame", "key": pem])
    let limits = company.systems[1].limits
    #expect(limits.limit("burst", standard: 190) == 7)
    #expect(limits.limit("search", standard: 5) == nil)
    #expect(limits.limit("daily", standard: 100) == 100)
  }

  @Test(
    "what is wrong is said with line and column",
    arguments: [
      ("company: A\nsystem: {}", "company.yaml:2:1: unknown key `system`"),
      ("company: A\nsystems: {crm: {kind: ehco}}", "company.yaml:2:23: there is no emulator"),
      ("company: A\nsystems:\n  control: {kind: echo}", "company.yaml:3:3: `control` cannot be"),
      ("company: A\nsystems:\n  a/b: {kind: echo}", "company.yaml:3:3: `a/b` cannot be"),
      ("company: A\nas_of: 2026-02-30\nsystems: {crm: {kind: echo}}", "company.yaml:2:8: `as_of`"),
      ("company: A\ncompany: B\nsystems: {}", "company.yaml:1:1: `company` stands here twice"),
      ("company: A\n  systems: {", "company.yaml:2:"),
      ("systems: {crm: {kind: echo}}", "company.yaml:1:1: `company` is missing"),
      ("company: A", "company.yaml:1:1: `systems` is missing"),
      ("company: A\nsystems: {crm: {}}", "company.yaml:2:16: `kind` of `crm` is missing"),
      (
        "company: A\nsystems: {crm: {kind: echo, limits: {burst: -1}}}",
        "company.yaml:2:45: the limit `burst`"
      ),
      ("", "company.yaml: is empty"),
    ])
  func errors(yaml: String, beginning: String) throws {
    let message = try error(yaml)
    #expect(message?.hasPrefix(beginning) == true, "\(message ?? "no error")")
  }

  @Test("a misspelt kind or key is answered with the nearest one")
  func suggestions() throws {
    #expect(try error("company: A\nsystems: {crm: {kind: ehco}}")?.contains("`echo`?") == true)
    #expect(try error("company: A\nsystem: {}")?.contains("`systems`?") == true)
  }

  @Test(
    "no path leads out of the company directory",
    arguments: ["../outside", "/etc/hostname", "secrets/../../outside", "link", "secrets//a"])
  func pathSafety(path: String) throws {
    let outside = try TemporaryCompany(["outside": "secret"])
    let company = try TemporaryCompany([
      "company.yaml": "company: A\nsystems: {crm: {kind: echo, credentials: {token: \(path)}}}"
    ])
    try FileManager.default.createSymbolicLink(
      atPath: company.path + "/link", withDestinationPath: outside.path + "/outside")
    let message = sandboxError { _ = try Company(path: company.path, today: nil, kinds: kinds) }
    #expect(message?.contains("leads out of the company directory") == true, "\(message ?? "")")
  }

  @Test("a credential that is not there is named with its place, and a directory with its path")
  func absences() throws {
    let yaml = "company: A\nsystems: {crm: {kind: echo, credentials: {token: secrets/none}}}"
    #expect(
      try error(yaml)
        == "company.yaml:2:50: `token` of `crm`: `secrets/none`: there is no file `secrets/none`")
    let missing = sandboxError { _ = try Company(path: "/nowhere/at/all", today: nil) }
    #expect(missing == "/nowhere/at/all: there is no such directory")
    let empty = try TemporaryCompany([:])
    let none = sandboxError { _ = try Company(path: empty.path, today: nil) }
    #expect(none?.contains("there is no company.yaml here") == true)
  }

  @Test("every date and datetime moves by whole days, and nothing else does")
  func dateShifting() async throws {
    let texts: [(String, String)] = [
      ("2026-11-20", "2026-11-30"), ("2026-12-25", "2027-01-04"),
      ("2026-11-20T09:14:03.221Z", "2026-11-30T09:14:03.221Z"),
      ("2026-11-20T09:14:03.221+0100", "2026-11-30T09:14:03.221+0100"),
      ("2026-11-20T09:14:03+01:00", "2026-11-30T09:14:03+01:00"),
      ("2026-11-20 09:14:03", "2026-11-30 09:14:03"), ("2026-11-20T09:14", "2026-11-30T09:14"),
      ("due 2026-11-20", "due 2026-11-20"), ("2026-11-20 or so", "2026-11-20 or so"),
      ("2026-13-20", "2026-13-20"), ("2026-11-20T", "2026-11-20T"), ("BW-10001", "BW-10001"),
    ]
    let company = try echoCompany()
    let record = JSONValue.object(["texts": .array(texts.map { .string($0.0) }), "n": 20_261_120])
    try company.write("[\(record.text())]", to: "crm/records.json")
    func records(today: String?) async throws -> JSONValue? {
      let sandbox = try SandboxCompany(
        path: company.path, time: ManualClock("2026-11-30T00:00:00Z"),
        today: today.flatMap { CalendarDate($0) }, kinds: kinds)
      let request = EmulatedRequest(method: "GET", url: "/crm/")
      return try await sandbox.respond(to: request).response().json()["records"]
    }
    let moved = JSONValue.object(["texts": .array(texts.map { .string($0.1) }), "n": 20_261_120])
    #expect(try await records(today: "2026-11-30") == [moved])
    #expect(try await records(today: "2026-11-20") == [record])
    #expect(try await records(today: nil) == [record])
  }

  @Test(
    "a file that is no array of records is named, with the byte where it breaks",
    arguments: [
      (#"[{"id":"1"},]"#, "crm/records.json: unexpected character at byte 12"),
      (#"{"id":"1"}"#, "crm/records.json: expected an array of records, found an object"),
      ("[1]", "crm/records.json: record 0 is a number, not an object"),
    ])
  func brokenRecords(content: String, expected: String) async throws {
    let company = try echoCompany()
    try company.write(content, to: "crm/records.json")
    let sandbox = try SandboxCompany(
      path: company.path, time: ManualClock("2026-11-20T00:00:00Z"), today: nil, kinds: kinds)
    await #expect(throws: SandboxError.self) { try await sandbox.load() }
    let request = EmulatedRequest(method: "GET", url: "/crm/")
    let response = try await sandbox.respond(to: request).response()
    #expect(response.status == 500)
    #expect(try response.json()["error"]?.string == expected)
  }

  @Test("the ready configuration has the sandbox's origin and the directory in their places")
  func readyConfiguration() throws {
    let directory = try echoCompany()
    try directory.write(
      "base_url: {{sandbox}}/crm\ntoken: {file: '{{directory}}/secrets/token'}\n",
      to: "plumbline.yaml")
    let company = try Company(path: directory.path, today: nil, kinds: kinds)
    let ready = try company.readyConfiguration(origin: "http://127.0.0.1:4100")
    #expect(
      ready
        == "base_url: http://127.0.0.1:4100/crm\ntoken: {file: '\(company.path)/secrets/token'}\n")

    try directory.write("a: 1\nb: {{sandbx}}\n", to: "plumbline.yaml")
    let message = sandboxError { _ = try company.readyConfiguration(origin: "x") }
    #expect(
      message == "plumbline.yaml:2: unknown placeholder; there are {{sandbox}}, {{directory}} and "
        + "{{scratch}}")
  }
}

@Suite struct CoreRequestTests {
  @Test("a URL is taken apart: raw path, decoded segments, parameters in order")
  func parsing() {
    let request = EmulatedRequest(
      method: "GET", url: "http://127.0.0.1:4100/a%2Fb/%C3%BC/?x=1&y=a+b%26c&x=2&flag#fragment",
      headers: [NamedValue("authorization", "bearer sesame")])
    #expect(request.segments == ["a/b", "ü"])
    #expect(request.rawPath == "/a%2Fb/%C3%BC/")
    #expect(request.url.hasSuffix("&flag"))
    #expect(
      request.query == [
        NamedValue("x", "1"), NamedValue("y", "a b&c"), NamedValue("x", "2"),
        NamedValue("flag", ""),
      ])
    #expect(request.bearerToken == "sesame")
  }

  @Test("a broken percent sequence stays as it is written")
  func brokenPercent() {
    let request = EmulatedRequest(method: "GET", url: "/a%zz/%ff?q=%")
    #expect(request.segments == ["a%zz", "%ff"])
    #expect(request.parameter("q") == "%")
  }
}
