import Glibc

/// FreeTDS's own files of servers, the only place where it can be told to check certificates.
///
/// Source: FreeTDS user guide, "The freetds.conf file", and `tds_read_conf_file` in `src/tds/config.c`:
/// file after file is read, each adding its `[global]` to what was found, until one has the section
/// of the server.
enum FreeTDSFile {
  /// Whether connections to the server of that section check its certificate.
  static func checksCertificates(of server: String) -> Bool {
    checksCertificates(
      of: server,
      in: places.compactMap(SmallFile.bytes).map { String(decoding: $0, as: UTF8.self) })
  }

  /// - Parameter files: In the order in which they are read.
  static func checksCertificates(of server: String, in files: [String]) -> Bool {
    var found = Found()
    for file in files {
      found.read("global", in: file)
      if found.read(server.lowercased(), in: file) { break }
    }
    return !found.authority.isEmpty && found.checksName
  }

  private struct Found {
    var authority = ""
    var checksName = true

    /// - Returns: Whether the section is there.
    @discardableResult
    mutating func read(_ section: String, in text: String) -> Bool {
      var (isThere, isRead) = (false, false)
      for line in text.split(whereSeparator: \.isNewline) {
        let line = line.prefix { $0 != ";" && $0 != "#" }.drop(while: \.isWhitespace)
        if line.hasPrefix("[") {
          isRead = line.dropFirst().prefix { $0 != "]" }.lowercased() == section
          isThere = isThere || isRead
          continue
        }
        guard isRead, let equals = line.firstIndex(of: "=") else { continue }
        take(Self.words(line[..<equals]), Self.words(line[line.index(after: equals)...]))
      }
      return isThere
    }

    private mutating func take(_ key: String, _ value: String) {
      switch (key, value) {
      case ("ca file", _): authority = value
      case ("check certificate hostname", "yes"), ("check certificate hostname", "on"),
        ("check certificate hostname", "true"), ("check certificate hostname", "1"):
        checksName = true
      case ("check certificate hostname", _): checksName = false
      default: break
      }
    }

    private static func words(_ text: Substring) -> String {
      text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }

  private static var places: [String] {
    func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    // FreeTDS asks the list of users, not the environment.
    let home = getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) }
    return [
      environment("FREETDSCONF"), environment("FREETDS").map { $0 + "/etc/freetds.conf" },
      home.map { $0 + "/.freetds.conf" }, home.map { $0 + "/.config/freetds.conf" },
      "/etc/freetds/freetds.conf",
    ].compactMap(\.self)
  }
}
