import AdapterKit
import DealModel

extension HubSpotAdapter {
  /// How old the properties and stages may be that a probe looks at.
  private static var schemaAge: Duration { .seconds(240) }

  func probe() async throws -> ProbeAnswer {
    let reply = try await port.read(HubSpotCall.account) { reply in
      guard HubSpotAccount.isWellFormed(reply.value) else {
        throw port.malformed(
          HubSpotCall.account.operation, "an account without a readable \"portalId\"")
      }
      return reply
    }
    let account = HubSpotAccount(reply.value)
    let currency = account.currency.map { " (\($0))" } ?? ""
    return ProbeAnswer(
      serverTime: reply.serverDate,
      credentialsExpire: await port.credentialsExpire(),
      callsLeft: reply.header("X-HubSpot-RateLimit-Remaining").flatMap { Int($0) },
      identity: "portal \(account.portalID ?? "unknown")\(currency)",
      drift: try await drift())
  }

  /// What the configuration names and the account no longer has so; `nil` when the token may not
  /// look: that spoils no reading.
  private func drift() async throws -> [SchemaDrift]? {
    async let properties = settled {
      try await directory.dealProperties.value(within: Self.schemaAge)
    }
    async let pipelines = settled {
      try await directory.dealPipelines.value(within: Self.schemaAge)
    }
    guard case .success(let types) = try await properties else { return nil }
    var drift = schema.drift(in: types)
    if case .success(let found) = try await pipelines {
      let known = Set(found.stages.flatMap { [$0.key.lowercased(), $0.value.label.lowercased()] })
      for stage in stages where !known.contains(stage.lowercased()) {
        drift.append(SchemaDrift(.stage, stage, .gone))
      }
    }
    return drift
  }

  /// The deal properties that the configuration names.
  static func schema(of system: ConfiguredSystem) -> SchemaWatch {
    // A deal ID in a number would lose its leading zeros.
    var expected = [SchemaWatch.Expectation(.link, system.link, types: ["string", "enumeration"])]
    if let entity = system.settings.text("entity_property") {
      expected.append(.init(.field, entity, types: ["string", "enumeration"]))
    }
    expected += system.echoProperties.map { .init(.echo, $0) }
    return SchemaWatch(expected)
  }
}

extension HubSpotAccount {
  /// Whether an answer is an account's details: its ID is a number, or the text of one, and what
  /// else is read of it has the documented types.
  static func isWellFormed(_ value: JSONValue) -> Bool {
    guard let portal = value["portalId"] else { return false }
    let digits = portal.integer.map(String.init) ?? portal.string ?? ""
    let isID = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    let texts = ["companyCurrency", "uiDomain", "timeZone"].compactMap { value[$0] }
    return isID && texts.allSatisfy { $0.isNull || $0.string != nil }
  }
}
