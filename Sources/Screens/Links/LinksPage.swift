internal import DealModel
internal import TruthEngine

/// Broken links of all systems.
enum LinksPage {
  /// The links screen as lines.
  static func page(in state: State, width: Int) -> Page {
    var page = Page()
    let glyphs = state.glyphs
    guard let report = state.links else {
      page.add(Line(glyphs))
      page.add(Line(glyphs, "  The links of the systems are being compared…", Style(.muted)))
      return page
    }
    var summary = Line(glyphs, " ")
    summary.add(
      "\(report.faults.count) broken, compared \(TimeText.age(of: report.at, at: state.now)) ago",
      Style(.muted))
    page.heading = [summary]
    for failure in report.failures {
      let text = "\(failure.system.text) could not be asked: \(failure.message)"
      for words in Paragraph.lines(text, width: max(1, width - 2), writer: glyphs.writer) {
        page.add(Line(glyphs, " " + words, Style(.bad)))
      }
    }
    if report.faults.isEmpty {
      let words =
        report.failures.isEmpty
        ? "Every record bears the ID of a deal, and every deal has the records due."
        : "No broken link in the systems that answered."
      page.add(Line(glyphs, " " + words, Style(.muted)))
    }
    for (index, fault) in report.faults.enumerated() {
      var row = Line(glyphs, " ")
      row.add("\(glyphs.brokenLink) \(fault.kind.rawValue)", width: 12, .left, Style(.warning))
      row.add(" ")
      row.add(fault.system.text, width: 9, .left, Style(.accent))
      row.add(" ")
      row.add(fault.id.text, width: 12)
      row.add(" ")
      row.add(fault.number ?? "", width: 12, .left, Style(.accent))
      row.clip(to: width)
      page.add(row, key: .fault(index), url: fault.url, copy: fault.detail)
      for words in Paragraph.lines(fault.detail, width: max(1, width - 16), writer: glyphs.writer) {
        var line = Line(glyphs)
        line.pad(to: 14)
        line.add(words, Style(.muted))
        page.add(line)
      }
    }
    return page
  }
}
