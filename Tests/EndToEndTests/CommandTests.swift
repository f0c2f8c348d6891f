import DealModel
import Testing

extension EndToEnd {
  /// Names, flags, keys and exit codes are a contract with whoever scripts the program.
  @Suite("Commands", .serialized, .timeLimit(.minutes(5)))
  struct Commands {
    private let plumbline: Plumbline

    init() throws { plumbline = try Plumbline() }

    private static let reading = [
      "value", "owner", "record", "url", "fetched_at", "modified_at", "freshness",
    ]
    private static let rollup = [
      "invoiced", "paid", "outstanding", "overdue", "committed_cost", "actual_cost", "margin",
      "forecast_margin", "margin_percent",
    ]

    @Test("deals: a row has id, fields, rollup and flags, and nothing is wrong")
    func deals() async throws {
      let result = try await plumbline.run("deals", "--demo", "--json")
      #expect(result.code == 0)
      #expect(result.errors == "")
      let rows = try #require(try result.json().array)
      #expect(rows.count == 66)
      #expect(rows.allSatisfy { $0.keys == ["id", "fields", "rollup", "flags"] })
      #expect(rows.allSatisfy { $0["rollup"]?.keys == Self.rollup })
      let row = try #require(rows.first { $0["id"]?.string == "BW-10003" })
      #expect(row["flags"]?.array?.contains("conflict") == true)
      let value = try #require(row["fields"]?["deal.value"])
      #expect(value.keys == Self.reading)
      #expect(value["value"] == ["amount": "128000.00", "currency": "GBP"])
      #expect(value["owner"]?.string == "crm")
      #expect(value["freshness"]?.string == "live")
      for time in ["fetched_at", "modified_at"] {
        #expect(value[time]?.string?.wholeMatch(of: #/\d{4}-\d\d-\d\dT[\d:.]+Z/#) != nil)
      }
    }

    @Test("deals --where takes the dashboard's filter; a wrong one says where it is wrong")
    func filter() async throws {
      let some = try await plumbline.run(
        "deals", "--demo", "--json", "--where", "stage:won owner:maya margin<20")
      #expect(try some.json().array?.map { $0["id"]?.string } == ["BW-10024"])
      let wrong = try await plumbline.run("deals", "--demo", "--json", "--where", "margin<")
      #expect(wrong.code == 2)
      #expect(try wrong.json()["error"]?["kind"]?.string == "usage")
      #expect(wrong.errors.contains("column"))
    }

    @Test("deal: everything pulled, under the names of the contract")
    func deal() async throws {
      let result = try await plumbline.run("deal", "BW-10019", "--demo", "--json")
      #expect(result.code == 0)
      let deal = try result.json()
      #expect(
        deal.keys == [
          "id", "fields", "rollup", "invoices", "costs", "milestones", "hours", "tickets",
          "conflicts", "links", "unreadable", "sources",
        ])
      #expect(deal["rollup"]?.keys == Self.rollup)
      let invoiced = try #require(deal["rollup"]?["invoiced"])
      #expect(invoiced.keys == ["amount", "currency", "complete", "records"])
      #expect(invoiced["records"]?.array?.count == 3)
      let invoices = try #require(deal["invoices"]?.array)
      let isListed = invoices.contains { $0["number"]?.string == "UKINV1443" }
      #expect(isListed)
      #expect(deal["sources"]?.keys == ["crm", "erp_uk", "pm"])
      for source in deal["sources"]?.members ?? [] {
        #expect(source.value.keys == ["status", "age_seconds", "error"])
        #expect(source.value["status"]?.string == "live")
      }
      #expect(deal["milestones"]?.array?.contains { $0["name"]?.string == "Installation" } == true)
    }

    @Test("an ID that nobody knows is a finding, told in JSON and in words")
    func unknown() async throws {
      let result = try await plumbline.run("deal", "BW-99999", "--demo", "--json")
      #expect(result.code == 1)
      let error = try #require(try result.json()["error"])
      #expect(error["kind"]?.string == "unknown_deal")
      #expect(error["system"]?.string == "crm")
      #expect(error["message"]?.string?.contains("BW-99999") == true)
      #expect(result.errors.contains("BW-99999"))
      let found = try await plumbline.run("find", "NO-SUCH-1", "--demo", "--json")
      #expect(found.code == 1)
      #expect(try found.json() == [])
      #expect(found.errors.contains("NO-SUCH-1"))
    }

    @Test(
      "find: any number leads to its deal",
      arguments: zip(
        ["INV1053", "PO2214", "BWD-12", "BW-10042", "UKINV1451", "20263007", "V-7309", "IO-4404"],
        [
          "BW-10015", "BW-10015", "BW-10001", "BW-10042", "BW-10003", "BW-10012", "BW-10061",
          "BW-10066",
        ]))
    func find(_ number: String, _ deal: String) async throws {
      let result = try await plumbline.run("find", number, "--demo", "--json")
      #expect(result.code == 0)
      let rows = try #require(try result.json().array)
      #expect(rows.first?.keys == ["deal", "system", "kind", "number", "record"])
      #expect(rows.map { $0["deal"]?.string } == [deal])
    }

    @Test("conflicts: what is planted, by money at stake")
    func conflicts() async throws {
      let result = try await plumbline.run("conflicts", "--demo", "--json")
      #expect(result.code == 1)
      let rows = try #require(try result.json().array)
      let keys = [
        "deal", "field", "owner", "echo", "at_stake", "cause", "since", "ask", "kind",
        "cause_detail", "cause_proven", "evidence", "changed", "age_seconds",
      ]
      #expect(rows.allSatisfy { $0.keys == keys })
      let sideKeys = ["system", "value", "modified_at", "records", "fetched_at"]
      for row in rows {
        #expect(row["owner"]?.keys == sideKeys)
        #expect(row["echo"]?.keys == sideKeys + ["property"])
      }
      #expect(
        rows.prefix(7).map { $0["deal"]?.string } == [
          "BW-10005", "BW-10045", "BW-10002", "BW-10003", "BW-10027", "BW-10059",
          "BW-10062",
        ])
      #expect(rows.first?["at_stake"] == ["amount": "1332000.00", "currency": "EUR"])
      let corrected = try #require(rows.first { $0["deal"]?.string == "BW-10003" })
      #expect(corrected["field"]?.string == "rollup.invoiced")
      #expect(corrected["owner"]?["system"]?.string == "erp_uk")
      #expect(corrected["owner"]?["value"] == ["amount": "91500.00", "currency": "GBP"])
      #expect(corrected["echo"]?["system"]?.string == "crm")
      #expect(corrected["at_stake"] == ["amount": "4500.00", "currency": "GBP"])
      #expect(corrected["ask"]?.string?.contains("@") == true)
    }

    @Test("conflicts: each planted cause is found, with evidence and who changed what when")
    func causes() async throws {
      let result = try await plumbline.run("conflicts", "--demo", "--json", "--sort", "cause")
      let rows = try #require(try result.json().array)
      let found = rows.map { "\($0["deal"]?.string ?? "") \($0["cause"]?.string ?? "")" }
      #expect(
        found == [
          "BW-10002 ownership_violation", "BW-10008 currency", "BW-10026 currency",
          "BW-10005 scale", "BW-10027 definition", "BW-10062 rounding", "BW-10059 timing",
          "BW-10045 stale_copy",
          "BW-10003 stale_copy",
        ])
      for row in rows {
        #expect(row["evidence"]?.array?.isEmpty == false)
        #expect(row["cause_detail"]?.string?.hasSuffix(".") == true)
      }
      let edited = try #require(rows.first)
      #expect(edited["ask"]?.string?.hasPrefix("Maya Okafor; Dana Reyes") == true)
      let change = try #require(edited["changed"]?.array?.first)
      #expect(change["by"]?.string == "Maya Okafor")
      #expect(change["old"]?.string == "212500.00" && change["new"]?.string == "198500.00")
      #expect(change["at"] == edited["since"])
      let late = try #require(rows.first { $0["deal"]?.string == "BW-10059" })
      let corrected = try #require(late["changed"]?.array?.first)
      #expect(corrected["by"]?.string == "Luis Ferrante")
      #expect(corrected["system"]?.string == "erp_us")
      #expect(late["since"] == corrected["at"])
      // QuickBooks keeps no history that could be asked: only when it was changed is known.
      let stale = try #require(rows.last)
      #expect(stale["since"] == stale["owner"]?["modified_at"])
      let converted = try #require(rows.first { $0["deal"]?.string == "BW-10026" })
      #expect(
        converted["evidence"]?.array?.contains {
          $0.string?.contains("180000.00 USD is 154674.00 EUR, converted at 0.8593 USD/EUR") == true
        } == true)
    }

    @Test("links: what is planted, each with its record")
    func links() async throws {
      let result = try await plumbline.run("links", "--demo", "--json")
      #expect(result.code == 1)
      let rows = try #require(try result.json().array)
      let keys = ["kind", "system", "id", "record", "url", "detail", "mend", "suggestion", "flow"]
      #expect(rows.allSatisfy { $0.keys == keys })
      let found = Set(
        rows.map { row in
          ["kind", "system", "id"].map { row[$0]?.string ?? "-" }.joined(separator: " ")
        })
      #expect(
        found == [
          "orphan erp_us BW-10999", "orphan pm BW-10888", "dangling erp_de BW-10028",
          "dangling pm BW-10029", "duplicate crm BW-10031", "near_miss erp_us BW-1O017",
          "near_miss erp_us BW-01047", "near_miss pm bw-10023 ", "malformed erp_de siehe Vertrag",
          "orphan ledger BW-09871", "dangling pm BW-10064",
          "near_miss suppliers BW10066",
        ])
      let suggested = rows.compactMap { $0["suggestion"]?.string }
      #expect(Set(suggested) == ["BW-10017", "BW-10047", "BW-10023", "BW-10066"])
      for row in rows { #expect(row["mend"]?.string?.hasSuffix(".") == true) }
      // How complete it is, by the vendors' own counts, is said beside the answer.
      #expect(result.errors.contains("links of crm: 68 of 68, counted by crm; 67 bear a deal ID"))
      for system in ["erp_us", "erp_uk", "erp_de", "pm"] {
        let line = result.errors.split(separator: "\n").first {
          $0.hasPrefix("links of \(system): ")
        }
        #expect(line?.contains("counted by \(system)") == true)
      }
    }

    @Test("health: a row for every system")
    func health() async throws {
      let result = try await plumbline.run("health", "--demo", "--json")
      // A flow that is silent is a finding.
      #expect(result.code == 1)
      let rows = try #require(try result.json().array)
      let systems = rows.filter { $0["flow"] == nil }
      #expect(
        systems.map { $0["kind"]?.string } == [
          "hubspot", "netsuite", "quickbooks", "sap-b1", "odbc", "csv", "rest", "jira", "workato",
          "make",
        ])
      let keys = [
        "system", "kind", "status", "since", "last_success", "latency_ms", "errors", "calls",
        "calls_left", "oldest_reading_seconds", "link_coverage", "steward", "failure_mode",
        "last_error", "reason", "breaker", "retry_after_seconds", "retry_budget_left",
        "quota_runs_out_at", "credentials_expire", "secret_expires", "clock_skew_ms", "drift",
      ]
      for row in systems {
        #expect(row.keys == keys)
        #expect(row["breaker"]?["state"]?.string == "closed")
        #expect(row["reason"]?.string == "It answers in time.")
        // Files and databases on this machine go by its own clock.
        if !["odbc", "csv"].contains(row["kind"]?.string) {
          #expect(abs(row["clock_skew_ms"]?.integer ?? 9_999) < 2_000)
        }
        #expect(row["drift"]?.array == [])
        #expect(row["latency_ms"]?.keys == ["last", "p50", "p95"])
        #expect(row["status"]?.string == "healthy")
      }
    }

    @Test("ownership: a sentence and the owners for every field")
    func ownership() async throws {
      let result = try await plumbline.run("ownership", "--demo", "--json")
      #expect(result.code == 0)
      let rows = try #require(try result.json().array)
      #expect(rows.allSatisfy { $0.keys == ["field", "owners", "sentence"] })
      let value = try #require(rows.first { $0["field"]?.string == "deal.value" })
      #expect(value["owners"] == ["crm"])
      let invoiced = try #require(rows.first { $0["field"]?.string == "rollup.invoiced" })
      #expect(Set(invoiced["owners"]?.array ?? []) == ["erp_us", "erp_uk", "erp_de", "ledger"])
      let words = try await plumbline.run("ownership", "--demo")
      #expect(words.output.split(separator: "\n").allSatisfy { $0.hasSuffix(".") })
    }

    @Test("check: conflicts, links and health at once, with findings")
    func check() async throws {
      let result = try await plumbline.run("check", "--demo", "--json")
      #expect(result.code == 1)
      let answer = try result.json()
      #expect(
        answer.keys == [
          "conflicts", "links", "link_proof", "health", "flows", "unreadable", "complete",
        ])
      #expect(answer["complete"]?.bool == true)
      #expect((answer["conflicts"]?.array?.count ?? 0) >= 5)
      #expect(answer["links"]?.array?.count == 13)
      #expect(answer["health"]?.array?.count == 10)
    }

    @Test(
      "nothing coloured, and no escape sequence of a system, goes into a pipe",
      arguments: [
        ["deals"], ["deals", "--json"], ["deals", "--csv"], ["deals", "--markdown"],
        ["deal", "BW-10034"], ["deal", "BW-10034", "--json"], ["deal", "BW-10035"], ["conflicts"],
        ["links"], ["health"], ["check"], ["ownership"], ["find", "BW-10034"],
      ])
    func pipes(_ command: [String]) async throws {
      let result = try await Child.run(
        [Binary.path()] + command + ["--demo"], environment: plumbline.environment)
      #expect(!result.output.isEmpty)
      for text in [result.output, result.errors] {
        let wrong = text.unicodeScalars.filter { scalar in
          scalar != "\n" && (scalar.value < 32 || (127...159).contains(scalar.value))
            || (!command.contains("--json") && (0x202a...0x202e).contains(scalar.value))
        }
        #expect(wrong.isEmpty, "\(wrong.map(\.value))")
      }
    }

    @Test("without a configuration, three lines say what to do")
    func nothing() async throws {
      let result = try await plumbline.run()
      #expect(result.code == 2)
      #expect(result.output == "")
      let lines = result.errors.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 4 && lines.last == "", "\(result.errors)")
      #expect(result.errors.contains("plumbline demo"))
      let command = try await plumbline.run("deals", "--json")
      #expect(command.code == 2)
      let error = try #require(try command.json()["error"])
      #expect(error["kind"]?.string == "configuration")
      #expect(error["message"]?.string?.contains("plumbline demo") == true)
    }

    @Test(
      "wrong usage ends with 2 and says what is wrong",
      arguments: [
        ["frobnicate"], ["deals", "--demo", "--json", "--csv"], ["deal"], ["deals", "--frob"],
        ["deals", "--demo", "--config", "x.yaml"],
      ])
    func usage(_ command: [String]) async throws {
      let result = try await Child.run(
        [Binary.path()] + command, environment: plumbline.environment)
      #expect(result.code == 2)
      #expect(result.errors.contains("Error: "))
      if command.contains("--json") {
        #expect(try result.json()["error"]?["kind"]?.string == "usage")
      } else {
        #expect(result.output == "")
      }
    }

    @Test("the dashboard in a pipe says what it needs", arguments: ["demo", "open"])
    func dashboardInPipe(_ command: String) async throws {
      let folder = plumbline.folder
      let sandbox = try await SandboxProcess("tidemark", folder: folder)
      let more = command == "open" ? ["--config", sandbox.configuration] : []
      let result = try await Child.run(
        [Binary.path(), command] + more, environment: plumbline.environment)
      #expect(result.code == 2)
      #expect(result.output == "")
      #expect(result.errors.contains("needs a terminal"))
    }

    @Test("every error of a broken configuration is told at once, with its place")
    func brokenConfiguration() async throws {
      let path = try plumbline.folder.write(
        """
        company: Broken Ltd
        shared_id:
          origin: crm
          pattern: '^B-[0-9+$'
        systems:
          crm:
            kind: hubspott
            link: deal_ref
            steward: A Person <a@broken.example>
            failure_mode: Nothing happens.
          erp:
            kind: netsuite
            account: "1"
            link: custbody_ref
            stewart: B Person <b@broken.example>
            failure_mode: Nothing happens.
            token_secret: 0123456789abcdef
            fresh_for: soon
            fresh_for: 2m
        ownership:
          commercial: crm
          financial: [erp, crm]
          delivery: pn
        """, to: "broken.yaml")
      let expected = [
        ("4:12", "pattern"), ("7:11", "did you mean `hubspot`"), ("11:3", "no `steward`"),
        ("15:5", "did you mean `steward`"), ("17:19", "env"), ("18:16", "duration"),
        ("19:5", "already"), ("22:14", "Two owners"), ("23:13", "Unknown system `pn`"),
      ]
      let words = try await plumbline.run("ownership", "--config", path)
      #expect(words.code == 2)
      #expect(words.output == "")
      let lines = words.errors.split(separator: "\n")
      for (place, part) in expected {
        let told = lines.contains { $0.hasPrefix("\(path):\(place): ") && $0.contains(part) }
        #expect(told, "\(place) \(part) is not in \(words.errors)")
      }
      #expect(!words.errors.contains("0123456789abcdef"))
      let json = try await plumbline.run("deals", "--config", path, "--json")
      #expect(json.code == 2)
      let answer = try json.json()
      #expect(answer["error"]?["at"]?.string == "\(path):4:12")
      #expect(answer["errors"]?.array?.count == lines.count)
    }
  }
}
