import DealModel
import Glibc

/// Where exports of one kind of record lie: a file, a directory, or a pattern such as `inv-*.csv`.
struct CSVPlace: Hashable, Sendable {
  let path: String

  /// A file that may be the export, newest first.
  struct Candidate: Hashable, Sendable {
    var path: String
    var stamp: CSVFile.Stamp
  }

  private static let suffixes = [".csv", ".tsv", ".txt"]

  /// The files there now, the newest first; of two equally new the one later by name.
  ///
  /// In a directory only names that end in .csv, .tsv or .txt count, and none that begins with a dot:
  /// uploads bear other names until they are whole.
  func candidates() throws -> [Candidate] {
    var paths: [String] = []
    var status = stat()
    if stat(path, &status) == 0 {
      paths = status.st_mode & S_IFMT == S_IFDIR ? try Self.exports(in: path) : [path]
    } else if errno == EACCES {
      throw CSVFileFault.cannotOpen(path, code: EACCES)
    } else if path.contains(where: { "*?[".contains($0) }) {
      paths = matches()
    }
    let found = paths.compactMap { path in
      CSVFile.stamp(of: path).map { Candidate(path: path, stamp: $0) }
    }
    if found.isEmpty, let path = paths.first { throw CSVFileFault.noFile(path) }
    if found.isEmpty { throw CSVFileFault.nothingThere }
    return found.sorted {
      ($0.stamp.modified, $0.path) > ($1.stamp.modified, $1.path)
    }
  }

  private static func exports(in folder: String) throws -> [String] {
    guard let directory = opendir(folder) else {
      throw CSVFileFault.cannotOpen(folder, code: errno)
    }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      // `d_name` is a C array that Swift sees as a tuple.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      let lower = name.lowercased()
      guard !name.hasPrefix("."), suffixes.contains(where: lower.hasSuffix) else { continue }
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      // A directory of such a name is no export.
      if CSVFile.stamp(of: path) != nil { paths.append(path) }
    }
    return paths
  }

  private func matches() -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(path, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].map { String(cString: $0) }
    }
  }
}
