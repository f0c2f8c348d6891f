import DealModel
import Foundation
import Testing

@testable import Screens

/// Compares frames with the pictures under `Frames/`; `RECORD_FRAMES=1` rewrites them and fails.
enum FrameFiles {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Frames")

  static func check(
    _ frame: Frame, _ name: String, styles: Bool = false,
    at location: SourceLocation = #_sourceLocation
  ) {
    let size = "\(frame.size.columns)x\(frame.size.rows)"
    compare(picture(frame.lines), "\(name)-\(size).txt", location)
    if styles { compare(picture(letters(frame)), "\(name)-\(size).style.txt", location) }
  }

  private static func picture(_ lines: [String]) -> String {
    lines.map { "|\($0)|" }.joined(separator: "\n") + "\n"
  }

  /// One letter per cell: `.` plain, then muted, heading, accent, good, caution, warning, bad by
  /// their first letters (`k` for accent), in capitals where reversed.
  private static func letters(_ frame: Frame) -> [String] {
    let inks: [Ink: Character] = [
      .plain: ".", .muted: "m", .heading: "h", .accent: "k", .good: "g", .caution: "c",
      .warning: "w", .bad: "b",
    ]
    return frame.rows.map { row in
      String(
        row.map { cell in
          if cell.scalar == " ", !cell.style.isReversed { return " " }
          let letter = inks[cell.style.ink] ?? "?"
          guard cell.style.isReversed else { return letter }
          return letter == "." ? "#" : Character(letter.uppercased())
        })
    }
  }

  private static func compare(_ text: String, _ name: String, _ location: SourceLocation) {
    let file = directory.appending(path: name)
    if ProcessInfo.processInfo.environment["RECORD_FRAMES"] != nil {
      do { try text.write(to: file, atomically: true, encoding: .utf8) } catch {
        Issue.record("\(name) could not be written: \(error)", sourceLocation: location)
      }
      Issue.record("\(name) was recorded: read the difference", sourceLocation: location)
      return
    }
    guard let expected = try? String(contentsOf: file, encoding: .utf8) else {
      Issue.record("\(name) is missing: record it with RECORD_FRAMES=1", sourceLocation: location)
      return
    }
    if text == expected { return }
    let (new, old) = (text.split(separator: "\n"), expected.split(separator: "\n"))
    let row = zip(new, old).enumerated().first { $1.0 != $1.1 }
    let words =
      row.map { "row \($0.offset)\n  is:     \($0.element.0)\n  was:    \($0.element.1)" }
      ?? "\(new.count) rows instead of \(old.count)"
    Issue.record("\(name) differs, first in \(words)", sourceLocation: location)
  }
}
