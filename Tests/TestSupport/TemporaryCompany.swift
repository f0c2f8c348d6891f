public import DealModel
import Glibc

/// A company directory that lives as long as this value: for emulators under test.
public final class TemporaryCompany: Sendable {
  /// The absolute path of the directory.
  public let path: String

  /// Writes a company.
  ///
  /// - Parameters:
  ///   - yaml: `company.yaml`.
  ///   - texts: Other files by their path below the directory, such as secrets.
  ///   - documents: JSON files by their path below the directory, without the suffix.
  public init(
    yaml: String, texts: [String: String] = [:], documents: [String: JSONValue] = [:]
  ) throws {
    var template = Array("/tmp/plumbline-company-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw WriteFailure(path: "/tmp") }
    path = String(cString: made)
    try Self.write(yaml, to: "company.yaml", below: path)
    for (name, text) in texts { try Self.write(text, to: name, below: path) }
    for (name, document) in documents {
      try Self.write(document.text(), to: name + ".json", below: path)
    }
  }

  deinit { Self.erase(path) }

  private static func erase(_ path: String) {
    if let folder = opendir(path) {
      var names: [String] = []
      while let entry = readdir(folder) {
        // `d_name` is a C array that Swift sees as a tuple.
        names.append(
          withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
          })
      }
      closedir(folder)
      for name in names where name != "." && name != ".." { erase("\(path)/\(name)") }
    }
    remove(path)
  }

  private static func write(_ text: String, to name: String, below root: String) throws {
    let parts = name.split(separator: "/")
    var folder = root
    for part in parts.dropLast() {
      folder += "/\(part)"
      mkdir(folder, 0o700)
    }
    let path = "\(root)/\(name)"
    guard let file = fopen(path, "wb") else { throw WriteFailure(path: path) }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw WriteFailure(path: path) }
  }

  private struct WriteFailure: Error { let path: String }
}
