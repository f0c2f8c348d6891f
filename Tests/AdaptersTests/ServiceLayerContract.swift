import AdapterKit
import Adapters
import DealModel
import Sandbox

extension ContractSubject {
  /// OData V4, by a user-defined field.
  static let serviceLayer = serviceLayer("v2", "U_DealID")
  /// OData V3, by the project: costs by the project of their lines.
  static let serviceLayerProjects = serviceLayer("v1", "Project")

  /// Calls: the login, the local currency, the currencies where one goes by another name than ISO's,
  /// and one for each set of documents.
  private static func serviceLayer(_ version: String, _ link: String) -> ContractSubject {
    var settings = ServiceLayerCompany.settings
    settings["version"] = .text(version)
    return ContractSubject(
      kind: SAPBusinessOneKind.self, system: "erp_de", link: link, settings: settings,
      deals: [.invoices: "BW-10001", .costs: "BW-10001"], number: ("11", "BW-10001"),
      change: (ControlOrder(.correctInvoice(number: "15", net: 1234)), "BW-10002", .invoices),
      drift: ControlOrder(.renameProperty(from: link, to: "U_Opportunity")),
      mostCalls: [.invoices: 6, .costs: 6], renewsCredentials: true,
      company: { try ServiceLayerCompany.folder(contractDocuments) },
      exemptions: [
        .throttled: "the Service Layer has no limit on calls and no answer that says so",
        .cancelled: "the login belongs to all who wait for it, so it outlives the first",
      ])
  }

  /// The company of the other tests, with IDs as the contract knows them, and projects in every head.
  private static var contractDocuments: [String: JSONValue] {
    ServiceLayerCompany.documents.mapValues { document in
      guard let rows = document.array else { return document }
      return .array(
        rows.map { row in
          guard case .object(var members) = row, let deal = row["U_DealID"] else { return row }
          members.removeAll { $0.name == "Project" }
          members.append(.init("Project", deal))
          let text = JSONValue.object(members).text().replacing("BW-000", with: "BW-100")
            .replacing("BW-10042", with: "BW-10001").replacing("BW-10043", with: "BW-10002")
          return (try? JSONValue(parsing: Array(text.utf8))) ?? row
        })
    }
  }
}
