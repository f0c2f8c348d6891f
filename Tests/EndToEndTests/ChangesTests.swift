import DealModel
import Glibc
import Testing

extension EndToEnd {
  /// Finance corrects an invoice after the deal closed.
  @Suite("What changes", .serialized, .timeLimit(.minutes(5)))
  struct Changes {
    private let folder: ScratchFolder
    private let sandbox: SandboxProcess
    private let correction: JSONValue = [
      "do": "correct-invoice", "number": "INV1053", "net": "150000",
    ]

    init() async throws {
      folder = try ScratchFolder()
      sandbox = try await SandboxProcess("brightwater", folder: folder)
    }

    @Test("a corrected invoice marks its cells, enters the feed and leads to its line")
    func screen() async throws {
      let tmux = try await Tmux(
        columns: 120, rows: 40,
        running: [try Binary.path(), "open", "--config", sandbox.configuration], folder: folder)
      try await tmux.wait(for: "66 deals", "31.3%", "56.1%")
      try await tmux.press("5")
      try await tmux.wait(for: "Nothing has changed since", "crm, erp_us, erp_uk, erp_de")
      try await tmux.press("1")
      try sandbox.tell("erp_us", correction)
      try await tmux.wait(for: "marked cells") { screen in
        screen.line(with: "BW-10015")?.contains("Δ68.3%") == true
      }
      try await tmux.press("5")
      let feed = try await tmux.wait(for: "INV1053 net", "89,600.00 → 150,000.00 USD")
      #expect(feed.has("margin % 56.1% → 68.3%", "ΔINV1053"), "\(feed)")
      try await tmux.press("Down", "Enter")
      let deal = try await tmux.wait(for: "Changes › BW-10015", "INV1053 net was 89,600.00 USD")
      #expect(deal.has("Δ margin %", "Δ INV1053"), "\(deal)")
      try await tmux.press("w")
      try await tmux.wait(for: "before", "INV1053 net was 89,600.00 USD")
    }

    @Test("changes --follow prints a line per change at once, and ends with 130 on an interrupt")
    func follow() async throws {
      let output = try Pipe()
      let errors = try Pipe()
      let child = try Child(
        [Binary.path(), "changes", "--follow", "--json", "--config", sandbox.configuration],
        environment: Binary.environment(home: folder.path), output: output.writing,
        errors: errors.writing)
      output.stopWriting()
      errors.stopWriting()
      var words: [UInt8] = []
      let isWatching = try await soon(within: .seconds(30)) { () -> Bool? in
        words += errors.pending()
        return String(decoding: words, as: UTF8.self).contains("Watching 66 deals.") ? true : nil
      }
      try #require(isWatching == true, "\(String(decoding: words, as: UTF8.self))")
      // Changes are those since the feed began, which it has by its first question.
      try sandbox.tell("erp_us", correction)
      var said: [UInt8] = []
      let lines = try await soon(within: .seconds(30)) { () -> [Substring]? in
        said += output.pending()
        let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
        return lines.count >= 3 ? lines : nil
      }
      let net = try JSONValue(parsing: Array(try #require(lines?.first).utf8))
      #expect(net["deal"]?.string == "BW-10015")
      #expect(net["field"]?.string == "invoice.net")
      #expect(net["number"]?.string == "INV1053")
      #expect(net["old"]?["amount"]?.string == "89600.00")
      #expect(net["new"]?["amount"]?.string == "150000.00")
      let fields = net["effects"]?.array?.compactMap { $0["field"]?.string }
      #expect(fields?.contains("rollup.margin_percent") == true)
      child.signal(SIGINT)
      #expect(try await child.ending(within: .seconds(10)) == .exited(130))
    }

    @Test("changes --follow ends quietly when nobody reads any more")
    func brokenPipe() async throws {
      let result = try await Child.run(
        [
          "/bin/sh", "-c",
          "(\"$0\" changes --follow --csv --config \"$1\"; echo code $? >&2) | head -1",
          Binary.path(), sandbox.configuration,
        ], environment: Binary.environment(home: folder.path))
      #expect(result.output.hasPrefix("SOURCE TIME,"))
      #expect(result.errors.contains("code 0"), "\(result.errors)")
    }

    @Test("changes without --follow lists what the systems say was changed, with its source time")
    func list() async throws {
      try sandbox.tell("erp_us", correction)
      let result = try await Child.run(
        [
          Binary.path(), "changes", "--since", "1h", "--json", "--config", sandbox.configuration,
        ], environment: Binary.environment(home: folder.path))
      #expect(result.code == 0, "\(result.errors)")
      let rows = try #require(try result.json().array)
      let invoice = try #require(rows.first { $0["number"]?.string == "INV1053" })
      #expect(invoice["old"] == .null && invoice["old_seen"] == false)
      #expect(invoice["source_time"]?.string != nil)
      let none = try await Child.run(
        [Binary.path(), "changes", "--since", "soon", "--demo"],
        environment: Binary.environment(home: folder.path))
      #expect(none.code == 2 && none.errors.contains("90m, 24h, 7d"))
    }
  }
}
