import AdapterKit
import Adapters
import DealModel
import Foundation
import Testing

@Suite("The reference of the configuration")
struct ConfigurationReferenceTests {
  @Test("names every kind and every setting of it")
  func complete() throws {
    let article = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/CompanyConfiguration/CompanyConfiguration.docc")
      .appending(path: "Configuration.md")
    let text = try String(contentsOf: article, encoding: .utf8)
    for kind in VendorKinds.all {
      let schema = kind.schema
      let section = try #require(
        text.components(separatedBy: "\n## ").first { $0.hasPrefix(schema.kind + "\n") },
        "\(schema.kind) has no section")
      for key in schema.keys {
        #expect(section.contains("`\(key.name)`"), "\(schema.kind): \(key.name)")
      }
    }
  }
}
