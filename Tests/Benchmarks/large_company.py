#!/usr/bin/env python3
"""Writes a company folder with many deals, for measuring lists at size.

usage: large_company.py COUNT DIRECTORY   (the directory must not exist)
"""
import json
import os
import sys

count, directory = int(sys.argv[1]), sys.argv[2]
os.makedirs(f"{directory}/crm")
os.makedirs(f"{directory}/secrets")

WORDS = ["harbour", "quay", "slipway", "yard", "pontoon", "fender", "crane", "ferry", "berth", "dock"]
STAGES = [("won", "Won", "1.0", "true"), ("lost", "Lost", "0.0", "true"), ("offer", "Proposal sent", "0.5", "false")]


def write(name, content):
    with open(f"{directory}/{name}", "w") as file:
        if isinstance(content, str):
            file.write(content)
        else:
            json.dump(content, file)


def deal(number):
    name = " ".join(WORDS[number // 10**place % 10] for place in range(3)) + f" {number}"
    stage = STAGES[number % 3][0]
    return {
        "id": str(9_000_000 + number),
        "properties": {
            "dealname": name, "amount": str(number * 37 % 2_000_000), "dealstage": stage, "pipeline": "default",
            "closedate": "2026-12-01T00:00:00Z", "deal_currency_code": "USD", "hubspot_owner_id": "1",
            "entity": "US", "erp_deal_id": f"BW-{1_000_000 + number}",
            "createdate": "2026-01-02T08:00:00Z", "hs_lastmodifieddate": "2026-11-01T08:00:00Z",
            "hs_object_id": str(9_000_000 + number)},
        "createdAt": "2026-01-02T08:00:00Z", "updatedAt": "2026-11-01T08:00:00Z", "archived": False}


names = "dealname amount dealstage pipeline closedate deal_currency_code hubspot_owner_id entity erp_deal_id createdate hs_lastmodifieddate hs_object_id".split()
write("crm/deals.json", [deal(number) for number in range(count)])
write("crm/owners.json", [{"id": "1", "email": "one@large.example", "firstName": "One", "lastName": "Owner", "archived": False}])
write("crm/pipelines.json", {"deals": [{"id": "default", "label": "Sales", "displayOrder": 0, "stages": [
    {"id": i, "label": l, "displayOrder": n, "metadata": {"probability": p, "isClosed": c}, "archived": False}
    for n, (i, l, p, c) in enumerate(STAGES)]}]})
write("crm/properties.json", {"deals": [
    {"name": n, "label": n, "type": "string", "fieldType": "text", "hasUniqueValue": n == "erp_deal_id"} for n in names]})
write("crm/account.json", {"portalId": 1, "accountType": "STANDARD", "timeZone": "Etc/UTC", "companyCurrency": "USD",
    "additionalCurrencies": [], "utcOffset": "+00:00", "utcOffsetMilliseconds": 0,
    "uiDomain": "app.hubspot.com", "dataHostingLocation": "na1"})
write("secrets/token", "pat-na1-sample\n")
write("company.yaml", """company: Large
as_of: 2026-11-20
systems:
  crm: {kind: hubspot, credentials: {token: secrets/token}, limits: none}
""")
write("plumbline.yaml", """company: Large
shared_id: {origin: crm, pattern: '^BW-[0-9]{7}$'}
systems:
  crm:
    kind: hubspot
    base_url: "{{sandbox}}/crm"
    link: erp_deal_id
    unique_link: true
    token: {file: "{{directory}}/secrets/token"}
    steward: One Owner <one@large.example>
    failure_mode: The list keeps its last readings.
    fresh_for: 1h
    expire_after: 24h
ownership:
  commercial: crm
""")
