import AdapterKit
import DealModel

extension NetSuiteAdapter {
  /// What NetSuite's errors mean (Oracle's help, error codes of SuiteTalk REST).
  static let errorTable = ErrorTable(
    codePaths: [["o:errorDetails", "0", "o:errorCode"], ["error"]],
    rules: [
      unknownColumn, unseenRecord,
      .init(
        401, code: "INVALID_LOGIN", .unauthorized,
        "The login was refused. Check the credentials, the role and the clock of this machine, "
          + "and see Setup > Users/Roles > View Login Audit Trail in NetSuite."),
      .init(
        403, .unauthorized,
        "The role lacks a permission. Grant it, view only, under Setup > Users/Roles."),
      .init(
        429, .throttled(retryAfter: nil),
        "Too many requests of all integrations run at once in this account; calls slow down by "
          + "themselves. Lower `concurrency` if it stays so."),
      .init(
        503, .unavailable,
        "The account is being maintained or is out of order; it is asked again by itself."),
    ])

  /// `Unknown identifier 'custbody_x'`: the schema has changed, or the role may not see the field.
  private static var unknownColumn: ErrorTable.Rule {
    var rule = ErrorTable.Rule(
      400, code: "INVALID_PARAMETER", .refused,
      "It knows no such column. Check `link` and the properties under `compare`, and whether the "
        + "field exists and the role may see it.", detail: { quoted(in: $0, after: "identifier") })
    rule.kindInBody = { body in
      quoted(in: body, after: "Unknown identifier").map { .drifted(field: $0) }
    }
    return rule
  }

  /// `Record 'currency' was not found.`: the role may not see that kind of record.
  private static var unseenRecord: ErrorTable.Rule {
    var rule = ErrorTable.Rule(
      400, code: "INVALID_PARAMETER", .refused,
      "The role may not see a kind of record that is needed. Grant it, view only, under Setup > "
        + "Users/Roles.", detail: { quoted(in: $0, after: "Record") })
    rule.kindInBody = { body in
      quoted(in: body, after: "error occurred: Record") == nil ? nil : .unauthorized
    }
    return rule
  }

  /// The name in quotes behind some words of the error's detail: a name of the schema, no value.
  private static func quoted(in body: JSONValue, after words: String) -> String? {
    guard let detail = body["o:errorDetails"]?[0]?["detail"]?.string,
      let start = detail.firstRange(of: words + " '")
    else { return nil }
    let name = detail[start.upperBound...].prefix { $0 != "'" }
    let isName = name.utf8.allSatisfy { Character(Unicode.Scalar($0)).isNameLetter }
    return name.isEmpty || !isName ? nil : String(name)
  }
}

extension Character {
  /// Whether it may stand in the name of a column: an ASCII letter, a digit or an underscore.
  var isNameLetter: Bool { isASCII && (isLetter || isNumber || self == "_") }
}
