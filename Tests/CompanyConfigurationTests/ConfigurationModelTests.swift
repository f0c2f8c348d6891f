import CompanyConfiguration
import DealModel
import Testing

@Suite("A configuration without errors")
struct ConfigurationModelTests {
  let model: CompanyModel

  init() throws {
    let result = SampleConfiguration.read(SampleConfiguration.text)
    #expect(result.errors == [])
    model = try #require(result.model)
  }

  @Test("gives the company, the shared ID and the systems in the order of the file")
  func basics() {
    #expect(model.company == "Brightwater Group")
    #expect(model.sharedID == SharedID(origin: "crm", pattern: "^BW-[0-9]{5}$"))
    #expect(model.systems.map(\.name) == ["crm", "erp_us", "erp_eu", "pm"])
    #expect(model.system("pm")?.kind == "jira")
    #expect(model.system("crm")?.link == "erp_deal_id")
    #expect(model.system("crm")?.steward == "Dana Reyes <dana@brightwater.example>")
    #expect(model.system("erp_eu")?.failureMode == "Month-end figures wait.")
  }

  @Test("gives limits of age and deadlines, with defaults where nothing is said")
  func limits() {
    #expect(
      model.system("crm")?.limits
        == FreshnessLimits(freshFor: .seconds(120), expireAfter: .seconds(86_400)))
    #expect(
      model.system("erp_eu")?.limits
        == FreshnessLimits(
          freshFor: .seconds(120), staleAfter: .seconds(1_800), expireAfter: .seconds(86_400)))
    #expect(model.system("erp_eu")?.callDeadline == .seconds(10))
    #expect(model.system("crm")?.callDeadline == .seconds(20))
  }

  @Test("certificates are named by path, for systems that are asked over HTTPS alone")
  func certificates() throws {
    func read(_ type: SettingsSchema.ValueType) -> ConfigurationResult {
      let schema = SettingsSchema(
        kind: "things", summary: "Things.", records: [.deals, .invoices],
        keys: [.init("place", type, "where they are")])
      let text = """
        company: A
        shared_id: {origin: crm, pattern: '^BW-[0-9]{5}$'}
        systems:
          crm: {kind: things, link: a, steward: S, failure_mode: F, ca_file: tls/own.pem}
        ownership: {commercial: crm}
        """
      return ConfigurationFile.read(
        text, file: "/home/ops/plumbline.yaml", kinds: [schema], home: "/home/kim")
    }
    #expect(read(.url).model?.systems.first?.caFile == "/home/ops/tls/own.pem")
    #expect(read(.path).errors.map(\.message).first?.contains("`ca_file` means nothing") == true)
  }

  @Test("resolves paths against its own directory and the home directory")
  func paths() throws {
    let schema = SettingsSchema(
      kind: "files", summary: "Files.", records: [.deals, .invoices],
      keys: [.init("invoices", .path, "where they are")])
    for (path, resolved) in [
      ("out/inv-*.csv", "/home/ops/out/inv-*.csv"), ("/srv/x", "/srv/x"), ("~/x", "/home/kim/x"),
    ] {
      let text = """
        company: A
        shared_id: {origin: crm, pattern: '^BW-[0-9]{5}$'}
        systems:
          crm: {kind: files, link: a, steward: S, failure_mode: F, invoices: '\(path)'}
        ownership: {commercial: crm}
        """
      let result = ConfigurationFile.read(
        text, file: "/home/ops/plumbline.yaml", kinds: [schema], home: "/home/kim")
      #expect(result.model?.systems.first?.settings.text("invoices") == resolved)
    }
  }

  @Test("gives every setting in the type of its schema")
  func settings() throws {
    let settings = try #require(model.system("erp_eu")).settings
    #expect(settings.text("account") == "6620518")
    #expect(settings.integer("concurrency") == 3)
    #expect(settings.flag("subsidiaries") == true)
    #expect(settings.currency("currency")?.code == "EUR")
    #expect(settings.decimal("markup") == ExactDecimal("1.25"))
    #expect(settings.duration("timeout") == .milliseconds(1_500))
    #expect(settings.texts("labels") == ["north", "south"])
    #expect(settings.textMapping("fields") == ["deal": "custbody_a", "project": "custbody_b"])
    #expect(settings.secret("secret") == .command(["pass", "show", "erp"]))
    #expect(
      model.system("erp_us")?.settings.text("base_url")
        == "https://4417230.suitetalk.api.netsuite.com")
    #expect(model.system("pm")?.settings.text("milestones") == "epics")
  }

  @Test("makes a secret's path relative to the configuration's own directory")
  func secretPaths() throws {
    #expect(model.system("crm")?.settings.secret("token") == .environment("HUBSPOT_TOKEN"))
    #expect(
      model.system("erp_us")?.settings.secret("secret") == .file("/home/ops/secrets/us"))
    #expect(model.system("pm")?.settings.secret("token") == .file("/etc/plumbline/pm"))
    let atHome = try SampleConfiguration.replacing("secrets/us", with: "~/keys/us")
    #expect(
      SampleConfiguration.read(atHome.text).model?.system("erp_us")?.settings.secret("secret")
        == .file("/home/ops/keys/us"))
    let here = ConfigurationFile.read(
      SampleConfiguration.text, file: "plumbline.yaml", kinds: SampleConfiguration.kinds)
    #expect(here.model?.system("erp_us")?.settings.secret("secret") == .file("secrets/us"))
  }

  @Test("gives owners by domain, by split and by field")
  func ownership() {
    #expect(model.ownership.owner(of: .value) == .system("crm"))
    #expect(
      model.ownership.owner(of: .invoiced)
        == .split(by: .entity, ["US": "erp_us", "UK": "erp_eu", "DE": "erp_eu"]))
    #expect(model.ownership.fields == [.contacts: .system("crm")])
    #expect(model.ownership.owner(of: .tickets) == nil)
  }

  @Test("gives comparisons, and collects each system's echo properties")
  func comparisons() throws {
    let invoiced = try #require(model.comparisons.first)
    #expect(invoiced.field == .invoiced)
    #expect(invoiced.echoSystem == "crm")
    #expect(invoiced.echoProperty == "invoiced_total")
    #expect(invoiced.tolerance == ExactDecimal("0.01"))
    #expect(invoiced.condition == DealQuery(terms: [.init(.contains(.stage, "won"))]))
    #expect(model.comparisons[1].tolerance == .zero)
    #expect(model.comparisons[1].condition == nil)
    #expect(model.comparisons.map(\.grace) == [nil, .seconds(900), nil])
    #expect(model.system("crm")?.echoProperties == ["invoiced_total"])
    #expect(model.system("pm")?.echoProperties == ["customfield_10050", "summary"])
    #expect(model.system("erp_us")?.echoProperties == [])
  }

  @Test("gives the stages at which links are due, and the cost of an hour")
  func rest() throws {
    #expect(model.linkDue == [.financial: ["Won", "Signed"], .delivery: ["Won"]])
    #expect(model.hourlyCost?.description == "95.00 EUR")
    let (euro, dollar, pound) = (
      try #require(Currency(code: "EUR")), try #require(Currency(code: "USD")),
      try #require(Currency(code: "GBP"))
    )
    #expect(
      model.rates
        == ExchangeRates(
          [
            .init(base: euro, quoted: dollar): try #require(ExactDecimal("1.0850")),
            .init(base: pound, quoted: euro): try #require(ExactDecimal("1.19")),
          ], asOf: CalendarDate("2026-11-20")))
  }

  @Test("may leave the values of a split to its own keys")
  func splitWithoutEntities() throws {
    let text = try SampleConfiguration.replacing("entities: [US, UK, DE]\n", with: "").text
    #expect(SampleConfiguration.read(text).model?.ownership == model.ownership)
  }

  @Test("may list the values of a split beside it")
  func splitWithItsOwnValues() throws {
    let text = try SampleConfiguration.replacing(
      "{by: deal.entity, US", with: "{by: deal.entity, of: [DE, UK, US], US"
    ).text
    #expect(SampleConfiguration.read(text).model?.ownership == model.ownership)
  }

  @Test("takes Norway for a value, not for a refusal")
  func norway() throws {
    let listed = try SampleConfiguration.replacing("[US, UK, DE]", with: "[US, UK, NO]").text
    let text = listed.replacing("DE: erp_eu", with: "NO: erp_eu")
    #expect(
      SampleConfiguration.read(text).model?.ownership.owner(of: .invoiced)
        == .split(by: .entity, ["US": "erp_us", "UK": "erp_eu", "NO": "erp_eu"]))
  }

  @Test("is the same read from bytes")
  func bytes() {
    let result = ConfigurationFile.read(
      Array(SampleConfiguration.text.utf8), file: "/home/ops/plumbline.yaml",
      kinds: SampleConfiguration.kinds, home: "/home/ops")
    #expect(result.model == model)
  }

  @Test("says in one plain sentence per field who owns it")
  func sentences() {
    let sentences = model.ownershipSentences()
    #expect(sentences.count == FieldName.catalog.count)
    #expect(
      model.ownershipSentence(of: .stage)
        == "deal.stage is owned by crm (hubspot); steward Dana Reyes.")
    #expect(
      model.ownershipSentence(of: .invoiced)
        == "rollup.invoiced is owned by erp_us (netsuite) for US and by erp_eu (netsuite) for DE "
        + "and UK, by deal.entity; stewards Hannah Cole and Katrin Ahlers; "
        + "compared with crm.invoiced_total.")
    #expect(
      model.ownershipSentence(of: .tickets)
        == "tickets has no owner: no system is read for the support domain.")
  }

  @Test("is looked for under XDG_CONFIG_HOME, else under the home directory")
  func defaultPath() {
    #expect(
      ConfigurationFile.defaultPath(environment: ["XDG_CONFIG_HOME": "/x", "HOME": "/h"])
        == "/x/plumbline/plumbline.yaml")
    #expect(
      ConfigurationFile.defaultPath(environment: ["XDG_CONFIG_HOME": "x", "HOME": "/h/"])
        == "/h/.config/plumbline/plumbline.yaml")
    #expect(ConfigurationFile.defaultPath(environment: ["XDG_CONFIG_HOME": ""]) == nil)
  }
}
