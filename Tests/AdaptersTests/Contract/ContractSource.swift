import DealModel
import Sandbox

/// What a kind without HTTP reads under contract: files, a database. It lives for one scenario.
protocol ContractSource: Sendable {
  /// Settings that lead to it, besides the subject's own.
  var settings: [String: SettingValue] { get }

  /// Obeys the orders that its subject names, and besides `fail` (whatever the status: it is gone)
  /// and `mend` (it is back, with its link property).
  ///
  /// - Throws: ``UnknownOrder`` for any other.
  func obey(_ order: ControlOrder) async throws
}

/// An order that a source does not know.
struct UnknownOrder: Error {
  let act: ControlOrder.Act
}

extension ContractScenario {
  /// Excuses for a kind without HTTP from the scenarios about JSON on its way; every other scenario
  /// about exchanges has its own reason in the kind's row.
  static func exemptions(
    withoutJSON reason: String, besides: [ContractScenario: String]
  ) -> [ContractScenario: String] {
    let ofJSON: [ContractScenario] = [
      .truncated, .webPage, .brokenJSON, .otherShape, .otherTypes, .hostile,
    ]
    return besides.merging(ofJSON.map { ($0, reason) }) { own, _ in own }
  }
}
