internal import DealModel

/// A call in the body of a request: `{"id": 1, "method": …, "params": […]}`.
///
/// Source: `JSONRequest` and `JSONProtocol` in trytond's `protocols/jsonrpc.py`.
struct TrytonCall {
  let method: String
  let parameters: [JSONValue]
  /// What is said back; `nil` where the body has other members, or fewer: then the bare result is
  /// the answer, and faults are statuses.
  let id: JSONValue?

  /// - Throws: The answer to a body that is no call.
  init(_ request: EmulatedRequest, series: TrytonSeries) throws(Refusal) {
    guard request.header("content-type")?.contains("json") ?? false else {
      throw Refusal(TrytonPage.response(500))
    }
    let document = try? request.json()
    guard let document, Self.isWhole(document) else {
      throw Refusal.unread(series, "method")
    }
    guard let members = document.members else {
      throw series == .seven
        ? Refusal(TrytonPage.response(500)) : Refusal.unread(series, "method")
    }
    guard let method = document["method"] else {
      throw series == .seven
        ? Refusal(TrytonPage.response(500, "'NoneType' object has no attribute 'split'"))
        : Refusal.unread(series, "method")
    }
    guard let parameters = document["params"] else { throw Refusal.unread(series, "params") }
    self.method = method.string ?? ""
    self.parameters = parameters.array ?? []
    let names = Set(members.map(\.name))
    id = names == ["id", "method", "params"] ? document["id"] : nil
  }

  /// An answer that ends a request before it is a call.
  struct Refusal: Error {
    let response: EmulatedResponse

    init(_ response: EmulatedResponse) { self.response = response }

    /// Since 7.8 what cannot be read is the client's fault; before, Python fails at unpacking nothing.
    static func unread(_ series: TrytonSeries, _ part: String) -> Refusal {
      series == .seven
        ? Refusal(
          TrytonPage.response(500, "Value after * must be an iterable, not NoneType"))
        : Refusal(TrytonPage.response(400, "Unable to get RPC \(part)"))
    }
  }

  /// Whether dates, times and numbers inside are whole: `{"__class__": "datetime", …}` with every
  /// part, the microsecond too.
  private static func isWhole(_ value: JSONValue) -> Bool {
    switch value {
    case .array(let elements): return elements.allSatisfy(isWhole)
    case .object(let members):
      guard members.allSatisfy({ isWhole($0.value) }) else { return false }
      let time = ["hour", "minute", "second", "microsecond"]
      let parts: [String]
      switch value["__class__"]?.string {
      case "date": parts = ["year", "month", "day"]
      case "datetime": parts = ["year", "month", "day"] + time
      case "time": parts = time
      case "timedelta": parts = ["seconds"]
      case "Decimal": return TrytonStore.decimal(value["decimal"]) != nil
      case "bytes": return value["base64"]?.string != nil
      default: return true
      }
      return parts.allSatisfy { value[$0]?.integer != nil }
    case .null, .bool, .number, .string: return true
    }
  }

  // MARK: Answers

  /// The answer with a result.
  func answer(_ result: JSONValue, headers: [NamedValue] = []) -> EmulatedResponse {
    guard let id else { return Self.json(result, headers) }
    return Self.json(.object([.init("id", id), .init("result", result)]), headers)
  }

  /// The answer to a call that failed.
  func answer(_ fault: TrytonFault) -> EmulatedResponse {
    switch fault {
    case .status(let status, let text): return TrytonPage.response(status, text)
    case .user(let message, let description):
      return failed(
        ["UserError", .array([.string(message), .string(description), .null])], 400,
        "\(message) - \(description)")
    case .login(let login):
      let asked = "Password for \(login)"
      return failed(
        ["LoginException", .array(["password", .string(asked), "password"])], 403,
        "('LoginException', ('password', '\(asked)', 'password'))")
    case .exception(let text): return failed([.string(text), ""], 500, text)
    }
  }

  /// Status 200 with `error` inside for whoever sent an ID, else a page.
  private func failed(
    _ error: [JSONValue], _ status: Int, _ text: String
  ) -> EmulatedResponse {
    guard let id else { return TrytonPage.response(status, text) }
    return Self.json(.object([.init("id", id), .init("error", .array(error))]), [])
  }

  private static func json(
    _ document: JSONValue, _ headers: [NamedValue]
  ) -> EmulatedResponse {
    .json(document, headers: headers, type: "application/json")
  }
}
