import AdapterKit
import Adapters
import DealModel
import Foundation
import Testing

@Suite("The articles")
struct ArticleTests {
  private let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  @Test("The reference of the configuration names every kind and every setting of it")
  func complete() throws {
    let text = try read("Sources/CompanyConfiguration/CompanyConfiguration.docc/Configuration.md")
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

  @Test("The walk through a new kind names only files and types that are there")
  func walk() throws {
    let text = try read("Sources/AdapterKit/AdapterKit.docc/AddingAKind.md")
    for match in text.matches(of: /`((?:Sources|Tests|SampleData)\/[^`<]*)`/) {
      let path = root.appending(path: String(match.output.1)).path()
      #expect(FileManager.default.fileExists(atPath: path), "\(match.output.1)")
    }
    let port = try sources(in: "Sources/AdapterKit")
    for match in text.matches(of: /``(\w+)(?:\/(\w+)[^`]*)?``/) {
      let type = match.output.1
      #expect(port.contains(try Regex("(struct|enum|class|actor|protocol) \(type)\\b")), "\(type)")
      guard let member = match.output.2 else { continue }
      #expect(port.contains(try Regex("(func|var|let|case) \(member)\\b")), "\(type)/\(member)")
    }
  }

  private func read(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The text of every source file below a folder.
  private func sources(in folder: String) throws -> String {
    let files = FileManager.default.enumerator(
      at: root.appending(path: folder), includingPropertiesForKeys: nil)
    let sources = files?.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" } ?? []
    return try sources.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
  }
}
