import AdapterKit
import Adapters
import DealModel
import Sandbox

extension ContractSubject {
  static let hubspot = ContractSubject(
    kind: HubSpotKind.self, system: "crm", link: "erp_deal_id",
    echoProperties: ["invoiced_total"],
    settings: ["token": .secret(.file("secrets/crm-token"))],
    deals: [.deals: "BW-10001", .tickets: "BW-10007"], number: ("3415797", "BW-10007"),
    change: (
      ControlOrder(
        .setField(record: "deals/erp_deal_id=BW-10012", field: "amount", value: "581000")),
      "BW-10012", .deals
    ),
    revision: (
      ControlOrder(
        .setField(record: "deals/erp_deal_id=BW-10001", field: "invoiced_total", value: "1")),
      "BW-10001", .deals, Revision(property: "invoiced_total", old: "486000.00", new: "1")
    ),
    drift: ControlOrder(.renameProperty(from: "erp_deal_id", to: "erp_deal_key")),
    // Search, associations, companies, owners twice, pipelines, account, properties.
    mostCalls: [.deals: 8, .tickets: 8], renewsCredentials: false,
    // Sixty IDs, one of them borne twice.
    indexed: 67)
}
