import AdapterKit
import Adapters
import CompanyConfiguration
import DealModel
import Sandbox
import Synchronization

/// Calls for a screenful of deals by kind of system and of record, beside the fewest that the vendor's
/// own limits allow. `first` holds what is asked once and kept for a while besides: tokens, sessions,
/// owners, pipelines, preferences, whole lists that an index is made of.
struct CallBenchmarks {
  let directory: String

  /// One system to be asked.
  struct Subject: Sendable {
    var system: SystemName
    var name: String
    /// Kind of record → the fewest calls for so many deals, when they brought so many records.
    var least: [RecordKind: @Sendable (_ deals: Int, _ records: Int) -> Int]
  }

  /// The companies, and what asks them.
  private struct Bench {
    var company: CompanyModel
    var transport: any HTTPTransport
  }

  func run() async throws {
    let files = try CallCompany()
    defer { files.erase() }
    print(
      "calls for a screenful of deals (first screen; the next one; fewest by the vendor's limits)")
    let sample = try await bench(directory)
    try await measure(Self.sample, sample, files.ids(100, from: 10_001))
    let own = try await bench(files.folder)
    try await measure(Self.own, own, files.ids(100, from: 10_001))
  }

  private static func pages(of size: Int) -> @Sendable (Int, Int) -> Int {
    { deals, _ in (deals + size - 1) / size }
  }

  /// Systems of the sample company, which has sixty deals: IDs beyond them are asked about all the same.
  private static let sample: [Subject] = [
    Subject(
      system: "crm", name: "hubspot",
      least: [
        // Deals, their companies' IDs and the companies: three batch reads of at most 100 inputs.
        // developers.hubspot.com, "CRM API: batch", "Associations v4".
        .deals: { deals, _ in 3 * ((deals + 99) / 100) },
        // The deals' own IDs, the tickets' IDs and the tickets.
        .tickets: { deals, _ in 3 * ((deals + 99) / 100) },
      ]),
    Subject(
      system: "erp_us", name: "netsuite",
      // One SuiteQL statement; 1,000 rows on a page. Oracle, "SuiteQL query service".
      least: [
        .invoices: { _, records in max(1, (records + 999) / 1_000) },
        .costs: { _, records in max(1, (records + 999) / 1_000) },
      ]),
    Subject(
      system: "pm", name: "jira",
      // Enhanced search gives at most 100 issues on a page once fields are asked for.
      // developer.atlassian.com, "Issue search", `maxResults`.
      least: [
        .milestones: { _, records in max(1, (records + 99) / 100) },
        .hours: { _, records in max(1, (records + 99) / 100) },
      ]),
    Subject(
      system: "site", name: "rest",
      // One search with every deal in it, as the configuration says: the site's pages, as above.
      least: [.milestones: { _, records in max(1, (records + 99) / 100) }]),
  ]

  /// Systems of a company that is made here, with a hundred deals.
  private static let own: [Subject] = [
    Subject(
      system: "erp_uk", name: "quickbooks",
      least: [
        // No join and no OR: one query for each kind of document, 1,000 objects on a page; the
        // address of a GET holds about a hundred IDs. developer.intuit.com, "Data queries". A batch of
        // queries would be one POST, of which only 40 a minute are allowed.
        .invoices: { deals, _ in 2 * ((deals + 99) / 100) },
        // Bills, vendor credits, purchases and orders.
        .costs: { deals, _ in 4 * ((deals + 99) / 100) },
      ]),
    Subject(
      system: "erp_de", name: "sap-b1",
      least: [
        // One GET for each entity set: OData has no union, and `$batch` is no reading request.
        // SAP, "Working with SAP Business One Service Layer".
        .invoices: { deals, _ in 3 * ((deals + 99) / 100) },
        .costs: { deals, _ in 4 * ((deals + 99) / 100) },
      ]),
    Subject(
      system: "ledger", name: "odbc",
      // One statement.
      least: [.invoices: pages(of: 500), .costs: pages(of: 500)]),
    Subject(
      system: "exports", name: "csv",
      // One look at the file.
      least: [.invoices: { _, _ in 1 }]),
  ]

  private static let ownership = "delivery: {by: deal.entity, US: pm, UK: site, DE: pm, NL: pm}"

  /// The sample company's delivery site once more, read by configuration alone.
  private static let site = #"""
      site:
        kind: rest
        link: fields.customfield_10042
        base_url: \#(InProcess.origin)/pm
        vendor: Site
        auth: {type: basic, user: {file: "secrets/pm-email"}, password: {file: "secrets/pm-token"}}
        reading_posts: [/rest/api/3/search/jql]
        probe: {get: /rest/api/3/myself, identity: displayName}
        steward: A
        failure_mode: B
        records:
          milestones:
            post: /rest/api/3/search/jql
            each: 'cf[10042] ~ "\"{deal}\""'
            separator: " OR "
            quote: backslash
            body: |
              {"jql": "project = BWD AND issuetype = Epic AND ({each}) ORDER BY created ASC",
               "fields": ["summary", "status", "updated", "created", "duedate", "customfield_10042"],
               "maxResults": 5000, "nextPageToken": "{cursor}"}
            items: issues
            paging: {by: cursor, next: nextPageToken}
            number: key
            values:
              name: fields.summary
              done: {path: fields.status.statusCategory.key, is: [done]}
              due: fields.duedate
    """#

  // MARK: Asking

  private func bench(_ folder: String) async throws -> Bench {
    let sandbox = try SandboxCompany(path: folder, time: SystemClock(), today: nil)
    try await sandbox.load()
    let text = try sandbox.company.readyConfiguration(origin: InProcess.origin)
    let read = ConfigurationFile.read(
      folder == directory
        ? text.replacing("\nsystems:\n", with: "\nsystems:\n" + Self.site + "\n")
          .replacing("delivery: pm", with: Self.ownership) : text,
      file: folder + "/plumbline.yaml", kinds: VendorKinds.all.map { $0.schema })
    guard let company = read.model else {
      throw Unreadable(words: read.errors.map { "\($0)" }.joined(separator: "\n"))
    }
    return Bench(company: company, transport: InProcess(sandbox))
  }

  private struct Unreadable: Error { let words: String }

  private func measure(_ subjects: [Subject], _ bench: Bench, _ ids: [DealID]) async throws {
    for subject in subjects {
      guard let system = bench.company.system(subject.system) else { continue }
      for kind in subject.least.keys.sorted() {
        for count in [40, 100] {
          let calls = Counter()
          let adapter = try adapter(system, bench, calls)
          let asked = Array(ids.prefix(count))
          let records = try await ask(adapter, kind, asked)
          let first = calls.operations.count
          _ = try await ask(adapter, kind, asked)
          let next = Array(calls.operations.dropFirst(first))
          await adapter.close()
          // A new adapter knows nothing of what the one before used up of the limits.
          try await Task.sleep(for: .seconds(1))
          let least = subject.least[kind]?(count, records) ?? 0
          let words =
            next.count > least ? "  \(next.count - least) more: \(Set(next).sorted())" : ""
          print(
            "  \(pad(subject.name, 11)) \(pad(kind.rawValue, 10)) \(pad("\(count)", 4)) deals "
              + "\(pad("\(records)", 4)) records: \(first); \(next.count); \(least)\(words)")
        }
      }
    }
  }

  /// All of the deals, in batches as large as the adapter takes.
  private func ask(
    _ adapter: any Adapter, _ kind: RecordKind, _ ids: [DealID]
  ) async throws -> Int {
    let size = adapter.capabilities.batchSizes[kind] ?? 1
    var records = 0
    for start in stride(from: 0, to: ids.count, by: size) {
      let batch = Array(ids[start..<min(start + size, ids.count)])
      records += try await adapter.records(of: kind, for: batch).values.reduce(0) { $0 + $1.count }
    }
    return records
  }

  private func adapter(
    _ system: ConfiguredSystem, _ bench: Bench, _ calls: Counter
  ) throws -> any Adapter {
    guard let kind = VendorKinds.all.first(where: { $0.schema.kind == system.kind }) else {
      throw Unreadable(words: "There is no kind \(system.kind).")
    }
    return try kind.makeAdapter(
      AdapterContext(
        system: system, sharedID: bench.company.sharedID, transport: bench.transport,
        secrets: EnvironmentSecretReader(), time: SystemClock(), random: SystemRandom(),
        observer: calls))
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Counts calls.
  private final class Counter: CallObserver {
    private let state = Mutex<[String]>([])
    var operations: [String] { state.withLock { $0 } }
    func callEnded(_ call: CallReport) { state.withLock { $0.append(call.operation) } }
  }

  /// The emulators without a network between.
  private struct InProcess: HTTPTransport {
    static let origin = "http://127.0.0.1:4100"
    private let sandbox: SandboxCompany

    init(_ sandbox: SandboxCompany) { self.sandbox = sandbox }

    func exchange(
      _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
    ) async throws -> HTTPAnswer {
      let outcome = try await sandbox.respond(
        to: EmulatedRequest(
          method: request.method, url: request.url,
          headers: request.headers.map { NamedValue($0.name, $0.value) }, body: request.body))
      guard case .answered(let response) = outcome else {
        throw HTTPTransportError.cannotConnect("closed without an answer")
      }
      return HTTPAnswer(
        status: response.status, headers: response.headers.map { HTTPField($0.name, $0.value) },
        body: response.body)
    }
  }
}
