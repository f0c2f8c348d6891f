public import DealModel

/// Hears of every call to a vendor as it ends.
public protocol CallObserver: Sendable {
  /// A call has ended. Called once per HTTP exchange, retries included; must return at once.
  func callEnded(_ call: CallReport)
}

/// One HTTP exchange, in numbers: no body, no header, no query value.
public struct CallReport: Hashable, Sendable {
  /// The system that was asked.
  public var system: SystemName
  /// What was asked, method and path pattern without IDs: `POST /crm/v3/objects/deals/batch/read`.
  public var operation: String
  /// When the call began.
  public var began: Timestamp
  /// From sending to the end of the body.
  public var duration: Duration
  /// The HTTP status; `nil` when there was no answer.
  public var status: Int?
  /// The vendor's ID of the request, for its support desk.
  public var requestID: String?
  /// Why the answer could not be used; `nil` on success.
  public var error: SystemError?
  /// Calls left in the vendor's current window; `nil` when it did not say.
  public var callsLeft: Int?
  /// The vendor's clock from the `Date` header.
  public var serverDate: Timestamp?
  /// Retries left in the system's budget; `nil` where nothing is retried.
  public var retriesLeft: Int?
  /// When the credentials it was sent with end; `nil` when unknown or never.
  public var credentialsExpire: Timestamp?

  /// One HTTP exchange.
  public init(
    system: SystemName, operation: String, began: Timestamp, duration: Duration, status: Int? = nil,
    requestID: String? = nil, error: SystemError? = nil, callsLeft: Int? = nil,
    serverDate: Timestamp? = nil, retriesLeft: Int? = nil, credentialsExpire: Timestamp? = nil
  ) {
    self.system = system
    self.operation = operation
    self.began = began
    self.duration = duration
    self.status = status
    self.requestID = requestID
    self.error = error
    self.callsLeft = callsLeft
    self.serverDate = serverDate
    self.retriesLeft = retriesLeft
    self.credentialsExpire = credentialsExpire
  }
}
