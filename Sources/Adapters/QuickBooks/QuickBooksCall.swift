import AdapterKit
import DealModel

/// The calls to QuickBooks Online: all of them are GETs.
struct QuickBooksCall: Sendable {
  /// The version of the wire format; lower ones are treated as this one since August 2025.
  static let minorVersion = "75"
  /// The most objects on one page.
  static let pageSize = 1_000
  /// The most IDs in one question: the address stays below two thousand characters.
  static let mostIDs = 100
  /// The most objects in one answer of change data capture; beyond it, it is cut without a word.
  static let mostChanges = 1_000

  let realm: String
  /// Whether custom fields beyond the three classic ones are asked for.
  let asksFields: Bool

  /// A statement of the query language.
  func query(_ statement: String) -> HTTPCall {
    .get(
      "/v3/company/{realm}/query", ["realm": realm],
      query: [
        "query": statement, "include": asksFields ? "enhancedAllCustomFields" : nil,
        "minorversion": Self.minorVersion,
      ])
  }

  /// One document by its ID.
  func document(_ entity: QuickBooksEntity, _ id: String) -> HTTPCall {
    .get(
      "/v3/company/{realm}/\(entity.rawValue.lowercased())/{id}", ["realm": realm, "id": id],
      query: [
        "include": asksFields ? "enhancedAllCustomFields" : nil,
        "minorversion": Self.minorVersion,
      ])
  }

  /// What changed, deletions included.
  func changes(of entities: [String], since instant: Timestamp) -> HTTPCall {
    .get(
      "/v3/company/{realm}/cdc", ["realm": realm],
      query: [
        "entities": entities.joined(separator: ","), "changedSince": instant.description,
        "minorversion": Self.minorVersion,
      ])
  }

  /// The company's preferences: currencies and custom fields.
  var preferences: HTTPCall {
    .get(
      "/v3/company/{realm}/preferences", ["realm": realm],
      query: ["minorversion": Self.minorVersion])
  }

  /// The company, and its clock.
  var company: HTTPCall {
    .get(
      "/v3/company/{realm}/companyinfo/{realm}", ["realm": realm],
      query: ["minorversion": Self.minorVersion])
  }

  /// A text as the query language quotes it.
  static func quoted(_ text: String) -> String {
    var quoted = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'", "\\":
        quoted += "\\"
        quoted.unicodeScalars.append(scalar)
      case let control where control.value < 0x20: quoted += " "
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "'"
  }

  /// `('1', '2')`.
  static func list(_ texts: some Sequence<String>) -> String {
    "(" + texts.map(quoted).joined(separator: ", ") + ")"
  }
}

extension QuickBooksCall {
  /// What QuickBooks' errors mean.
  ///
  /// - Source: developer.intuit.com, error codes; both envelopes are in use.
  static let errors = ErrorTable(
    codePaths: [["fault", "error", "0", "code"], ["Fault", "Error", "0", "code"], ["error"]],
    rules: [
      .init(
        400, code: "invalid_grant", .unauthorized,
        "The refresh token is void: another program used it without keeping the new one, nobody "
          + "used it for a hundred days, or access was revoked. Connect the app anew, and store the "
          + "token it gives."),
      .init(
        401, code: "invalid_client", .unauthorized,
        "The app is not known. Check `client_id` and `client_secret`, and whether they are those of "
          + "development or of production."),
      .init(401, .unauthorized, "The access token was refused. Connect the app anew."),
      .init(
        403, .unauthorized,
        "The app may not read this company. Check `realm`, and that the token was given for that "
          + "company. Development keys open sandbox companies alone, whose `base_url` is "
          + "https://sandbox-quickbooks.api.intuit.com; production keys open all others."),
      .init(
        429, .throttled(retryAfter: .seconds(60)),
        "Too many requests for this company; calls slow down by themselves. If it stays so, the "
          + "app's monthly quota is used up."),
      .init(
        400, code: "610", .refused,
        "There is no such record any more, or it is inactive. It was deleted there."),
      .init(
        400...499, code: "4001", .refused,
        "It does not let itself be asked so; please report this."),
      .init(
        400...499, code: "4000", .refused,
        "It did not understand the question; please report this."),
      .init(
        400...599, code: "10000", .unavailable,
        "That is a failure on its side; it is asked again by itself."),
    ])

  /// The status of a fault that came with 200.
  ///
  /// - Source: developer.intuit.com, handling common errors: a 200 may carry a fault.
  static func hiddenStatus(of body: [UInt8]) -> Int? {
    // A fault is a small document that says so at its beginning: whole answers are not searched.
    guard body.count < 1 << 16, body.prefix(400).containsFault,
      let document = try? JSONValue(parsing: body),
      let fault = document["Fault"] ?? document["fault"], !fault.isNull
    else { return nil }
    let error = (fault["Error"] ?? fault["error"])?[0]
    switch (fault["type"]?.string?.lowercased(), error?["code"]?.string) {
    case (_, "3200"), ("authentication", _): return 401
    case (_, "3001"): return 429
    case (_, "3100"), ("authorization", _), ("authorizationfault", _): return 403
    case (_, "10000"), ("systemfault", _), ("service", _): return 500
    default: return 400
    }
  }
}

extension ArraySlice<UInt8> {
  /// Whether the member `Fault` or `fault` stands in these bytes.
  fileprivate var containsFault: Bool {
    let text = String(decoding: self, as: UTF8.self)
    return text.contains("\"Fault\"") || text.contains("\"fault\"")
  }
}
