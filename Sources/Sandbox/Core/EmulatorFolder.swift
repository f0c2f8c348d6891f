public import DealModel

/// The files of one system, parsed, with every date shifted to the day they are served on.
public struct EmulatorFolder: Sendable {
  /// The folder's name below the company directory.
  public let name: String
  private let directory: CompanyDirectory
  private let shift: DateShift

  init(name: String, directory: CompanyDirectory, shift: DateShift) {
    self.name = name
    self.directory = directory
    self.shift = shift
  }

  /// The document in `<name>.json`; `nil` when there is no such file.
  ///
  /// - Throws: ``SandboxError`` naming the file and the byte when it is no JSON.
  public func document(_ name: String) throws(SandboxError) -> JSONValue? {
    let file = "\(self.name)/\(name).json"
    guard let bytes = try directory.bytes(of: file) else { return nil }
    do throws(JSONError) {
      return shift.applied(to: try JSONValue(parsing: bytes))
    } catch {
      throw SandboxError(error.description, at: file)
    }
  }

  /// The records in `<name>.json`; none when there is no such file.
  ///
  /// - Throws: ``SandboxError`` when it is no array of objects.
  public func records(_ name: String) throws(SandboxError) -> [JSONValue] {
    guard let document = try document(name) else { return [] }
    guard let records = document.array else {
      throw SandboxError("expected an array of records, found \(document.typeName)", at: file(name))
    }
    if let index = records.firstIndex(where: { $0.members == nil }) {
      throw SandboxError(
        "record \(index) is \(records[index].typeName), not an object", at: file(name))
    }
    return records
  }

  /// The object in `<name>.json`; `nil` when there is no such file.
  ///
  /// - Throws: ``SandboxError`` when it is no object.
  public func object(_ name: String) throws(SandboxError) -> JSONValue? {
    guard let document = try document(name) else { return nil }
    guard document.members != nil else {
      throw SandboxError("expected an object, found \(document.typeName)", at: file(name))
    }
    return document
  }

  /// The SQL script in `<name>.sql`, with every string that is a date moved; `nil` when there is none.
  ///
  /// - Throws: ``SandboxError`` when it is no UTF-8.
  public func script(_ name: String) throws(SandboxError) -> String? {
    guard let text = try directory.text(of: "\(self.name)/\(name).sql") else { return nil }
    // Between quotes stand the odd parts; a doubled quote makes an empty one, which is no date.
    let parts = text.split(separator: "'", omittingEmptySubsequences: false).enumerated()
    return parts.map { $0 % 2 == 1 ? shift.applied(to: String($1)) : String($1) }
      .joined(separator: "'")
  }

  /// The bytes of an export, with every day in it moved that is written so; `nil` when there is none.
  ///
  /// - Parameter dates: How days are written, with `dd`, `MM` and `yyyy`.
  /// - Throws: ``SandboxError`` when that is no format of days.
  public func export(_ name: String, dates: String) throws(SandboxError) -> [UInt8]? {
    guard let format = ExportDates(dates) else {
      throw SandboxError(
        "`\(dates)` is no format of days; write it with dd, MM and yyyy, parted by `.`, `-` or `/`",
        at: file("files"))
    }
    return try directory.bytes(of: "\(self.name)/\(name)").map {
      format.moving($0, by: shift.days)
    }
  }

  /// The names of the JSON files in the folder, without the suffix, in alphabetical order; for
  /// emulators that serve whatever tables there are.
  public func documentNames() throws(SandboxError) -> [String] {
    try directory.names(in: name).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
  }

  /// `<folder>/<name>.json`, the place of an error in that file.
  public func file(_ name: String) -> String { "\(self.name)/\(name).json" }
}

/// Moves every date of the company's files by the same number of days, so that a company written
/// for one day is as fresh on any other.
struct DateShift: Sendable {
  let days: Int

  func applied(to value: JSONValue) -> JSONValue {
    guard days != 0 else { return value }
    switch value {
    case .string(let text): return .string(applied(to: text))
    case .array(let elements): return .array(elements.map(applied(to:)))
    case .object(let members):
      return .object(members.map { JSONValue.Member($0.name, applied(to: $0.value)) })
    case .null, .bool, .number: return value
    }
  }

  /// A text that is exactly a date, or exactly a date and time in ISO 8601, is moved; any other
  /// text is returned as it is.
  func applied(to text: String) -> String {
    // Few texts have a dash there; the others cost no allocation.
    guard text.utf8.count >= 10, text.utf8.dropFirst(4).first == UInt8(ascii: "-") else {
      return text
    }
    let bytes = Array(text.utf8)
    guard
      let date = CalendarDate(String(decoding: bytes[0..<10], as: UTF8.self)),
      bytes.count == 10 || Self.isTimeOfDay(bytes[10...])
    else { return text }
    return date.adding(days: days).description + String(decoding: bytes[10...], as: UTF8.self)
  }

  /// `T09:14`, `T09:14:03`, `T09:14:03.221Z`, `T09:14:03.221+0100`, ` 09:14:03`…
  private static func isTimeOfDay(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let separator = bytes.first, separator == UInt8(ascii: "T") || separator == 0x20,
      bytes.count >= 6
    else { return false }
    var shape = ""
    for byte in bytes.dropFirst() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): shape += "9"
      case UInt8(ascii: "+"), UInt8(ascii: "-"): shape += "+"
      case UInt8(ascii: ":"), UInt8(ascii: "."): shape.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "Z"), UInt8(ascii: "z"): shape += "Z"
      default: return false
      }
    }
    guard shape.hasPrefix("99:99") else { return false }
    shape.removeFirst(5)
    if shape.hasPrefix(":99") { shape.removeFirst(3) }
    if shape.hasPrefix(".9") {
      shape.removeFirst()
      shape = String(shape.drop { $0 == "9" })
    }
    return ["", "Z", "+99", "+9999", "+99:99"].contains(shape)
  }
}
