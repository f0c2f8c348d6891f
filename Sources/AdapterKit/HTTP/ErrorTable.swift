public import DealModel

/// What one vendor's errors mean: status and body code → kind and mend.
///
/// The first rule that fits wins. What no rule names: 401 and 403 are `unauthorized`, 429 is
/// `throttled`, 408, every 5xx and a failure inside a success are `unavailable` and retried within the
/// budget, every other status is `refused` and not retried.
public struct ErrorTable: Sendable {
  /// Where an error body keeps its code: paths of member names or `0`, the first that leads to a
  /// string or a number is taken.
  public var codePaths: [[String]]
  /// The rules, the more particular first.
  public var rules: [Rule]

  /// One line of the table.
  public struct Rule: Sendable {
    /// The statuses it fits.
    public var statuses: ClosedRange<Int>
    /// The code it fits; `nil` for any and for none.
    public var code: String?
    /// What the scheduler does next.
    public var kind: SystemError.Kind
    /// What it means and how to mend it: whole sentences, without any value of the answer.
    public var message: String
    /// Words from the body that people need and that are no business value, such as the names of
    /// missing scopes; `nil` for none.
    public var detail: (@Sendable (JSONValue) -> String?)?
    /// The kind, where only the body tells it; the line then fits no body for which it is `nil`.
    public var kindInBody: (@Sendable (JSONValue) -> SystemError.Kind?)?

    /// A line for one status.
    public init(
      _ status: Int, code: String? = nil, _ kind: SystemError.Kind, _ message: String,
      detail: (@Sendable (JSONValue) -> String?)? = nil
    ) {
      self.init(status...status, code: code, kind, message, detail: detail)
    }

    /// A line for a range of statuses.
    public init(
      _ statuses: ClosedRange<Int>, code: String? = nil, _ kind: SystemError.Kind,
      _ message: String, detail: (@Sendable (JSONValue) -> String?)? = nil
    ) {
      self.statuses = statuses
      self.code = code
      self.kind = kind
      self.message = message
      self.detail = detail
    }
  }

  /// A table; empty, it knows what holds for every vendor.
  public init(codePaths: [[String]] = [], rules: [Rule] = []) {
    self.codePaths = codePaths
    self.rules = rules
  }

  /// What an answer means that is no success.
  func verdict(on status: Int, body: JSONValue?) -> (kind: SystemError.Kind, message: String) {
    let codes = body.map(codes(in:)) ?? []
    let rule = rules.lazy.compactMap { rule -> Rule? in
      guard rule.statuses.contains(status), rule.code.map(codes.contains) ?? true else {
        return nil
      }
      guard let kindInBody = rule.kindInBody else { return rule }
      guard let kind = body.flatMap(kindInBody) else { return nil }
      var told = rule
      told.kind = kind
      return told
    }.first
    guard let rule else { return Self.usual(status) }
    let detail = body.flatMap { rule.detail?($0) }.map { " (\(VisibleText($0.prefix(200))))" }
    guard let detail else { return (rule.kind, rule.message) }
    // Inside the last sentence, so that the message stays whole sentences.
    let message =
      rule.message.hasSuffix(".") ? rule.message.dropLast() + detail + "." : rule.message + detail
    return (rule.kind, String(message))
  }

  private func codes(in body: JSONValue) -> Set<String> {
    var codes: Set<String> = []
    for path in codePaths {
      var value: JSONValue? = body
      for step in path { value = Int(step).map { value?[$0] } ?? value?[step] }
      switch value {
      case .string(let text), .number(let text): codes.insert(text)
      default: continue
      }
    }
    return codes
  }

  private static func usual(_ status: Int) -> (kind: SystemError.Kind, message: String) {
    switch status {
    case 200..<300:
      (.unavailable, "It did not do what it was asked; it is asked again by itself.")
    case 401: (.unauthorized, "The credentials were refused. Check or renew them.")
    case 403: (.unauthorized, "The credentials lack a permission. Grant it, read-only.")
    case 404: (.refused, "There is nothing at that address. Check `base_url`.")
    case 408, 500...599:
      (.unavailable, "That is a failure on its side; it is asked again by itself.")
    case 429: (.throttled(retryAfter: nil), "It asks for patience; calls slow down by themselves.")
    default: (.refused, "The request was not accepted.")
    }
  }
}
