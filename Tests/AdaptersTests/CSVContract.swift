import AdapterKit
import Adapters
import DealModel
import Sandbox
import Synchronization
import TestSupport

extension ContractSubject {
  static let csv = ContractSubject(
    kind: CSVKind.self, system: "exports", link: "Deal",
    settings: [
      "separator": .text("semicolon"), "decimal": .text("comma"), "thousands": .text("point"),
      "date_format": .text("dd.MM.yyyy"), "currency": .currency(CSVExports.euro),
      "invoices_columns": .mapping([
        "number": .text("Beleg"), "net": .text("Netto"), "issued": .text("Datum"),
      ]),
    ],
    deals: [.invoices: "BW-10001", .costs: "BW-10002"], number: ("RE-7", "BW-10001"),
    change: (ControlOrder(.correctInvoice(number: "RE-7", net: 1234)), "BW-10001", .invoices),
    drift: ControlOrder(.renameProperty(from: "Deal", to: "Projekt")),
    mostCalls: [.invoices: 1, .costs: 1], renewsCredentials: false,
    source: { try CSVExports($0) },
    exemptions: ContractScenario.exemptions(
      withoutJSON: "files hold no JSON: CSVFileTests cuts them, CSVRowTests fills them with noise",
      besides: [
        .history: "a file tells nothing of what it held before",
        .crossedAnswers: "nobody answers: rows are found by their own deal ID in the file itself",
        .onlyReads: "files are opened for reading alone, and nothing is sent",
        .passingFailure: "a file is there or not; one being written is CSVFileTests' matter",
        .dropped: "there is no connection; a file that went is the scenario about failing",
        .throttled: "a disk has no limit on calls",
        .wrongCredentials: "a file has no password; CSVFileTests takes away the right to read",
        .expiredCredentials: "a file has no password that could expire",
        .late: "a read blocks a thread of its own; a share that hangs has no deadline to miss",
        .cancelled: "CSVFileTests cancels a long read",
        .cancelledLater: "CSVFileTests cancels a long read",
      ]))
}

/// Two exports as German finance writes them.
final class CSVExports: ContractSource {
  static let euro: Currency = {
    guard let euro = Currency(code: "EUR") else { preconditionFailure("ISO 4217 lists EUR") }
    return euro
  }()

  private struct State {
    var net = "12.345,67"
    var link = "Deal"
  }

  private let folder: CSVFolder
  private let state = Mutex(State())

  init(_ clock: ManualClock) throws {
    folder = try CSVFolder(clock)
    try write()
  }

  var settings: [String: SettingValue] {
    [
      "invoices": .text("\(folder.path)/rechnungen-*.csv"),
      "costs": .text("\(folder.path)/kosten.csv"),
    ]
  }

  func obey(_ order: ControlOrder) async throws {
    // An export that comes is at rest by the time somebody looks again.
    folder.clock.advance(by: .seconds(20))
    switch order.act {
    case .correctInvoice(_, let net):
      state.withLock { $0.net = "\(net),00" }
      try write()
    case .renameProperty(_, let name):
      state.withLock { $0.link = name }
      try write()
    case .fail: for name in folder.names { folder.erase(name) }
    case .mend:
      state.withLock { $0.link = "Deal" }
      try write()
    default: throw UnknownOrder(act: order.act)
    }
  }

  private func write() throws {
    let state = state.withLock { $0 }
    try folder.write(
      """
      Beleg;\(state.link);Datum;Netto;status
      RE-7;BW-10001;03.11.2026;\(state.net);open
      RE-8;BW-10001;04.11.2026;1,50;paid
      RE-9;BW-10045;05.11.2026;99,00;open

      """, to: "rechnungen-2026-11.csv")
    try folder.write(
      """
      number;\(state.link);date;net;type;party
      ER-1;BW-10002;01.10.2026;1.000,00;bill;"Müller; Söhne"
      ER-2;;01.10.2026;20,00;expense;Taxi

      """, to: "kosten.csv")
  }
}
