import AdapterKit
import Adapters
import DealModel
import Sandbox

extension ContractSubject {
  static let jira = ContractSubject(
    kind: JiraKind.self, system: "pm", link: "customfield_10042",
    echoProperties: ["customfield_10050"],
    settings: [
      "site": .text("https://brightwater.atlassian.net"), "project": .text("BWD"),
      "milestones": .text("epics"), "email": .secret(.file("secrets/pm-email")),
      "token": .secret(.file("secrets/pm-token")),
    ],
    deals: [.deals: "BW-10001", .milestones: "BW-10001", .hours: "BW-10001"],
    number: ("BWD-1", "BW-10045"),
    change: (
      ControlOrder(.setField(record: "issues/BWD-1", field: "duedate", value: "2026-12-24")),
      "BW-10045", .milestones
    ),
    revision: (
      ControlOrder(
        .setField(record: "issues/BWD-219", field: "customfield_10050", value: "148000")),
      "BW-10005", .deals, Revision(property: "customfield_10050", old: "1480000", new: "148000")
    ),
    drift: ControlOrder(.renameProperty(from: "customfield_10042", to: "customfield_10043")),
    // One search; the site gives at most a hundred issues on a page.
    mostCalls: [.deals: 2, .milestones: 2, .hours: 2], renewsCredentials: false)
}
