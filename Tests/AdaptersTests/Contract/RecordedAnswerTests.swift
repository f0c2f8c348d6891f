import AdapterKit
import DealModel
import Testing

/// An answer as a vendor documents it, or as it was seen in the wild.
struct RecordedAnswer: Sendable, CustomTestStringConvertible {
  let subject: ContractSubject
  let what: String
  let status: Int
  let body: String
  var type = "application/json"
  /// What the scheduler is told, and words that people are.
  let kind: SystemError.Kind
  var words = ""

  var testDescription: String { "\(subject.kind.schema.kind): \(what)" }

  static let all = hubspot + jira + netSuite + quickBooks + serviceLayer

  private static let hubspot: [RecordedAnswer] = [
    .init(
      subject: .hubspot, what: "no credentials", status: 401,
      body:
        #"{"status":"error","message":"Authentication credentials not found. This API supports OAuth 2.0 authentication","correlationId":"a","category":"INVALID_AUTHENTICATION"}"#,
      kind: .unauthorized),
    .init(
      subject: .hubspot, what: "an expired token", status: 401,
      body:
        #"{"status":"error","message":"The OAuth token used to make this call expired 5 second(s) ago.","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["2026-11-20T08:59:55Z"]}}"#,
      kind: .unauthorized, words: "expired"),
    .init(
      subject: .hubspot, what: "a scope that is missing", status: 403,
      body:
        #"{"status":"error","message":"This app hasn't been granted all required scopes","category":"MISSING_SCOPES","errors":[{"message":"One or more of the following scopes are required.","context":{"requiredGranularScopes":["crm.objects.deals.read"]}}]}"#,
      kind: .unauthorized, words: "crm.objects.deals.read"),
    .init(
      subject: .hubspot, what: "the limit of ten seconds", status: 429,
      body:
        #"{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","correlationId":"a","policyName":"TEN_SECONDLY_ROLLING","requestId":"b"}"#,
      kind: .throttled(retryAfter: .seconds(10))),
  ]

  private static let jira: [RecordedAnswer] = [
    .init(
      subject: .jira, what: "a refusal in plain text", status: 401,
      body: "Client must be authenticated to access this resource.", type: "text/plain",
      kind: .unauthorized),
    .init(
      subject: .jira, what: "the old search, removed", status: 410,
      body:
        #"{"errorMessages":["The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at CHANGE-2046"],"errors":{}}"#,
      kind: .refused),
    .init(
      subject: .jira, what: "a gateway's page", status: 503,
      body: "<html><body>Service Unavailable</body></html>", type: "text/html", kind: .unavailable),
  ]

  private static func netSuite(_ status: Int, _ code: String, _ detail: String) -> String {
    #"{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1","title":"Error","status":\#(status),"o:errorDetails":[{"detail":"\#(detail)","o:errorQueryParam":"q","o:errorCode":"\#(code)"}]}"#
  }

  private static let netSuite: [RecordedAnswer] = [
    .init(
      subject: .netSuite, what: "an unknown column", status: 400,
      body: netSuite(
        400, "INVALID_PARAMETER",
        "Invalid search query. Detailed unprocessed description follows. Search error occurred: Unknown identifier 'custbody_deal_id'. Available identifiers are: {transaction=transaction}."
      ), kind: .drifted(field: "custbody_deal_id")),
    .init(
      subject: .netSuite, what: "a record that the role may not see", status: 400,
      body: netSuite(
        400, "INVALID_PARAMETER",
        "Invalid search query. Detailed unprocessed description follows. Search error occurred: Record 'currency' was not found."
      ), kind: .unauthorized, words: "currency"),
    .init(
      subject: .netSuite, what: "a login that is refused", status: 401,
      body: netSuite(
        401, "INVALID_LOGIN",
        "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI."),
      kind: .unauthorized, words: "Login Audit Trail"),
    .init(
      subject: .netSuite, what: "a permission that is missing", status: 403,
      body: netSuite(403, "INSUFFICIENT_PERMISSION", "Permission Violation"), kind: .unauthorized),
    .init(
      subject: .netSuite, what: "too many at a time", status: 429,
      body: netSuite(
        429, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked."),
      kind: .throttled(retryAfter: nil), words: "`concurrency`"),
    .init(
      subject: .netSuite, what: "an error of its own", status: 500,
      body: netSuite(500, "UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: kx7"),
      kind: .unavailable),
    .init(
      subject: .netSuite, what: "maintenance", status: 503,
      body: "<html><body>NetSuite is down for maintenance</body></html>", type: "text/html",
      kind: .unavailable, words: "maintained"),
  ]

  private static func lower(_ code: String, _ message: String, _ type: String) -> String {
    #"{"warnings":null,"intuitObject":null,"fault":{"error":[{"message":"message=\#(message)","detail":"d","code":"\#(code)","element":null}],"type":"\#(type)"},"report":null,"queryResponse":null,"time":1763619255926}"#
  }

  private static func capital(_ code: String, _ detail: String, _ type: String) -> String {
    #"{"Fault":{"Error":[{"Message":"m","Detail":"\#(detail)","code":"\#(code)"}],"type":"\#(type)"},"time":"2026-11-20T03:14:15.926-08:00"}"#
  }

  private static let quickBooks: [RecordedAnswer] = [
    .init(
      subject: .quickBooks, what: "a token that is not accepted", status: 401,
      body: lower(
        "3200", "AuthenticationFailed; errorCode=003200; statusCode=401", "AUTHENTICATION"),
      kind: .unauthorized),
    .init(
      subject: .quickBooks, what: "another company than the token's", status: 403,
      body: lower("3100", "ApplicationAuthorizationFailed; errorCode=003100", "SERVICE"),
      kind: .unauthorized, words: "`realm`"),
    .init(
      subject: .quickBooks, what: "too many calls", status: 429,
      body: lower("3001", "ThrottleExceeded; errorCode=003001; statusCode=429", "SERVICE"),
      kind: .throttled(retryAfter: .seconds(60))),
    .init(
      subject: .quickBooks, what: "a property that cannot be asked for", status: 400,
      body: capital(
        "4001", "QueryValidationError: property 'CustomField' is not queryable", "ValidationFault"),
      kind: .refused),
    .init(
      subject: .quickBooks, what: "a fault inside a success", status: 200,
      body: capital("4000", "QueryParserError: Encountered", "ValidationFault"), kind: .refused),
    .init(
      subject: .quickBooks, what: "a system fault inside a success", status: 200,
      body: capital("10000", "An application error has occurred", "SystemFault"),
      kind: .unavailable),
    .init(
      subject: .quickBooks, what: "a refusal inside a success", status: 200,
      body: lower("3100", "ApplicationAuthorizationFailed; errorCode=003100", "SERVICE"),
      kind: .unauthorized),
    .init(
      subject: .quickBooks, what: "XML from the gateway", status: 500,
      body:
        #"<?xml version="1.0" encoding="UTF-8"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault type="SystemFault"/></IntuitResponse>"#,
      type: "application/xml", kind: .unavailable),
    .init(
      subject: .quickBooks, what: "XML with status 200", status: 200,
      body: #"<?xml version="1.0" encoding="UTF-8"?><IntuitResponse/>"#,
      type: "application/xml", kind: .malformed),
  ]

  private static func v1(_ code: Int, _ text: String) -> String {
    #"{"error":{"code":\#(code),"message":{"lang":"en-us","value":"\#(text)"}}}"#
  }

  private static func v2(_ code: Int, _ text: String) -> String {
    #"{"error":{"code":"\#(code)","details":[{"code":"","message":""}],"message":"\#(text)"}}"#
  }

  private static let serviceLayer: [RecordedAnswer] = [
    (ContractSubject.serviceLayer, v2), (.serviceLayerProjects, v1),
  ].flatMap { subject, body in
    [
      RecordedAnswer(
        subject: subject, what: "a session that is refused for good", status: 401,
        body: body(301, "Invalid session or session already timeout."), kind: .unauthorized,
        words: "ROUTEID"),
      .init(
        subject: subject, what: "a property it does not know ($select)", status: 400,
        body: body(-1_000, "Property 'U_DealID' of 'Document' is invalid"),
        kind: .drifted(field: "U_DealID"), words: "restarted"),
      .init(
        subject: subject, what: "a property it does not know ($filter)", status: 400,
        body: body(201, "Property 'U_DealID' is invalid"), kind: .drifted(field: "U_DealID")),
      .init(
        subject: subject, what: "an authorization that is missing", status: 403,
        body: body(-6_006, "You are not permitted to perform this action"), kind: .unauthorized,
        words: "Authorizations"),
      .init(
        subject: subject, what: "an action it does not support", status: 400,
        body: body(-5_006, "Action is not supported"), kind: .refused),
      .init(
        subject: subject, what: "a node that is down", status: 502,
        body: "<html><head><title>502 Proxy Error</title></head></html>", type: "text/html",
        kind: .unavailable),
    ]
  }
}

@Suite("Answers as vendors give them")
struct RecordedAnswerTests {
  @Test("an answer of the vendor's facts means what the facts say", arguments: RecordedAnswer.all)
  func meaning(_ recorded: RecordedAnswer) async throws {
    let subject = recorded.subject
    let bench = try ContractBench(subject)
    let kind = try #require(subject.deals.keys.min())
    let deal = try #require(subject.deals[kind])
    // The login stays what it was: these answers are to questions.
    _ = try await bench.records(kind, [deal])
    bench.clock.advance(by: .seconds(60))
    bench.transport.tamper { request, honest in
      guard !request.url.contains("oauth2"), !request.url.hasSuffix("/Login") else { return honest }
      return HTTPAnswer(
        status: recorded.status, headers: [HTTPField("Content-Type", recorded.type)],
        body: Array(recorded.body.utf8))
    }
    let error = try #require(
      try await bench.failure { _ = try await bench.adapter.records(of: kind, for: [deal]) })
    #expect(error.kind == recorded.kind, "\(error.message)")
    #expect(error.message.contains(recorded.words), "\(error.message)")
    bench.transport.tamper(nil)
    bench.clock.advance(by: .seconds(7_200))
    #expect(try await bench.records(kind, [deal])[deal]?.isEmpty == false)
  }
}
