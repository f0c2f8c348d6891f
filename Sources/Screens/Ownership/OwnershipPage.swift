internal import DealModel

/// Who owns which field: the configuration in sentences.
enum OwnershipPage {
  /// The ownership screen as lines.
  static func page(in state: State, width: Int) -> Page {
    var page = Page()
    let glyphs = state.glyphs
    let shared = state.model.sharedID
    var heading = Line(glyphs, " The deal ID originates in ", Style(.muted))
    heading.add(shared.origin.text, Style(.accent))
    heading.add(" and looks like \(shared.pattern)", Style(.muted))
    heading.clip(to: width)
    page.heading = [heading]
    for description in FieldName.catalog {
      var row = Line(glyphs, " ")
      row.add(description.title, width: 17, .left, Style(bold: true))
      row.add(description.domain.rawValue, width: 12, .left, Style(.muted))
      switch state.model.ownership.owner(of: description.name) {
      case .system(let name): row.add(name.text, Style(.accent))
      case .split(let field, let parts):
        row.add("by \(field.known?.title ?? field.text): ", Style(.muted))
        for (index, part) in parts.sorted(by: { $0.key < $1.key }).enumerated() {
          row.add((index > 0 ? ", " : "") + part.key + " ")
          row.add(part.value.text, Style(.accent))
        }
      case nil: row.add("nobody: not read", Style(.muted))
      }
      let echoes = state.model.comparisons.filter { $0.field == description.name }
      for echo in echoes {
        row.add(
          "\(glyphs.dot)compared with \(echo.echoSystem.text).\(echo.echoProperty)",
          Style(.muted))
      }
      row.clip(to: width)
      page.add(row, key: .field(description.name), copy: description.name.text)
    }
    return page
  }
}
