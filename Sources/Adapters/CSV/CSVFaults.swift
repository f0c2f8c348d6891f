import DealModel
import Glibc

extension CSVFileFault {
  /// Whether someone is most likely still writing the file.
  var isUnfinished: Bool {
    switch self {
    case .inMotion, .openLine, .empty: true
    case .cannotOpen(_, let code): code == ENOENT
    case .noFile, .cannotRead, .nothingThere, .tooLarge, .drifted, .notText: false
    }
  }

  /// The fault in a sentence: what is wrong, where, and the mend.
  func error(of system: ConfiguredSystem, kind: RecordKind, place: CSVPlace) -> SystemError {
    let name = system.name
    let export = "the export of \(kind.rawValue)"
    func error(_ kind: SystemError.Kind, _ words: String, cause: Int32? = nil) -> SystemError {
      SystemError(
        kind, system: name, message: "\(name) (CSV): \(words).",
        cause: cause.map { String(cString: strerror($0)) })
    }
    switch self {
    case .cannotOpen(let path, let code) where code == EACCES || code == EPERM:
      return error(
        .unauthorized,
        "\(export), \(shown(path)), may not be read. Give this account the right to read it",
        cause: code)
    case .cannotOpen(let path, let code), .cannotRead(let path, let code):
      return error(
        .unavailable,
        "\(export), \(shown(path)), cannot be read. See whether its disk or share "
          + "is there", cause: code)
    case .noFile(let path):
      return error(.unavailable, "\(export), \(shown(path)), is no file. Mend `\(kind.rawValue)`")
    case .nothingThere:
      return error(
        .unavailable,
        "there is no \(export.dropFirst(4)) at \(shown(place.path)). See whether the job that "
          + "writes it runs, or mend `\(kind.rawValue)` of systems.\(name)")
    case .inMotion(let path):
      return error(
        .unavailable,
        "\(export), \(shown(path)), is being written. It is read once it is at rest; have it "
          + "written under another name and renamed when it is whole")
    case .openLine(let path, let line):
      return error(
        .unavailable,
        "\(export), \(shown(path)), stops in line \(line) without a line end, so it may not be "
          + "whole. Write it anew, or set `open_last_line: true` if it never ends its last line")
    case .empty(let path):
      return error(
        .unavailable, "\(export), \(shown(path)), is empty. See whether the job that writes it runs"
      )
    case .tooLarge(let path, let limit):
      return error(
        .refused, "\(export), \(shown(path)), has more than \(limit). Export a shorter period")
    case .notText(let path, let hint):
      return error(.malformed, "\(export), \(shown(path)), is no text that can be read: \(hint)")
    case .drifted(let drift, let file, let line):
      let first = drift.first { $0.role == .link } ?? drift.first
      return error(
        .drifted(field: first?.column ?? ""),
        drift.map { $0.words(file: shown(file), line: line) }.joined(separator: "; ")
          + (drift.contains(where: \.isVanished)
            ? ". Correct the export; if it is to be so, start Plumbline anew"
            : ". Correct the export, or the columns of systems.\(name)"))
    }
  }

  private func shown(_ path: String) -> String {
    VisibleText(path.split(separator: "/").last.map { $0.prefix(80) } ?? "").text
  }
}

extension CSVDrift {
  fileprivate func words(file: String, line: Int) -> String {
    if isDoubled {
      return "the column \(VisibleText(column)) stands twice in line \(line) of \(file)"
    }
    if isUnparted {
      return "the column \(VisibleText(column)) is not found, because line \(line) of \(file) is "
        + "one field: see whether `separator` and `quote` are as exported"
    }
    let hint = nearest.map { " (there is \(VisibleText($0.prefix(40))))" } ?? ""
    return "the column \(VisibleText(column)) is gone from line \(line) of \(file)\(hint)"
  }

  /// The drift as health tells it.
  var schemaDrift: SchemaDrift {
    SchemaDrift(role, column, isDoubled ? .otherType(found: "name of two columns") : .gone)
  }
}
