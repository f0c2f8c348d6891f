import CompanyConfiguration
import DealModel
import Foundation
import Testing

@Suite("The configurations of the sample companies")
struct SampleDataConfigurationTests {
  private static let kinds = [
    SettingsSchema(
      kind: "hubspot", summary: "", records: [.deals, .tickets],
      keys: [
        .init("token", .secret, ""), .init("base_url", .url, ""), .init("currency", .currency, ""),
      ]),
    SettingsSchema(
      kind: "netsuite", summary: "", records: [.invoices, .costs],
      keys: [
        .init("account", .text, required: true, ""), .init("base_url", .url, ""),
        .init("concurrency", .integer(atLeast: 1), ""), .init("subsidiaries", .flag, ""),
      ]
        + [
          "consumer_key", "consumer_secret", "token_id", "token_secret", "client_id",
          "certificate_id", "private_key",
        ].map { .init($0, .secret, "") }),
    SettingsSchema(
      kind: "jira", summary: "", records: [.deals, .milestones, .hours, .tickets],
      listsDeals: false,
      keys: [
        .init("email", .secret, ""), .init("token", .secret, ""), .init("base_url", .url, ""),
        .init("site", .url, ""), .init("project", .text, ""),
        .init("milestones", .choice(["epics", "versions"]), ""),
      ]),
  ]

  @Test(
    "have no error, and name credentials that are there",
    arguments: [("brightwater", 4), ("tidemark", 3)])
  func samples(company: String, systems: Int) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "SampleData/\(company)/plumbline.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
      .replacing("{{sandbox}}", with: "http://127.0.0.1:4700")
      .replacing("{{directory}}", with: file.deletingLastPathComponent().path)
    let result = ConfigurationFile.read(text, file: file.path, kinds: Self.kinds)
    #expect(result.errors.map(\.description) == [])
    let model = try #require(result.model)
    #expect(model.systems.count == systems)
    for system in model.systems {
      for case .secret(.file(let path)) in system.settings.values.values {
        #expect(FileManager.default.isReadableFile(atPath: path), "\(path)")
      }
    }
  }
}
