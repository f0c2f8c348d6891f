/// What went over the wire to answer one question, without secrets. For a person to look at; it is
/// kept as long as it is looked at and no longer.
public struct Payload: Hashable, Sendable {
  /// The exchanges in the order in which they ended.
  public var exchanges: [Exchange]
  /// Exchanges beyond the most that are kept.
  public var omitted: Int
  /// Why the question, or a part of it, has no answer; the exchanges show how far it came.
  public var failures: [SystemError]
  /// When the question was asked.
  public var askedAt: Timestamp

  /// One request with its answer.
  public struct Exchange: Hashable, Sendable {
    /// The exchange in numbers.
    public var trace: RequestTrace
    /// Method and address: `GET https://api.vendor.example/v1/deals/7?limit=1`.
    public var request: String
    /// The body of the request in a form to read; empty for none.
    public var requestBody: String
    /// Headers of the answer that say something about it; never a cookie or a challenge.
    public var headers: [Header]
    /// The body of the answer in a form to read: JSON is indented, anything else is as it came.
    public var body: String
    /// Whether the body was too long to be kept whole.
    public var isCut: Bool

    /// One request with its answer.
    public init(
      trace: RequestTrace, request: String, requestBody: String, headers: [Header], body: String,
      isCut: Bool
    ) {
      self.trace = trace
      self.request = request
      self.requestBody = requestBody
      self.headers = headers
      self.body = body
      self.isCut = isCut
    }
  }

  /// A header of an answer.
  public struct Header: Hashable, Sendable {
    /// Its name as the vendor writes it.
    public var name: String
    /// Its value.
    public var value: String

    /// A header.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What went over the wire.
  public init(
    exchanges: [Exchange] = [], omitted: Int = 0, failures: [SystemError] = [], askedAt: Timestamp
  ) {
    self.exchanges = exchanges
    self.omitted = omitted
    self.failures = failures
    self.askedAt = askedAt
  }
}
