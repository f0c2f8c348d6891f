import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport

extension ContractSubject {
  /// Tickets by the configuration that users copy.
  static let requestTracker = ContractSubject(
    kind: RESTKind.self, system: "desk", link: RTCompany.link,
    settings: ReadyConfiguration.settings(RTCompany.system), deals: [.tickets: "BW-10001"],
    number: ("12", "BW-10001"),
    change: (
      ControlOrder(.setField(record: "tickets/16", field: "Priority", value: "90")), "BW-10002",
      .tickets
    ),
    drift: ControlOrder(.renameProperty(from: "Deal ID", to: "Contract")),
    mostCalls: [.tickets: 1], renewsCredentials: false, company: { try RTCompany.make() })
}

/// An RT with tickets of two deals, beside others, in its own wire format.
enum RTCompany {
  static let link = "CustomFields[name=Deal ID].values[*]"

  /// The ready configuration with the sandbox's address and the token of ``make(_:)``.
  static func system() throws -> ConfiguredSystem {
    try ReadyConfiguration.system(
      "rt",
      replacing: [
        ("https://rt.brightwater.example", "\(SandboxTransport.origin)/desk"),
        ("{env: RT_TOKEN}", "{file: secrets/token}"),
      ])
  }

  /// - Parameter changed: Documents by file that take the place of those here.
  static func make(_ changed: [String: JSONValue] = [:]) throws -> TemporaryCompany {
    let documents = Self.documents.merging(changed) { _, given in given }
    return try TemporaryCompany(
      yaml: """
        company: Test
        systems:
          desk: {kind: rt, credentials: {token: secrets/token}}
        """,
      texts: ["secrets/token": "1-14-be46f1b9d5c14a28b9a1f1e2b3c4d5e6\n"],
      documents: Dictionary(uniqueKeysWithValues: documents.map { ("desk/\($0.key)", $0.value) }))
  }

  static let documents: [String: JSONValue] = [
    // The user's clocks are hours behind, and RT reads times by them.
    "account": ["user": "plumbline", "timeZone": "America/New_York"],
    "users": [
      ["id": 14, "Name": "plumbline", "RealName": "Plumbline", "EmailAddress": "p@b.example"],
      ["id": 15, "Name": "dana", "RealName": "Dana Reyes", "EmailAddress": "dana@b.example"],
    ],
    "queues": [["id": 1, "Name": "General"], ["id": 3, "Name": "Service"]],
    "customfields": [
      ["id": 5, "Name": "Deal ID", "Type": "Freeform", "LookupType": "RT::Queue-RT::Ticket"],
      ["id": 6, "Name": "Site", "Type": "Freeform", "LookupType": "RT::Queue-RT::Ticket"],
    ],
    "tickets": .array([
      ticket(12, "BW-10001", "Door stuck", "open", 60, "2026-11-18T10:38:52Z"),
      ticket(13, "BW-10001", "Paint of railing", "resolved", 10, "2026-11-12T08:00:00Z"),
      ticket(14, "BW-10001", "Lamp 'B 2' dark", "stalled", 0, "2026-11-19T23:59:59Z"),
      ticket(15, "Bw-10001", "A near miss", "new", 0, "2026-11-19T08:00:00Z"),
      ticket(16, "BW-10002", "Invoice asked for", "new", 30, "2026-11-17T08:00:00Z"),
      ticket(17, nil, "Whose is it?", "open", 90, "2026-11-16T08:00:00Z"),
      ticket(18, "BW-10001", "Spam", "deleted", 0, "2026-11-16T08:00:00Z"),
    ]),
  ]

  static func ticket(
    _ id: Int, _ deal: String?, _ subject: String, _ status: String, _ priority: Int,
    _ updated: String
  ) -> JSONValue {
    .object([
      "id": .integer(id), "Subject": .string(subject), "Status": .string(status),
      "Priority": .integer(priority), "Queue": "Service", "Owner": id == 12 ? "dana" : "Nobody",
      "Description": .string("About: \(subject)"), "Created": "2026-11-01T22:55:29Z",
      "LastUpdated": .string(updated),
      "CustomFields": .array([
        .object([
          "name": "Deal ID", "values": .array(deal.map { [.string($0)] } ?? []),
        ])
      ]),
    ])
  }
}
