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
      let start = row.width
      var isFirst = true
      for part in parts(of: description.name, state) {
        // What does not fit goes on below, in its column.
        if row.width > start, row.width + part.width > width {
          row.clip(to: width)
          page.add(
            row, key: isFirst ? .field(description.name) : nil, copy: description.name.text)
          isFirst = false
          row = Line(glyphs)
          row.pad(to: start)
        }
        row.add(part)
      }
      row.clip(to: width)
      page.add(row, key: isFirst ? .field(description.name) : nil, copy: description.name.text)
    }
    return page
  }

  /// Who owns a field, and what it is compared with: parts that are not broken.
  private static func parts(of field: FieldName, _ state: State) -> [Line] {
    let glyphs = state.glyphs
    var parts: [Line] = []
    switch state.model.ownership.owner(of: field) {
    case .system(let name): parts.append(Line(glyphs, name.text, Style(.accent)))
    case .split(let field, let owners):
      let last = owners.keys.max()
      for (index, owner) in owners.sorted(by: { $0.key < $1.key }).enumerated() {
        var part = Line(
          glyphs, index == 0 ? "by \(field.known?.title ?? field.text): " : "", Style(.muted))
        part.add(owner.key + " ")
        part.add(owner.value.text, Style(.accent))
        if owner.key != last { part.add(", ") }
        parts.append(part)
      }
    case nil: parts.append(Line(glyphs, "nobody: not read", Style(.muted)))
    }
    for echo in state.model.comparisons where echo.field == field {
      parts.append(
        Line(
          glyphs, "\(glyphs.dot)compared with \(echo.echoSystem.text).\(echo.echoProperty)",
          Style(.muted)))
    }
    return parts
  }
}
