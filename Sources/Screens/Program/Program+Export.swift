internal import DealModel
internal import TruthEngine

/// Rows of words, to be written in some form.
struct Sheet: Hashable, Sendable {
  /// The names of the columns.
  var columns: [String]
  /// Values, a column each.
  var rows: [[String]] = []

  /// Comma-separated, quoted where needed (RFC 4180).
  var csv: String {
    ([columns] + rows).map { row in
      row.map { value in
        // A spreadsheet would run a cell that begins like a formula.
        let isFormula = value.first.map { "=+@\t".contains($0) } ?? false
        let safe = isFormula ? "'" + value : value
        guard safe.contains(where: { ",\"\n\r".contains($0) }) || safe.contains("\r\n") else {
          return safe
        }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
      }.joined(separator: ",")
    }.joined(separator: "\r\n") + "\r\n"
  }

  /// A table in Markdown.
  var markdown: String {
    func line(_ values: [String]) -> String {
      "| "
        + values.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }
        .joined(separator: " | ") + " |"
    }
    let rule = "|" + columns.map { _ in " --- |" }.joined()
    return ([line(columns), rule] + rows.map(line)).joined(separator: "\n") + "\n"
  }

  /// An array of objects in JSON.
  var json: String {
    let objects = rows.map { row in
      let pairs = zip(columns, row).map { name, value in
        "\(Sheet.quoted(name.replacing(" ", with: "_").replacing("%", with: "percent"))): "
          + (value.isEmpty ? "null" : Sheet.quoted(value))
      }
      return "  {" + pairs.joined(separator: ", ") + "}"
    }
    return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }

  /// A string literal of JSON.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case let control where control.value < 0x20:
        let hex = String(control.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

extension Program {
  /// Writes what is shown to a file, in the form its name asks for.
  mutating func export(to path: String) -> [Effect] {
    if let payload = openPayload?.payload { return export(payload, to: path) }
    let lower = path.lowercased()
    let sheet = sheet
    let text: String
    if lower.hasSuffix(".csv") {
      text = sheet.csv
    } else if lower.hasSuffix(".json") {
      text = sheet.json
    } else if lower.hasSuffix(".md") || lower.hasSuffix(".markdown") {
      text = sheet.markdown
    } else {
      state.notice = State.Notice(
        text: "the name must end in .csv, .json or .md to say in which form to write",
        isError: true)
      return []
    }
    return [.export(path: path, text: text)]
  }

  /// What is shown, as rows: the whole list as filtered, or the lines of the page.
  private var sheet: Sheet {
    if state.tab == .deals, state.trail.isEmpty { return dealSheet }
    if state.tab == .conflicts, state.trail.isEmpty { return conflictSheet }
    if state.tab == .links, state.trail.isEmpty { return linkSheet }
    if state.tab == .changes, state.trail.isEmpty { return changeSheet }
    var sheet = Sheet(columns: ["line"])
    guard let page = currentPage?.page else { return sheet }
    for line in page.heading + page.lines.map(\.line) {
      let text = line.text.trimmedEnd
      if !text.isEmpty { sheet.rows.append([text]) }
    }
    return sheet
  }

  private var dealSheet: Sheet {
    var sheet = Sheet(columns: [
      "id", "name", "company", "stage", "owner", "value", "value currency", "invoiced",
      "invoiced complete", "margin %", "next milestone", "due", "conflicts", "freshness",
    ])
    let list = state.list
    for position in 0..<list.count {
      guard let row = list.row(at: position, now: state.now) else { continue }
      sheet.rows.append(values(of: row))
    }
    return sheet
  }

  private func values(of row: DealRow) -> [String] {
    let invoiced = state.assessments[row.id]?.rollup.invoiced
    return [
      row.id.text, row.name.knownValue ?? "", row.company.knownValue ?? "",
      row.stage.knownValue ?? "", row.person.knownValue ?? "",
      row.value.knownValue?.amountText ?? "", row.value.knownValue?.currency.code ?? "",
      invoiced?.amounts.map(\.description).joined(separator: " + ") ?? "",
      invoiced.map { $0.isComplete ? "yes" : "no" } ?? "",
      row.marginPercent.knownValue?.description ?? "", row.milestone.knownValue ?? "",
      row.milestoneDue?.description ?? "",
      state.assessments[row.id].map { String($0.conflicts.count) } ?? "",
      state.freshness(of: row).word,
    ]
  }

  private var conflictSheet: Sheet {
    var sheet = Sheet(columns: [
      "deal", "field", "owner", "owner value", "echo", "echo value", "at stake", "cause", "since",
      "ask",
      "cause in words",
    ])
    for conflict in ConflictsPage.conflicts(in: state) {
      sheet.rows.append([
        conflict.deal.text, conflict.field.text, conflict.owner.system.text,
        conflict.owner.value?.description ?? "",
        "\(conflict.echo.system.text).\(conflict.echoProperty)",
        conflict.echo.value?.description ?? "", conflict.atStake?.description ?? "",
        conflict.cause.kind.rawValue, conflict.since?.description ?? "", conflict.ask,
        conflict.cause.detail.sentence,
      ])
    }
    return sheet
  }

  private var linkSheet: Sheet {
    var sheet = Sheet(columns: [
      "kind", "system", "id", "record", "url", "detail", "mend", "suggestion",
    ])
    for fault in state.links?.faults ?? [] {
      sheet.rows.append([
        fault.kind.rawValue, fault.system.text, fault.id.text, fault.number ?? "",
        fault.url ?? "", fault.detail(naming: state.flows, origin: state.model.sharedID.origin),
        fault.mend, fault.suggestion?.text ?? "",
      ])
    }
    return sheet
  }
}
