import Screens

extension String {
  /// Columns that the text takes in a terminal.
  var displayColumns: Int { TextWidth.columns(of: self) }
}
