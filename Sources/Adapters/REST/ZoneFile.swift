import DealModel
import Glibc

/// Reads the operating system's table of a time zone, such as `Europe/Berlin`.
///
/// Source: RFC 9636, the TZif format. Transitions come from the table; after its last one the last
/// offset holds.
enum ZoneFile {
  private static let folder = "/usr/share/zoneinfo/"

  /// The zone of that name; `nil` when there is none.
  static func zone(named name: String) -> LocalZone? {
    let isName = name.utf8.allSatisfy { byte in
      Character(Unicode.Scalar(byte)).isLetter || "/_+-0123456789".utf8.contains(byte)
    }
    guard isName, !name.isEmpty, !name.hasPrefix("/"),
      let bytes = SmallFile.bytes(at: folder + name)
    else { return nil }
    return zone(in: bytes)
  }

  static func zone(in bytes: [UInt8]) -> LocalZone? {
    guard let first = Header(bytes, at: 0) else { return nil }
    // The second table, with times of 64 bits, follows the first.
    let second = Header(bytes, at: Header.size + first.length(timeSize: 4))
    guard let header = second else { return nil }
    var place = header.start
    let times = (0..<header.times).map { _ in
      defer { place += 8 }
      return number(bytes, place, 8)
    }
    let kinds = bytes[place..<place + header.times].map { Int($0) }
    place += header.times
    let offsets = (0..<header.types).map {
      Int(Int32(truncatingIfNeeded: number(bytes, place + $0 * 6, 4)))
    }
    guard let before = offsets.first, kinds.allSatisfy({ $0 < offsets.count }) else { return nil }
    return LocalZone(
      firstOffsetSeconds: before,
      changes: zip(times, kinds).filter { abs($0.0) < 1 << 40 }.map { time, kind in
        .init(at: Timestamp(milliseconds: time * 1_000), offsetSeconds: offsets[kind])
      })
  }

  private static func number(_ bytes: [UInt8], _ place: Int, _ size: Int) -> Int64 {
    bytes[place..<place + size].reduce(0) { $0 << 8 | Int64($1) }
  }

  private struct Header {
    static let size = 44
    let start: Int
    let times: Int
    let types: Int
    private let marks: Int
    private let leaps: Int
    private let standard: Int
    private let universal: Int

    init?(_ bytes: [UInt8], at place: Int) {
      guard place >= 0, place + Self.size <= bytes.count,
        bytes[place..<place + 4].elementsEqual("TZif".utf8), bytes[place + 4] >= UInt8(ascii: "2")
      else { return nil }
      func count(_ index: Int) -> Int { Int(number(bytes, place + 20 + index * 4, 4)) }
      (universal, standard, leaps) = (count(0), count(1), count(2))
      (times, types, marks) = (count(3), count(4), count(5))
      start = place + Self.size
      guard times >= 0, types > 0, start + length(timeSize: 4) <= bytes.count else { return nil }
    }

    func length(timeSize: Int) -> Int {
      times * (timeSize + 1) + types * 6 + marks + leaps * (timeSize + 4) + standard + universal
    }
  }
}
