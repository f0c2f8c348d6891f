/// Where a history is kept.
public enum HistoryPlace: Hashable, Sendable {
  /// In a file, which any number of processes may share.
  case file(String)
  /// In this process alone, for the demo: nothing is written.
  case memory
  /// Nowhere, because there is no place; the sentence says why.
  case nowhere(String)

  /// The default: `$XDG_STATE_HOME/plumbline/health.sqlite`, else
  /// `~/.local/state/plumbline/health.sqlite`.
  ///
  /// - Parameters:
  ///   - given: The path that the user named instead, if any.
  ///   - environment: The environment's variables.
  public static func standard(
    _ given: String? = nil, environment: [String: String]
  ) -> HistoryPlace {
    if let path = given ?? HistoryFile.defaultPath(environment: environment) { return .file(path) }
    return .nowhere("neither XDG_STATE_HOME nor HOME is set")
  }
}
