extension ExchangeRecorder {
  /// An exchange without HTTP ended: a statement to a database, a file that was read.
  ///
  /// - Parameters:
  ///   - report: The exchange in numbers, as the observer was told.
  ///   - request: What was asked, in one line.
  ///   - statement: What was asked, in full.
  ///   - answer: What came back, in a form to read; `nil` for nothing. Called only when bodies are
  ///     looked at.
  ///   - secrets: Texts to hide wherever they stand.
  public func note(
    _ report: CallReport, request: String, statement: String, secrets: [Secret],
    answer: () -> String?
  ) {
    let body: String? = if case .numbers = depth { nil } else { answer() }
    note(
      report, request: HTTPRequest(method: "SQL", url: request, body: Array(statement.utf8)),
      answer: body.map { HTTPAnswer(status: 0, body: Array($0.utf8)) }, headers: [],
      mask: SecretMask(secrets: secrets.map { $0.revealed() }))
  }
}
