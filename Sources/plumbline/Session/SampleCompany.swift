import DealModel
import Glibc
import Sandbox

/// The sample company that `--demo` and `demo` serve.
enum SampleCompany {
  /// The folder of the sample company: beside the sources the program was built from, below the
  /// current directory, or where an installation keeps it.
  ///
  /// - Throws: ``CommandFailure`` naming the places that were looked at.
  static func directory() throws(CommandFailure) -> String {
    let candidates = [executableDirectory, currentDirectory].compactMap(\.self).flatMap(ancestors)
    let places =
      candidates.map { $0 + "/SampleData/brightwater" }
      + candidates.map { $0 + "/share/plumbline/brightwater" }
    if let found = places.first(where: { access($0 + "/company.yaml", R_OK) == 0 }) { return found }
    throw .configuration(
      "The sample company was not found. Run plumbline below its source tree, or serve a company"
        + " folder with `plumbline sandbox --data DIR`.")
  }

  private static var executableDirectory: String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    guard count > 0 else { return nil }
    let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) }
  }

  private static var currentDirectory: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  /// The path and its parents, the nearest first, without the root.
  private static func ancestors(_ path: String) -> [String] {
    var found: [String] = []
    var rest = path[...]
    while !rest.isEmpty {
      found.append(String(rest))
      guard let slash = rest.lastIndex(of: "/") else { break }
      rest = rest[..<slash]
    }
    return found
  }
}
