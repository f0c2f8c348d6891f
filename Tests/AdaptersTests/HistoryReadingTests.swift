import DealModel
import Testing

@testable import Adapters

@Suite("What vendors remember is read as it is")
struct HistoryReadingTests {
  @Test("HubSpot: versions become changes, with the person or the program that wrote each")
  func hubSpotVersions() {
    let versions: [JSONValue] = [
      [
        "value": "", "timestamp": "2026-11-19T10:00:00Z", "sourceType": "CRM_UI",
        "sourceId": "userId:9",
      ],
      [
        "value": "90", "timestamp": "2026-11-18T10:00:00Z", "sourceType": "CRM_UI",
        "updatedByUserId": 44100,
      ],
      [
        "value": "100", "timestamp": "2026-11-17T10:00:00Z", "sourceType": "INTEGRATION",
        "sourceLabel": "Workato",
      ],
      ["value": "80", "sourceType": "IMPORT"],
      ["value": "70", "timestamp": "2026-11-16T10:00:00Z"],
    ]
    let changes = HubSpotVersions(versions, userNames: ["44100": "Maya Okafor"])
      .changes(of: "copy", as: .value)
    #expect(changes.map(\.new) == [nil, "90", "100", "70"], "what has no time tells nothing")
    #expect(changes.map(\.old) == ["90", "100", "70", nil])
    #expect(changes.map(\.author) == [.person, .person, .program, .unknown])
    #expect(changes.map(\.by) == ["user 9", "Maya Okafor", "Workato", nil])
    #expect(changes.allSatisfy { $0.field == .value && $0.property == "copy" })
  }

  private func note(
    _ field: String, _ type: String, old: String? = nil, new: String? = nil,
    context: String? = "UIF"
  ) throws -> NetSuiteNote {
    var members: [JSONValue.Member] = [
      .init("recordid", "7"), .init("field", .string(field)), .init("type", .string(type)),
      .init("at", "2026-11-18T10:00:00Z"), .init("who", "Imogen Shaw"),
    ]
    if let old { members.append(.init("oldvalue", .string(old))) }
    if let new { members.append(.init("newvalue", .string(new))) }
    if let context { members.append(.init("context", .string(context))) }
    let row = try #require(NetSuiteRow(.object(members)))
    return try #require(NetSuiteNote(row, echoes: ["custbody_copy"]))
  }

  @Test("NetSuite: amounts and states count, payments and remarks do not")
  func netSuiteNotes() throws {
    let total = try note("TRANDOC.MAMOUNTMAIN", "4", old: "10.00", new: "12.00")
    let change = try #require(total.change(in: .invoices))
    #expect(change.field == .invoices && change.old == "10.00" && change.new == "12.00")
    #expect(change.author == .person && change.by == "Imogen Shaw")
    #expect(try note("CUSTBODY_COPY", "4").change(in: .invoices)?.property == "custbody_copy")
    #expect(try note("CUSTBODY_COPY", "4").change(in: .invoices)?.field == nil)
    #expect(try note("TRANDOC.SMEMO", "4").change(in: .invoices) == nil)
    #expect(
      try note("TRANDOC.KSTATUS", "4", old: "Invoice : Open", new: "Invoice : Paid In Full")
        .change(in: .invoices) == nil)
    #expect(
      try note(
        "TRANDOC.KSTATUS", "4", old: "Invoice : Pending Approval", new: "Invoice : Open"
      ).change(in: .invoices) != nil)
    #expect(
      try note("TRANLINE.MAMOUNT", "4", context: "SCH").change(in: .costs)?.author == .program)
    #expect(
      try note("TRANLINE.MAMOUNT", "4", context: nil).change(in: .costs)?.author == .unknown)
    let creation = try note("TRANDOC.MAMOUNTMAIN", "2", new: "10.00")
    #expect(creation.isOfCreation && creation.change(in: .invoices) == nil)
  }
}
