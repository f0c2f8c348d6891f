import AdapterKit
import Adapters
import CompanyConfiguration
import DealModel
import Foundation
import Testing

@Suite("The configurations of the sample companies")
struct SampleConfigurationTests {
  @Test(
    "have no error, and name credentials that are there",
    arguments: [("brightwater", 10), ("tidemark", 3)])
  func samples(company: String, systems: Int) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "SampleData/\(company)/plumbline.yaml")
    let scratch = "/scratch-of-the-sandbox"
    let text = try String(contentsOf: file, encoding: .utf8)
      .replacing("{{sandbox}}", with: "http://127.0.0.1:4700")
      .replacing("{{directory}}", with: file.deletingLastPathComponent().path)
      .replacing("{{scratch}}", with: scratch)
    let result = ConfigurationFile.read(
      text, file: file.path, kinds: VendorKinds.all.map { $0.schema })
    #expect(result.errors.map(\.description) == [])
    let model = try #require(result.model)
    #expect(model.systems.count == systems)
    for system in model.systems {
      for case .secret(.file(let path)) in system.settings.values.values
      where !path.hasPrefix(scratch) {
        #expect(FileManager.default.isReadableFile(atPath: path), "\(path)")
      }
    }
  }
}
