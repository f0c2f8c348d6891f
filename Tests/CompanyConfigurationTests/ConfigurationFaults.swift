import Testing

/// One mistake in the sample: what is replaced, by what, and what is said at the `↓`.
struct ConfigurationFault: CustomTestStringConvertible, Sendable {
  let name: String
  let original: String
  let replacement: String
  let message: String

  init(_ name: String, _ original: String, _ replacement: String, says message: String) {
    self.name = name
    self.original = original
    self.replacement = replacement
    self.message = message
  }

  var testDescription: String { name }

  static let ofSystems: [ConfigurationFault] = [
    .init(
      "an unknown kind", "kind: jira\n    milestones: epics", "kind: ↓jria",
      says: "Unknown kind `jria`; did you mean `jira`?"),
    .init(
      "no kind", "  pm:\n    kind: jira\n    milestones: epics", "  ↓pm:",
      says: "System `pm` has no `kind`; one of: hubspot, netsuite, jira."),
    .init(
      "an unknown key", "failure_mode: Site", "↓failuremode: x\n    failure_mode: Site",
      says: "Unknown key `failuremode` in system `pm`; did you mean `failure_mode`?"),
    .init(
      "an empty failure mode", "failure_mode: Site managers are asked.", "↓failure_mode:",
      says: "`failure_mode` of system `pm` is empty"),
    .init(
      "a bad duration", "fresh_for: 2m", "fresh_for: ↓2 minutes",
      says: "`fresh_for` is no duration: `2 minutes`; write a whole number and ms, s, m, h or d"),
    .init(
      "a duration of nothing", "fresh_for: 2m", "fresh_for: ↓0s", says: "is no duration: `0s`"),
    .init(
      "a duration beyond counting", "fresh_for: 2m", "fresh_for: ↓99999999999999999999h",
      says: "is no duration"),
    .init(
      "readings that expire before they age", "expire_after: 24h", "expire_after: ↓1m",
      says: "`expire_after` must be longer than `fresh_for`"),
    .init(
      "readings stale before they age", "stale_after: 30m", "stale_after: ↓90s",
      says: "`stale_after` must be longer than `fresh_for`."),
    .init(
      "a secret that ends on no day", "call_deadline: 10s", "secret_expires: ↓2027-02-30",
      says: "`secret_expires` is a day such as 2027-01-31; `2027-02-30` is none."),
    .init(
      "retainers of every number", "call_deadline: 10s", "retainer_numbers: [DEP-, ↓'']",
      says: "`retainer_numbers` has an empty beginning, which every number has"),
    .init(
      "certificates in no file", "call_deadline: 10s", "ca_file: ↓''",
      says: "`ca_file` is empty."),
    .init(
      "a deadline too long", "call_deadline: 10s", "call_deadline: ↓11m",
      says: "`call_deadline` is at most 10m."),
    .init(
      "a wrong type", "link: erp_deal_id", "link: ↓[erp_deal_id]",
      says: "`link` takes a single value, not a list."),
    .init(
      "a word that is no choice", "milestones: epics", "milestones: ↓epic",
      says: "`milestones` cannot be `epic`; did you mean `epics`?"),
    .init(
      "a number too small", "concurrency: 3", "concurrency: ↓0",
      says: "`concurrency` takes a whole number, at least 1, not `0`."),
    .init(
      "a flag that is none", "subsidiaries: true", "subsidiaries: ↓maybe",
      says: "`subsidiaries` takes `true` or `false`, not `maybe`."),
    .init(
      "an unknown currency", "currency: EUR\n", "currency: ↓EURO\n",
      says: "`currency` takes an ISO 4217 code such as `EUR`, not `EURO`."),
    .init(
      "a decimal that is none", "markup: 1.25", "markup: ↓1,25",
      says: "`markup` takes a number such as `12.50`, not `1,25`."),
    .init(
      "a list that is none", "labels: [north, south]", "labels: ↓north",
      says: "`labels` takes a list, not a single value."),
    .init(
      "plain http to a host", "base_url: https://", "base_url: ↓http://",
      says: "`base_url`: plain http is for loopback only; use `https://`."),
    .init(
      "plain http to a host named like loopback",
      "base_url: https://4417230.suitetalk.api.netsuite.com", "base_url: ↓http://127.evil.example",
      says: "plain http is for loopback only"),
    .init(
      "a URL without a scheme", "base_url: https://", "base_url: ↓",
      says: "a URL begins with `https://`"),
    .init(
      "a URL without a host", "base_url: https://4417230.suitetalk.api.netsuite.com",
      "base_url: ↓https:///x", says: "this URL names no host"),
    .init(
      "a system's name with a dot", "systems:\n",
      "systems:\n  ↓d.esk: {kind: jira, link: a, steward: b, failure_mode: c}\n",
      says: "A system's name is made of letters"),
    .init(
      "a system that is no mapping", "systems:\n", "systems:\n  desk: ↓zendesk\n",
      says: "System `desk` must be a mapping with `kind`, not a single value."),
    .init(
      "a secret from an unknown source", "{file: secrets/us}", "{↓fiel: secrets/us}",
      says: "Unknown key here; known: env, file, command."),
    .init(
      "a secret with two sources", "{env: HUBSPOT_TOKEN}", "↓{env: A, file: b}",
      says: "`token` takes exactly one of `{env: NAME}`"),
    .init(
      "a variable's name that is none", "env: HUBSPOT_TOKEN", "env: ↓$HUBSPOT_TOKEN",
      says: "`env` of `token` takes a variable's name"),
    .init(
      "a command with arguments in one text", "command: [pass, show, erp]",
      "command: ↓pass show erp", says: "`command` of `secret` takes a list"),
  ]

  static let ofOwnership: [ConfigurationFault] = [
    .init(
      "two owners by a repeated key", "commercial: crm\n", "commercial: crm\n  ↓commercial: pm\n",
      says: "The key `commercial` already stands in line 47; keep one."),
    .init(
      "two owners by a list", "delivery: pm\n", "delivery: ↓[pm, crm]\n",
      says: "Two owners for `delivery`: every field has one"),
    .init(
      "two owners for one part of a split", "US: erp_us,", "US: ↓[erp_us, erp_eu],",
      says: "The split of `financial` has two owners for `US`"),
    .init(
      "an empty owner", "delivery: pm\n", "↓delivery:\n", says: "No owner for `delivery`"),
    .init(
      "no owner for the commercial domain", "ownership:\n  commercial: crm\n", "↓ownership:\n",
      says: "No owner for `commercial`"),
    .init(
      "a split that is not total", "{by: deal.entity, US: erp_us, UK: erp_eu, DE: erp_eu}",
      "↓{by: deal.entity, US: erp_us, UK: erp_eu}",
      says: "not total: it names no owner for `DE`. Add `DE: <system>`."),
    .init(
      "a split of a value there is not", "DE: erp_eu}", "DE: erp_eu, ↓D: erp_eu}",
      says: "`D` is no value of `deal.entity`; did you mean `DE`?"),
    .init(
      "a split that is not disjoint", "[US, UK, DE]\n", "[US, UK, DE, ↓UK]\n",
      says: "`entities` lists `UK` twice"),
    .init(
      "a split by nothing", "{by: deal.entity, US: erp_us", "↓{US: erp_us",
      says: "The split of `financial` does not say by what"),
    .init(
      "a split by a sum", "by: deal.entity", "by: ↓rollup.paid",
      says: "A split is decided by a commercial field of words"),
    .init(
      "a split of the domain that decides", "commercial: crm\n",
      "commercial: ↓{by: deal.entity, US: crm, UK: crm, DE: crm}\n",
      says: "`commercial` cannot be split"),
    .init(
      "an unknown system", "delivery: pm", "delivery: ↓pn",
      says: "Unknown system `pn`; did you mean `pm`?"),
    .init(
      "a system that cannot read the domain", "delivery: pm", "support: ↓pm\n  delivery: pm",
      says: "`pm` cannot own `support`: a jira system reads deals, milestones, hours."),
    .init(
      "a commercial owner that keeps no deals", "commercial: crm\n", "commercial: ↓pm\n",
      says: "`pm` cannot own `commercial`: a jira system does not keep the deals."),
    .init(
      "a system that cannot read the field", "deal.contacts: crm", "costs: ↓crm",
      says: "`crm` cannot own `costs`: a hubspot system reads deals, tickets."),
    .init(
      "an unknown domain", "delivery: pm", "delivery: pm\n  ↓financal: erp_us",
      says: "Unknown key `financal` in `ownership`; did you mean `financial`?"),
    .init(
      "an unknown field", "deal.contacts: crm", "↓deal.contact: crm",
      says: "Unknown field `deal.contact`; did you mean `deal.contacts`?"),
    .init(
      "an origin that is not there", "origin: crm", "origin: ↓crn",
      says: "Unknown system `crn`; did you mean `crm`?"),
    .init(
      "an origin that cannot list deals", "origin: crm", "origin: ↓pm",
      says: "`pm` cannot be the origin: a jira system cannot list deals."),
    .init(
      "two origins", "origin: crm", "origin: ↓[crm, pm]",
      says: "`origin` names exactly one system"),
    .init(
      "no origin", "shared_id:\n  origin: crm", "↓shared_id:",
      says: "`shared_id` has no `origin`"),
    .init(
      "a broken pattern", "pattern: '^BW-[0-9]{5}$'", "pattern: ↓'^BW-[0-9{5}$'",
      says: "The pattern cannot be used, at its character"),
    .init(
      "a split by a field that is split itself",
      "financial: {by: deal.entity, US: erp_us, UK: erp_eu, DE: erp_eu}\n  delivery: pm\n  fields:",
      "financial: ↓{by: deal.entity, US: erp_us, UK: erp_eu, DE: erp_eu}\n  delivery: pm\n  fields:"
        + "\n    deal.entity: {by: deal.pipeline, A: crm}",
      says: "is decided by `deal.entity`, which is split itself; give that one owner."),
  ]

  static let ofRules: [ConfigurationFault] = [
    .init(
      "an echo without a property", "echo: pm.summary", "echo: ↓pm",
      says: "An echo is written `system.property`, such as `crm.invoiced_total`; `pm` is not."),
    .init(
      "an echo of an unknown system", "echo: pm.summary", "echo: ↓bm.summary",
      says: "Unknown system `bm`; did you mean `pm`?"),
    .init(
      "an echo in the owner itself", "echo: pm.summary", "echo: ↓crm.title",
      says: "`crm` owns `deal.name` itself; an echo is another system's copy."),
    .init(
      "a comparison that stands twice", "- {field: deal.name, echo: pm.summary}",
      "- {field: deal.name, echo: pm.summary}\n  - ↓{field: deal.name, echo: pm.summary}",
      says: "`deal.name` is compared with this echo already; keep one."),
    .init(
      "a list of records as an echo", "field: deal.name", "field: ↓invoices",
      says: "`invoices` is a list of records"),
    .init(
      "a negative tolerance", "tolerance: 0.01", "tolerance: ↓-0.01",
      says: "`tolerance` cannot be negative"),
    .init(
      "a tolerance that is no number", "tolerance: 0.01", "tolerance: ↓1 %",
      says: "`tolerance` takes a number such as `0.01`, not `1 %`."),
    .init(
      "a tolerance for words", "echo: pm.summary}", "echo: pm.summary, tolerance: ↓2}",
      says: "`tolerance` is for money and numbers"),
    .init(
      "a bad condition", "when: 'stage:won'", "when: ↓'stagee:won'",
      says: "`when` cannot be understood, at its character 1: "),
    .init(
      "an unknown key of a comparison", "tolerance: 0.01", "↓tolerence: 0.01",
      says: "Unknown key `tolerence` in a comparison; did you mean `tolerance`?"),
    .init(
      "a grace that is no duration", "grace: 15m", "grace: ↓soon",
      says: "`grace` is no duration: `soon`; write a whole number and ms, s, m, h or d"),
    .init(
      "a rate of nothing", "EUR/USD: 1.0850", "EUR/USD: ↓0",
      says: "The rate `EUR/USD` takes a number above 0 such as `1.0850`, not `0`."),
    .init(
      "a rate that is no number", "EUR/USD: 1.0850", "EUR/USD: ↓much",
      says: "The rate `EUR/USD` takes a number above 0 such as `1.0850`, not `much`."),
    .init(
      "a rate of a currency there is not", "EUR/USD: 1.0850", "↓EUX/USD: 1.0850",
      says: "`EUX` is no ISO 4217 currency; write a code such as `EUR`."),
    .init(
      "a rate of one currency", "EUR/USD: 1.0850", "↓EUR: 1.0850",
      says: "A rate is written `EUR/USD: 1.0850`"),
    .init(
      "a rate between a currency and itself", "EUR/USD: 1.0850", "↓EUR/EUR: 1",
      says: "`EUR/EUR` names one currency twice; name two."),
    .init(
      "a rate and its inverse", "EUR/USD: 1.0850", "EUR/USD: 1.0850, ↓USD/EUR: 0.92",
      says: "There is a rate between USD and EUR already; keep one."),
    .init(
      "rates of no day", "as_of: 2026-11-20", "as_of: ↓2026-11-31",
      says: "`as_of` takes a day such as `2026-11-20`, not `2026-11-31`."),
    .init(
      "links due in a domain without an owner", "delivery: Won", "↓support: Won",
      says: "No owner for `support`: nobody could be asked"),
    .init(
      "links due in the origin's own domain", "delivery: Won", "↓commercial: Won",
      says: "Unknown key `commercial` in `link_due`"),
    .init(
      "a negative cost of an hour", "\"95.00\"", "↓\"-95.00\"",
      says: "`amount` takes a number of at least 0"),
    .init(
      "a currency there is not", "currency: EUR}", "currency: ↓EUX}",
      says: "`EUX` is no ISO 4217 currency"),
    .init(
      "an unknown key at the top", "entities:", "↓entites: []\nentities:",
      says: "Unknown key `entites` in a configuration; did you mean `entities`?"),
  ]
}
