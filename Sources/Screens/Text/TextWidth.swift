/// How wide text is in a terminal, by our own table.
public enum TextWidth {
  /// Cells that the text takes in a UTF-8 terminal, drawn as the screens draw it.
  public static func columns(of text: String) -> Int { CellWriter(encoding: .utf8).width(of: text) }
}
