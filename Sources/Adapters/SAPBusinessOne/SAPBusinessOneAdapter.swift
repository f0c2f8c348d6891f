import AdapterKit
import DealModel

/// SAP Business One over its Service Layer: invoices and costs.
///
/// Invoices are A/R invoices, down payment invoices and credit notes, by the link property of their
/// heads. Costs are purchase orders and goods receipts with their open part, A/P invoices and A/P
/// credit notes: by the same property, or, where the link is the project, by the project of their lines, each deal with
/// its own part. Drafts are kept elsewhere by Business One and never met.
///
/// Everything goes through one session, one call at a time.
///
/// Source: "Working with SAP Business One Service Layer" 1.28; SAP Service Layer API reference 1.27.
struct SAPBusinessOneAdapter: Adapter {
  /// The deal IDs in one question. They stand in the address, which Apache cuts off at 8,190 bytes.
  static let batchSize = 100
  /// The most documents asked for on one page.
  static let pageSize = 500
  /// The vendor's name for people.
  static let vendor = "SAP Business One"

  let system: ConfiguredSystem
  let version: B1Version
  let clock: B1Clock
  let session: B1Session
  let port: HTTPPort
  let time: any TimeSource
  let company: AgedAnswer<String>
  let isoCodes: AgedAnswer<[String: String]>

  let capabilities = AdapterCapabilities(
    batchSizes: [
      .invoices: SAPBusinessOneAdapter.batchSize, .costs: SAPBusinessOneAdapter.batchSize,
    ],
    detailKinds: [.invoices, .costs], finds: true, reportsChanges: true, listsLinks: true)

  init(_ context: AdapterContext) throws {
    let system = context.system
    let address = try B1Address(of: system)
    for name in [system.link] + system.echoProperties where !Self.isProperty(name) {
      throw SystemError(
        .refused, system: system.name,
        message: "\(VisibleText(name)) cannot be a property of SAP Business One. Mend `link` and "
          + "`compare` of \(system.name): U_ and the name of a user-defined field, such as "
          + "U_DealID, or Project.")
    }
    let zone = system.settings.text("time_zone") ?? ""
    guard let clock = B1Clock(zone: zone) else {
      throw SystemError(
        .refused, system: system.name,
        message: "There is no time zone \(VisibleText(zone)). Mend `time_zone` of systems."
          + "\(system.name), such as Europe/Berlin.")
    }
    let session = B1Session(context)
    let port = HTTPPort(Self.settings(of: system, at: address, session: session), in: context)
    let version = address.version
    self.system = system
    self.clock = clock
    self.session = session
    self.port = port
    self.version = version
    time = context.time
    company = AgedAnswer(lifetime: .seconds(86_400), time: context.time) {
      if let currency = system.settings.currency("local_currency") { return currency.code }
      return try await Self.localCurrency(port, version, of: system)
    }
    isoCodes = AgedAnswer(lifetime: .seconds(3_600), time: context.time) {
      try await Self.isoCodes(port, version)
    }
  }

  private static func settings(
    of system: ConfiguredSystem, at address: B1Address, session: B1Session
  ) -> HTTPPortSettings {
    HTTPPortSettings(
      system: system.name, vendor: vendor, baseURL: address.base, authorizer: session,
      tokenEndpoint: .path(address.version.path("Login")),
      // The first two open and end our own session; the others only read.
      readingPosts: Set(
        [
          "Login", "Logout", "QueryService_PostQuery", "CompanyService_GetCompanyInfo",
          "CompanyService_GetAdminInfo",
        ].map(address.version.path)),
      errors: errorTable, concurrency: 1, callDeadline: system.callDeadline)
  }

  func records(of kind: RecordKind, for ids: [DealID]) async throws -> [DealID: [Record]] {
    let sets = sets(of: kind)
    guard !sets.isEmpty else { throw notRead(kind) }
    var found: [B1Found] = []
    for set in sets where !ids.isEmpty {
      let isByLine = isLinkedByLine(set)
      if isByLine || set.isOrder {
        found += try await lineDocuments(set, ids, byLine: isByLine)
      } else {
        found += try await documents(set, ids)
      }
    }
    let context = try await self.context(for: found.map(\.row))
    var records = Dictionary(ids.map { ($0, [Record]()) }) { first, _ in first }
    for document in found {
      guard let reader = B1Reader(document.row, of: document.set, in: context),
        reader.isDocument
      else { continue }
      records[document.deal]?.append(
        reader.record(of: document.deal, lines: document.lines, part: document.part))
    }
    return records.mapValues { $0.sorted(by: Self.isNewer) }
  }

  /// Ends the session, also when the program that asks is being cancelled: a session left behind
  /// holds a licence for half an hour.
  func close() async {
    // Unstructured, because the task that closes is as a rule a cancelled one.
    await Task { await self.logOut() }.value
  }

  private func logOut() async {
    let ending = Task<Void, any Error> {
      guard await session.beginClosing() else { return }
      let call = HTTPCall(
        "POST", version.path("Logout"), deadline: .seconds(Self.patience))
      _ = try await port.answer(to: call)
      await session.end()
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { _ = try? await Joining.value(of: ending) }
      group.addTask { try? await time.sleep(for: .seconds(Self.patience)) }
      await group.next()
      group.cancelAll()
    }
  }

  /// The seconds that ending a session may take.
  private static let patience = 2

  // MARK: What there is

  /// The sets whose documents are records of a kind.
  func sets(of kind: RecordKind? = nil) -> [B1Set] {
    let leavesOut = system.settings.flag("down_payments") == false
    return B1Set.allCases.filter { set in
      (kind == nil || set.kind == kind) && !(leavesOut && set == .downPayments)
    }
  }

  /// Whether deals own single lines of the set's documents: costs are booked to projects by line.
  func isLinkedByLine(_ set: B1Set) -> Bool { system.link == "Project" && set.kind == .costs }

  /// The name of a property, of the vendor's or of the company's making.
  private static func isProperty(_ name: String) -> Bool {
    guard let first = name.first, first.isASCII, first.isLetter else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private func notRead(_ kind: RecordKind) -> SystemError {
    SystemError(
      .refused, system: system.name,
      message: "\(system.name) (SAP Business One) is not read for \(kind.rawValue), only for "
        + "invoices and costs. Give \(kind.domain.rawValue) another owner.")
  }

  /// Newest first: by day, then by the key that Business One counts upwards.
  private static func isNewer(_ left: Record, _ right: Record) -> Bool {
    let (leftDay, rightDay) = (left.content.day, right.content.day)
    if leftDay != rightDay {
      guard let leftDay else { return false }
      guard let rightDay else { return true }
      return leftDay > rightDay
    }
    let (leftKey, rightKey) = (B1Key(left.reference.id), B1Key(right.reference.id))
    if leftKey?.entry != rightKey?.entry { return (leftKey?.entry ?? 0) > (rightKey?.entry ?? 0) }
    return left.reference.id > right.reference.id
  }
}

/// Where the Service Layer is, without the version that people copy along with it.
struct B1Address {
  let base: BaseURL
  let version: B1Version

  init(of system: ConfiguredSystem) throws {
    var text = system.settings.text("base_url") ?? ""
    var version = system.settings.text("version").flatMap(B1Version.init)
    while text.hasSuffix("/") { text.removeLast() }
    for suffix in [B1Version.v1, .v2] where text.hasSuffix("/b1s/\(suffix.rawValue)") {
      text.removeLast("/b1s/v1".count)
      version = version ?? suffix
    }
    do { base = try BaseURL(text) } catch {
      throw SystemError(
        .refused, system: system.name,
        message: "The address of \(system.name) \(error.reason). Mend `base_url` of systems."
          + "\(system.name), such as https://HOST:50000.")
    }
    self.version = version ?? .v2
  }
}

extension B1Version {
  /// The path of a resource below the base address.
  func path(_ resource: String) -> String { "/b1s/\(rawValue)/\(resource)" }
}
