/// Where things stand on the screen.
struct Layout: Hashable, Sendable {
  /// The terminal.
  let size: Size

  /// A terminal's layout.
  init(_ size: Size) { self.size = size }

  /// The smallest terminal the screens fit in; below it they say so.
  static let smallest = Size(columns: 40, rows: 8)

  /// Whether the screens fit at all.
  var fits: Bool { size.columns >= Self.smallest.columns && size.rows >= Self.smallest.rows }
  /// Whether list and detail stand side by side.
  var isSplit: Bool { size.columns >= 120 }
  /// The first row below the header.
  var bodyTop: Int { 2 }
  /// Rows between the header and the last line.
  var bodyHeight: Int { max(0, size.rows - 3) }
  /// Rows of deals: the column titles take one.
  var listRows: Int { max(0, bodyHeight - 1) }
  /// Columns of the list.
  var listWidth: Int { isSplit ? size.columns - detailWidth - 1 : size.columns }
  /// Columns of the detail.
  var detailWidth: Int {
    isSplit ? min(max(62, size.columns * 19 / 50), 96) : size.columns
  }
  /// The first column of the detail.
  var detailColumn: Int { isSplit ? size.columns - detailWidth : 0 }
}

extension State {
  /// Where things stand on the screen now.
  var layout: Layout { Layout(size) }
}
