import DealModel
import Sandbox
import TestSupport
import Testing

@Suite("The emulated Request Tracker")
struct RTEmulatorTests {
  private let clock = ManualClock("2026-11-20T09:00:00Z")
  private let sandbox: SandboxCompany
  private let directory: TestSupport.TemporaryCompany

  init() throws {
    func ticket(_ id: Int, _ deal: String?, _ status: String, _ updated: String) -> JSONValue {
      .object([
        "id": .integer(id), "Subject": .string("It's \(id)"), "Status": .string(status),
        "Queue": id == 3 ? "Other" : "General", "Owner": "dana", "Priority": .integer(id * 10),
        "Created": "2026-11-01T08:00:00Z", "LastUpdated": .string(updated),
        "CustomFields": .array([
          .object(["name": "Deal ID", "values": .array(deal.map { [.string($0)] } ?? [])])
        ]),
      ])
    }
    var tickets = [
      ticket(1, "BW-1", "open", "2026-11-20T08:00:00Z"),
      ticket(2, "BW-2", "resolved", "2026-11-19T08:00:00Z"),
      ticket(3, nil, "new", "2026-11-20T03:30:00Z"),
      ticket(4, "bw-1", "stalled", "2026-11-18T08:00:00Z"),
      ticket(5, "BW-1", "deleted", "2026-11-20T08:30:00Z"),
    ]
    tickets += (101...225).map { ticket($0, "BW-9", "open", "2026-10-01T08:00:00Z") }
    directory = try TestSupport.TemporaryCompany(
      yaml: """
        company: Test
        systems:
          desk: {kind: rt, credentials: {token: token, user: user, password: password}}
        """,
      texts: ["token": "1-14-abc\n", "user": "p\n", "password": "w\n"],
      documents: [
        "desk/account": ["user": "p", "timeZone": "America/New_York"],
        "desk/tickets": .array(tickets), "desk/queues": [["id": 1, "Name": "General"]],
        "desk/users": [
          ["id": 14, "Name": "p"], ["id": 15, "Name": "dana", "RealName": "Dana R"],
        ],
        "desk/customfields": [
          ["id": 5, "Name": "Deal ID", "LookupType": "RT::Queue-RT::Ticket"],
          ["id": 6, "Name": "Deal ID", "LookupType": "RT::User"],
          ["id": 7, "Name": "Site", "LookupType": "RT::Queue-RT::Ticket", "queues": ["Other"]],
        ],
      ])
    sandbox = try SandboxCompany(path: directory.path, time: clock, today: nil)
  }

  private func answer(
    _ path: String, as login: String? = "token 1-14-abc"
  ) async throws -> EmulatedResponse {
    let request = EmulatedRequest(
      method: "GET", url: "http://127.0.0.1:1/desk\(path)",
      headers: login.map { [NamedValue("Authorization", $0)] } ?? [])
    guard case .answered(let response) = try await sandbox.respond(to: request) else {
      throw SandboxError("no answer")
    }
    return response
  }

  private func search(_ query: String, _ more: String = "") async throws -> EmulatedResponse {
    let letters = query.utf8.map { byte -> String in
      let letter = Character(Unicode.Scalar(byte))
      if letter.isLetter || letter.isNumber { return String(letter) }
      return "%" + String(byte, radix: 16, uppercase: true)
    }
    return try await answer("/REST/2.0/tickets?query=\(letters.joined())\(more)")
  }

  private func found(_ query: String) async throws -> [String] {
    let items = try await search(query, "&per_page=100").json()["items"]?.array ?? []
    return items.compactMap { $0["id"]?.string }
  }

  @Test("a token or a password opens it, and errors are a message")
  func access() async throws {
    let none = try await answer("/REST/2.0/rt", as: nil)
    #expect(none.status == 401)
    #expect(try none.json() == ["message": "Unauthorized"])
    #expect(try await answer("/REST/2.0/rt", as: "token x").status == 401)
    #expect(try await answer("/REST/2.0/rt", as: "Basic cDp3").status == 200)
    #expect(try await answer("/REST/2.0/rt?token=1-14-abc", as: nil).status == 200)
    let absent = try await answer("/REST/2.0/ticket/99")
    #expect(absent.status == 404)
    #expect(try absent.json() == ["message": "Not Found"])
  }

  @Test("an item has type, ID and address, and what is asked for besides")
  func items() async throws {
    let bare = try await search("id = 1").json()["items"]?[0]
    #expect(bare?.members?.map(\.name) == ["type", "id", "_url"])
    let more = "&fields=Subject,Owner,Due,CustomFields,Nonsense&fields%5BOwner%5D=Name,RealName"
    let item = try #require(try await search("id = 1", more).json()["items"]?[0])
    #expect(item["Subject"] == "It's 1")
    #expect(item["Owner"]?["id"] == "dana")
    #expect(item["Owner"]?["RealName"] == "Dana R")
    #expect(item["Due"] == "1970-01-01T00:00:00Z")
    #expect(item["Nonsense"] == "")
    #expect(item["CustomFields"]?.array?.count == 1, "Site applies to another queue")
    #expect(item["CustomFields"]?[0]?["values"] == ["BW-1"])
    let whole = try await answer("/REST/2.0/ticket/1").json()
    #expect(whole["id"] == 1)
    #expect(whole["_hyperlinks"]?[0]?["_url"] == "http://127.0.0.1:1/desk/REST/2.0/ticket/1")
  }

  @Test("conditions are joined, AND before OR, and texts compared in any case")
  func queries() async throws {
    #expect(try await found("CF.{Deal ID} = 'BW-1'") == ["1", "4"])
    #expect(try await found("CF.{Deal ID} = 'BW-1' OR CF.{deal id} = 'BW-2'") == ["1", "2", "4"])
    #expect(
      try await found("id < 100 AND (Status = 'open' OR Status = 'resolved')") == ["1", "2"])
    #expect(try await found("id = 3 OR id < 3 AND Status = 'open'") == ["1", "3"])
    #expect(try await found("id < 100 AND CF.{Deal ID} IS NULL") == ["3"])
    #expect(try await found("id < 100 AND CF.{Deal ID} IS NOT NULL") == ["1", "2", "4"])
    #expect(try await found("Subject LIKE 's 4'") == ["4"])
    #expect(try await found("Subject = 'It\\'s 2'") == ["2"])
    #expect(try await found("id < 100 AND Status = '__Inactive__'") == ["2"])
    #expect(try await found("CF.{Nope} = 'BW-1'") == [], "and says no word about it")
  }

  @Test("times are in the user's zone, even where a search names another, or count back from now")
  func times() async throws {
    #expect(try await found("LastUpdated >= '2026-11-20 03:00:00'") == ["1"], "in New York")
    #expect(try await found("LastUpdated > '2026-11-20 03:00:00'") == [])
    #expect(try await found("LastUpdated >= '2026-11-20 03:00:00 GMT'") == ["1"])
    #expect(try await found("LastUpdated > '61 minutes ago'") == ["1"])
    #expect(try await found("LastUpdated > '59 minutes ago'") == [])
    #expect(try await found("LastUpdated > '6 hours ago'") == ["1", "3"])
  }

  @Test(
    "a search that cannot be understood is refused with a reason",
    arguments: [
      ("Deal = 'BW-1'", "Unknown field: Deal"), ("id =", "expecting a VALUE"),
      ("(id = 1", "unclosed paren"), ("id = 1 id = 2", "expecting a AGGREGATOR"),
    ])
  func mistakes(_ query: String, _ words: String) async throws {
    let response = try await search(query)
    #expect(response.status == 400)
    #expect(try response.json()["message"]?.string?.contains(words) == true)
  }

  @Test("pages hold twenty, a hundred at most, and name the next")
  func pages() async throws {
    let first = try await search("CF.{Deal ID} = 'BW-9'", "&per_page=500").json()
    #expect(first["per_page"] == 100)
    #expect(first["total"] == 125)
    #expect(first["pages"] == 2)
    #expect(first["prev_page"] == nil)
    let next = try #require(first["next_page"]?.string)
    let second = try await answer(String(next.dropFirst("http://127.0.0.1:1/desk".count))).json()
    #expect(second["count"] == 25)
    #expect(second["next_page"] == nil)
    #expect(second["prev_page"]?.string?.hasSuffix("page=1") == true)
    #expect(try await search("id > 0").json()["per_page"] == 20)
  }

  @Test("custom fields are found by a JSON query")
  func customFields() async throws {
    let both = "%5B%7B%22field%22:%22Name%22,%22value%22:%22deal%20id%22%7D%5D"
    let list = try await answer("/REST/2.0/customfields?query=\(both)&fields=Name").json()
    #expect(list["count"] == 2)
    #expect(list["items"]?[0]?["Name"] == "Deal ID")
    try await sandbox.obey(
      ControlOrder(.renameProperty(from: "Deal ID", to: "Contract")), by: "desk")
    #expect(try await answer("/REST/2.0/customfields?query=\(both)").json()["count"] == 0)
    #expect(try await found("CF.{Contract} = 'BW-1'") == ["1", "4"])
    try await sandbox.obey(ControlOrder(.mend), by: "desk")
    #expect(try await found("CF.{Deal ID} = 'BW-1'") == ["1", "4"])
  }
}
