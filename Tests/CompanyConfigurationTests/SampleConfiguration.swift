import CompanyConfiguration
import DealModel
import Testing

/// A configuration without an error, and the kinds it is checked against.
enum SampleConfiguration {
  static let text = """
    company: Brightwater Group
    shared_id:
      origin: crm
      pattern: '^BW-[0-9]{5}$'
    entities: [US, UK, DE]
    systems:
      crm:
        kind: hubspot
        link: erp_deal_id
        token: {env: HUBSPOT_TOKEN}
        steward: Dana Reyes <dana@brightwater.example>
        failure_mode: Deals keep their last readings.
        fresh_for: 2m
        expire_after: 24h
      erp_us:
        kind: netsuite
        base_url: https://4417230.suitetalk.api.netsuite.com
        account: "4417230"
        link: custbody_deal_id
        secret: {file: secrets/us}
        steward: Hannah Cole
        failure_mode: Finance is asked by telephone.
      erp_eu:
        kind: netsuite
        account: "6620518"
        link: custbody_deal_id
        secret: {command: [pass, show, erp]}
        concurrency: 3
        subsidiaries: true
        currency: EUR
        markup: 1.25
        timeout: 1500ms
        labels: [north, south]
        fields: {deal: custbody_a, project: custbody_b}
        steward: Katrin Ahlers
        failure_mode: Month-end figures wait.
        stale_after: 30m
        call_deadline: 10s
      pm:
        kind: jira
        milestones: epics
        link: customfield_10042
        token: {file: /etc/plumbline/pm}
        steward: Dana Reyes
        failure_mode: Site managers are asked.
    ownership:
      commercial: crm
      financial: {by: deal.entity, US: erp_us, UK: erp_eu, DE: erp_eu}
      delivery: pm
      fields:
        deal.contacts: crm
    compare:
      - {field: rollup.invoiced, echo: crm.invoiced_total, tolerance: 0.01, when: 'stage:won'}
      - {field: deal.value, echo: pm.customfield_10050, grace: 15m}
      - {field: deal.name, echo: pm.summary}
    link_due:
      financial: [Won, Signed]
      delivery: Won
    hourly_cost: {amount: "95.00", currency: EUR}
    rates: {as_of: 2026-11-20, EUR/USD: 1.0850, GBP/EUR: "1.19"}
    """

  static let kinds = [
    SettingsSchema(
      kind: "hubspot", summary: "CRM.", records: [.deals, .tickets],
      keys: [
        .init("token", .secret, required: true, "the private app's token"),
        .init("base_url", .url, "where the API is"),
        .init("currency", .currency, "the currency of an account without one"),
      ]),
    SettingsSchema(
      kind: "netsuite", summary: "ERP.", records: [.invoices, .costs],
      keys: [
        .init("account", .text, required: true, "the account ID"),
        .init("base_url", .url, "where the API is"),
        .init("secret", .secret, "the token's secret"),
        .init("concurrency", .integer(atLeast: 1), "calls at a time"),
        .init("subsidiaries", .flag, "whether the account is OneWorld"),
        .init("currency", .currency, "the base currency"),
        .init("markup", .decimal, "a factor"),
        .init("timeout", .duration, "the patience of the vendor"),
        .init("labels", .list(.text), "words"),
        .init("fields", .mapping(.text), "names"),
      ]),
    SettingsSchema(
      kind: "jira", summary: "Delivery.", records: [.deals, .milestones, .hours],
      listsDeals: false,
      keys: [
        .init("token", .secret, "the API token"),
        .init("milestones", .choice(["epics", "versions"]), "what a milestone is"),
      ]),
  ]

  static func read(
    _ text: String, kinds: [SettingsSchema] = Self.kinds
  ) -> ConfigurationResult {
    ConfigurationFile.read(
      text, file: "/home/ops/plumbline.yaml", kinds: kinds, home: "/home/ops")
  }

  /// The sample with one part replaced; a `↓` in the replacement marks a place and is taken out.
  static func replacing(_ original: String, with replacement: String) throws -> (
    text: String, line: Int, column: Int
  ) {
    let range = try #require(text.firstRange(of: original), "the sample has no \(original)")
    return mark(in: text.replacingCharacters(range, with: replacement))
  }

  /// Takes the `↓` out and tells where it stood.
  static func mark(in text: String) -> (text: String, line: Int, column: Int) {
    guard let marker = text.unicodeScalars.firstIndex(of: "↓") else { return (text, 0, 0) }
    let before = text.unicodeScalars[..<marker]
    let line = before.count { $0 == "\n" } + 1
    let column = before.reversed().prefix { $0 != "\n" }.count + 1
    var unmarked = text.unicodeScalars
    unmarked.remove(at: marker)
    return (String(unmarked), line, column)
  }
}

extension String {
  fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
