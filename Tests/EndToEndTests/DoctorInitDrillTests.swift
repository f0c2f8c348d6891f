import DealModel
import Glibc
import Testing

extension EndToEnd {
  /// `doctor`, `init` and `drill` as a script runs them.
  @Suite("Doctor, init and drill", .serialized, .timeLimit(.minutes(5)))
  struct DoctorInitDrill {
    private let plumbline: Plumbline

    init() throws { plumbline = try Plumbline() }

    @Test("doctor: an array of checks, the questions first; findings end with 1")
    func doctor() async throws {
      let result = try await plumbline.run("doctor", "--demo", "--json")
      #expect(result.code == 1)
      let lines = try #require(try result.json().array)
      let keys = ["check", "system", "domain", "outcome", "message", "mend"]
      #expect(lines.allSatisfy { $0.keys == keys })
      #expect(lines.first?["check"]?.string == "owner")
      let outcomes = Set(lines.compactMap { $0["outcome"]?.string })
      #expect(outcomes == ["ok", "finding", "manual"])
      for system in ["crm", "erp_us", "erp_uk", "erp_de", "pm"] {
        let own = lines.filter { $0["system"]?.string == system }
        let checks = Set(own.compactMap { $0["check"]?.string })
        #expect(
          checks.isSuperset(of: [
            "shared_id", "failure_mode", "steward", "reach", "credentials", "write_permission",
            "link_property", "sample", "clock",
          ]))
      }
    }

    @Test("doctor: a dead host and a missing secret do not hide the answers of the others")
    func deadHost() async throws {
      let sandbox = try await SandboxProcess("brightwater", folder: plumbline.folder) { text in
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
          line.contains("/pm\"") || line.hasSuffix("/pm")
            ? "    base_url: https://pm.invalid" : line
        }.joined(separator: "\n")
      }
      let result = try await plumbline.run(
        "doctor", "--config", sandbox.configuration, "--json")
      #expect(result.code == 3)
      let lines = try #require(try result.json().array)
      let dead = lines.filter { line in
        line["system"]?.string == "pm" && line["outcome"]?.string == "unasked"
      }
      #expect(dead.count == 1)
      #expect(dead.first?["message"]?.string?.contains("could not be asked: ") == true)
      #expect(
        lines.contains { line in
          line["system"]?.string == "crm" && line["check"]?.string == "credentials"
            && line["outcome"]?.string == "ok"
        })
    }

    @Test("a data source of odbc.ini is held to what its driver must be told")
    func dataSource() async throws {
      let ini = try plumbline.folder.write(
        """
        [Ledger]
        Driver = PostgreSQL Unicode
        Servername = db.example
        SSLmode = prefer

        """, to: "odbc.ini")
      let configuration = try plumbline.folder.write(
        """
        company: Ledgers
        shared_id: {origin: ledger, pattern: '^BW-[0-9]{5}$'}
        systems:
          ledger:
            kind: odbc
            connection: DSN=Ledger
            link: deal_id
            records: {deals: "SELECT id, deal_id, name FROM deal WHERE deal_id IN (:ids)"}
            deal_index: SELECT id, deal_id, name FROM deal
            steward: Dana Reyes <dana.reyes@brightwater.example>
            failure_mode: Readings age; finance is asked.
            fresh_for: 5m
            expire_after: 24h
        ownership: {commercial: ledger}

        """, to: "ledger.yaml")
      var careful = plumbline
      careful.environment["ODBCINI"] = ini
      let result = try await careful.run("deals", "--config", configuration)
      #expect(result.code != 0)
      #expect(result.errors.contains("SSLmode=prefer"), "\(result.errors)")
    }

    @Test("init: piped answers become a configuration that the reader and doctor accept")
    func initialize() async throws {
      let sandbox = try await SandboxProcess("tidemark", folder: plumbline.folder)
      let secrets = try Binary.company("tidemark") + "/secrets"
      let target = "\(plumbline.folder.path)/new/plumbline.yaml"
      let answers = [
        "Tidemark Boatworks", "TM-001", "",
        // HubSpot: its settings, the probe, the link as found, the four questions.
        "hubspot", "crm", "base_url \(sandbox.origin)/crm", "token file \(secrets)/crm-token", "",
        "yes", "tidemark_ref", "Bo Lindgren <bo@tidemark.example>",
        "Deals keep their last readings for 12 hours; the whiteboard is used.", "",
        // NetSuite: credentials that are incomplete first, and are asked for again.
        "netsuite", "erp", "3090114", "base_url \(sandbox.origin)/erp", "",
        "consumer_key file \(secrets)/erp-consumer-key",
        "consumer_secret file \(secrets)/erp-consumer-secret",
        "token_id s3cret-typed-in", "token_id file \(secrets)/erp-token-id",
        "token_secret file \(secrets)/erp-token-secret", "", "", "custbody_tidemark_ref",
        "Sanna Ek <sanna@tidemark.example>", "No invoice is promised by telephone meanwhile.", "4h",
        "done", "", "", "none", "billed_so_far", "Order",
      ]
      let result = try await run(answers, "init", "--out", target)
      #expect(result.code == 0, "\(result.output) \(result.errors)")
      #expect(result.output.contains("It lets us in as account 3090114."))
      #expect(result.output.contains("tidemark_ref ("))
      #expect(result.output.contains("plumbline doctor --config \(target)"))
      let text = try ScratchFolder.read(target)
      #expect(!text.contains("s3cret-typed-in"))
      #expect(text.contains("pattern: '^TM-[0-9]{3}$'"))
      #expect(text.contains("expire_after: 12h"))
      let doctor = try await plumbline.run("doctor", "--config", target, "--json")
      #expect([0, 1].contains(doctor.code), "\(doctor.output) \(doctor.errors)")
      let deals = try await plumbline.run("deals", "--config", target, "--json")
      #expect(try deals.json().array?.isEmpty == false)
      let again = try await run(answers, "init", "--out", target)
      #expect(again.code == 2)
      #expect(try ScratchFolder.read(target) == text)
    }

    @Test("init: answers that end too early leave nothing behind")
    func endOfAnswers() async throws {
      let target = "\(plumbline.folder.path)/half.yaml"
      for answers in [[], ["X"], ["X", "BW-1", "", "hubspot", "crm"]] {
        let result = try await run(answers, "init", "--out", target)
        #expect(result.code == 2)
        #expect(result.errors.contains("Nothing was written."))
        #expect(access(target, F_OK) != 0)
      }
    }

    @Test("drill: the hours, the risks, the verdicts and the recovery, in JSON")
    func drill() async throws {
      let result = try await plumbline.run(
        "drill", "--demo", "--system", "erp_us", "--for", "3h", "--json")
      #expect(result.code == 0, "\(result.errors)")
      let drill = try result.json()
      #expect(drill["holds"]?.bool == true)
      #expect(drill["for_seconds"]?.integer == 10_800)
      let moments = try #require(drill["moments"]?.array)
      #expect(moments.contains { $0["status"]?.string == "down" })
      #expect(moments.contains { ($0["freshness"]?["invoices"]?["expired"]?.integer ?? 0) > 0 })
      #expect(drill["recovery"]?["whole"]?.bool == true)
      #expect(drill["risks"]?.array?.isEmpty == false)
    }

    @Test("drill: an unknown system, a bad duration and a bad manner are usage errors")
    func usage() async throws {
      let unknown = try await plumbline.run("drill", "--demo", "--system", "erp_eu")
      #expect(unknown.code == 2)
      #expect(unknown.errors.contains("did you mean erp_us") || unknown.errors.contains("erp_uk"))
      let length = try await plumbline.run(
        "drill", "--demo", "--system", "erp_us", "--for", "forever")
      #expect(length.code == 2)
      let manner = try await plumbline.run(
        "drill", "--demo", "--system", "erp_us", "--how", "sideways")
      #expect(manner.code == 2)
    }

    /// Runs a command with these lines on its standard input.
    private func run(_ answers: [String], _ arguments: String...) async throws -> Child.Result {
      let text = answers.map { $0 + "\n" }.joined()
      let file = try plumbline.folder.write(text, to: "answers")
      let words = [try Binary.path()] + arguments
      let quoted = words.map { "'\($0)'" }.joined(separator: " ")
      return try await Child.run(
        ["/bin/sh", "-c", "\(quoted) < '\(file)'"], environment: plumbline.environment)
    }
  }
}
