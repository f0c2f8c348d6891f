import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

@testable import Adapters

@Suite("SAP Business One sessions")
struct ServiceLayerSessionTests {
  private func read(_ company: ServiceLayerCompany, _ adapter: any Adapter) async throws {
    _ = try await company.clock.passing {
      try await adapter.records(of: .invoices, for: ["BW-00042"])
    }
  }

  private func logins(_ company: ServiceLayerCompany) -> Int {
    company.asked.count { $0 == "POST Login" }
  }

  @Test("both cookies travel with every call, read by hand, and one session serves all")
  func cookies() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    try await read(company, adapter)
    try await read(company, adapter)
    #expect(logins(company) == 1)
    for exchange in company.transport.exchanges {
      let cookie = exchange.request.headers.first { $0.name == "Cookie" }?.value
      if exchange.path.hasSuffix("Login") {
        #expect(cookie == nil)
      } else {
        #expect(cookie == "B1SESSION=erp_de-1-5f0c1c2a7a41; ROUTEID=.node1")
      }
    }
  }

  @Test("calls in parallel go one at a time through one session")
  func oneAtATime() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    try await company.order(.delay(milliseconds: 100))
    try await company.clock.passing {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for kind in [RecordKind.invoices, .costs, .invoices, .costs] {
          group.addTask { _ = try await adapter.records(of: kind, for: ["BW-00042"]) }
        }
        try await group.waitForAll()
      }
    }
    #expect(company.transport.mostInFlight == 1)
    #expect(logins(company) == 1)
  }

  @Test("a session that idled away is opened anew without an error, and once")
  func idled() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    try await read(company, adapter)
    company.clock.advance(by: .seconds(30 * 60 + 5))
    try await read(company, adapter)
    #expect(logins(company) == 2)
    company.clock.advance(by: .seconds(3 * 3_600))
    try await read(company, adapter)
    #expect(logins(company) == 3)
    // The first was found out by a refusal, the second by our own clock.
    #expect(company.transport.exchanges.count { $0.answer?.status == 401 } == 1)
  }

  @Test("calls keep a session alive beyond its idle time")
  func keptAlive() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    for _ in 0..<8 {
      try await read(company, adapter)
      company.clock.advance(by: .seconds(20 * 60))
    }
    #expect(logins(company) == 1)
  }

  @Test("closing ends the session, also from a task that was cancelled, and opens none again")
  func closed() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter()
    try await read(company, adapter)
    let closing = Task {
      while !Task.isCancelled { await Task.yield() }
      await adapter.close()
    }
    closing.cancel()
    await closing.value
    #expect(company.asked.last == "POST Logout")
    #expect(company.transport.exchanges.last?.answer?.status == 204)
    let late = await #expect(throws: SystemError.self) { try await read(company, adapter) }
    #expect(late?.kind == .unavailable)
    #expect(logins(company) == 1)
    await adapter.close()
    #expect(company.asked.count { $0 == "POST Logout" } == 1)
  }

  @Test("an adapter that never asked leaves without a word")
  func neverOpened() async throws {
    let company = try ServiceLayerCompany()
    await (try company.adapter()).close()
    #expect(company.asked.isEmpty)
  }

  @Test("a refused password is not tried again for five minutes: users are locked for less")
  func refusedOnce() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter(settings: ["user": .secret(.environment("PATH"))])
    for _ in 0..<4 {
      let error = await #expect(throws: SystemError.self) { try await read(company, adapter) }
      #expect(error?.kind == .unauthorized)
      company.clock.advance(by: .seconds(60))
    }
    #expect(logins(company) == 1)
    company.clock.advance(by: .seconds(60))
    _ = try? await read(company, adapter)
    #expect(logins(company) == 2)
  }

  @Test("a database that does not exist is named, not the password")
  func otherDatabase() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try company.adapter(settings: ["company_db": .text("sbodemode")])
    let error = await #expect(throws: SystemError.self) { try await read(company, adapter) }
    #expect(error?.kind == .unauthorized)
    #expect(error?.message.contains("`company_db`") == true)
  }

  @Test("a session that is refused as soon as it is opened is not opened again and again")
  func refusedAtOnce() async throws {
    let company = try ServiceLayerCompany()
    company.transport.tamper { request, answer in
      guard !request.url.hasSuffix("/Login") else { return answer }
      return HTTPAnswer(
        status: 401, headers: [HTTPField("Content-Type", "application/json")],
        body: Array("{\"error\":{\"code\":\"301\",\"message\":\"Invalid session.\"}}".utf8))
    }
    let adapter = try company.adapter()
    let error = await #expect(throws: SystemError.self) { try await read(company, adapter) }
    #expect(error?.message.contains("ROUTEID") == true)
    // Nor by the questions after it: each session may hold a licence.
    let next = await #expect(throws: SystemError.self) { try await read(company, adapter) }
    #expect(next?.kind == .unauthorized && next?.message.contains("for a minute") == true)
    #expect(logins(company) == 1)
    company.clock.advance(by: .seconds(61))
    await #expect(throws: SystemError.self) { try await read(company, adapter) }
    #expect(logins(company) == 2)
  }

  @Test("only the login, the logout and questions are ever posted")
  func guarded() async throws {
    let company = try ServiceLayerCompany()
    let adapter = try #require(try company.adapter() as? SAPBusinessOneAdapter)
    #expect(
      adapter.port.settings.readingPosts == [
        "/b1s/v2/Login", "/b1s/v2/Logout", "/b1s/v2/QueryService_PostQuery",
        "/b1s/v2/CompanyService_GetCompanyInfo", "/b1s/v2/CompanyService_GetAdminInfo",
      ])
    for call in [
      HTTPCall("POST", "/b1s/v2/Invoices", body: .json(["CardCode": "C1"])),
      HTTPCall("PATCH", "/b1s/v2/Invoices(22)"), HTTPCall("POST", "/b1s/v2/SQLQueries"),
      HTTPCall("POST", "/b1s/v2/Invoices(22)/Cancel"), HTTPCall("DELETE", "/b1s/v2/Logout"),
    ] {
      let error = await #expect(throws: SystemError.self) { try await adapter.port.json(call) }
      #expect(error?.kind == .refused)
    }
    #expect(company.asked.isEmpty)
  }
}
