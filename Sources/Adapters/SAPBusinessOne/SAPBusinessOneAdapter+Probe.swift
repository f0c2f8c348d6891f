import AdapterKit
import DealModel

extension SAPBusinessOneAdapter {
  func probe() async throws -> ProbeAnswer {
    let call = HTTPCall("POST", version.path("CompanyService_GetCompanyInfo"))
    let (name, date) = try await port.read(call) { reply in
      guard let name = reply.value["CompanyName"]?.string else {
        throw port.malformed(call.operation, "no readable \"CompanyName\"")
      }
      return (name, reply.serverDate)
    }
    let database = system.settings.text("company_db") ?? ""
    return ProbeAnswer(
      serverTime: date, identity: "\(VisibleText(name).text) (\(database))",
      drift: try await drift())
  }

  /// Properties that the configuration names and the Service Layer does not know.
  ///
  /// Asks for them of a document that does not exist: an unknown name is an error however many
  /// documents there are. An error names one, so the rest is asked for again.
  func drift() async throws -> [SchemaDrift] {
    var names: [(role: SchemaDrift.Role, name: String)] =
      [(.link, system.link)] + system.echoProperties.map { (.echo, $0) }
    var drift: [SchemaDrift] = []
    while !names.isEmpty {
      do {
        _ = try await page(
          B1Set.invoices.rawValue, where: "DocEntry eq 0",
          select: ["DocEntry"] + names.map(\.name), after: 0, size: 1)
        return drift
      } catch let error as SystemError {
        guard case .drifted(let field) = error.kind,
          let index = names.firstIndex(where: { $0.name == field })
        else { throw error }
        drift.append(SchemaDrift(names[index].role, field, .gone))
        names.remove(at: index)
      }
    }
    return drift
  }
}
