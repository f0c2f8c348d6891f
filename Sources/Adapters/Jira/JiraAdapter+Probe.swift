import AdapterKit
import DealModel

extension JiraAdapter {
  func probe() async throws -> ProbeAnswer {
    async let server = settled { try await port.json(JiraCall.serverInfo) }
    async let fields = settled { try await fieldTypes() }
    let reply = try await port.read(JiraCall.myself) { reply in
      guard let account = reply.value["accountId"]?.string, !account.isEmpty else {
        throw port.malformed(JiraCall.myself.operation, "an account without \"accountId\"")
      }
      return reply
    }
    let info = try? await server.get()
    let drift = try await fields.map { schema.drift(in: $0) }
    let name = reply.value["displayName"]?.string ?? reply.value["accountId"]?.string ?? "unknown"
    let zone = reply.value["timeZone"]?.string.map { " (\($0))" } ?? ""
    return ProbeAnswer(
      serverTime: info?.value["serverTime"]?.string.flatMap { Timestamp($0) } ?? reply.serverDate,
      credentialsExpire: await port.credentialsExpire(),
      callsLeft: reply.header("X-RateLimit-Remaining").flatMap { Int($0) },
      identity: "\(name)\(settings.site.map { " at \($0)" } ?? "")\(zone)",
      drift: try? drift.get())
  }

  /// Every field of the site → its type; a field of Jira's own without one has an empty type.
  private func fieldTypes() async throws -> [String: String] {
    try await port.read(JiraCall.fields) { reply in
      // A stranger is told of no fields: that is a matter of the login, not of the schema.
      guard let fields = reply.value.array, !fields.isEmpty else {
        throw port.malformed(JiraCall.fields.operation, "a document without fields")
      }
      var types: [String: String] = [:]
      for field in fields {
        guard let id = field["id"]?.string else { continue }
        types[id] = field["schema"]?["type"]?.string ?? ""
      }
      return types
    }
  }

  /// The fields that the configuration names.
  static func schema(of settings: JiraSettings) -> SchemaWatch {
    var expected: [SchemaWatch.Expectation] = []
    if case .field = settings.link {
      expected.append(.init(.link, settings.link.fieldID, types: ["string"]))
    }
    expected += settings.echoProperties.map { .init(.echo, $0) }
    return SchemaWatch(expected)
  }
}
