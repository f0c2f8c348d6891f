import DealModel

/// How a system writes instants and days.
struct RESTTimeFormat: Hashable, Sendable {
  private enum Style: Hashable, Sendable {
    case iso
    case unix(perSecond: Int64)
    case parts
    case letters([Piece])
  }

  private enum Piece: Hashable, Sendable {
    case field(Character, width: Int)
    case literal(Character)
  }

  private let style: Style
  private let zone: LocalZone
  /// Whether the configuration names the zone: instants then become days of that zone.
  private let isZoneStated: Bool

  /// A format by its name or letters.
  ///
  /// - Returns: `nil` for letters or a zone that cannot be read.
  init?(_ text: String?, zone name: String?) {
    switch text ?? "iso" {
    case "iso": style = .iso
    case "unix": style = .unix(perSecond: 1)
    case "unix_ms": style = .unix(perSecond: 1_000)
    case "parts": style = .parts
    case let letters:
      guard let pieces = Self.pieces(letters) else { return nil }
      style = .letters(pieces)
    }
    guard let zone = name.map({ Self.zone($0) }) ?? .utc else { return nil }
    self.zone = zone
    isZoneStated = name != nil
  }

  // MARK: - Reading

  /// The instant that a value writes; a day alone is its beginning.
  func instant(_ value: JSONValue) -> Timestamp? {
    switch style {
    case .unix(let perSecond): return Self.counted(value, perSecond: perSecond)
    case .iso:
      guard let text = value.string else { return nil }
      if let instant = Timestamp(text) { return instant }
      if let day = CalendarDate(text) { return instant(day, 0, 0, 0) }
      // A time without a zone is one of the zone that the configuration states.
      guard let local = Timestamp(text + "Z") else { return nil }
      return utc(ofLocal: local.milliseconds)
    case .parts:
      guard let read = Self.moment(in: value) else { return nil }
      return instant(read.day, read.hour, read.minute, read.second)
    case .letters(let pieces):
      guard let text = value.string, let read = Self.read(text, by: pieces) else { return nil }
      return instant(read.day, read.hour, read.minute, read.second)
    }
  }

  /// The day that a value writes. Of an instant it is the day as it stands there, or in the zone
  /// that the configuration states.
  func day(_ value: JSONValue) -> CalendarDate? {
    switch style {
    case .unix: return instant(value).map { zone.date(of: $0) }
    case .iso:
      guard let text = value.string else { return nil }
      if let day = CalendarDate(text) { return day }
      guard let instant = instant(value) else { return nil }
      let hasZone = Timestamp(text) != nil
      return isZoneStated && hasZone ? zone.date(of: instant) : CalendarDate(text.prefix(10))
    case .parts: return Self.moment(in: value)?.day
    case .letters(let pieces): return value.string.flatMap { Self.read($0, by: pieces)?.day }
    }
  }

  // MARK: - Writing

  /// The instant as the system writes it, for questions.
  func text(_ instant: Timestamp) -> String {
    switch style {
    case .iso, .parts:
      let whole = instant.milliseconds / 1_000 * 1_000
      return Timestamp(milliseconds: whole).description
    case .unix(let perSecond): return String(instant.milliseconds / (1_000 / perSecond))
    case .letters(let pieces):
      let (year, month, day) = zone.date(of: instant).components
      let (hour, minute, second) = zone.timeOfDay(of: instant)
      return pieces.map { piece in
        switch piece {
        case .literal(let letter): return String(letter)
        case .field(let letter, let width):
          let number: Int =
            switch letter {
            case "y": year
            case "M": month
            case "d": day
            case "H": hour
            case "m": minute
            default: second
            }
          let digits = String(number)
          return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
      }.joined()
    }
  }

  // MARK: - Parts

  /// The parts of an instant in UTC, by name.
  static func parts(of instant: Timestamp) -> [(name: String, number: Int)] {
    let (year, month, day) = LocalZone.utc.date(of: instant).components
    let (hour, minute, second) = LocalZone.utc.timeOfDay(of: instant)
    return Array(zip(RESTSchema.sinceParts, [year, month, day, hour, minute, second])).map {
      (name: $0.0, number: $0.1)
    }
  }

  /// A moment written as an object with `year`, `month`, `day` and perhaps a time of day.
  private static func moment(in value: JSONValue) -> Moment? {
    func part(_ name: String, _ most: Int, missing: Int?) -> Int? {
      guard let part = value[name] else { return missing }
      return part.integer.flatMap { (0...most).contains($0) ? $0 : nil }
    }
    guard let year = part("year", 9_999, missing: nil), let month = part("month", 12, missing: nil),
      let day = part("day", 31, missing: nil),
      let date = CalendarDate(year: year, month: month, day: day),
      let hour = part("hour", 23, missing: 0), let minute = part("minute", 59, missing: 0),
      let second = part("second", 60, missing: 0)
    else { return nil }
    return (date, hour, minute, second)
  }

  // MARK: - Pieces

  private static func counted(_ value: JSONValue, perSecond: Int64) -> Timestamp? {
    let number = value.decimal ?? value.string.flatMap { ExactDecimal($0) }
    guard let number, let scaled = try? number.multiplied(by: ExactDecimal(Int(1_000 / perSecond)))
    else { return nil }
    return Int64(exactly: scaled.rounded(to: 0).coefficient).map { Timestamp(milliseconds: $0) }
  }

  private func instant(_ day: CalendarDate, _ hour: Int, _ minute: Int, _ second: Int) -> Timestamp
  {
    let seconds = Int64((hour * 60 + minute) * 60 + second)
    return utc(ofLocal: Timestamp(startOf: day).milliseconds + seconds * 1_000)
  }

  /// The instant at which local clocks show that; of two the later offset's.
  private func utc(ofLocal milliseconds: Int64) -> Timestamp {
    let guess = Timestamp(milliseconds: milliseconds)
    let first = guess.adding(.seconds(-zone.offsetSeconds(at: guess)))
    return guess.adding(.seconds(-zone.offsetSeconds(at: first)))
  }

  private static func zone(_ name: String) -> LocalZone? {
    if ["UTC", "GMT", "Z"].contains(name) { return .utc }
    if name.first == "+" || name.first == "-" {
      // Whatever offset an instant can be written with.
      guard let shifted = Timestamp("1970-01-02T00:00:00" + name) else { return nil }
      return LocalZone(firstOffsetSeconds: 86_400 - Int(shifted.milliseconds / 1_000))
    }
    return ZoneFile.zone(named: name)
  }

  private static func pieces(_ letters: String) -> [Piece]? {
    var pieces: [Piece] = []
    for letter in letters {
      guard "yMdHms".contains(letter) else {
        guard !letter.isLetter || letter == "T" else { return nil }
        pieces.append(.literal(letter))
        continue
      }
      if case .field(letter, let width)? = pieces.last {
        pieces[pieces.count - 1] = .field(letter, width: width + 1)
      } else {
        pieces.append(.field(letter, width: 1))
      }
    }
    let fields = pieces.filter { if case .field = $0 { true } else { false } }
    return fields.count >= 3 ? pieces : nil
  }

  private typealias Moment = (day: CalendarDate, hour: Int, minute: Int, second: Int)

  private static func read(_ text: String, by pieces: [Piece]) -> Moment? {
    var rest = text[...]
    var found: [Character: Int] = [:]
    for piece in pieces {
      switch piece {
      case .literal(let letter):
        guard rest.first == letter else { return nil }
        rest = rest.dropFirst()
      case .field(let letter, let width):
        // A single letter stands for one digit or two.
        let digits = rest.prefix(width == 1 ? 2 : width).prefix { $0.isASCII && $0.isNumber }
        guard width == 1 ? !digits.isEmpty : digits.count == width, let number = Int(digits) else {
          return nil
        }
        found[letter] = letter == "y" && width == 2 ? 2_000 + number : number
        rest = rest[digits.endIndex...]
      }
    }
    guard rest.isEmpty, let year = found["y"], let month = found["M"], let day = found["d"],
      let date = CalendarDate(year: year, month: month, day: day)
    else { return nil }
    let (hour, minute, second) = (found["H"] ?? 0, found["m"] ?? 0, found["s"] ?? 0)
    guard hour < 24, minute < 60, second < 61 else { return nil }
    return (date, hour, minute, second)
  }
}
