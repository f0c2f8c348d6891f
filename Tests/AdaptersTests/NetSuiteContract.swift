import AdapterKit
import Adapters
import DealModel
import Sandbox

extension ContractSubject {
  /// Signed requests: token-based authentication, whose tokens nobody can renew.
  static let netSuite = ContractSubject(
    kind: NetSuiteKind.self, system: "erp_us", link: "custbody_deal_id",
    settings: [
      "account": .text("4417230"),
      "consumer_key": .secret(.file("secrets/erp_us-consumer-key")),
      "consumer_secret": .secret(.file("secrets/erp_us-consumer-secret")),
      "token_id": .secret(.file("secrets/erp_us-token-id")),
      "token_secret": .secret(.file("secrets/erp_us-token-secret")),
    ],
    deals: [.invoices: "BW-10001", .costs: "BW-10001"], number: ("INV1031", "BW-10001"),
    change: (
      ControlOrder(.correctInvoice(number: "INV1051", net: 1234)), "BW-10040", .invoices
    ),
    revision: (
      ControlOrder(.correctInvoice(number: "INV1051", net: 1234)), "BW-10040", .invoices,
      Revision(property: "TRANDOC.MAMOUNTMAIN", old: "151725", new: "10159")
    ),
    drift: ControlOrder(
      .renameProperty(from: "custbody_deal_id", to: "custbody_opportunity_id")),
    mostCalls: [.invoices: 1, .costs: 1], renewsCredentials: false)

  /// OAuth 2.0 by client credentials: the first call fetches a token besides.
  static let netSuiteOAuth = ContractSubject(
    kind: NetSuiteKind.self, system: "erp_eu", link: "custbody_deal_id",
    settings: [
      "account": .text("6620518"), "subsidiaries": .flag(true),
      "client_id": .secret(.file("secrets/erp_eu-client-id")),
      "certificate_id": .secret(.file("secrets/erp_eu-certificate-id")),
      "private_key": .secret(.file("secrets/erp_eu-private.pem")),
    ],
    deals: [.invoices: "BW-10045", .costs: "BW-10045"], number: ("UKINV1431", "BW-10045"),
    change: (
      ControlOrder(.correctInvoice(number: "UKINV1443", net: 1234)), "BW-10019", .invoices
    ),
    revision: (
      ControlOrder(.correctInvoice(number: "UKINV1443", net: 1234)), "BW-10019", .invoices,
      Revision(property: "TRANDOC.MAMOUNTMAIN", old: "35760", new: "7194")
    ),
    drift: ControlOrder(
      .renameProperty(from: "custbody_deal_id", to: "custbody_opportunity_id")),
    mostCalls: [.invoices: 2, .costs: 2], renewsCredentials: true,
    exemptions: [
      .cancelled: "the token request belongs to all who wait for it, so it outlives the first"
    ])
}
