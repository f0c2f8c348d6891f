/// The sentence that says what was agreed to happen while a system is gone, taken apart: what it
/// promises about values, which the engine can check, and what only people can.
public struct FailureMode: Hashable, Sendable {
  /// One part of the sentence.
  public struct Clause: Hashable, Sendable {
    /// Its words.
    public var text: String
    /// What it promises about values; `nil` for what a machine cannot check.
    public var promise: Promise?
  }

  /// What a clause promises about the values of the system.
  public struct Promise: Hashable, Sendable {
    /// Whether the last readings stay to be seen.
    public var keepsReadings: Bool
    /// Whether they are marked as old.
    public var marksThem: Bool
    /// For how long they may be used; `nil` when it does not say.
    public var usableFor: Duration?
  }

  /// The sentence as configured.
  public let text: String
  /// Its parts, in order.
  public let clauses: [Clause]

  /// Takes the sentence apart at full stops and semicolons.
  public init(_ text: String) {
    self.text = text
    clauses = Self.parts(of: text).map { Clause(text: $0, promise: Self.promise(in: $0)) }
  }

  /// For how long the last readings may be used, where the sentence says so.
  public var usableFor: Duration? { clauses.lazy.compactMap(\.promise?.usableFor).first }

  private static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      // A full stop within a figure or a name of a file ends nothing.
      if character == ";" || character == "." && next.isWhitespace {
        parts.append(part)
        part = ""
      } else {
        part.append(character)
      }
    }
    parts.append(part)
    return parts.map { $0.trimmingWhitespace }.filter { !$0.isEmpty }
  }

  private static func promise(in clause: String) -> Promise? {
    let words = Self.words(of: clause)
    let keeps =
      words.contains {
        ["keep", "keeps", "kept", "stay", "stays", "remain", "remains"].contains($0)
      }
      && words.contains { ["reading", "readings", "value", "values", "figures"].contains($0) }
    let marks =
      words.contains { ["mark", "marked", "shown"].contains($0) }
      && words.contains { ["stale", "old", "aging", "expired"].contains($0) }
    guard keeps || marks else { return nil }
    return Promise(keepsReadings: keeps, marksThem: marks, usableFor: duration(in: words))
  }

  private static func words(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private static let numbers: [String: Int] = [
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "twenty": 20,
  ]

  /// `two hours`, `a day`, `24 h`, `90m`; the first in the words.
  private static func duration(in words: [String]) -> Duration? {
    for (index, word) in words.enumerated() {
      if let number = numbers[word] ?? Int(word), index + 1 < words.count,
        let unit = unit(words[index + 1])
      {
        return unit * min(max(number, 0), 10_000)
      }
      let digits = word.prefix { $0.isASCII && $0.isNumber }
      if !digits.isEmpty, let number = Int(digits),
        let unit = unit(String(word.dropFirst(digits.count)))
      {
        return unit * min(number, 10_000)
      }
    }
    return nil
  }

  private static func unit(_ word: String) -> Duration? {
    switch word {
    case "s", "second", "seconds": .seconds(1)
    case "m", "min", "minute", "minutes": .seconds(60)
    case "h", "hour", "hours": .seconds(3_600)
    case "d", "day", "days": .seconds(86_400)
    case "week", "weeks": .seconds(7 * 86_400)
    default: nil
    }
  }
}

extension String {
  /// The text without white space at its ends.
  var trimmingWhitespace: String {
    let kept = drop(while: \.isWhitespace)
    return String(kept.reversed().drop(while: \.isWhitespace).reversed())
  }
}
