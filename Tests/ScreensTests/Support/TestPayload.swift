import DealModel

/// Payloads as the engine brings them.
enum TestPayload {
  static func exchange(_ body: String, isCut: Bool = false) -> Payload.Exchange {
    Payload.Exchange(
      trace: RequestTrace(
        system: "erp_eu", operation: "POST /suiteql", began: TestCompany.ago(1),
        duration: .milliseconds(184), status: 200, requestID: "5f0c1c2a-7a41",
        bodyBytes: body.utf8.count),
      request: "POST https://erp_eu.example/suiteql", requestBody: "{\n  \"q\": \"SELECT 1\"\n}",
      headers: [Payload.Header("Content-Type", "application/json")], body: body, isCut: isCut)
  }

  /// Forty thousand lines, cut.
  static let large = Payload(
    exchanges: [
      exchange(
        "[\n" + (0..<40_000).map { "  {\"line\": \($0)}" }.joined(separator: ",\n"), isCut: true)
    ], askedAt: TestCompany.ago(1))

  /// What a terminal must not obey, a line too long for any screen, and a failure.
  static let hostile = Payload(
    exchanges: [
      exchange(
        "{\n  \"name\": \"港湾 \u{1B}[31m\u{202E}red\",\n  \"long\": \""
          + String(repeating: "0123456789", count: 30) + "\"\n}"),
      exchange("<html>\r\n\tsorry\u{0}</html>"),
    ],
    failures: [
      SystemError(.malformed, system: "erp_eu", message: "erp_eu answered with a web page.")
    ], askedAt: TestCompany.ago(1))
}
