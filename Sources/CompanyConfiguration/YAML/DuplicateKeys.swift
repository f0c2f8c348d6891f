import Yams

/// Finds keys that stand twice in one mapping, and takes the repeats out of the way.
///
/// Yams refuses such a document whole and names only the first of the two. Each repeat is therefore
/// overwritten with a stand-in of the same width, so that every place stays where it was, and
/// the rest of the file can still be checked.
enum DuplicateKeys {
  /// Private use: no configuration has a key of it.
  private static let standIn: Unicode.Scalar = "\u{E000}"
  private static let maximumRounds = 24
  private static let maximumCandidates = 120

  /// Whether a key is the stand-in of a repeat.
  static func isStandIn(_ key: String) -> Bool {
    key.unicodeScalars.first.map { (0xE000...0xF8FF).contains($0.value) } ?? false
  }

  /// Overwrites the repeats and tells where they were.
  static func separate(in text: inout String) -> [YAMLReader.Problem] {
    guard var duplicate = firstDuplicate(in: text) else { return [] }
    var problems: [YAMLReader.Problem] = []
    var scalars = Array(text.unicodeScalars)
    // Stand-ins are numbered: two repeats in one mapping must not be repeats of each other.
    var number: UInt32 = 0
    for _ in 1...maximumRounds {
      let repeats = separate(duplicate, in: &scalars, numberedFrom: &number)
      if repeats.isEmpty { return problems + [problem(duplicate, at: duplicate.first)] }
      problems += repeats.map { problem(duplicate, at: $0) }
      text = string(scalars)
      guard let next = firstDuplicate(in: text) else { return problems }
      duplicate = next
    }
    return problems
  }

  private struct Duplicate: Equatable {
    var key: String
    var first: Position
  }

  private static func problem(_ duplicate: Duplicate, at place: Position) -> YAMLReader.Problem {
    let wording =
      place == duplicate.first
      ? "The key `\(duplicate.key)` stands twice in this mapping; keep one."
      : "The key `\(duplicate.key)` already stands in line \(duplicate.first.line); keep one."
    return YAMLReader.Problem(position: place, message: wording)
  }

  private static func firstDuplicate(in text: String) -> Duplicate? {
    do {
      _ = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
      guard let key = keys.first else { return nil }
      return Duplicate(key: key, first: Position(context.mark))
    } catch {}
    return nil
  }

  /// Overwrites every repeat of one key in one mapping; empty when none could be found.
  private static func separate(
    _ duplicate: Duplicate, in scalars: inout [Unicode.Scalar], numberedFrom number: inout UInt32
  ) -> [Position] {
    let key = Array(duplicate.key.unicodeScalars)
    let candidates = candidates(for: key, after: duplicate.first, in: scalars)
    guard !candidates.isEmpty else { return [] }
    // Overwrite every place that could be it, then put back each that was not.
    var changed = scalars
    for candidate in candidates {
      number += 1
      overwrite(&changed, at: candidate.offset, count: key.count, number: number)
    }
    guard firstDuplicate(in: string(changed)) != duplicate else { return [] }
    var repeats: [Position] = []
    for candidate in candidates {
      restore(&changed, from: scalars, at: candidate.offset, count: key.count)
      if firstDuplicate(in: string(changed)) == duplicate {
        number += 1
        overwrite(&changed, at: candidate.offset, count: key.count, number: number)
        repeats.append(candidate.position)
      }
    }
    scalars = changed
    return repeats
  }

  private struct Candidate {
    var offset: Int
    var position: Position
  }

  /// Where the key's letters stand after the first of the two, followed by a colon.
  private static func candidates(
    for key: [Unicode.Scalar], after first: Position, in scalars: [Unicode.Scalar]
  ) -> [Candidate] {
    guard let head = key.first else { return [] }
    var found: [Candidate] = []
    var position = Position.start
    for offset in scalars.indices {
      if scalars[offset] == head, position > first, found.count < maximumCandidates,
        scalars[offset...].starts(with: key), isKey(scalars, from: offset, count: key.count)
      {
        let isQuoted = offset > 0 && "\"'".unicodeScalars.contains(scalars[offset - 1])
        let column = isQuoted ? position.column - 1 : position.column
        let place = Position(line: position.line, column: column)
        if place > first { found.append(Candidate(offset: offset, position: place)) }
      }
      position.advance(over: scalars[offset])
    }
    return found
  }

  private static func isKey(_ scalars: [Unicode.Scalar], from offset: Int, count: Int) -> Bool {
    if offset > 0, !" \t\n{,\"'?-".unicodeScalars.contains(scalars[offset - 1]) { return false }
    for scalar in scalars[(offset + count)...] {
      if scalar == ":" { return true }
      guard " \t\"'".unicodeScalars.contains(scalar) else { return false }
    }
    return false
  }

  private static func overwrite(
    _ scalars: inout [Unicode.Scalar], at offset: Int, count: Int, number: UInt32
  ) {
    for index in 0..<count { scalars[offset + index] = standIn }
    scalars[offset + count - 1] = Unicode.Scalar(0xE000 + number) ?? standIn
  }

  private static func restore(
    _ scalars: inout [Unicode.Scalar], from original: [Unicode.Scalar], at offset: Int, count: Int
  ) {
    for index in offset..<(offset + count) { scalars[index] = original[index] }
  }

  private static func string(_ scalars: [Unicode.Scalar]) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}
