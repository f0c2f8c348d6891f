public import DealModel

/// What an adapter tells the HTTP port about its vendor.
public struct HTTPPortSettings: Sendable {
  /// The system, as configured.
  public var system: SystemName
  /// The vendor's name for people, `HubSpot`.
  public var vendor: String
  /// The address below which every call goes.
  public var baseURL: BaseURL
  /// Puts the credentials on.
  public var authorizer: any Authorizer
  /// Where tokens are fetched: a pattern below the base URL, or an address elsewhere; `nil` when
  /// the authorizer needs none.
  public var tokenEndpoint: TokenAddress?
  /// POST endpoints that only read, by path pattern. Every other verb but GET is refused unsent.
  public var readingPosts: Set<String>
  /// What the vendor's errors mean.
  public var errors: ErrorTable
  /// The status that a failure sent with 2xx really has, or that one itself where only the body's code
  /// tells more, for vendors that put failures into successes; `nil`, as by default, for a success.
  /// Looked at before the body is parsed: must be cheap.
  public var hiddenStatus: (@Sendable ([UInt8]) -> Int?)?
  /// The vendor's rate limits, kept on our side.
  public var rateLimits: [RateLimit]
  /// The most exchanges at a time; at least 1.
  public var concurrency: Int
  /// The longest a call may take, retries included, waiting at our own gate not.
  public var callDeadline: Duration
  /// The largest body accepted, in bytes.
  public var maximumBytes: Int
  /// How calls are repeated.
  public var retries: RetryPolicy
  /// The header that bears the vendor's ID of a request.
  public var requestIDHeader: String?
  /// The header that bears the calls left in the vendor's current window.
  public var callsLeftHeader: String?

  /// Where tokens are fetched.
  public enum TokenAddress: Hashable, Sendable {
    /// A path below the system's base URL.
    case path(String)
    /// An address of its own.
    case url(BaseURL)
  }

  /// What an adapter tells the port; limits have the values that suit most vendors.
  public init(
    system: SystemName, vendor: String, baseURL: BaseURL, authorizer: any Authorizer,
    tokenEndpoint: TokenAddress? = nil, readingPosts: Set<String> = [],
    errors: ErrorTable = ErrorTable(), rateLimits: [RateLimit] = [], concurrency: Int = 4,
    callDeadline: Duration = .seconds(20), maximumBytes: Int = 32 << 20,
    retries: RetryPolicy = RetryPolicy(), requestIDHeader: String? = nil,
    callsLeftHeader: String? = nil
  ) {
    self.system = system
    self.vendor = vendor
    self.baseURL = baseURL
    self.authorizer = authorizer
    self.tokenEndpoint = tokenEndpoint
    self.readingPosts = readingPosts
    self.errors = errors
    self.rateLimits = rateLimits
    self.concurrency = max(1, concurrency)
    self.callDeadline = callDeadline
    self.maximumBytes = maximumBytes
    self.retries = retries
    self.requestIDHeader = requestIDHeader
    self.callsLeftHeader = callsLeftHeader
  }
}

extension ConfiguredSystem {
  /// The address under `base_url`, or the vendor's own.
  ///
  /// - Throws: ``SystemError`` of kind `refused` naming the fault and the mend.
  public func baseURL(default vendorURL: String) throws -> BaseURL {
    let text = settings.text("base_url") ?? vendorURL
    do { return try BaseURL(text) } catch {
      throw SystemError(
        .refused, system: name,
        message: "The address of \(name) \(error.reason). Mend `base_url` of systems.\(name).")
    }
  }
}
