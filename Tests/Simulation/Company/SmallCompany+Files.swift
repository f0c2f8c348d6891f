import Crypto
import DealModel

extension SmallCompany {
  /// `company.yaml`.
  static let sandboxFile = """
    company: Small
    systems:
      crm: {kind: hubspot, credentials: {token: secrets/crm}}
      erp_us:
        kind: netsuite
        credentials:
          consumer_key: secrets/consumer-key
          consumer_secret: secrets/consumer-secret
          token_id: secrets/token-id
          token_secret: secrets/token-secret
      erp_eu:
        kind: netsuite
        credentials:
          client_id: secrets/client-id
          certificate_id: secrets/certificate-id
          public_key: secrets/public.pem
      pm: {kind: jira, credentials: {email: secrets/email, token: secrets/pm}}
    """

  /// `plumbline.yaml`.
  static func configuration(directory: String) -> String {
    let common = "steward: Dana, failure_mode: Wait."
    func secret(_ key: String, _ file: String) -> String {
      "\(key): {file: \(directory)/secrets/\(file)}"
    }
    func system(_ name: String, _ kind: String, _ more: String) -> String {
      "  \(name): {kind: \(kind), base_url: '\(InstalledCompany.origin)/\(name)', \(common), \(more)}"
    }
    return """
      company: Small
      shared_id: {origin: crm, pattern: '^BW-[0-9]{5}$'}
      entities: [US, DE]
      systems:
      \(system("crm", "hubspot", "link: erp_deal_id, currency: EUR, fresh_for: 1m, expire_after: 24h, \(secret("token", "crm"))"))
      \(system("erp_us", "netsuite", "link: custbody_deal_id, account: '4417230', fresh_for: 1m, expire_after: 2h, \(secret("consumer_key", "consumer-key")), \(secret("consumer_secret", "consumer-secret")), \(secret("token_id", "token-id")), \(secret("token_secret", "token-secret"))"))
      \(system("erp_eu", "netsuite", "link: custbody_deal_id, account: '6620518', concurrency: 3, fresh_for: 1m, expire_after: 2h, \(secret("client_id", "client-id")), \(secret("certificate_id", "certificate-id")), \(secret("private_key", "private.pem"))"))
      \(system("pm", "jira", "link: customfield_10042, site: 'https://small.atlassian.net', project: BWD, milestones: epics, fresh_for: 45s, expire_after: 24h, \(secret("email", "email")), \(secret("token", "pm"))"))
      ownership:
        commercial: crm
        financial: {by: deal.entity, US: erp_us, DE: erp_eu}
        delivery: pm
        support: crm
      compare:
        - {field: rollup.invoiced, echo: crm.invoiced_total, tolerance: 0.01}
        - {field: deal.value, echo: pm.customfield_10050, tolerance: 0.01}
      """
  }

  /// The secrets by their path: worth nothing anywhere else.
  static let secrets: [String: String] = {
    let key = P256.Signing.PrivateKey()
    return [
      "secrets/crm": "pat-small\n", "secrets/consumer-key": "ck\n",
      "secrets/consumer-secret": "cs\n", "secrets/token-id": "tk\n", "secrets/token-secret": "ts\n",
      "secrets/client-id": "client\n", "secrets/certificate-id": "certificate\n",
      "secrets/private.pem": key.pemRepresentation,
      "secrets/public.pem": key.publicKey.pemRepresentation,
      "secrets/email": "reader@small.example\n", "secrets/pm": "token-small\n",
    ]
  }()

  /// The records of every system, by file.
  var documentsByFile: [String: JSONValue] {
    var files = crmFiles
    for system: SystemName in ["erp_us", "erp_eu"] {
      files.merge(ledgerFiles(system)) { first, _ in first }
    }
    return files.merging(deliveryFiles) { first, _ in first }
  }

  private static let before = "2026-11-10T08:00:00.000Z"

  private var crmFiles: [String: JSONValue] {
    let names = [
      "dealname", "amount", "dealstage", "pipeline", "closedate", "deal_currency_code",
      "hubspot_owner_id", "erp_deal_id", "entity", "invoiced_total", "createdate",
      "hs_lastmodifieddate", "hs_object_id",
    ]
    let properties = names.map { name -> JSONValue in
      [
        "name": .string(name), "label": .string(name), "type": "string", "fieldType": "text",
        "hasUniqueValue": false,
      ]
    }
    let records = deals.map { deal -> JSONValue in
      [
        "id": .string(deal.record),
        "properties": [
          "dealname": .string(deal.name), "amount": .string(String(deal.amount)),
          "dealstage": "won", "pipeline": "default", "closedate": "2026-12-01T00:00:00Z",
          "deal_currency_code": "EUR", "hubspot_owner_id": "7",
          "erp_deal_id": .string(deal.id.text), "entity": .string(deal.entity),
          "invoiced_total": .string(String(deal.copy)), "createdate": .string(Self.before),
          "hs_lastmodifieddate": .string(Self.before), "hs_object_id": .string(deal.record),
        ],
        "createdAt": .string(Self.before), "updatedAt": .string(Self.before), "archived": false,
      ]
    }
    return [
      "crm/account": [
        "portalId": 26_610_384, "accountType": "STANDARD", "timeZone": "UTC",
        "companyCurrency": "EUR", "additionalCurrencies": [], "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0, "uiDomain": "app-eu1.hubspot.com",
        "dataHostingLocation": "eu1",
      ],
      "crm/deals": .array(records), "crm/properties": ["deals": .array(properties)],
      "crm/owners": [
        [
          "id": "7", "email": "maya@small.example", "type": "PERSON", "firstName": "Maya",
          "lastName": "Okafor", "userId": 44, "userIdIncludingInactive": 44,
          "createdAt": .string(Self.before), "updatedAt": .string(Self.before), "archived": false,
        ]
      ],
      "crm/pipelines": [
        "deals": [
          [
            "id": "default", "label": "Projects", "displayOrder": 0, "archived": false,
            "stages": [
              [
                "id": "won", "label": "Won", "displayOrder": 0, "archived": false,
                "metadata": ["probability": "1.0", "isClosed": "true"],
              ]
            ],
          ]
        ],
        "tickets": [],
      ],
    ]
  }

  private func ledgerFiles(_ system: SystemName) -> [String: JSONValue] {
    var transactions: [JSONValue] = []
    var lines: [JSONValue] = []
    for document in documents where document.system == system {
      let net = String(document.net)
      transactions.append([
        "id": .string(document.id), "type": document.isInvoice ? "CustInvc" : "VendBill",
        "tranid": .string(document.number), "trandate": "2026-11-01", "duedate": "2026-12-31",
        "entity": "410", "currency": "1", "exchangerate": "1", "foreigntotal": .string(net),
        "foreignamountpaid": "0", "foreignamountunpaid": .string(net), "status": "A",
        "voided": "F", "posting": "T", "createddate": "2026-11-01T08:00:00Z",
        "lastmodifieddate": "2026-11-10T08:00:00Z", "custbody_deal_id": .string(document.deal.text),
      ])
      for (line, amount) in [(0, net), (1, document.isInvoice ? "-\(net)" : net)] {
        lines.append([
          "transaction": .string(document.id), "id": .string(String(line)),
          "linesequencenumber": .string(String(line)), "mainline": line == 0 ? "T" : "F",
          "taxline": "F", "netamount": .string(amount), "foreignamount": .string(amount),
          "isclosed": "F",
        ])
      }
    }
    return [
      "\(system)/account": [
        "accountId": system == "erp_us" ? "4417230" : "6620518", "timeZone": "Europe/Berlin",
        "dateFormat": "DD.MM.YYYY", "concurrencyLimit": 15,
        "customFields": ["transaction": ["custbody_deal_id"]],
      ],
      "\(system)/currency": [["id": "1", "name": "Euro", "symbol": "EUR"]],
      "\(system)/transaction": .array(transactions), "\(system)/transactionline": .array(lines),
    ]
  }

  private var deliveryFiles: [String: JSONValue] {
    let project: JSONValue = [
      "id": "10000", "key": "BWD", "name": "Delivery", "projectTypeKey": "software",
    ]
    let person: JSONValue = ["accountId": "5f0c", "displayName": "Nadia", "active": true]
    func field(_ number: Int, _ name: String, _ type: String, _ custom: String) -> JSONValue {
      [
        "id": .string("customfield_\(number)"), "key": .string("customfield_\(number)"),
        "name": .string(name), "custom": true, "orderable": true, "navigable": true,
        "searchable": true, "clauseNames": [.string("cf[\(number)]"), .string(name)],
        "schema": [
          "type": .string(type),
          "custom": .string("com.atlassian.jira.plugin.system.customfieldtypes:\(custom)"),
          "customId": .integer(number),
        ],
      ]
    }
    let issues = epics.map { epic -> JSONValue in
      let seconds = worklogs.first { $0.issue == epic.id }?.seconds
      return [
        "id": .string(epic.id), "key": .string(epic.key),
        "fields": [
          "summary": .string(epic.name), "project": project, "labels": [],
          "issuetype": ["id": "1", "name": "Epic"],
          "status": [
            "id": "3", "name": "In Progress",
            "statusCategory": ["id": 4, "key": "indeterminate", "name": "In Progress"],
          ],
          "duedate": "2026-12-15", "customfield_10042": .string(epic.deal.text),
          "customfield_10050": .integer(epic.copy), "assignee": person,
          "created": "2026-10-01T08:00:00.000+0100", "updated": "2026-11-10T08:00:00.000+0100",
          "timespent": seconds.map { .integer($0) } ?? .null,
        ],
      ]
    }
    var logged: [JSONValue.Member] = []
    for worklog in worklogs {
      logged.append(
        .init(
          worklog.issue,
          [
            [
              "id": .string(worklog.id), "issueId": .string(worklog.issue), "author": person,
              "updateAuthor": person, "created": "2026-11-05T08:00:00.000+0100",
              "updated": "2026-11-05T08:00:00.000+0100", "started": "2026-11-05T08:00:00.000+0100",
              "timeSpentSeconds": .integer(worklog.seconds),
            ]
          ]))
    }
    return [
      "pm/site": ["baseUrl": "https://small.atlassian.net", "displayTimeZone": "UTC"],
      "pm/fields": [
        field(10_042, "Deal ID", "string", "textfield"),
        field(10_050, "Deal value", "number", "float"),
      ],
      "pm/projects": [project], "pm/issues": .array(issues), "pm/worklogs": .object(logged),
      "pm/versions": .object([]), "pm/users": [person],
    ]
  }
}
