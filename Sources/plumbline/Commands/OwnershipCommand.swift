import ArgumentParser
import CompanyConfiguration
import DealModel

/// `ownership`: who owns what, a plain sentence per field.
struct OwnershipCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ownership", abstract: "Who owns which field: one plain sentence each.")

  @OptionGroup var source: SourceOptions
  @OptionGroup var format: JSONOption

  func run() async throws {
    try await answering(json: format.json) {
      let company = try configured()
      if format.json {
        let rows = FieldName.catalog.map { field -> JSONValue in
          let owners = company.ownership.owner(of: field.name)?.systems ?? []
          return [
            "field": .string(field.name.text),
            "owners": .array(owners.map { .string($0.text) }),
            "sentence": .string(company.ownershipSentence(of: field.name)),
          ]
        }
        Standard.output(JSONValue.array(rows).text(pretty: true) + "\n")
      } else {
        let sentences = company.ownershipSentences()
        Standard.output(sentences.map { VisibleText($0).text + "\n" }.joined())
      }
      return .clean
    }
  }

  /// Nothing is asked, so that the sample company needs no sandbox either.
  private func configured() throws -> CompanyModel {
    guard source.demo else {
      return try ConfigurationSource.company(at: try ConfigurationSource.path(source.config))
    }
    return try DemoSandbox.forReading().company(origin: "http://127.0.0.1:1")
  }
}
