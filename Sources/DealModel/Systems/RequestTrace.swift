/// One exchange that helped to bring a reading: numbers and IDs, never a value.
public struct RequestTrace: Hashable, Sendable {
  /// The system that was asked.
  public var system: SystemName
  /// What was asked, method and path pattern without IDs: `POST /crm/v3/objects/deals/batch/read`.
  public var operation: String
  /// When it was sent.
  public var began: Timestamp
  /// From sending to the end of the body.
  public var duration: Duration
  /// The HTTP status; `nil` when there was no answer.
  public var status: Int?
  /// The vendor's ID of the request, for its support desk; `nil` when it gives none.
  public var requestID: String?
  /// Whether the answer could be used. One that could not was followed by another attempt, or ended
  /// the question.
  public var isUsable: Bool
  /// The length of the answer's body in bytes; `nil` when there was no answer.
  public var bodyBytes: Int?
  /// The SHA-256 of the answer's body as it came, in hex; `nil` unless it was asked for.
  public var bodyDigest: String?

  /// One exchange.
  public init(
    system: SystemName, operation: String, began: Timestamp, duration: Duration, status: Int? = nil,
    requestID: String? = nil, isUsable: Bool = true, bodyBytes: Int? = nil,
    bodyDigest: String? = nil
  ) {
    self.system = system
    self.operation = operation
    self.began = began
    self.duration = duration
    self.status = status
    self.requestID = requestID
    self.isUsable = isUsable
    self.bodyBytes = bodyBytes
    self.bodyDigest = bodyDigest
  }
}
