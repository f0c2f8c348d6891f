import AdapterKit
import DealModel

extension NetSuiteAdapter {
  func probe() async throws -> ProbeAnswer {
    ProbeAnswer(
      serverTime: try await serverTime(), credentialsExpire: await port.credentialsExpire(),
      identity: "account \(account.text)", drift: try await drift())
  }

  /// The account's clock.
  ///
  /// - Source: Oracle's help, `GET /services/rest/system/v1/serverTime`: ISO 8601, UTC.
  func serverTime() async throws -> Timestamp {
    let call = HTTPCall.get("/services/rest/system/v1/serverTime")
    return try await port.read(call) { reply in
      guard let time = reply.value["serverTime"]?.string.flatMap({ Timestamp($0) }) else {
        throw port.malformed(call.operation, "no readable \"serverTime\"")
      }
      return time
    }
  }

  /// Columns that the configuration names and SuiteQL no longer knows; `nil` when it cannot be told.
  ///
  /// Asks for them of a transaction that does not exist: an unknown column is an error however many
  /// rows there are. An error names one column, so the rest is asked for again.
  private func drift() async throws -> [SchemaDrift]? {
    var columns = statements.columns
    var drift: [SchemaDrift] = []
    while !columns.isEmpty {
      do {
        _ = try await page(statements.presence(of: columns.map(\.name)))
        return drift
      } catch let error as SystemError {
        guard case .drifted(let field) = error.kind,
          let index = columns.firstIndex(where: { field.lowercased().hasSuffix($0.name) })
        else { return nil }
        drift.append(SchemaDrift(columns[index].role, columns[index].name, .gone))
        columns.remove(at: index)
      }
    }
    return drift
  }
}
