import DealModel

extension SameCompany {
  /// The CRM's files: the same in all seven ways.
  var crm: [String: JSONValue] {
    [
      "crm/account": [
        "portalId": 30_771, "accountType": "STANDARD", "timeZone": "UTC",
        "companyCurrency": "EUR", "additionalCurrencies": ["USD", "JPY", "KWD"],
        "utcOffset": "+00:00", "utcOffsetMilliseconds": 0, "uiDomain": "app-eu1.hubspot.com",
        "dataHostingLocation": "eu1",
      ],
      "crm/associations": [], "crm/companies": [],
      "crm/owners": [
        [
          "id": "11", "email": "bo@same.example", "type": "PERSON", "firstName": "Bo",
          "lastName": "Lindgren", "userId": 7, "userIdIncludingInactive": 7,
          "createdAt": "2025-01-07T08:00:00.000Z", "updatedAt": "2025-01-07T08:00:00.000Z",
          "archived": false,
        ]
      ],
      "crm/pipelines": [
        "deals": [
          [
            "id": "default", "label": "Yard", "displayOrder": 0, "archived": false,
            "stages": [
              [
                "id": "order", "label": "Order", "displayOrder": 0,
                "metadata": ["probability": "1.0", "isClosed": "true"], "archived": false,
              ]
            ],
          ]
        ], "tickets": [],
      ],
      "crm/properties": [
        "deals": .array(Self.properties), "companies": [], "contacts": [], "tickets": [],
      ],
      "crm/deals": .array(deals.enumerated().map { Self.object($1, id: "\(700_001 + $0)") }),
    ]
  }

  private static let properties: [JSONValue] = [
    ("dealname", "string", "text"), ("amount", "number", "number"),
    ("dealstage", "enumeration", "radio"), ("pipeline", "enumeration", "select"),
    ("closedate", "datetime", "date"), ("deal_currency_code", "enumeration", "select"),
    ("hubspot_owner_id", "enumeration", "select"), ("deal_ref", "string", "text"),
    ("createdate", "datetime", "date"), ("hs_lastmodifieddate", "datetime", "date"),
    ("hs_object_id", "number", "number"),
  ].map { name, type, field in
    [
      "name": .string(name), "label": .string(name), "type": .string(type),
      "fieldType": .string(field), "hasUniqueValue": .bool(name == "deal_ref"),
    ]
  }

  private static func object(_ deal: Deal, id: String) -> JSONValue {
    let at = "2026-03-02T08:00:00.000Z"
    return [
      "id": .string(id),
      "properties": [
        "dealname": .string(deal.name), "amount": .string(deal.value), "dealstage": "order",
        "pipeline": "default", "closedate": "2026-05-11T00:00:00Z",
        "deal_currency_code": .string(deal.currency.code), "hubspot_owner_id": "11",
        "deal_ref": .string(deal.id.text), "createdate": .string(at),
        "hs_lastmodifieddate": .string(at), "hs_object_id": .string(id),
      ],
      "createdAt": .string(at), "updatedAt": .string(at), "archived": false,
    ]
  }

  /// The configuration, with an ERP's own lines.
  func configuration(erp: String) -> String {
    """
    company: The same sixty deals
    shared_id: {origin: crm, pattern: '^BW-[0-9]{5}$'}
    systems:
      crm:
        kind: hubspot
        base_url: "{{sandbox}}/crm"
        link: deal_ref
        token: {file: "{{directory}}/secrets/crm-token"}
        steward: Bo
        failure_mode: Deals keep their last readings.
        fresh_for: 1h
        expire_after: 12h
      erp:
    \(erp.indented(by: 4))
        steward: Sanna
        failure_mode: Figures are marked stale.
        fresh_for: 1h
        expire_after: 12h
    ownership: {commercial: crm, financial: erp}

    """
  }
}

extension String {
  /// Every line further to the right.
  func indented(by count: Int) -> String {
    let space = String(repeating: " ", count: count)
    return split(separator: "\n", omittingEmptySubsequences: false).map { space + $0 }
      .joined(separator: "\n")
  }
}
