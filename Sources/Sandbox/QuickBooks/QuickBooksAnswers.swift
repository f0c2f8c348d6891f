internal import DealModel

/// QuickBooks' answers that are no documents.
struct QuickBooksAnswers: Sendable {
  /// The time, as bodies bear it.
  let now: Timestamp

  /// An error of the business layer: capital envelope.
  func fault(
    _ status: Int, code: String, _ message: String, _ detail: String,
    type: String = "ValidationFault"
  ) -> EmulatedResponse {
    .json(
      .object([
        "Fault": .object([
          "Error": .array([
            .object([
              "Message": .string(message), "Detail": .string(detail), "code": .string(code),
            ])
          ]),
          "type": .string(type),
        ]),
        "time": .string(QuickBooksCalendar.text(now, milliseconds: true)),
      ]), status: status)
  }

  /// An error of the gateway: lower-case envelope.
  func gatewayFault(
    _ status: Int, says: Int? = nil, code: String, _ name: String, _ detail: String, type: String
  ) -> EmulatedResponse {
    let words = "message=\(name); errorCode=00\(code); statusCode=\(says ?? status)"
    return .json(
      .object([
        "warnings": nil, "intuitObject": nil,
        "fault": .object([
          "error": .array([
            .object([
              "message": .string(words), "detail": .string(detail), "code": .string(code),
              "element": nil,
            ])
          ]),
          "type": .string(type),
        ]),
        "report": nil, "queryResponse": nil, "batchItemResponse": [], "attachableResponse": [],
        "syncErrorResponse": nil, "requestId": nil, "time": .integer(now.milliseconds),
        "status": nil, "cdcresponse": [],
      ]), status: status)
  }

  var unauthorized: EmulatedResponse {
    gatewayFault(
      401, code: "3200", "AuthenticationFailed",
      "Token expired: the access token has ended or is not known", type: "AUTHENTICATION")
  }

  var forbidden: EmulatedResponse {
    gatewayFault(
      403, code: "3100", "ApplicationAuthorizationFailed",
      "Application has no access to this company", type: "SERVICE")
  }

  /// - Parameter status: 429, or 200: the fault says what the status does not.
  func throttled(_ status: Int = 429) -> EmulatedResponse {
    gatewayFault(
      status, says: 429, code: "3001", "ThrottleExceeded", "The request was throttled",
      type: "SERVICE")
  }

  func query(_ error: QuickBooksQueryError) -> EmulatedResponse {
    fault(
      400, code: error.code, error.code == "4000" ? "Error parsing query" : "Invalid query",
      error.detail)
  }

  var notFound: EmulatedResponse {
    fault(
      400, code: "610", "Object Not Found",
      "Object Not Found : Something you're trying to use has been made inactive. Check the fields "
        + "with accounts, customers, items, vendors or employees.")
  }

  var unsupported: EmulatedResponse {
    fault(500, code: "500", "Unsupported Operation", "Operation is not supported.")
  }

  /// The same error as XML, which clients get that do not accept JSON.
  static func xml(_ response: EmulatedResponse) -> EmulatedResponse {
    let document = try? response.json()
    let fault = document?["Fault"] ?? document?["fault"]
    let error = (fault?["Error"] ?? fault?["error"])?[0]
    let code = error?["code"]?.string ?? ""
    let message = escaped(error?["Message"]?.string ?? error?["message"]?.string ?? "")
    let detail = escaped(error?["Detail"]?.string ?? error?["detail"]?.string ?? "")
    let type = fault?["type"]?.string ?? ""
    return .text(
      """
      <?xml version="1.0" encoding="UTF-8" standalone="yes"?>\
      <IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault type="\(type)">\
      <Error code="\(code)"><Message>\(message)</Message><Detail>\(detail)</Detail></Error>\
      </Fault></IntuitResponse>
      """, status: response.status, type: "application/xml;charset=UTF-8")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }

  func failure(_ status: Int) -> EmulatedResponse {
    switch status {
    case 401: return unauthorized
    case 403: return forbidden
    case 429: return throttled()
    case 500:
      return fault(
        500, code: "10000", "An application error has occurred while processing your request",
        "System Failure Error: please try again later", type: "SystemFault")
    case 400..<500 where status != 404:
      return fault(status, code: "6000", "A business validation error has occurred", "Refused.")
    default:
      return .text(
        "<html><head><title>\(status)</title></head><body><h1>Service not available</h1></body></html>",
        status: status)
    }
  }
}

/// Where the vendor's clocks are: Pacific time, whatever the company's own zone.
enum QuickBooksCalendar {
  private static let pacific = JiraZones.zone(named: "America/Los_Angeles") ?? .utc

  /// `2026-11-02T08:00:00-08:00`; bodies have milliseconds, objects have none.
  static func text(_ instant: Timestamp, milliseconds: Bool = false) -> String {
    let offset = pacific.offsetSeconds(at: instant)
    let (hour, minute, second) = pacific.timeOfDay(of: instant)
    let rest = Int(((instant.milliseconds % 1_000) + 1_000) % 1_000)
    let minutes = abs(offset) / 60
    let fraction = milliseconds ? "." + digits(rest, 3) : ""
    return
      "\(pacific.date(of: instant))T\(digits(hour, 2)):\(digits(minute, 2)):\(digits(second, 2))"
      + "\(fraction)\(offset < 0 ? "-" : "+")\(digits(minutes / 60, 2)):\(digits(minutes % 60, 2))"
  }

  private static func digits(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }
}
