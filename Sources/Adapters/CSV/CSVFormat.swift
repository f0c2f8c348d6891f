import DealModel

/// How the bytes of an export are to be read.
struct CSVFormat: Hashable, Sendable {
  /// How characters are encoded where no byte order mark says it.
  enum Encoding: String, CaseIterable, Hashable, Sendable {
    case utf8 = "utf-8"
    case windows1252 = "windows-1252"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
  }

  /// What stands between groups of three digits.
  enum Thousands: String, CaseIterable, Hashable, Sendable {
    case none, point, comma, apostrophe, space
  }

  /// The byte between fields; `nil` to take the one that the header has most of.
  var separator: UInt8?
  /// The byte around fields that hold separators; `nil` for exports that never quote.
  var quote: UInt8? = UInt8(ascii: "\"")
  var encoding = Encoding.utf8
  var decimal = UInt8(ascii: ".")
  var thousands = Thousands.none
  var dates = CSVDateFormat.iso
  /// Lines above the header.
  var skippedLines = 0
  /// Whether a last line without a line end counts as complete.
  var lastLineMayBeOpen = false

  static let separators: [String: UInt8] = [
    "comma": UInt8(ascii: ","), "semicolon": UInt8(ascii: ";"), "tab": 9,
    "pipe": UInt8(ascii: "|"),
  ]

  /// The format that settings describe.
  ///
  /// - Throws: ``SystemError`` when they contradict each other, or name no date format.
  init(_ settings: SystemSettings, of system: SystemName) throws {
    separator = settings.text("separator").flatMap { Self.separators[$0] }
    switch settings.text("quote") {
    case "none": quote = nil
    case "single": quote = UInt8(ascii: "'")
    default: break
    }
    encoding = settings.text("encoding").flatMap(Encoding.init) ?? .utf8
    if settings.text("decimal") == "comma" { decimal = UInt8(ascii: ",") }
    thousands = settings.text("thousands").flatMap(Thousands.init) ?? .none
    if let text = settings.text("date_format") {
      guard let format = CSVDateFormat(text) else {
        throw Self.refusal(
          system, "`date_format`", "names no year, month and day. Write it such as dd.MM.yyyy.")
      }
      dates = format
    }
    skippedLines = settings.integer("skip_lines") ?? 0
    lastLineMayBeOpen = settings.flag("open_last_line") ?? false
    let clash: [UInt8: Thousands] = [UInt8(ascii: "."): .point, UInt8(ascii: ","): .comma]
    if clash[decimal] == thousands {
      throw Self.refusal(
        system, "`thousands`", "is the same sign as `decimal`. Mend one of the two.")
    }
  }

  init() {}

  private static func refusal(_ system: SystemName, _ key: String, _ what: String) -> SystemError {
    SystemError(.refused, system: system, message: "\(key) of systems.\(system) \(what)")
  }
}

/// How days are written: `dd.MM.yyyy`. A time of day behind the day is passed over.
struct CSVDateFormat: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case year(digits: Int)
    case month(least: Int)
    case monthName
    case day(least: Int)
    case literal(UInt8)
  }

  static let iso = CSVDateFormat(parts: [
    .year(digits: 4), .literal(UInt8(ascii: "-")), .month(least: 2), .literal(UInt8(ascii: "-")),
    .day(least: 2),
  ])
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ].map { Array($0.utf8) }
  private let parts: [Part]

  private init(parts: [Part]) { self.parts = parts }

  /// A format of `yyyy` or `yy`, `MM`, `M` or `MMM` (English names), `dd` or `d`, and other signs.
  ///
  /// - Returns: `nil` when one of the three is missing, stands twice, or a letter means nothing.
  init?(_ text: String) {
    var parts: [Part] = []
    var rest = Array(text.utf8)[...]
    while let first = rest.first {
      let run = rest.prefix { $0 == first }.count
      rest = rest.dropFirst(run)
      switch (first, run) {
      case (UInt8(ascii: "y"), 4), (UInt8(ascii: "y"), 2): parts.append(.year(digits: run))
      case (UInt8(ascii: "M"), 1), (UInt8(ascii: "M"), 2): parts.append(.month(least: run))
      case (UInt8(ascii: "M"), 3): parts.append(.monthName)
      case (UInt8(ascii: "d"), 1), (UInt8(ascii: "d"), 2): parts.append(.day(least: run))
      case (UInt8(ascii: "A")...UInt8(ascii: "Z"), _), (UInt8(ascii: "a")...UInt8(ascii: "z"), _):
        return nil
      case (UInt8(ascii: "0")...UInt8(ascii: "9"), _), (0x80..., _): return nil
      default: for _ in 0..<run { parts.append(.literal(first)) }
      }
    }
    var kinds = [0, 0, 0]
    for part in parts {
      switch part {
      case .year: kinds[0] += 1
      case .month, .monthName: kinds[1] += 1
      case .day: kinds[2] += 1
      case .literal: break
      }
    }
    guard kinds == [1, 1, 1] else { return nil }
    self.parts = parts
  }

  /// The day; `nil` for any other shape and a day that does not exist.
  func day(_ bytes: UnsafeBufferPointer<UInt8>) -> CalendarDate? {
    var position = 0
    var (year, month, day) = (0, 0, 0)
    for part in parts {
      switch part {
      case .year(let digits):
        guard let number = Self.number(bytes, &position, least: digits, most: digits) else {
          return nil
        }
        year = digits == 2 ? 2_000 + number : number
      case .month(let least):
        guard let number = Self.number(bytes, &position, least: least, most: 2) else { return nil }
        month = number
      case .monthName:
        guard position + 3 <= bytes.count else { return nil }
        let name = bytes[position..<position + 3].map { $0 | 0x20 }
        guard let index = Self.months.firstIndex(of: name) else { return nil }
        month = index + 1
        position += 3
      case .day(let least):
        guard let number = Self.number(bytes, &position, least: least, most: 2) else { return nil }
        day = number
      case .literal(let byte):
        guard position < bytes.count, bytes[position] == byte else { return nil }
        position += 1
      }
    }
    if position < bytes.count {
      guard bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "T") else {
        return nil
      }
    }
    return CalendarDate(year: year, month: month, day: day)
  }

  private static func number(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, least: Int, most: Int
  ) -> Int? {
    var number = 0
    var count = 0
    while count < most, position < bytes.count {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      number = number * 10 + Int(digit)
      position += 1
      count += 1
    }
    return count >= least ? number : nil
  }
}
