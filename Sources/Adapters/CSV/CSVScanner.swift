/// Cuts bytes into rows and fields by RFC 4180, one row at a time, without copying.
///
/// A quote opens a field only at its beginning; elsewhere it is a sign like any other. Lines end with
/// LF, CRLF or CR. Bytes are those of UTF-8 or of a one-byte encoding: everything that gives structure
/// is ASCII.
struct CSVScanner {
  /// Where a field stands, by its distance from the row's first byte, without the quotes.
  struct Field {
    var start: UInt32
    var end: UInt32
    /// Whether doubled quotes inside stand for one.
    var isEscaped: Bool
  }

  /// What became of a row.
  enum Outcome: Equatable {
    /// It ends there, behind its line end.
    case row(end: Int)
    /// The bytes end before the row does.
    case incomplete
    /// It cannot be cut into fields: the fault, and the distance of its place from the row's start.
    case broken(CSVRowFault.Reason, at: Int)
  }

  let separator: UInt8
  /// 0, which no field begins with usefully, stands for none.
  let quote: UInt8
  /// The most fields that are told apart; more are counted only.
  let mostFields: Int
  private(set) var fields: [Field] = []
  /// How many fields the row has.
  private(set) var fieldCount = 0
  /// How many lines the row takes.
  private(set) var lines = 1

  init(separator: UInt8, quote: UInt8?, mostFields: Int = 4_096) {
    self.separator = separator
    self.quote = quote ?? 0
    self.mostFields = mostFields
    fields.reserveCapacity(64)
  }

  /// Cuts the row that begins at `start`.
  ///
  /// - Parameter isWhole: Whether nothing follows the bytes: their end is then the end of a row.
  mutating func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isWhole: Bool
  ) -> Outcome {
    fields.removeAll(keepingCapacity: true)
    fieldCount = 0
    lines = 1
    let count = bytes.count
    var position = start
    while true {
      if position < count, quote != 0, bytes[position] == quote {
        let opened = position
        var isEscaped = false
        position += 1
        let content = position
        while true {
          guard position < count else {
            return isWhole ? .broken(.unclosedQuote, at: opened - start) : .incomplete
          }
          let byte = bytes[position]
          if byte == quote {
            if position + 1 < count {
              guard bytes[position + 1] == quote else { break }
              isEscaped = true
              position += 2
              continue
            }
            if !isWhole { return .incomplete }
            break
          }
          if byte == 10 { lines += 1 }
          position += 1
        }
        add(content - start, position - start, isEscaped)
        position += 1
        if position < count, bytes[position] != separator, bytes[position] != 10,
          bytes[position] != 13
        {
          return .broken(.textBehindQuote, at: position - start)
        }
      } else {
        let content = position
        while position < count {
          let byte = bytes[position]
          // Signs that end a field are all below 0x80 and rare: one comparison passes most bytes.
          if byte == separator || byte == 10 || byte == 13 { break }
          position += 1
        }
        if position == count, !isWhole { return .incomplete }
        add(content - start, position - start, false)
      }
      guard position < count else { return .row(end: count) }
      if bytes[position] == separator {
        position += 1
        if position == count, !isWhole { return .incomplete }
        continue
      }
      if bytes[position] == 13 {
        if position + 1 == count, !isWhole { return .incomplete }
        if position + 1 < count, bytes[position + 1] == 10 { position += 1 }
      }
      return .row(end: position + 1)
    }
  }

  private mutating func add(_ start: Int, _ end: Int, _ isEscaped: Bool) {
    fieldCount += 1
    guard fieldCount <= mostFields else { return }
    fields.append(
      Field(
        start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
        isEscaped: isEscaped))
  }

  /// Where the line that holds `start` ends, behind its line end; `nil` when the bytes end before.
  static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var position = start
    while position < bytes.count {
      if bytes[position] == 10 { return position + 1 }
      if bytes[position] == 13 {
        let isPair = position + 1 < bytes.count && bytes[position + 1] == 10
        return position + (isPair ? 2 : 1)
      }
      position += 1
    }
    return nil
  }
}

/// A row that could not be read as the header says.
struct CSVRowFault: Hashable, Sendable {
  /// What is wrong with it.
  enum Reason: Hashable, Sendable {
    case unclosedQuote
    case textBehindQuote
    case tooFewFields(Int, of: Int)
    case tooManyFields(Int, of: Int)
    case tooLong

    /// What is wrong, behind "line 7, column 3", and how to mend it.
    var words: String {
      switch self {
      case .unclosedQuote:
        "opens a quote that is never closed; close it, or double a quote that belongs to the text"
      case .textBehindQuote:
        "has text behind a closing quote; double the quotes that belong to the text"
      case .tooFewFields(let found, let wanted):
        "has \(found) fields where the header has \(wanted); complete the row"
      case .tooManyFields(let found, let wanted):
        "has \(found) fields where the header has \(wanted); quote the field that holds a separator"
      case .tooLong: "is longer than 16 MiB; look for a quote that is never closed"
      }
    }
  }

  /// The line of the file at which the row begins, from 1.
  var line: Int
  /// Which field, from 1.
  var column: Int
  var reason: Reason
}
