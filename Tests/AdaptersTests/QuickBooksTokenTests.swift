import AdapterKit
import Adapters
import DealModel
import Foundation
import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("QuickBooks: rotating refresh tokens")
struct QuickBooksTokenTests {
  private func text(_ path: String) throws -> String {
    let file = try #require(fopen(path, "rb"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// Another process' adapter: the same company and credential, nothing else in common.
  private func second(
    of bench: ContractBench, settings changed: [String: SettingValue] = [:]
  ) throws -> any Adapter {
    let path = try #require(bench.files?.path)
    var settings: [String: SettingValue] = bench.subject.settings.mapValues { value in
      if case .secret(.file(let name)) = value { return .secret(.file("\(path)/\(name)")) }
      return value
    }
    settings["base_url"] = .text("\(SandboxTransport.origin)/erp_uk")
    settings.merge(changed) { _, new in new }
    return try QuickBooksKind.makeAdapter(
      AdapterContext(
        system: ConfiguredSystem(
          name: "erp_uk", kind: "quickbooks", link: "customer", steward: "", failureMode: "",
          limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: .seconds(3_600)),
          settings: SystemSettings(settings)),
        sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"), transport: bench.transport,
        secrets: EnvironmentSecretReader(), time: bench.clock, random: SeededRandom(seed: 8),
        observer: bench.calls))
  }

  @Test("the new token is in its file, for its owner alone, before the access token is used")
  func keptFirst() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let path = try #require(bench.files?.path) + "/secrets/refresh-token"
    chmod(path, 0o644)
    let before = try text(path)
    bench.transport.tamper { request, answer in
      // At the first question the file already holds the next token.
      guard !request.url.hasSuffix("/bearer") else { return answer }
      let isKept = (try? text(path)) != before
      return isKept ? answer : HTTPAnswer(status: 500)
    }
    _ = try await bench.records(.invoices, ["BW-10001"])
    #expect(try text(path) == "AB11erp_uk1\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test("two processes that share one credential never log each other out")
  func shared() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let other = try second(of: bench)
    for _ in 1...3 {
      // Both find their access tokens expired at once.
      try await bench.order(.expireToken)
      bench.clock.advance(by: .seconds(3_600))
      try await bench.clock.passing {
        async let mine = bench.adapter.records(of: .invoices, for: ["BW-10001"])
        async let theirs = other.records(of: .invoices, for: ["BW-10001"])
        let answers = try await [mine, theirs]
        #expect(answers.map { $0["BW-10001"]?.count } == [4, 4])
      }
    }
    #expect(!bench.calls.reports.contains { $0.status == 400 })
  }

  @Test("a token that cannot be kept is an error that says so, and is not used")
  func unkept() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let adapter = try second(
      of: bench,
      settings: [
        "refresh_token": .secret(.command(["echo", "AB11first"])),
        "keep_refresh_token": .list([.text("false")]),
      ])
    let error = try await bench.failure {
      _ = try await adapter.records(of: .invoices, for: ["BW-10001"])
    }
    #expect(error?.kind == .unauthorized)
    #expect(error?.message.contains("cannot be kept") == true)
    #expect(!bench.transport.exchanges.contains { $0.path.hasSuffix("/preferences") })
  }

  @Test("a configured program is given the new token on its standard input")
  func program() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let path = try #require(bench.files?.path) + "/secrets/refresh-token"
    let adapter = try second(
      of: bench,
      settings: [
        "refresh_token": .secret(.command(["cat", path])),
        "keep_refresh_token": .list([.text("cp"), .text("/dev/stdin"), .text(path)]),
      ])
    for number in 1...2 {
      bench.clock.advance(by: .seconds(3_600))
      _ = try await bench.clock.passing {
        try await adapter.records(of: .invoices, for: ["BW-10001"])
      }
      #expect(try text(path) == "AB11erp_uk\(number)\n")
    }
  }

  @Test("a token from the environment cannot be replaced there, and is refused with the mend")
  func environment() throws {
    let bench = try QuickBooksAdapterTests.bench()
    let error = #expect(throws: SystemError.self) {
      try second(of: bench, settings: ["refresh_token": .secret(.environment("QB_TOKEN"))])
    }
    #expect(error?.kind == .refused)
    #expect(error?.message.contains("Read it from a file") == true)
  }

  @Test("a void refresh token is unauthorized, with the ways it comes to that")
  func void() async throws {
    let bench = try QuickBooksAdapterTests.bench()
    let path = try #require(bench.files?.path) + "/secrets/refresh-token"
    let file = try #require(fopen(path, "wb"))
    fputs("AB11stolen\n", file)
    fclose(file)
    let error = try await bench.failure {
      _ = try await bench.adapter.records(of: .invoices, for: ["BW-10001"])
    }
    #expect(error?.kind == .unauthorized)
    #expect(error?.message.contains("Connect the app anew") == true)
    #expect(error?.message.contains("AB11") == false)
  }
}
