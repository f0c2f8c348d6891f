import DealModel
import Glibc
import TruthEngine

/// The list at size: memory per deal, filter and sort.
struct TableBenchmarks {
  let count: Int

  func run() {
    let now = Timestamp(startOf: CalendarDate(daysSinceEpoch: 20_777))
    let company = CompanyModel(
      company: "Bench", sharedID: SharedID(origin: "crm", pattern: "^BW-[0-9]{7}$"), systems: [],
      ownership: Ownership(domains: [.commercial: .system("crm")]))
    // What building records costs is there before the table is.
    var warm = (0..<1_000).map(record)
    warm.removeAll()
    let before = residentBytes()
    var table = DealTable(of: company)
    var text = 0
    for start in stride(from: 0, to: count, by: 1_000) {
      let records = (start..<start + 1_000).map(record)
      for record in records { text += textBytes(record) }
      _ = table.apply(index: records, fetchedAt: now)
    }
    let perDeal = (residentBytes() - before - text) / count
    print("table of \(count) deals: \(perDeal) bytes a deal besides \(text / count) of text")

    var view = DealView(of: table, by: DealOrder(.id), filter: DealQuery(), at: now)
    var settled: [Duration] = []
    for word in ["harbour 77", "stage:won value>50000", "yard quay 3"] {
      for length in 1...word.count {
        let start = ContinuousClock.now
        view.filter(DealQuery.typed(String(word.prefix(length))).query, in: table, at: now)
        settled.append(ContinuousClock.now - start)
      }
      view.filter(DealQuery(), in: table, at: now)
    }
    print(
      "filter, each typed character: \(Benchmarks.median(settled)) ms median, "
        + "\(Benchmarks.milliseconds(settled.max() ?? .zero)) ms worst")
    for column in [DealOrder.Column.value, .name, .company] {
      let start = ContinuousClock.now
      view.sort(by: DealOrder(column, descending: true), in: table, at: now)
      print(
        "sort by \(column.rawValue): \(Benchmarks.milliseconds(ContinuousClock.now - start)) ms")
    }
  }

  private func record(_ number: Int) -> Record {
    let words = ["harbour", "quay", "slipway", "yard", "pontoon", "fender", "crane", "ferry"]
    let name =
      "\(words[number % 8]) \(words[number / 8 % 8]) \(words[number / 64 % 8]) \(number)"
    var fields: [FieldName: Answer<FieldValue>] = [
      .name: .value(.text(name)), .company: .value(.text("Company \(number % 3_000)")),
      .stage: .value(.text(["Won", "Lost", "Proposal sent"][number % 3])),
      .person: .value(.text("Person \(number % 40)")), .entity: .value(.text("US")),
    ]
    if let currency = Currency(code: "USD") {
      fields[.value] = .value(.money(Money(ExactDecimal(number * 37 % 2_000_000), currency)))
    }
    let id = String(1_000_000 + number)
    return Record(
      reference: RecordReference(system: "crm", kind: .deals, id: id), dealID: DealID("BW-" + id),
      number: "BW-" + id, content: .deal(fields))
  }

  private func textBytes(_ record: Record) -> Int {
    guard case .deal(let fields) = record.content else { return 0 }
    return [fields[.name], fields[.company]].reduce(record.dealID.text.utf8.count) {
      $0 + ($1?.value?.description.utf8.count ?? 0)
    }
  }

  private func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, 128, file) != nil else { return 0 }
    let fields = String(decoding: buffer.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
