import Glibc
import Testing

/// The program under test, and the sample companies of its source tree.
enum Binary {
  /// The program: the one built beside the tests, unless `PLUMBLINE_BINARY` names another.
  static func path() throws -> String {
    let named = getenv("PLUMBLINE_BINARY").map { String(cString: $0) }
    let path = try named ?? folder() + "/plumbline"
    try #require(access(path, X_OK) == 0, "\(path) is not there: build the whole package")
    return path
  }

  /// A company folder below `SampleData`; a path stays what it is.
  static func company(_ name: String) throws -> String {
    if name.hasPrefix("/") { return name }
    var folder = try folder()
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      let candidate = "\(folder)/SampleData/\(name)"
      if access("\(candidate)/company.yaml", R_OK) == 0 { return candidate }
    }
    throw Missing(what: "SampleData/\(name) above the tests")
  }

  /// Where the tests' own executable stands: `.build/debug` or the like.
  private static func folder() throws -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    let path = String(
      decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let slash = path.lastIndex(of: "/") else { throw Missing(what: "/proc/self/exe") }
    return String(path[..<slash])
  }

  /// The environment of everything that is started: nothing of the machine's own settings but PATH.
  static func environment(
    home: String, _ more: [String: String] = [:]
  ) -> [String: String] {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    let own = [
      "PATH": path, "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", "TZ": "UTC",
      "TERM": "xterm-256color",
    ]
    return own.merging(more) { _, given in given }
  }
}

/// Something that the tests cannot do without.
struct Missing: Error, CustomStringConvertible {
  let what: String
  var description: String { "Missing: \(what)" }
}
