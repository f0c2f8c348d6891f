import AdapterKit
import DealModel

extension SAPBusinessOneAdapter {
  /// What the Service Layer's errors mean. V3 writes codes as numbers and messages as objects, V4
  /// both as strings.
  ///
  /// Source: "Working with SAP Business One Service Layer", chapters 3.1 and 8; texts of −1000 and
  /// 201 as published clients quote them.
  static let errorTable = ErrorTable(
    codePaths: [["error", "code"]],
    rules: [
      unknownProperty("-1000"), unknownProperty("201"),
      .init(
        401, code: "301", .unauthorized,
        "It does not accept the session. If this happens right after a login, a load balancer in "
          + "front of it drops the ROUTEID cookie; if it happens at the login, `base_url` leads to "
          + "no Service Layer."),
      .init(
        400...500, code: "-5027", .unauthorized,
        "It cannot open the company database. Check `company_db`: the database's name, not the "
          + "company's, and case matters on HANA."),
      .init(
        401, .unauthorized,
        "It refused the login. Check `company_db`, `user` and `password`, and in Business One that "
          + "the user is not locked and has a licence."),
      .init(
        403, .unauthorized,
        "The user lacks an authorization. Grant it, read-only, under Administration > System "
          + "Initialization > Authorizations."),
      .init(404, code: "-2028", .refused, "There is no such document there."),
      .init(400, code: "-5006", .refused, "It does not support this question in its release."),
      .init(
        500...599, .unavailable,
        "The Service Layer is down, being backed up or upgraded; it is asked again by itself."),
    ])

  /// `Property 'U_DealID' of 'Document' is invalid`: there is none, or the Service Layer was not
  /// restarted since it was made.
  private static func unknownProperty(_ code: String) -> ErrorTable.Rule {
    var rule = ErrorTable.Rule(
      400, code: code, .refused,
      "It knows no such property. Check `link` and the properties under `compare`: a user-defined "
        + "field is called U_ and its name, and the Service Layer must be restarted after it is "
        + "created.", detail: { property(in: $0) })
    rule.kindInBody = { body in property(in: body).map { .drifted(field: $0) } }
    return rule
  }

  /// The property that an error names: a name of the schema, no value.
  private static func property(in body: JSONValue) -> String? {
    let message = body["error"]?["message"]
    guard let text = message?.string ?? message?["value"]?.string,
      let start = text.firstRange(of: "Property '"), text.contains("invalid")
    else { return nil }
    let name = text[start.upperBound...].prefix { $0 != "'" }
    let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    return name.isEmpty || !isName ? nil : String(name)
  }
}
