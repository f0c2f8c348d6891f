import DealModel
import Glibc
import Testing

extension EndToEnd {
  @Suite("Commands with a system that cannot be asked", .serialized, .timeLimit(.minutes(5)))
  struct DeadSystem {
    private let plumbline: Plumbline

    init() throws { plumbline = try Plumbline() }

    /// The sample company with one system at a port where nobody listens.
    private func company(without system: String) async throws -> SandboxProcess {
      let sandbox = try await SandboxProcess("brightwater", folder: plumbline.folder) { text in
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
          let isTheirs = line.contains("base_url:") && line.contains("/\(system)\"")
          return isTheirs ? "    base_url: \"http://127.0.0.1:1/\(system)\"" : String(line)
        }
        return lines.joined(separator: "\n")
      }
      try #require(ScratchFolder.read(sandbox.configuration).contains("127.0.0.1:1/\(system)"))
      return sandbox
    }

    @Test("a dead ERP makes its figures unknown, not zero, and leaves the others")
    func deadERP() async throws {
      let sandbox = try await company(without: "erp_us")
      let config = sandbox.configuration
      let deals = try await plumbline.run("deals", "--config", config, "--json")
      #expect(deals.code == 3)
      #expect(deals.errors.contains("erp_us"))
      let rows = try #require(try deals.json().array)
      #expect(rows.count == 66)
      let theirs = try #require(rows.first { $0["id"]?.string == "BW-10001" })
      #expect(theirs["rollup"]?["invoiced"]?["amount"] == .null)
      #expect(theirs["rollup"]?["invoiced"]?["complete"]?.bool == false)
      #expect(theirs["rollup"]?["invoiced"]?["missing"]?[0]?["system"]?.string == "erp_us")
      #expect(theirs["rollup"]?["margin_percent"] == .null)
      #expect(theirs["flags"]?.array?.contains("unavailable") == true)
      #expect(theirs["fields"]?["deal.value"]?["freshness"]?.string == "live")
      let other = try #require(rows.first { $0["id"]?.string == "BW-10003" })
      #expect(other["rollup"]?["invoiced"]?["amount"]?.string == "91500.00")
      #expect(other["rollup"]?["invoiced"]?["complete"]?.bool == true)

      let deal = try await plumbline.run("deal", "BW-10001", "--config", config, "--json")
      #expect(deal.code == 3)
      let answer = try deal.json()
      #expect(answer["invoices"] == .null)
      #expect((answer["milestones"]?.array?.count ?? 0) == 4)
      let source = try #require(answer["sources"]?["erp_us"])
      #expect(source["error"]?["system"]?.string == "erp_us")
      #expect(source["age_seconds"] == .null)
      #expect(source["status"]?.string != "live")
    }

    @Test("checks over a dead system are incomplete, and say what they could see")
    func checks() async throws {
      let sandbox = try await company(without: "pm")
      let config = sandbox.configuration
      let check = try await plumbline.run("check", "--config", config, "--json")
      #expect(check.code == 3)
      let answer = try check.json()
      #expect(answer["complete"]?.bool == false)
      let conflicts = answer["conflicts"]?.array ?? []
      #expect(conflicts.contains { $0["deal"]?.string == "BW-10003" })
      // The echo in the project tool cannot be compared: no conflict is made up.
      #expect(!conflicts.contains { $0["deal"]?.string == "BW-10005" })
      let links = answer["links"]?.array ?? []
      #expect(links.contains { $0["id"]?.string == "BW-10999" })
      // Nobody knows that the project tool has no record of a deal.
      #expect(!links.contains { $0["system"]?.string == "pm" })
      let health = try await plumbline.run("health", "--config", config, "--json")
      #expect(health.code == 3)
      let row = try #require(try health.json().array?.first { $0["system"]?.string == "pm" })
      #expect(row["status"]?.string == "down")
      #expect(row["last_success"] == .null)
      #expect(row["last_error"]?["message"]?.string?.contains("127.0.0.1:1") == true)
      let links3 = try await plumbline.run("links", "--config", config, "--json")
      #expect(links3.code == 3)
      let conflicts3 = try await plumbline.run("conflicts", "--config", config, "--json")
      #expect(conflicts3.code == 3)
    }

    @Test("without the system that lists the deals there is an error, not an empty list")
    func deadOrigin() async throws {
      let sandbox = try await company(without: "crm")
      for command in ["deals", "conflicts"] {
        let result = try await plumbline.run(
          command, "--config", sandbox.configuration, "--json")
        #expect(result.code == 3)
        let error = try #require(try result.json()["error"])
        #expect(error.keys == ["kind", "message", "system"])
        #expect(error["system"]?.string == "crm")
        #expect(result.errors.contains("crm"))
      }
      let deal = try await plumbline.run(
        "deal", "BW-10003", "--config", sandbox.configuration, "--json")
      #expect(deal.code == 3)
    }

    @Test("a wrong credential is told as such, without the credential")
    func wrongToken() async throws {
      let folder = plumbline.folder
      let token = try folder.write("pat-eu1-not-the-right-one\n", to: "wrong-token")
      let sandbox = try await SandboxProcess("brightwater", folder: folder) { text in
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
          line.contains("secrets/crm-token") ? "    token: {file: \"\(token)\"}" : String(line)
        }
        return lines.joined(separator: "\n")
      }
      let result = try await plumbline.run("deals", "--config", sandbox.configuration, "--json")
      #expect(result.code == 3)
      #expect(try result.json()["error"]?["kind"]?.string == "unauthorized")
      #expect(!result.output.contains("not-the-right-one"))
      #expect(!result.errors.contains("not-the-right-one"))
    }

    @Test("an interrupt ends a command that waits for a system with 130")
    func interrupted() async throws {
      let sandbox = try await SandboxProcess("tidemark", folder: plumbline.folder)
      try sandbox.tell("crm", ["do": "hang"])
      let output = try Pipe()
      let child = try Child(
        [Binary.path(), "deals", "--config", sandbox.configuration],
        environment: plumbline.environment, output: output.writing)
      output.stopWriting()
      // It has begun to wait when its connection is there: then it is asked to stop.
      let connected = try await soon(within: .seconds(20)) {
        try Self.isConnected(to: sandbox.port) ? true : nil
      }
      #expect(connected == true)
      child.signal(SIGINT)
      #expect(try await child.ending(within: .seconds(5)) == .exited(130))
      #expect(output.pending().isEmpty)
    }

    /// Whether a process has a TCP connection to that port of the loopback interface.
    private static func isConnected(to port: UInt16) throws -> Bool {
      // Lines as `sl local remote state …`, addresses in hexadecimal; state 01 is established.
      let remote = String(port, radix: 16, uppercase: true)
      return try ScratchFolder.read("/proc/net/tcp").split(separator: "\n").contains { line in
        let columns = line.split(separator: " ")
        return columns.count > 3 && columns[2].hasSuffix(":\(remote)") && columns[3] == "01"
      }
    }
  }
}
