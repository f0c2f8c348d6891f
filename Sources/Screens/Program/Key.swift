/// What a person did at the terminal.
public enum Key: Hashable, Sendable {
  /// A character, as typed.
  case character(Character)
  /// A letter with Ctrl, lower case.
  case control(Character)
  /// Keys that end, leave, move on or take back.
  case enter, escape, tab, backTab, backspace, delete
  /// Keys that move.
  case up, down, left, right, home, end, pageUp, pageDown
  /// F1 to F12.
  case function(Int)
  /// Text pasted in one piece (bracketed paste).
  case paste(String)
  /// A mouse button pressed at a cell, from the top left, beginning with 0.
  case click(column: Int, row: Int)
  /// The same button pressed twice.
  case doubleClick(column: Int, row: Int)
  /// The wheel over a cell; negative is up.
  case wheel(lines: Int, column: Int, row: Int)
}
