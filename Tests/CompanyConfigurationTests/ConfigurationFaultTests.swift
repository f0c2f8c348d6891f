import CompanyConfiguration
import DealModel
import Testing

@Suite("A mistake in a configuration")
struct ConfigurationFaultTests {
  @Test(
    "is the only error, at its place, with its mend",
    arguments: ConfigurationFault.ofSystems + ConfigurationFault.ofOwnership
      + ConfigurationFault.ofRules)
  func fault(_ fault: ConfigurationFault) throws {
    let marked = try SampleConfiguration.replacing(fault.original, with: fault.replacement)
    let result = SampleConfiguration.read(marked.text)
    #expect(result.model == nil)
    #expect(result.errors.count == 1, "\(result.errors.map(\.description))")
    let error = try #require(result.errors.first)
    #expect(error.message.contains(fault.message), "\(error)")
    #expect(
      error.location == "/home/ops/plumbline.yaml:\(marked.line):\(marked.column)", "\(error)")
  }

  @Test("in a system that lacks what it must have points at the system's name")
  func missing() throws {
    let lacking = """
      company: Brightwater
      shared_id: {origin: crm, pattern: 'BW-\\d+'}
      systems:
        crm: {kind: hubspot, link: x, token: {env: A}}
        pm: {kind: hubspot, steward: A, failure_mode: B}
      ownership: {commercial: crm, support: pm}
      """
    #expect(
      SampleConfiguration.read(lacking).errors.map(\.description) == [
        "/home/ops/plumbline.yaml:4:3: System `crm` has no `failure_mode`; say what was agreed to happen while it is gone.",
        "/home/ops/plumbline.yaml:4:3: System `crm` has no `steward`; name the person accountable for this integration.",
        "/home/ops/plumbline.yaml:5:3: System `pm` has no `link`; name the property that bears the deal ID there.",
        "/home/ops/plumbline.yaml:5:3: System `pm` has no `token`, which hubspot needs: the private app's token.",
      ])
  }

  @Test("does not hide the others: all are told, by their place in the file")
  func allAtOnce() {
    let text = SampleConfiguration.text
      .replacing("origin: crm", with: "origin: cmr")
      .replacing("fresh_for: 2m", with: "fresh_for: soon")
      .replacing("delivery: pm\n", with: "delivery: pm\n  delivery: crm\n")
      .replacing("tolerance: 0.01", with: "tolerance: much")
    let errors = SampleConfiguration.read(text).errors
    #expect(errors.map(\.line) == [3, 13, 50, 54])
  }

  @Test("of a domain that nobody owns names the key to add")
  func noOwner() throws {
    let text = SampleConfiguration.text.replacing("  delivery: pm\n", with: "")
      .replacing("field: deal.value", with: "field: delivery.next_milestone")
      .replacing("  delivery: Won\n", with: "")
    let errors = SampleConfiguration.read(text).errors
    #expect(errors.count == 1)
    #expect(
      errors.first?.message
        == "No owner for `delivery.next_milestone`: add `delivery: <system>` under `ownership`.")
  }

  @Test("is a system that nothing is read from")
  func unusedSystem() {
    let text = """
      company: Brightwater
      shared_id: {origin: crm, pattern: 'BW-\\d+'}
      systems:
        crm: {kind: hubspot, link: x, token: {env: A}, steward: A, failure_mode: B}
        pm: {kind: jira, link: y, steward: A, failure_mode: B}
      ownership: {commercial: crm}
      """
    #expect(
      SampleConfiguration.read(text).errors.map(\.description) == [
        "/home/ops/plumbline.yaml:5:3: Nothing is read from `pm`; no owner for `delivery` either: add `delivery: pm`."
      ])
  }

  @Test("of a split that two splits reveal: what one names, the other must")
  func splitsOfOneField() throws {
    let text = try SampleConfiguration.replacing("entities: [US, UK, DE]\n", with: "").text
      .replacing("delivery: pm", with: "delivery: {by: deal.entity, US: pm, FR: pm}")
    let messages = SampleConfiguration.read(text).errors.map(\.message)
    #expect(messages.count == 2)
    #expect(
      messages.first?.contains("`financial` is not total: it names no owner for `FR`") == true)
    #expect(
      messages.last?.contains("`delivery` is not total: it names no owner for `UK`, `DE`") == true)
  }

  @Test("of a split whose values differ in case alone is that it is not disjoint")
  func disjoint() throws {
    let text = try SampleConfiguration.replacing("entities: [US, UK, DE]\n", with: "").text
      .replacing("DE: erp_eu}", with: "DE: erp_eu, uk: erp_us}")
    let errors = SampleConfiguration.read(text).errors
    #expect(errors.count == 1)
    #expect(errors.first?.message.contains("`uk` and `UK` differ in case or spaces alone") == true)
  }

  @Test(
    "never repeats a secret, wherever it was put by mistake",
    arguments: [
      ("token: {env: HUBSPOT_TOKEN}", "token: SECRET"),
      ("token: {env: HUBSPOT_TOKEN}", "token: [SECRET]"),
      ("token: {env: HUBSPOT_TOKEN}", "token: {SECRET: x}"),
      ("token: {env: HUBSPOT_TOKEN}", "token: {env: SECRET with spaces}"),
      ("token: {env: HUBSPOT_TOKEN}", "token: {command: echo SECRET}"),
      ("token: {env: HUBSPOT_TOKEN}", "token: {env: {SECRET: x}}"),
      ("token: {env: HUBSPOT_TOKEN}", "tokn: SECRET\n    token: {env: A}"),
      ("token: {env: HUBSPOT_TOKEN}", "token: {env: A}\n    token: SECRET"),
      ("token: {env: HUBSPOT_TOKEN}", "token: 'SECRET"),
      ("token: {env: HUBSPOT_TOKEN}", "token: *SECRET"),
      ("token: {env: HUBSPOT_TOKEN}", "token: &SECRET {env: A}"),
      ("base_url: https://", "base_url: https://user:SECRET@"),
    ])
  func inlineSecret(original: String, replacement: String) throws {
    let text = try SampleConfiguration.replacing(
      original, with: replacement.replacing("SECRET", with: "pat-eu1-1234")
    ).text
    let errors = SampleConfiguration.read(text).errors
    #expect(!errors.isEmpty)
    for error in errors { #expect(!error.description.contains("pat-eu1-1234"), "\(error)") }
  }
}
