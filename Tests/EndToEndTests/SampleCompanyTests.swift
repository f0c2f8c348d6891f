import DealModel
import Foundation
import Testing

extension EndToEnd {
  /// What the sample company shows of systems that are files, of flows, and of its own folder.
  @Suite("The sample company's other systems", .serialized, .timeLimit(.minutes(3)))
  struct SampleCompany {
    private let plumbline: Plumbline

    init() throws { plumbline = try Plumbline() }

    @Test("a deal of the acquired firm takes invoices from the ledger and costs from the export")
    func splitOwnership() async throws {
      let result = try await plumbline.run("deal", "BW-10061", "--demo", "--json")
      #expect(result.code == 0, "\(result.errors)")
      let deal = try result.json()
      #expect(deal["sources"]?.keys == ["crm", "desk", "ledger", "pm", "suppliers"])
      #expect(deal["invoices"]?.array?.allSatisfy { $0["system"] == "ledger" } == true)
      #expect(deal["costs"]?.array?.allSatisfy { $0["system"] == "suppliers" } == true)
      // Its tickets are Zendesk's, read by configuration alone; others' are HubSpot's.
      let tickets = try #require(deal["tickets"]?.array)
      #expect(tickets.map { $0["number"] } == ["4415", "4416"])
      #expect(tickets.allSatisfy { $0["system"] == "desk" })
      #expect(tickets.first?["open"] == true && tickets.last?["open"] == false)
      #expect(tickets.first?["person"] == "Tess Jansen")
      // Names in the export's own encoding come out as they are meant.
      let other = try await plumbline.run("deal", "BW-10062", "--demo", "--json").json()
      let parties = other["costs"]?.array?.compactMap { $0["party"]?.string } ?? []
      #expect(parties.contains("Société Belge de Plongée"))
      #expect(parties.contains("Straalbedrijf Noord; Zoon & Co"))
    }

    @Test("costs of an export are as old as its file, beside invoices that were read just now")
    func ageOfExport() async throws {
      let deal = try await plumbline.run("deal", "BW-10061", "--demo", "--json").json()
      let age = try #require(deal["sources"]?["suppliers"]?["age_seconds"]?.integer)
      #expect((0..<86_400).contains(age))
      #expect((deal["sources"]?["ledger"]?["age_seconds"]?.integer ?? 99) < 60)
      let fetched = try #require(deal["costs"]?[0]?["fetched_at"]?.string)
      #expect(fetched.hasSuffix("T05:40:00Z"), "\(fetched)")
      let tmux = try await Tmux(
        columns: 120, rows: 40, running: [try Binary.path(), "demo"], folder: plumbline.folder)
      try await tmux.wait(for: "66 deals", "31.3%")
      try await tmux.press("g")
      try await tmux.type("BW-10061")
      try await tmux.press("Enter")
      // The heading is the ledger's; what is not as young says so in its line.
      let shown = age < 3_600 ? "\(age / 60)m" : "\(age / 3_600)h"
      try await tmux.wait(for: "both ages") { screen in
        screen.line(with: "MONEY")?.contains("ledger · ● live · <1m") == true
          && screen.line(with: "committed cost")?.contains("suppliers ● ") == true
          && screen.line(with: "COSTS 5")?.contains("suppliers · ● live · \(shown.dropLast(1))")
            == true
      }
    }

    @Test("a deal without its project says which flow should have made it, and when that last ran")
    func deadFlow() async throws {
      let result = try await plumbline.run("deal", "BW-10064", "--demo", "--json")
      let fault = try #require(try result.json()["links"]?.array?.first)
      #expect(fault["kind"] == "dangling" && fault["system"] == "pm")
      let flow = try #require(fault["flow"])
      #expect(flow["flow"] == "deal_to_project" && flow["kind"] == "make")
      #expect(flow["status"] == "silent" && flow["on"] == true && flow["failures"] == 0)
      let last = try #require(flow["last_run"]?.string.flatMap { Timestamp($0) })
      let fetched = try #require(flow["fetched_at"]?.string.flatMap { Timestamp($0) })
      #expect((9..<10).contains(last.duration(to: fetched).components.seconds / 86_400))
      let words = try await plumbline.run("deal", "BW-10064", "--demo")
      #expect(
        words.output.contains(
          "Flow deal_to_project should have made them from crm: it last ran at \(last)"))
      #expect(words.output.contains("Ask Ines Faro"))
      // The flow that does run is not blamed for what it should have made.
      let other = try await plumbline.run("deal", "BW-10028", "--demo", "--json").json()
      let running = try #require(other["links"]?.array?.first?["flow"])
      #expect(running["flow"] == "deal_to_sap" && running["status"] == "running")
    }

    @Test("without the ledger's driver the demo starts, and names the package that is missing")
    func missingDriver() async throws {
      let folder = plumbline.folder
      _ = try folder.write("", to: "odbcinst.ini")
      let without = ["ODBCSYSINI": folder.path, "ODBCINSTINI": "odbcinst.ini"]
      let environment = plumbline.environment.merging(without) { $1 }
      let health = try await Child.run(
        [Binary.path(), "health", "--demo", "--json"], environment: environment)
      let row = try #require(try health.json().array?.first { $0["system"] == "ledger" })
      #expect(
        row["last_error"]?["message"]?.string?.contains("Install Debian's package libsqliteodbc")
          == true)
      let deals = try await Child.run(
        [Binary.path(), "deals", "--demo", "--json"], environment: environment)
      #expect(deals.code == 3)
      let rows = try #require(try deals.json().array)
      #expect(rows.count == 66)
      let theirs = try #require(rows.first { $0["id"] == "BW-10061" })
      #expect(theirs["rollup"]?["invoiced"]?["amount"] == .null)
      #expect(theirs["rollup"]?["committed_cost"]?["amount"] == "118318.75")
      let tmux = try await Tmux(
        columns: 120, rows: 40, running: [try Binary.path(), "demo"], folder: folder, without)
      try await tmux.wait(for: "66 deals", "31.3%")
      try await tmux.press("g")
      try await tmux.type("BW-10061")
      try await tmux.press("Enter")
      try await tmux.wait(for: "Could not be asked: ledger", "libsqliteodbc")
    }

    @Test("two at once have the same answer, leave the sample's folder alone, and nothing behind")
    func twice() async throws {
      let before = try listing(Binary.company("brightwater"))
      async let first = plumbline.run("deals", "--demo", "--json", "--where", "BW-10003")
      async let second = plumbline.run("deals", "--demo", "--json", "--where", "BW-10003")
      let answers = try await [first, second]
      for answer in answers {
        #expect(answer.code == 0, "\(answer.errors)")
        let invoiced = try answer.json()[0]?["rollup"]?["invoiced"]
        #expect(invoiced?["amount"] == "91500.00" && invoiced?["complete"] == true)
      }
      #expect(try listing(Binary.company("brightwater")) == before)
      let left = try FileManager.default.contentsOfDirectory(atPath: plumbline.folder.path)
      #expect(!left.contains { $0.hasPrefix("plumbline-sandbox-") }, "\(left)")
    }

    /// Every file below a folder with its time of change.
    private func listing(_ folder: String) throws -> [String: Date] {
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
      return try names.reduce(into: [:]) { times, name in
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
        times[name] = attributes[.modificationDate] as? Date
      }
    }
  }
}
