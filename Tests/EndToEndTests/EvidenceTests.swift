import DealModel
import Testing

extension EndToEnd {
  @Suite("Why and evidence", .serialized, .timeLimit(.minutes(3)))
  struct WhyAndEvidence {
    private let plumbline: Plumbline

    init() throws { plumbline = try Plumbline() }

    @Test("why lays a margin out record by record and names the requests")
    func margin() async throws {
      let result = try await plumbline.run("why", "BW-10003", "rollup.margin", "--demo", "--json")
      #expect(result.code == 0, "\(result.errors)")
      let why = try result.json()
      #expect(why["value"]?["amount"]?.string == "51107.40")
      var sum = ExactDecimal.zero
      for part in try #require(why["parts"]?.array) {
        for total in part["totals"]?.array ?? [] {
          let amount = try #require(total["amount"]?.string.flatMap { ExactDecimal($0) })
          sum = try part["sign"]?.string == "-" ? sum.subtracting(amount) : sum.adding(amount)
        }
      }
      #expect(sum == ExactDecimal("51107.40"))
      let requests = why["sources"]?.array?.flatMap { $0["requests"]?.array ?? [] } ?? []
      #expect(!requests.isEmpty)
      #expect(requests.allSatisfy { $0["status"] == 200 && $0["request_id"]?.string != nil })
      let text = try await plumbline.run("why", "BW-10003", "rollup.margin", "--demo")
      #expect(text.output.contains("invoiced - committed cost"))
      #expect(text.output.contains("51,107.40 GBP"))
    }

    @Test("why takes the number of a record, and a wrong field names the nearest")
    func names() async throws {
      let record = try await plumbline.run("why", "BW-10019", "UKINV1443", "--demo", "--json")
      #expect(record.code == 0, "\(record.errors)")
      #expect(try record.json()["record"]?["system"]?.string == "erp_uk")
      let wrong = try await plumbline.run("why", "BW-10019", "rollup.margni", "--demo", "--json")
      #expect(wrong.code == 2)
      #expect(wrong.errors.contains("Did you mean rollup.margin?"))
      let short = try await plumbline.run("why", "BW-10019", "invoiced", "--demo")
      #expect(short.code == 2)
      #expect(short.errors.contains("Did you mean rollup.invoiced?"))
    }

    @Test(
      "evidence verifies as the same until finance corrects an invoice, and then says what moved")
    func correction() async throws {
      let sandbox = try await SandboxProcess("brightwater", folder: plumbline.folder)
      let file = plumbline.folder.path + "/evidence.json"
      let taken = try await plumbline.run(
        "evidence", "BW-10019", "--config", sandbox.configuration, "--out", file)
      #expect(taken.code == 0, "\(taken.errors)")
      #expect(taken.output == "")
      let text = try ScratchFolder.read(file)
      let document = try JSONValue(text)
      #expect(document["complete"]?.bool == true)
      let requests = document["requests"]?.array?.flatMap { $0["requests"]?.array ?? [] } ?? []
      #expect(requests.allSatisfy { $0["sha256"]?.string?.utf8.count == 64 })
      #expect(!requests.isEmpty)
      let again = try await plumbline.run(
        "evidence", "BW-10019", "--config", sandbox.configuration, "--out", file)
      #expect(again.code == 2)

      let same = try await plumbline.run(
        "evidence", "--verify", file, "--config", sandbox.configuration)
      #expect(same.code == 0, "\(same.output) \(same.errors)")
      try sandbox.tell("erp_uk", ["do": "correct-invoice", "number": "UKINV1443", "net": "1.00"])
      let changed = try await plumbline.run(
        "evidence", "--verify", file, "--config", sandbox.configuration, "--json")
      #expect(changed.code == 1, "\(changed.errors)")
      let values = try #require(try changed.json()["values"]?.array)
      let moved = values.filter { $0["verdict"]?.string == "changed" }.compactMap {
        $0["name"]?.string
      }
      #expect(moved.contains("rollup.invoiced") && moved.contains("rollup.margin"))
      #expect(!moved.contains("deal.value"))
      try sandbox.tell("erp_uk", ["do": "fail", "status": 500])
      let silent = try await plumbline.run(
        "evidence", "--verify", file, "--config", sandbox.configuration)
      #expect(silent.code == 3)
      #expect(silent.output.contains("not asked  rollup.invoiced"))
      #expect(!silent.output.contains("gone"))
    }

    @Test("evidence names the flows that carry the deal's links, and when they last ran")
    func flows() async throws {
      let sandbox = try await SandboxProcess("brightwater", folder: plumbline.folder)
      let taken = try await plumbline.run("evidence", "BW-10019", "--config", sandbox.configuration)
      #expect(taken.code == 0, "\(taken.errors)")
      let flows = try #require(try taken.json()["flows"]?.array)
      #expect(flows.map { $0["flow"]?.string } == ["deal_to_project"])
      #expect(flows.first?["carries"]?["to"]?.string == "pm")
      #expect(flows.first?["status"]?.string == "silent")
      #expect(flows.first?["last_run"]?.string != nil)
    }

    @Test("a file that is no evidence says where it is wrong")
    func badFile() async throws {
      let broken = try plumbline.folder.write("{\n  \"format\": oops\n}\n", to: "broken.json")
      let result = try await plumbline.run("evidence", "--verify", broken, "--demo")
      #expect(result.code == 2)
      #expect(result.errors.contains("broken.json:2:13"))
      let other = try plumbline.folder.write("{}", to: "other.json")
      #expect(try await plumbline.run("evidence", "--verify", other, "--demo").code == 2)
      #expect(try await plumbline.run("evidence", "--demo").code == 2)
    }
  }
}
