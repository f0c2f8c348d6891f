import AdapterKit
import Adapters
import Crypto
import DealModel
import Foundation
import Sandbox
import TestSupport

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

  /// OAuth 2.0 by client credentials, in a OneWorld account: the first call fetches a token besides.
  static let netSuiteOAuth = ContractSubject(
    kind: NetSuiteKind.self, system: "erp_group", link: "custbody_deal_id",
    settings: [
      "account": .text("4417230"), "subsidiaries": .flag(true),
      "client_id": .secret(.file("secrets/client-id")),
      "certificate_id": .secret(.file("secrets/certificate-id")),
      "private_key": .secret(.file("secrets/private.pem")),
    ],
    deals: [.invoices: "BW-10001", .costs: "BW-10001"], number: ("INV1031", "BW-10001"),
    change: netSuite.change, revision: netSuite.revision, drift: netSuite.drift,
    mostCalls: [.invoices: 2, .costs: 2], renewsCredentials: true, company: { try oneWorld() },
    exemptions: [
      .cancelled: "the token request belongs to all who wait for it, so it outlives the first"
    ])

  /// Brightwater's American account as one subsidiary of a group that is entered by OAuth 2.0.
  private static func oneWorld() throws -> TemporaryCompany {
    let key = P256.Signing.PrivateKey()
    let folder = ContractBench.company + "/erp_us"
    var documents: [String: JSONValue] = [
      "erp_group/subsidiary": [["id": "1", "name": "Brightwater Marine Inc.", "currency": "1"]]
    ]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let bytes = Array(try Data(contentsOf: URL(filePath: "\(folder)/\(file)")))
      var document = try JSONValue(parsing: bytes)
      if file == "transactionline.json" {
        document = .array(
          (document.array ?? []).map { .object(($0.members ?? []) + [.init("subsidiary", "1")]) })
      }
      documents["erp_group/" + file.dropLast(".json".count)] = document
    }
    return try TemporaryCompany(
      yaml: """
        company: Test
        as_of: 2026-11-20
        systems:
          erp_group:
            kind: netsuite
            credentials:
              client_id: secrets/client-id
              certificate_id: secrets/certificate-id
              public_key: secrets/public.pem
        """,
      texts: [
        "secrets/client-id": "client-1\n", "secrets/certificate-id": "certificate-1\n",
        "secrets/private.pem": key.pemRepresentation,
        "secrets/public.pem": key.publicKey.pemRepresentation,
      ], documents: documents)
  }
}
