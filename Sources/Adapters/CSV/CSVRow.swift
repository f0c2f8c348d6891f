import DealModel

/// One row while it is looked at: its bytes and where its fields stand. Never kept.
struct CSVRow {
  let bytes: UnsafeBufferPointer<UInt8>
  let fields: [CSVScanner.Field]
  let columns: CSVColumns
  let quote: UInt8?
  let isWindows: Bool
  /// The line of the file at which it begins, from 1.
  let line: Int
  /// What is wrong with it; its fields cannot be relied upon then.
  let fault: CSVRowFault?

  /// A field's bytes as they stand; empty for a field that was not reached.
  private func raw(_ column: Int) -> UnsafeBufferPointer<UInt8> {
    guard column < fields.count, Int(fields[column].end) <= bytes.count,
      fields[column].start <= fields[column].end
    else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(
      rebasing: bytes[Int(fields[column].start)..<Int(fields[column].end)])
  }

  /// Gives a field's bytes in UTF-8, doubled quotes made one, without spaces around.
  func withTrimmed<Value>(
    _ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value
  ) -> Value {
    let raw = raw(column)
    let isEscaped = column < fields.count && fields[column].isEscaped
    guard isEscaped || (isWindows && raw.contains { $0 >= 0x80 }) else {
      return body(Self.trimmed(raw))
    }
    return Self.unescaped(raw, isEscaped, quote, isWindows: isWindows)
      .withUnsafeBufferPointer { body(Self.trimmed($0)) }
  }

  /// A field to the letter, spaces included; bytes that are no UTF-8 become U+FFFD.
  func text(_ column: Int) -> String {
    let raw = raw(column)
    let isEscaped = column < fields.count && fields[column].isEscaped
    guard isEscaped || (isWindows && raw.contains { $0 >= 0x80 }) else {
      return String(decoding: raw, as: UTF8.self)
    }
    return String(
      decoding: Self.unescaped(raw, isEscaped, quote, isWindows: isWindows), as: UTF8.self)
  }

  /// A field without spaces around; `nil` when nothing is left.
  func words(_ column: Int?) -> String? {
    guard let column else { return nil }
    return withTrimmed(column) { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
  }

  /// The deal ID as it stands there; `nil` when the field is empty.
  var dealID: DealID? {
    let text = text(columns.link)
    return text.isEmpty ? nil : DealID(text)
  }

  /// Whether the deal ID is that one, to the letter.
  func bears(_ id: String) -> Bool {
    let raw = raw(columns.link)
    let isEscaped = columns.link < fields.count && fields[columns.link].isEscaped
    if !isEscaped, !isWindows { return raw.elementsEqual(id.utf8) }
    return text(columns.link) == id
  }

  /// What names the record in its system: its ID, its number, or its line.
  var identity: String { words(columns.identity) ?? "line-\(line)" }

  /// What people call the record.
  var number: String { words(columns[.number]) ?? words(columns[.name]) ?? identity }

  static func unescaped(
    _ raw: UnsafeBufferPointer<UInt8>, _ isEscaped: Bool, _ quote: UInt8?, isWindows: Bool
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    var position = 0
    while position < raw.count {
      let byte = raw[position]
      if isWindows, byte >= 0x80 {
        CSVText.append(windows: byte, to: &result)
      } else {
        result.append(byte)
      }
      let isDoubled =
        isEscaped && byte == quote && position + 1 < raw.count && raw[position + 1] == quote
      position += isDoubled ? 2 : 1
    }
    return result
  }

  static func trimmed(_ raw: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var (start, end) = (0, raw.count)
    while start < end, isSpace(raw[start]) { start += 1 }
    while end > start, isSpace(raw[end - 1]) { end -= 1 }
    return start == 0 && end == raw.count ? raw : UnsafeBufferPointer(rebasing: raw[start..<end])
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 }
}
