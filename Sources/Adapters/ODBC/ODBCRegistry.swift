import CODBC

/// What unixODBC has on file: data sources in `odbc.ini`, drivers in `odbcinst.ini`.
enum ODBCRegistry {
  /// The settings of a data source; none when there is no such.
  static func dataSource(_ name: String) -> [(key: String, value: String)] {
    list(name, nil, "odbc.ini").map { (key: $0, value: value(name, $0, "odbc.ini")) }
  }

  /// The library of a driver: itself when it is named by its path, empty when it is not installed.
  static func library(_ driver: String) -> String {
    if driver.hasPrefix("/") { return driver }
    // The first outweighs the second on 64 bits.
    let wide = value(driver, "Driver64", "odbcinst.ini")
    return wide.isEmpty ? value(driver, "Driver", "odbcinst.ini") : wide
  }

  private static func value(_ section: String, _ key: String, _ file: String) -> String {
    list(section, key, file).first ?? ""
  }

  /// A value, or without a key all keys of a section.
  private static func list(_ section: String, _ key: String?, _ file: String) -> [String] {
    var room = [CChar](repeating: 0, count: 16_384)
    let length = SQLGetPrivateProfileString(section, key, "", &room, Int32(room.count), file)
    guard length > 0 else { return [] }
    let bytes = room.prefix(Int(length)).map { UInt8(bitPattern: $0) }
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
