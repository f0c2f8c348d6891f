public import DealModel
import Glibc

/// Exports that finance writes as files, which clients read where they lie.
///
/// `files.json` lists them: `name`, `date_format` (made of `dd`, `MM` and `yyyy`: days so written are
/// moved like all dates) and `modified`, the time at which the export was written; one that is yet to
/// come today is taken from the day before. They lie in `{{scratch}}/<system>/`. General faults take
/// them away, because nobody asks a file; `mend` puts them back.
public actor ExportEmulator: Emulator {
  public static let kind = "csv"
  public static let orders: [ControlOrder.Name] = [.renameProperty]
  public static let isReadFromFile = true

  /// One file as it lies there.
  private struct Export {
    let path: String
    let original: [UInt8]
    let modifiedAt: Timestamp
  }

  private let path: String
  private let exports: [Export]

  /// Writes the files.
  ///
  /// - Throws: ``SandboxError`` naming the file that is missing or cannot be written.
  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    path = "\(environment.scratch.path)/\(environment.system)"
    mkdir(path, 0o700)
    let now = environment.time.now()
    var exports: [Export] = []
    for (number, record) in try folder.records("files").enumerated() {
      guard let name = record["name"]?.string, !name.isEmpty, !name.contains("/"),
        let time = record["modified"]?.string, var modifiedAt = Timestamp(time)
      else {
        throw SandboxError(
          "file \(number) needs `name` and `modified`, an ISO 8601 time", at: folder.file("files"))
      }
      guard
        let content = try folder.export(name, dates: record["date_format"]?.string ?? "yyyy-MM-dd")
      else { throw SandboxError("there is no such file", at: "\(folder.name)/\(name)") }
      while modifiedAt > now { modifiedAt = modifiedAt.adding(.seconds(-86_400)) }
      exports.append(Export(path: "\(path)/\(name)", original: content, modifiedAt: modifiedAt))
    }
    self.exports = exports
    for export in exports {
      unlink(export.path + Self.away)
      try Self.write(export.original, as: export)
    }
  }

  public func respond(to request: EmulatedRequest) -> EmulatedResponse {
    .json(
      .object(["error": .string("an export is no server: its files are in \(path)")]), status: 404)
  }

  public func failure(status: Int, for request: EmulatedRequest) -> EmulatedResponse {
    respond(to: request)
  }

  public func throttling(policy: String?, for request: EmulatedRequest) -> EmulatedResponse {
    respond(to: request)
  }

  public func befall(_ faults: [ControlOrder]) {
    let isGone = faults.contains { $0.name != .delay }
    for export in exports {
      let away = export.path + Self.away
      if isGone { rename(export.path, away) } else { rename(away, export.path) }
    }
  }

  /// Puts the files back as they were.
  public func mend() {
    for export in exports {
      unlink(export.path + Self.away)
      try? Self.write(export.original, as: export)
    }
  }

  public func obey(_ order: ControlOrder) throws -> JSONValue {
    guard case .renameProperty(let from, let to) = order.act else {
      throw SandboxError.notObeyed(order, orders: Self.orders)
    }
    var renamed: [JSONValue] = []
    for export in exports {
      guard let content = Self.renaming(from, to, in: export.original) else { continue }
      try Self.write(content, as: export)
      renamed.append(.string(export.path))
    }
    guard !renamed.isEmpty else { throw SandboxError("no export has a column `\(from)`") }
    return .object(["renamed": .string(to), "files": .array(renamed)])
  }

  // MARK: Files

  /// What the name of a file that was taken away ends with.
  private static let away = ".gone"

  /// The content with one cell of one line called otherwise: the first cell that is the name.
  private static func renaming(_ from: String, _ to: String, in content: [UInt8]) -> [UInt8]? {
    let name = Array(from.utf8)
    let edges = Array(",;\t|\"'\r\n".utf8)
    guard !name.isEmpty, content.count >= name.count else { return nil }
    for start in 0...(content.count - name.count) where content[start] == name[0] {
      let end = start + name.count
      guard Array(content[start..<end]) == name,
        start == 0 || edges.contains(content[start - 1]),
        end == content.count || edges.contains(content[end])
      else { continue }
      return Array(content[..<start]) + Array(to.utf8) + Array(content[end...])
    }
    return nil
  }

  private static func write(_ content: [UInt8], as export: Export) throws {
    guard let file = fopen(export.path, "wb") else {
      throw SandboxError("cannot be written", at: export.path)
    }
    let count = fwrite(content, 1, content.count, file)
    guard fclose(file) == 0, count == content.count else {
      throw SandboxError("cannot be written", at: export.path)
    }
    let milliseconds = export.modifiedAt.milliseconds
    let time = timespec(
      tv_sec: Int(milliseconds / 1_000), tv_nsec: Int(milliseconds % 1_000) * 1_000_000)
    guard utimensat(AT_FDCWD, export.path, [time, time], 0) == 0 else {
      throw SandboxError("its time cannot be set", at: export.path)
    }
  }
}
