import DealModel
import Glibc
import Testing

extension EndToEnd {
  @Suite("One credential, several processes", .serialized, .timeLimit(.minutes(3)))
  struct SharedCredential {
    @Test("processes that renew one rotating QuickBooks token never log each other out")
    func rotating() async throws {
      let plumbline = try Plumbline()
      let company = plumbline.folder.path + "/company"
      for folder in ["", "/crm", "/erp_uk", "/secrets"] { mkdir(company + folder, 0o700) }
      for (name, text) in Self.files {
        _ = try plumbline.folder.write(text, to: "company/" + name)
      }
      let sandbox = try await SandboxProcess(company, folder: plumbline.folder)
      // Slow enough that all of them are at it at once.
      try sandbox.tell("erp_uk", ["do": "delay", "ms": 200])
      let configuration = sandbox.configuration
      for round in 1...3 {
        try sandbox.tell("erp_uk", ["do": "expire-token"])
        let results = try await withThrowingTaskGroup(of: Child.Result.self) { group in
          for _ in 1...3 {
            group.addTask { try await plumbline.run("health", "--config", configuration, "--json") }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        for result in results {
          let rows = try #require(try result.json().array)
          let row = rows.first { $0["system"]?.string == "erp_uk" }
          #expect(row?["status"]?.string == "healthy", "\(result.output) \(result.errors)")
        }
        // Each process had a token of its own, and the last one is the one that is kept.
        let kept = try ScratchFolder.read(company + "/secrets/refresh-token")
        #expect(kept == "AB11erp_uk\(round * 3)\n")
      }
    }

    private static let files = [
      "company.yaml": """
      company: Shared
      as_of: 2026-11-20
      systems:
        crm: {kind: hubspot, credentials: {token: secrets/token}}
        erp_uk:
          kind: quickbooks
          credentials:
            client_id: secrets/client
            client_secret: secrets/client
            refresh_token: secrets/refresh-token

      """,
      "plumbline.yaml": """
      company: Shared
      shared_id: {origin: crm, pattern: '^BW-[0-9]{5}$'}
      systems:
        crm:
          kind: hubspot
          base_url: "{{sandbox}}/crm"
          link: erp_deal_id
          token: {file: "{{directory}}/secrets/token"}
          steward: Dana Reyes
          failure_mode: Deals keep their last readings.
        erp_uk:
          kind: quickbooks
          base_url: "{{sandbox}}/erp_uk"
          token_url: "{{sandbox}}/erp_uk/oauth2/v1/tokens/bearer"
          realm: "9130357766"
          link: customer
          client_id: {file: "{{directory}}/secrets/client"}
          client_secret: {file: "{{directory}}/secrets/client"}
          refresh_token: {file: "{{directory}}/secrets/refresh-token"}
          steward: Hannah Cole
          failure_mode: Invoiced keeps its last readings.
      ownership: {commercial: crm, financial: erp_uk}

      """,
      "secrets/token": "pat-na1-sample\n", "secrets/client": "ABclient\n",
      "secrets/refresh-token": "AB11first\n",
      "crm/deals.json": "[]",
      "crm/owners.json":
        #"[{"id": "1", "email": "one@example.com", "firstName": "One", "lastName": "Owner", "archived": false}]"#,
      "crm/pipelines.json":
        #"{"deals": [{"id": "default", "label": "Sales", "displayOrder": 0, "stages": []}]}"#,
      "crm/properties.json":
        #"{"deals": [{"name": "erp_deal_id", "label": "Deal ID", "type": "string", "fieldType": "text"}]}"#,
      "crm/account.json":
        #"{"portalId": 1, "accountType": "STANDARD", "timeZone": "Etc/UTC", "companyCurrency": "GBP", "additionalCurrencies": [], "utcOffset": "+00:00", "utcOffsetMilliseconds": 0, "uiDomain": "app.hubspot.com", "dataHostingLocation": "na1"}"#,
      "erp_uk/company.json":
        #"{"realmId": "9130357766", "Id": "1", "CompanyName": "Shared Ltd", "Country": "GB", "DefaultTimeZone": "Europe/London"}"#,
      "erp_uk/preferences.json":
        #"{"CurrencyPrefs": {"MultiCurrencyEnabled": false, "HomeCurrency": {"value": "GBP"}}}"#,
    ]
  }
}
