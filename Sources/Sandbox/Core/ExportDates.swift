import DealModel

/// Days as an export writes them, `20-11-2026`: found among its bytes, whatever their encoding, as
/// long as that writes digits as ASCII does.
struct ExportDates: Sendable {
  private enum Part: Hashable {
    case year, month, day
    case sign(UInt8)

    var width: Int {
      switch self {
      case .year: 4
      case .month, .day: 2
      case .sign: 1
      }
    }
  }

  private let parts: [Part]
  private let width: Int

  /// A format made of `dd`, `MM`, `yyyy` and signs between them; `nil` for any other.
  init?(_ format: String) {
    var parts: [Part] = []
    var rest = Array(format.utf8)[...]
    while let first = rest.first {
      let run = rest.prefix { $0 == first }.count
      switch (first, run) {
      case (UInt8(ascii: "y"), 4): parts.append(.year)
      case (UInt8(ascii: "M"), 2): parts.append(.month)
      case (UInt8(ascii: "d"), 2): parts.append(.day)
      case (UInt8(ascii: "."), 1), (UInt8(ascii: "-"), 1), (UInt8(ascii: "/"), 1):
        parts.append(.sign(first))
      default: return nil
      }
      rest = rest.dropFirst(run)
    }
    let fields = [Part.year, .month, .day]
    guard fields.allSatisfy({ field in parts.count { $0 == field } == 1 }) else { return nil }
    self.parts = parts
    width = parts.reduce(0) { $0 + $1.width }
  }

  /// The bytes with every day moved that stands for itself.
  func moving(_ bytes: [UInt8], by days: Int) -> [UInt8] {
    guard days != 0 else { return bytes }
    var moved = bytes
    var position = 0
    while position + width <= bytes.count {
      guard !isPart(bytes, position - 1), !isPart(bytes, position + width),
        let day = day(bytes[position..<position + width])
      else {
        position += 1
        continue
      }
      moved.replaceSubrange(position..<position + width, with: text(day.adding(days: days)))
      position += width
    }
    return moved
  }

  /// Whether the byte there would make what stands beside it part of something longer.
  private func isPart(_ bytes: [UInt8], _ position: Int) -> Bool {
    guard bytes.indices.contains(position) else { return false }
    let byte = bytes[position]
    let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
    return isLetter || byte >= 0x80 || byte &- UInt8(ascii: "0") < 10
      || parts.contains(.sign(byte))
  }

  private func day(_ bytes: ArraySlice<UInt8>) -> CalendarDate? {
    var rest = bytes
    var (year, month, day) = (0, 0, 0)
    for part in parts {
      let field = rest.prefix(part.width)
      rest = rest.dropFirst(part.width)
      if case .sign(let sign) = part {
        guard field.first == sign else { return nil }
        continue
      }
      var number = 0
      for byte in field {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        number = number * 10 + Int(digit)
      }
      switch part {
      case .year: year = number
      case .month: month = number
      case .day: day = number
      case .sign: break
      }
    }
    return CalendarDate(year: year, month: month, day: day)
  }

  private func text(_ date: CalendarDate) -> [UInt8] {
    // `2026-11-20`, whose fields stand in known places.
    let iso = Array(date.description.utf8)
    return parts.flatMap { part -> [UInt8] in
      switch part {
      case .year: Array(iso[0..<4])
      case .month: Array(iso[5..<7])
      case .day: Array(iso[8..<10])
      case .sign(let sign): [sign]
      }
    }
  }
}
