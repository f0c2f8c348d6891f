public import DealModel

/// An answer as an emulator gives it.
public struct EmulatedResponse: Hashable, Sendable {
  /// The status code.
  public var status: Int
  /// The headers in order; length and date are the server's business.
  public var headers: [NamedValue]
  /// The whole body.
  public var body: [UInt8]

  /// An answer.
  public init(status: Int, headers: [NamedValue] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A JSON document.
  ///
  /// - Parameter type: The content type; NetSuite and others have their own.
  public static func json(
    _ document: JSONValue, status: Int = 200, headers: [NamedValue] = [],
    type: String = "application/json;charset=utf-8"
  ) -> EmulatedResponse {
    EmulatedResponse(
      status: status, headers: [NamedValue("Content-Type", type)] + headers,
      body: Array(document.text().utf8))
  }

  /// A text that is no JSON: the HTML pages that gateways answer with.
  public static func text(
    _ text: String, status: Int, headers: [NamedValue] = [], type: String = "text/html"
  ) -> EmulatedResponse {
    EmulatedResponse(
      status: status, headers: [NamedValue("Content-Type", type)] + headers, body: Array(text.utf8))
  }

  /// The first header of that name, without regard to case.
  public func header(_ name: String) -> String? { headers.header(name) }

  /// The body as a JSON document; for tests and simulations.
  ///
  /// - Throws: ``DealModel/JSONError``.
  public func json() throws(JSONError) -> JSONValue { try JSONValue(parsing: body) }
}
