import Glibc

/// FreeTDS's own file of servers, the only place where it can be told to check certificates.
///
/// Source: FreeTDS user guide, "The freetds.conf file": the first file that can be read counts, and
/// a server's section adds to `[global]`.
enum FreeTDSFile {
  /// Whether connections to a server check its certificate.
  static func checksCertificates(of server: String?) -> Bool {
    guard let file = places.lazy.compactMap(text).first else { return false }
    return checksCertificates(of: server, in: file)
  }

  /// - Parameter text: The file.
  static func checksCertificates(of server: String?, in text: String) -> Bool {
    let sections = ["global", server?.lowercased()]
    var isRead = false
    var authority = ""
    var checksName = true
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.drop(while: \.isWhitespace)
      if line.hasPrefix("[") {
        isRead = sections.contains(line.dropFirst().prefix { $0 != "]" }.lowercased())
        continue
      }
      guard isRead, line.first != ";", line.first != "#", let equals = line.firstIndex(of: "=")
      else { continue }
      let key = line[..<equals].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let value = line[line.index(after: equals)...].split(whereSeparator: \.isWhitespace)
        .joined(separator: " ").lowercased()
      switch key.lowercased() {
      case "ca file": authority = value
      case "check certificate hostname": checksName = ["yes", "on", "true", "1"].contains(value)
      default: break
      }
    }
    return !authority.isEmpty && checksName
  }

  private static var places: [String] {
    func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    return [
      environment("FREETDSCONF"), environment("FREETDS"),
      environment("HOME").map { $0 + "/.freetds.conf" }, "/etc/freetds/freetds.conf",
    ].compactMap(\.self)
  }

  private static func text(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
