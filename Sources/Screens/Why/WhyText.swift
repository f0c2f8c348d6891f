public import DealModel
public import TruthEngine

/// An explanation as plain text: the same words as on the screen.
public enum WhyText {
  /// The lines of an explanation, made safe for a terminal.
  ///
  /// - Parameter width: The longest line, at least 60.
  public static func lines(
    of explanation: Explanation, company: CompanyModel, zone: LocalZone, now: Timestamp,
    encoding: TextEncoding = .utf8, width: Int = 100
  ) -> [String] {
    let program = Program(model: company, encoding: encoding, zone: zone, now: now)
    let page = WhyPage.page(of: explanation, in: program.state, width: max(60, width))
    return page.lines.map(\.line.text.trimmedEnd)
  }
}
