import DealModel
import Testing

extension EndToEnd {
  /// The program knows nothing of its sample company: another one, written by hand, works unchanged.
  @Suite("A second company", .serialized, .timeLimit(.minutes(5)))
  struct SecondCompany {
    @Test("the demo shows it")
    func demo() async throws {
      let tmux = try await Tmux(
        columns: 120, rows: 40,
        running: [try Binary.path(), "demo", "--data", try Binary.company("tidemark")],
        folder: try ScratchFolder())
      try await tmux.wait(
        for: "Tidemark Boatworks", "3 deals", "TM-001", "62.5%", "● crm", "● erp", "● pm")
      try await tmux.press("4")
      try await tmux.wait(for: "Sanna Ek", "Bo Lindgren")
    }

    @Test("the commands read it from its sandbox")
    func commands() async throws {
      let plumbline = try Plumbline()
      let sandbox = try await SandboxProcess("tidemark", folder: plumbline.folder)
      let deals = try await plumbline.run("deals", "--config", sandbox.configuration, "--json")
      #expect(deals.code == 0)
      let rows = try #require(try deals.json().array)
      #expect(rows.count == 3)
      let isWhole = rows.allSatisfy { $0["rollup"]?["invoiced"]?["complete"]?.bool == true }
      #expect(isWhole)
      let check = try await plumbline.run("check", "--config", sandbox.configuration, "--json")
      #expect(check.code < 2)
      #expect(try check.json()["complete"]?.bool == true)
    }
  }
}
