import AdapterKit
import Adapters
import DealModel
import Sandbox

extension ContractSubject {
  /// By sub-customer or project, the usual case: nothing there can drift.
  static let quickBooks = quickBooks(
    link: "customer",
    mostCalls: [
      // Token, preferences, customers; then each kind of document.
      .invoices: 5,
      // Token, preferences; customers and four kinds of cost whole; then each by its ID.
      .costs: 11,
      // Token, preferences, customers and time worked whole; then what is asked for by its ID.
      .hours: 5,
    ],
    exemptions: [
      .drifted: "a sub-customer's name is no property: it cannot be gone",
      .probedDrift: "a sub-customer's name is no property: it cannot be gone",
    ])

  /// By a custom field, which can be renamed and can never be asked for.
  static let quickBooksField = quickBooks(
    link: "Deal ID", mostCalls: [.invoices: 6, .costs: 10],
    drift: ControlOrder(.renameProperty(from: "Deal ID", to: "Opportunity")))

  private static func quickBooks(
    link: String, mostCalls: [RecordKind: Int], drift: ControlOrder? = nil,
    exemptions: [ContractScenario: String] = [:]
  ) -> ContractSubject {
    let tokens = "the token request belongs to all who wait for it, so it outlives the first"
    return ContractSubject(
      kind: QuickBooksKind.self, system: "erp_uk", link: link,
      settings: [
        "realm": .text(QuickBooksCompany.realm),
        "token_url": .text("\(SandboxTransport.origin)/erp_uk/oauth2/v1/tokens/bearer"),
        "client_id": .secret(.file("secrets/client-id")),
        "client_secret": .secret(.file("secrets/client-secret")),
        "refresh_token": .secret(.file("secrets/refresh-token")),
      ],
      deals: Dictionary(uniqueKeysWithValues: mostCalls.keys.map { ($0, "BW-10001") }),
      number: ("1037", "BW-10001"),
      change: (ControlOrder(.correctInvoice(number: "1037", net: 1234)), "BW-10001", .invoices),
      drift: drift, mostCalls: mostCalls, renewsCredentials: true,
      company: { try QuickBooksCompany.make() },
      // The index knows whom to ask about, so that nothing is asked about a deal without records:
      // QuickBooksAdapterTests crosses the answers about deals that have some.
      unaskedKinds: [.invoices, .costs, .hours],
      exemptions: exemptions.merging([
        .cancelled: tokens,
        .otherTypes: "a token answer that cannot be read takes the next refresh token with it; "
          + "QuickBooksAdapterTests confuses documents alone",
      ]) { own, _ in own })
  }
}
