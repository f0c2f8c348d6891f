import AdapterKit
import DealModel
import TestSupport
import Testing

/// One way of keeping the company: an ERP's files in its own wire format, and the configuration that
/// reads them.
struct SameCompanyWay: Sendable, CustomTestStringConvertible {
  /// What there is to be served and read.
  struct Files: Sendable {
    /// The ERP's lines of `company.yaml`; `nil` for one that the sandbox does not serve.
    var emulator: String?
    var documents: [String: JSONValue] = [:]
    var texts: [String: String] = [:]
    /// The ERP's lines of the configuration.
    var configuration: String
    /// An API of the test's own.
    var api: (any HTTPTransport)?
    /// What must live as long as the files are read.
    var kept: [any Sendable] = []
  }

  let name: String
  /// Whether `plumbline sandbox` serves it without help.
  var isServedBySandbox = true
  let files: @Sendable (SameCompany) throws -> Files

  var testDescription: String { name }

  static let all: [SameCompanyWay] = [
    .csv, .netSuite, .odbcPostgreSQL, .odbcSQLite, .quickBooks, .rest, .serviceLayer,
  ]
}

extension SameCompanyWay.Files {
  /// The company's directory, with `plumbline.yaml`.
  func directory(of company: SameCompany) throws -> TemporaryCompany {
    let erp = emulator.map { "  erp:\n\($0.indented(by: 4))\n" } ?? ""
    return try TemporaryCompany(
      yaml: """
        company: The same sixty deals
        as_of: \(company.today)
        systems:
          crm: {kind: hubspot, credentials: {token: secrets/crm-token}}
        \(erp)
        """,
      texts: texts.merging([
        "secrets/crm-token": "pat-eu1-same\n",
        "plumbline.yaml": company.configuration(erp: configuration),
      ]) { $1 },
      documents: documents.reduce(into: company.crm) { $0["erp/\($1.key)"] = $1.value })
  }
}

extension JSONValue {
  /// An object whose members stand in the order of their names.
  static func sorted(_ members: [String: JSONValue]) -> JSONValue {
    .object(members.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
  }

  /// A number as it is written.
  static func amount(_ amount: ExactDecimal) -> JSONValue { .number(amount.description) }
}
