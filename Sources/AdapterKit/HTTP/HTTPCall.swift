public import DealModel

/// One question to a vendor, before credentials: what an adapter hands to ``HTTPPort``.
///
/// The path is made from a pattern and its arguments, so that what the guard checks, what reports
/// name and what is sent cannot differ.
public struct HTTPCall: Hashable, Sendable {
  /// The verb in upper case.
  public let method: String
  /// The path below the base URL, with names in braces for its variable segments:
  /// `/crm/v3/objects/deals/{id}`.
  public let pattern: String
  /// Name → value for the braces of the pattern; values are percent-encoded as one segment.
  public var arguments: [String: String]
  /// Query parameters in order, not yet encoded.
  public var query: [HTTPParameter]
  /// Further headers.
  public var headers: [HTTPField]
  /// The body.
  public var body: Body
  /// Names under which a ``RateLimit`` may count the call besides the one for all.
  public var tags: Set<String>
  /// The longest the call may take; `nil` for the port's own limit.
  public var deadline: Duration?

  /// What a call carries.
  public enum Body: Hashable, Sendable {
    /// Nothing.
    case none
    /// A JSON document.
    case json(JSONValue)
    /// `application/x-www-form-urlencoded` parameters.
    case form([HTTPParameter])
  }

  /// A call with any verb; ``HTTPPort`` refuses what its settings do not declare as reading.
  public init(
    _ method: String, _ pattern: String, _ arguments: [String: String] = [:],
    query: [HTTPParameter] = [], headers: [HTTPField] = [], body: Body = .none,
    tags: Set<String> = [], deadline: Duration? = nil
  ) {
    self.method = method
    self.pattern = pattern
    self.arguments = arguments
    self.query = query
    self.headers = headers
    self.body = body
    self.tags = tags
    self.deadline = deadline
  }

  /// A GET; parameters whose value is `nil` are left out.
  public static func get(
    _ pattern: String, _ arguments: [String: String] = [:],
    query: KeyValuePairs<String, String?> = [:], headers: [HTTPField] = [], tags: Set<String> = []
  ) -> HTTPCall {
    HTTPCall(
      "GET", pattern, arguments, query: HTTPParameter.present(query), headers: headers, tags: tags)
  }

  /// A POST that only reads, with a JSON body; parameters whose value is `nil` are left out.
  public static func post(
    _ pattern: String, _ arguments: [String: String] = [:],
    query: KeyValuePairs<String, String?> = [:], json: JSONValue, headers: [HTTPField] = [],
    tags: Set<String> = []
  ) -> HTTPCall {
    HTTPCall(
      "POST", pattern, arguments, query: HTTPParameter.present(query), headers: headers,
      body: .json(json), tags: tags)
  }

  /// Method and path pattern, for reports and errors: `POST /crm/v3/objects/deals/batch/read`.
  public var operation: String { "\(method) \(pattern)" }
}

/// A name with its value in a query or a form.
public struct HTTPParameter: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The value, not encoded.
  public var value: String

  /// A name with its value.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  static func present(_ pairs: KeyValuePairs<String, String?>) -> [HTTPParameter] {
    pairs.compactMap { name, value in value.map { HTTPParameter(name, $0) } }
  }
}

/// A JSON answer with what came around it.
public struct JSONReply: Hashable, Sendable {
  /// The document; `null` for an answer without a body.
  public var value: JSONValue
  /// The status, 2xx.
  public var status: Int
  /// The headers in order.
  public var headers: [HTTPField]

  /// A JSON answer.
  public init(value: JSONValue, status: Int, headers: [HTTPField]) {
    self.value = value
    self.status = status
    self.headers = headers
  }

  /// The first header of that name, without regard to case.
  public func header(_ name: String) -> String? {
    HTTPAnswer(status: status, headers: headers).header(name)
  }

  /// The vendor's clock from the `Date` header; `nil` when it does not tell.
  public var serverDate: Timestamp? { header("Date").flatMap { HTTPDate.timestamp($0) } }
}
