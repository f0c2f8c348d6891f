import AdapterKit
import Adapters
import CompanyConfiguration
import DealModel
import Foundation
import Testing

/// A configuration of `SampleData/configurations`, read as the product reads it once its user has put
/// in an address and secrets.
enum ReadyConfiguration {
  /// Why a file cannot be used, sentence by sentence.
  struct Unusable: Error { let faults: [String] }

  /// The system of a file.
  ///
  /// - Parameters:
  ///   - name: The file's name without `.yaml`.
  ///   - replaced: What the user replaces in the whole file: addresses, sources of secrets.
  /// - Throws: ``Unusable`` with every mistake of the file.
  static func system(
    _ name: String, replacing replaced: [(old: String, new: String)]
  ) throws -> ConfiguredSystem {
    var text = try Self.text(name)
    for pair in replaced {
      guard text.contains(pair.old) else { throw unusable("\(name).yaml has no \(pair.old)") }
      text = text.replacing(pair.old, with: pair.new)
    }
    let parts = text.components(separatedBy: "\nsystems:\n")
    guard parts.count == 2 else { throw unusable("\(name).yaml has no `systems:`") }
    let own = parts[1].drop { $0 == " " }.prefix { $0 != ":" }
    let head = """
      company: Brightwater
      shared_id: {origin: crm, pattern: '^BW-[0-9]{5}$'}
      ownership: {commercial: crm, financial: \(own), delivery: \(own), support: \(own)}
      systems:
        crm: {kind: hubspot, link: erp_deal_id, token: {env: T}, steward: A, failure_mode: B}

      """
    let result = ConfigurationFile.read(
      head + parts[1], file: "/\(name).yaml", kinds: VendorKinds.all.map { $0.schema })
    guard let system = result.model?.systems.first(where: { $0.name != "crm" }) else {
      throw Unusable(faults: result.errors.map { $0.description })
    }
    return system
  }

  /// The settings of a system; what is wrong with its file is an issue of the test.
  static func settings(_ system: () throws -> ConfiguredSystem) -> [String: SettingValue] {
    do { return try system().settings.values } catch {
      Issue.record(error)
      return [:]
    }
  }

  private static func unusable(_ fault: String) -> Unusable { Unusable(faults: [fault]) }

  /// Where ready configurations are kept.
  static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(4)
    return "/" + parts.joined(separator: "/") + "/SampleData/configurations"
  }()

  static func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name).yaml", encoding: .utf8)
  }
}
