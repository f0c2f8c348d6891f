import AdapterKit
import DealModel

/// QuickBooks Online: invoices and credit memos by customer, costs and hours by an index in memory.
///
/// What the vendor cannot be asked for by deal is found by ``QuickBooksIndex`` and then read anew by
/// its ID, so that no amount is ever older than its answer.
///
/// - Source: developer.intuit.com, QuickBooks Online Accounting API, minor version 75.
struct QuickBooksAdapter: Adapter {
  /// The most deals in one batch: their customers fit into one question.
  static let batchSize = QuickBooksCall.mostIDs
  /// The vendor's name for people.
  static let vendor = "QuickBooks"

  let system: ConfiguredSystem
  let realm: String
  let link: QuickBooksLink
  let call: QuickBooksCall
  let port: HTTPPort
  let time: any TimeSource
  let index: QuickBooksIndex
  let preferences: AgedAnswer<QuickBooksPreferences>

  let capabilities: AdapterCapabilities

  init(_ context: AdapterContext) throws {
    let system = context.system
    self.system = system
    time = context.time
    realm = try Self.realm(of: system)
    let link = QuickBooksLink(system.link)
    self.link = link
    var kinds: [RecordKind] = [.invoices, .costs]
    // Time worked bears a customer, and neither a number nor a custom field.
    if link == .customer { kinds.append(.hours) }
    capabilities = AdapterCapabilities(
      batchSizes: Dictionary(uniqueKeysWithValues: kinds.map { ($0, Self.batchSize) }),
      detailKinds: [.invoices, .costs], finds: true, reportsChanges: true, listsLinks: true)
    call = QuickBooksCall(realm: realm, asksFields: link.fieldName != nil)
    let tokens = try QuickBooksTokens(context)
    var settings = HTTPPortSettings(
      system: system.name, vendor: Self.vendor,
      baseURL: try Self.address(of: system),
      authorizer: OAuthAuthorizer(system: system.name, time: context.time) { endpoint, _ in
        try await tokens.renewed(through: endpoint)
      },
      tokenEndpoint: .url(try Self.tokenAddress(of: system)), errors: QuickBooksCall.errors,
      // Ten a second and five hundred a minute by the documentation; others use the company too.
      // Ten a second, counted when they arrive: those that their connections held up for a second may
      // meet those of the next.
      rateLimits: [RateLimit(5, per: .seconds(1)), RateLimit(450, per: .seconds(60))],
      concurrency: 6, callDeadline: system.callDeadline, requestIDHeader: "intuit_tid")
    settings.hiddenStatus = { QuickBooksCall.hiddenStatus(of: $0) }
    let port = HTTPPort(settings, in: context)
    self.port = port
    let pages = QuickBooksPages(port: port, call: call)
    guard let pattern = try? DealIDPattern(context.sharedID.pattern) else {
      throw SystemError(
        .refused, system: system.name,
        message: "The pattern of deal IDs cannot be read. Mend `shared_id.pattern`.")
    }
    let ledger = QuickBooksLedger(link: link, ids: QuickBooksIDs(link: link, pattern: pattern))
    index = QuickBooksIndex(ledger, pages: pages, time: context.time)
    let preferencesCall = call.preferences
    preferences = AgedAnswer(lifetime: .seconds(900), time: context.time) {
      try await port.read(preferencesCall) { reply in
        guard let preferences = QuickBooksPreferences(reply.value) else {
          throw port.malformed(preferencesCall.operation, "no readable \"Preferences\"")
        }
        return preferences
      }
    }
  }

  /// Waits for a refresh token under way, which has to be kept: the one before may be void.
  func close() async { await port.settle() }

  var pages: QuickBooksPages { QuickBooksPages(port: port, call: call) }

  private static func realm(of system: ConfiguredSystem) throws -> String {
    let realm = system.settings.text("realm") ?? ""
    guard !realm.isEmpty, realm.utf8.count <= 20, realm.allSatisfy({ ("0"..."9").contains($0) })
    else {
      throw SystemError(
        .refused, system: system.name,
        message:
          "`realm` of systems.\(system.name) is no company ID: digits alone, as Intuit shows "
          + "it under Account and settings > Billing.")
    }
    return realm
  }

  /// The host alone: people copy what stands behind it along with it.
  private static func address(of system: ConfiguredSystem) throws -> BaseURL {
    let address = try system.baseURL(default: "https://quickbooks.api.intuit.com")
    guard !"\(address.prefix)/".contains("/v3/") else {
      throw SystemError(
        .refused, system: system.name,
        message: "`base_url` of systems.\(system.name) goes too far: leave out /v3 and what "
          + "follows; company and minor version are added by themselves.")
    }
    return address
  }

  private static func tokenAddress(of system: ConfiguredSystem) throws -> BaseURL {
    let text = system.settings.text("token_url") ?? QuickBooksTokens.address
    do { return try BaseURL(text) } catch {
      throw SystemError(
        .refused, system: system.name,
        message: "The address for tokens of \(system.name) \(error.reason). Mend `token_url` of "
          + "systems.\(system.name).")
    }
  }
}

/// What the company's preferences say: its currencies, and the custom fields of its forms.
struct QuickBooksPreferences: Hashable, Sendable {
  /// The home currency's code, where it is told.
  let homeCurrency: String?
  /// Whether documents have currencies of their own.
  let isMulticurrency: Bool
  /// Names of the classic custom fields in use. Enhanced ones are defined elsewhere.
  let fieldNames: Set<String>
  /// Whether sales forms may have numbers of the company's own; `nil` when it is not told.
  let allowsOwnNumbers: Bool?

  /// - Parameter document: The answer; `nil` is returned when it holds no preferences.
  init?(_ document: JSONValue) {
    guard let preferences = document["Preferences"], preferences.members != nil else { return nil }
    let currencies = preferences["CurrencyPrefs"]
    homeCurrency = currencies?["HomeCurrency"]?["value"]?.string
    isMulticurrency = currencies?["MultiCurrencyEnabled"]?.bool ?? false
    let sales = preferences["SalesFormsPrefs"]
    allowsOwnNumbers = sales?["CustomTxnNumbers"]?.bool
    let orders = preferences["VendorAndPurchasesPrefs"]
    let groups = (sales?["CustomField"]?.array ?? []) + (orders?["POCustomField"]?.array ?? [])
    // Each group holds entries such as `SalesFormsPrefs.SalesCustomName1` with the field's name.
    let names = groups.flatMap { $0["CustomField"]?.array ?? [] }
      .filter { $0["Name"]?.string?.contains("CustomName") ?? false }
      .compactMap { $0["StringValue"]?.string }
    fieldNames = Set(names)
  }
}
