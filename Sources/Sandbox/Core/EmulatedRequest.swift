public import DealModel

/// A request as an emulator sees it: below its own prefix, with everything decoded, and with the
/// originals where a vendor signs or compares them.
public struct EmulatedRequest: Hashable, Sendable {
  /// The verb in upper case.
  public var method: String
  /// The absolute URL as the client wrote it, prefix and query included; what OAuth 1.0 signs.
  public var url: String
  /// The path below the system's prefix, percent-encoded as it came; begins with a slash.
  public var rawPath: String
  /// The segments of that path, percent-decoded; a trailing slash adds none.
  public var segments: [String]
  /// The query as it came, without the question mark; empty for none.
  public var rawQuery: String
  /// The query parameters in order, decoded.
  public var query: [NamedValue]
  /// The headers in order.
  public var headers: [NamedValue]
  /// The whole body; empty for none.
  public var body: [UInt8]

  /// A request for an absolute URL, `http://127.0.0.1:4100/crm/crm/v3/owners?limit=1`.
  ///
  /// A fragment is dropped. A text without a scheme is read as a path.
  public init(method: String, url: String, headers: [NamedValue] = [], body: [UInt8] = []) {
    self.method = method
    let address = url.prefix { $0 != "#" }
    self.url = String(address)
    let target = Self.target(of: address)
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    rawPath = parts[0].isEmpty ? "/" : String(parts[0])
    rawQuery = parts.count > 1 ? String(parts[1]) : ""
    segments = rawPath.split(separator: "/").map { percentDecoded($0) }
    query = [NamedValue](formEncoded: rawQuery)
    self.headers = headers
    self.body = body
  }

  /// The path below the system's prefix, its segments decoded: `/crm/v3/owners`.
  public var path: String { "/" + segments.joined(separator: "/") }

  /// The first header of that name, without regard to case.
  public func header(_ name: String) -> String? { headers.header(name) }

  /// The value of the first query parameter of that name.
  public func parameter(_ name: String) -> String? { query[name] }

  /// The body as a JSON document.
  ///
  /// - Throws: ``DealModel/JSONError`` for anything else, an empty body included.
  public func json() throws(JSONError) -> JSONValue { try JSONValue(parsing: body) }

  /// The body as `application/x-www-form-urlencoded` fields, whatever the content type says.
  public var form: [NamedValue] { [NamedValue](formEncoded: String(decoding: body, as: UTF8.self)) }

  /// The token after `Authorization: Bearer`; `nil` for another scheme or none.
  public var bearerToken: String? {
    guard let value = header("authorization") else { return nil }
    let words = value.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
    return String(words[1])
  }

  /// The same request with the first path segment taken off; ``url`` stays whole.
  func belowFirstSegment() -> EmulatedRequest {
    var request = self
    request.segments = Array(segments.dropFirst())
    let rest = rawPath.drop { $0 == "/" }.drop { $0 != "/" }
    request.rawPath = rest.isEmpty ? "/" : String(rest)
    return request
  }

  private static func target(of address: Substring) -> Substring {
    guard let scheme = address.firstRange(of: "://") else { return address }
    let rest = address[scheme.upperBound...]
    guard let slash = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "" }
    return rest[slash...]
  }
}
