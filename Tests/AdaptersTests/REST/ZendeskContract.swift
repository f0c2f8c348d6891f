import AdapterKit
import Adapters
import DealModel
import Sandbox
import TestSupport

extension ContractSubject {
  /// Tickets by the configuration that users copy.
  static let zendesk: ContractSubject = {
    return ContractSubject(
      kind: RESTKind.self, system: "desk", link: ZendeskCompany.link,
      settings: ReadyConfiguration.settings(ZendeskCompany.system), deals: [.tickets: "BW-10001"],
      number: ("35436", "BW-10001"),
      change: (
        ControlOrder(.setField(record: "tickets/35440", field: "priority", value: "urgent")),
        "BW-10002", .tickets
      ),
      drift: ControlOrder(.renameProperty(from: "27642", to: "27700")),
      // A token besides.
      mostCalls: [.tickets: 2], renewsCredentials: true,
      company: { try ZendeskCompany.make() },
      exemptions: [
        .cancelled: "the token request belongs to all who wait for it, so it outlives the first"
      ])
  }()
}

/// A desk with tickets of two deals, beside others, in Zendesk's own wire format.
enum ZendeskCompany {
  static let link = "custom_fields[id=27642].value"

  /// The ready configuration with the sandbox's address and the secrets of ``make(_:limits:)``.
  static func system() throws -> ConfiguredSystem {
    try ReadyConfiguration.system(
      "zendesk",
      replacing: [
        ("https://brightwater.zendesk.com", "\(SandboxTransport.origin)/desk"),
        ("{env: ZENDESK_CLIENT_ID}", "{file: secrets/client-id}"),
        ("{env: ZENDESK_CLIENT_SECRET}", "{file: secrets/client-secret}"),
      ])
  }

  /// - Parameters:
  ///   - changed: Documents by file that take the place of those here.
  ///   - limits: As in `company.yaml`.
  static func make(
    _ changed: [String: JSONValue] = [:], limits: String = ""
  ) throws -> TemporaryCompany {
    let documents = Self.documents.merging(changed) { _, given in given }
    return try TemporaryCompany(
      yaml: """
        company: Test
        systems:
          desk:
            kind: zendesk
            \(limits)
            credentials:
              client_id: secrets/client-id
              client_secret: secrets/client-secret
              email: secrets/email
              token: secrets/token
        """,
      texts: [
        "secrets/client-id": "plumbline\n", "secrets/client-secret": "s3cret & more\n",
        "secrets/email": "dana@brightwater.example\n", "secrets/token": "6wiIBWbGkBMo1mRD\n",
      ], documents: Dictionary(uniqueKeysWithValues: documents.map { ("desk/\($0.key)", $0.value) })
    )
  }

  static let documents: [String: JSONValue] = [
    "account": ["subdomain": "brightwater", "user_id": 235323],
    "users": [
      [
        "id": 235323, "name": "Dana Reyes", "email": "dana@brightwater.example", "role": "admin",
        "active": true, "time_zone": "Berlin",
      ]
    ],
    "ticket_fields": [
      ["id": 27000, "title": "Subject", "type": "subject", "active": true, "removable": false],
      ["id": 27642, "title": "Deal ID", "type": "text", "active": true, "removable": true],
      ["id": 27648, "title": "Site", "type": "text", "active": true, "removable": true],
    ],
    "tickets": .array([
      ticket(35436, "BW-10001", "Door stuck", "open", "high", "2026-11-18T10:38:52Z"),
      ticket(35437, "BW-10001", "Paint of railing", "solved", "low", "2026-11-12T08:00:00Z"),
      ticket(35438, "BW-10001", "Lamp \"B 2\" dark", "hold", nil, "2026-11-19T23:59:59Z"),
      ticket(35439, "bw-10001 ", "A near miss", "new", nil, "2026-11-19T08:00:00Z"),
      ticket(35440, "BW-10002", "Invoice asked for", "pending", "normal", "2026-11-17T08:00:00Z"),
      ticket(35441, nil, "Whose is it?", "open", "urgent", "2026-11-16T08:00:00Z"),
      ticket(35442, "BW-10040", "Crane squeaks", "closed", "normal", "2026-03-16T08:00:00Z"),
    ]),
  ]

  static func ticket(
    _ id: Int, _ deal: String?, _ subject: String, _ status: String, _ priority: String?,
    _ updated: String
  ) -> JSONValue {
    .object([
      "id": .integer(id), "subject": .string(subject), "status": .string(status),
      "priority": priority.map { .string($0) } ?? .null, "type": "incident",
      "description": .string("About: \(subject)"), "requester_id": 20_978_392,
      "assignee_id": 235_323, "created_at": "2026-03-15T22:55:29Z",
      "updated_at": .string(updated),
      "custom_fields": .array([
        .object(["id": 27642, "value": deal.map { .string($0) } ?? .null])
      ]),
    ])
  }
}
