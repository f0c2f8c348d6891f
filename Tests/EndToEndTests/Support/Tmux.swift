import Glibc
import Testing

/// What a terminal shows.
struct Screen: Hashable, CustomStringConvertible, Sendable {
  let lines: [String]

  init(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // Every line ends with a line feed, the last one too.
    if lines.last == "" { lines.removeLast() }
    self.lines = lines
  }

  var description: String { "\n" + lines.map { "|\($0)|" }.joined(separator: "\n") }
  /// The first line that has the text.
  func line(with text: String) -> String? { lines.first { $0.contains(text) } }
  func has(_ texts: String...) -> Bool { texts.allSatisfy { line(with: $0) != nil } }
}

/// A screen that did not come to show what was waited for.
struct NotShown: Error, CustomStringConvertible {
  let what: String
  let screen: Screen
  var description: String { "The screen never showed \(what): \(screen)" }
}

/// A tmux server of one pane, ended with this value.
final class Tmux: Sendable {
  private let folder: ScratchFolder
  private let environment: [String: String]

  /// Starts a command, as a person would in that terminal.
  init(
    columns: Int, rows: Int, running command: [String], folder: ScratchFolder,
    terminal: String = "tmux-256color", _ variables: [String: String] = [:]
  ) async throws {
    self.folder = folder
    environment = Binary.environment(home: folder.path)
    let settings = """
      set -g default-terminal \(terminal)
      set -g status off
      set -g remain-on-exit on
      set -g escape-time 0
      set -g default-shell /bin/sh
      """
    _ = try folder.write(settings, to: "tmux.conf")
    let given = ["TERM": terminal].merging(variables) { _, given in given }
    let start =
      ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"]
      + given.filter { $0.key != "TERM" }.flatMap { ["-e", "\($0.key)=\($0.value)"] }
    _ = try await tmux(start + ["--"] + command)
  }

  deinit {
    // Synchronously: nobody may await here, and nothing may be left behind.
    var child: Child? = try? Child(Self.command(folder) + ["kill-server"], environment: environment)
    var waited = 0
    while child?.ending == nil, waited < 2_000 {
      usleep(1_000)
      waited += 1
    }
    child = nil
  }

  private static func command(_ folder: ScratchFolder) -> [String] {
    ["tmux", "-u", "-S", "\(folder.path)/tmux", "-f", "\(folder.path)/tmux.conf"]
  }

  @discardableResult private func tmux(_ arguments: [String]) async throws -> String {
    let result = try await Child.run(
      Self.command(folder) + arguments, environment: environment, limit: .seconds(20))
    guard result.code == 0 else { throw Missing(what: "tmux \(arguments): \(result.errors)") }
    return result.output
  }

  /// Presses keys by tmux's names: `Enter`, `Escape`, `C-z`, `4`.
  func press(_ keys: String...) async throws { try await tmux(["send-keys"] + keys) }

  /// Types text.
  func type(_ text: String) async throws { try await tmux(["send-keys", "-l", "--", text]) }

  func resize(columns: Int, rows: Int) async throws {
    try await tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// What is on the screen now.
  ///
  /// - Parameter styled: With the escape sequences of colours and attributes.
  func screen(styled: Bool = false) async throws -> Screen {
    Screen(try await tmux(["capture-pane", "-p"] + (styled ? ["-e"] : [])))
  }

  /// One of tmux's variables, such as `alternate_on` or `pane_dead_status`.
  func variable(_ name: String) async throws -> String {
    let text = try await tmux(["display-message", "-p", "#{\(name)}"])
    return text.split(separator: "\n").first.map(String.init) ?? ""
  }

  /// The screen as soon as it is as it should be.
  @discardableResult func wait(
    for what: String, within limit: Duration = .seconds(20), _ isThere: (Screen) -> Bool
  ) async throws -> Screen {
    var last = Screen("")
    let found = try await soon(within: limit) { () -> Screen? in
      last = try await screen()
      return isThere(last) ? last : nil
    }
    guard let found else { throw NotShown(what: what, screen: last) }
    return found
  }

  /// The screen as soon as all the texts are on it.
  @discardableResult func wait(for texts: String...) async throws -> Screen {
    try await wait(for: texts.joined(separator: " and ")) { screen in
      texts.allSatisfy { screen.line(with: $0) != nil }
    }
  }

  /// Waits until the screen is as it was, but for its first line: counts and health live there.
  func wait(forAllBelowHeaderOf earlier: Screen) async throws {
    var last = earlier
    let isBack = try await soon(within: .seconds(20)) { () -> Bool? in
      last = try await screen()
      return last.lines.dropFirst() == earlier.lines.dropFirst() ? true : nil
    }
    guard isBack == true else {
      let different = zip(earlier.lines, last.lines).filter { $0 != $1 }
      throw NotShown(
        what: "the screen as it was: \(different.map { "\n\($0)\n\($1)" }.joined())", screen: last)
    }
  }

  /// Waits until one of tmux's variables has a value.
  func wait(until variable: String, is value: String) async throws {
    let found = try await soon(within: .seconds(20)) {
      try await self.variable(variable) == value ? true : nil
    }
    guard found == true else {
      throw NotShown(what: "\(variable) \(value)", screen: try await screen())
    }
  }
}
