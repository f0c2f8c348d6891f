public import DealModel
import Yams

/// A company as its directory describes it: `company.yaml`, and a folder of records per system.
public struct Company: Sendable {
  /// One system of the company.
  public struct System: Sendable {
    /// The name: the folder's, and the first segment of its URLs.
    public let name: SystemName
    /// The kind of emulator.
    public let kind: String
    /// The credentials by key, the values themselves.
    public let credentials: [String: String]
    /// How far the vendor's limits are moved.
    public let limits: EmulatorLimits
  }

  /// What the company is called.
  public let name: String
  /// The day the files were written for; `nil` when dates are not to be shifted.
  public let asOf: CalendarDate?
  /// The systems in the order of the file.
  public let systems: [System]
  /// The absolute path of the directory.
  public var path: String { directory.path }

  let directory: CompanyDirectory
  let shift: DateShift
  /// Where emulators make the files that are read instead of asking them.
  let scratch = ScratchFolder()

  /// Reads `company.yaml` and the credentials it names.
  ///
  /// - Parameters:
  ///   - path: The company directory.
  ///   - today: The day that `as_of` is moved to; `nil` leaves every date where it is.
  ///   - kinds: The emulators there are.
  /// - Throws: ``SandboxError`` with file, line and column.
  public init(
    path: String, today: CalendarDate?, kinds: EmulatorKinds = .all
  ) throws(SandboxError) {
    let directory = try CompanyDirectory(path: path)
    guard let yaml = try directory.text(of: CompanyReader.file) else {
      throw SandboxError(
        "there is no company.yaml here; see SampleData/README.md for what it holds", at: path)
    }
    let reader = CompanyReader(directory: directory, kinds: kinds)
    (name, asOf, systems) = try reader.read(yaml)
    self.directory = directory
    let days = if let asOf, let today { asOf.days(until: today) } else { 0 }
    shift = DateShift(days: days)
  }

  /// The folder of one of its systems.
  func folder(of system: System) -> EmulatorFolder {
    EmulatorFolder(name: system.name.text, directory: directory, shift: shift)
  }
}

/// Reads `company.yaml`, with the line and column of whatever is wrong.
struct CompanyReader {
  static let file = "company.yaml"
  let directory: CompanyDirectory
  let kinds: EmulatorKinds

  func read(
    _ yaml: String
  ) throws(SandboxError) -> (name: String, asOf: CalendarDate?, systems: [Company.System]) {
    let root = try compose(yaml)
    let members = try mapping(root, of: "the company", keys: ["company", "as_of", "systems"])
    guard let name = members["company"] else {
      throw failure("`company` is missing: the name of the company", at: root)
    }
    guard let systems = members["systems"] else {
      throw failure("`systems` is missing: a folder and a kind for each system", at: root)
    }
    return (
      try text(name, of: "company"), try members["as_of"].map(date), try readSystems(systems)
    )
  }

  private func compose(_ yaml: String) throws(SandboxError) -> Node {
    do {
      guard let root = try Yams.compose(yaml: yaml) else {
        throw SandboxError("is empty", at: Self.file)
      }
      return root
    } catch let error as SandboxError {
      throw error
    } catch let error as YamlError {
      throw Self.failure(error)
    } catch {
      throw SandboxError("is no YAML", at: Self.file)
    }
  }

  private static func failure(_ error: YamlError) -> SandboxError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return SandboxError("is no YAML: \(problem)", at: "\(file):\(mark.line):\(mark.column)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let place = "\(file):\(context.mark.line):\(context.mark.column)"
      let keys = duplicates.map { "`\($0)`" }.joined(separator: ", ")
      return SandboxError("\(keys) stands here twice; keep one", at: place)
    default:
      return SandboxError("is no YAML", at: file)
    }
  }

  private func readSystems(_ node: Node) throws(SandboxError) -> [Company.System] {
    guard case .mapping(let mapping) = node, !mapping.isEmpty else {
      throw failure("`systems` must map the name of each system to its kind", at: node)
    }
    var systems: [Company.System] = []
    for (key, value) in mapping {
      let name = try text(key, of: "the name of a system")
      guard Self.isSafe(name), name != "control" else {
        throw failure(
          "`\(name)` cannot be a system's name: use letters, digits, `_` and `-`; `control` is taken",
          at: key)
      }
      systems.append(try readSystem(SystemName(name), value))
    }
    return systems
  }

  private func readSystem(
    _ name: SystemName, _ node: Node
  ) throws(SandboxError) -> Company.System {
    let members = try mapping(node, of: "`\(name)`", keys: ["kind", "credentials", "limits"])
    guard let kindNode = members["kind"] else {
      throw failure("`kind` of `\(name)` is missing; there are \(listed(kinds.names))", at: node)
    }
    let kind = try text(kindNode, of: "kind")
    guard kinds.names.contains(kind) else {
      throw failure(
        "there is no emulator of kind `\(kind)`\(suggestion(kind, kinds.names))", at: kindNode)
    }
    return Company.System(
      name: name, kind: kind, credentials: try readCredentials(members["credentials"], of: name),
      limits: try readLimits(members["limits"], of: name))
  }

  private func readCredentials(
    _ node: Node?, of system: SystemName
  ) throws(SandboxError) -> [String: String] {
    guard let node else { return [:] }
    guard case .mapping(let mapping) = node else {
      throw failure("`credentials` of `\(system)` must map keys to files", at: node)
    }
    var credentials: [String: String] = [:]
    for (key, value) in mapping {
      let name = try text(key, of: "the key of a credential")
      let file = try text(value, of: name)
      do throws(SandboxError) {
        guard let content = try directory.text(of: file) else {
          throw SandboxError("there is no file `\(file)`", at: file)
        }
        credentials[name] = Self.credential(in: content)
      } catch {
        throw failure("`\(name)` of `\(system)`: `\(file)`: \(error.message)", at: value)
      }
    }
    return credentials
  }

  private func readLimits(
    _ node: Node?, of system: SystemName
  ) throws(SandboxError) -> EmulatorLimits {
    guard let node else { return EmulatorLimits() }
    if node.string == "none" { return EmulatorLimits(areLifted: true) }
    guard case .mapping(let mapping) = node else {
      throw failure(
        "`limits` of `\(system)` must be `none`, or map the name of a limit to a number or `none`",
        at: node)
    }
    var limits = EmulatorLimits()
    for (key, value) in mapping {
      let name = try text(key, of: "the name of a limit")
      if value.string == "none" {
        limits.values[name] = .some(nil)
      } else if let text = value.string, let number = Int(text), number > 0 {
        limits.values[name] = number
      } else {
        throw failure("the limit `\(name)` must be a whole number above 0, or `none`", at: value)
      }
    }
    return limits
  }

  /// The first line; a PEM document whole.
  private static func credential(in content: String) -> String {
    if content.hasPrefix("-----BEGIN") { return content }
    return String(content.prefix { !$0.isNewline }.trimmingSuffix { $0 == " " || $0 == "\t" })
  }

  private static func isSafe(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return byte < 0x80
          && (character.isLetter || character.isNumber || character == "_" || character == "-")
      }
  }

  private func mapping(
    _ node: Node, of whole: String, keys: [String]
  ) throws(SandboxError) -> [String: Node] {
    guard case .mapping(let mapping) = node else {
      throw failure("\(whole) must be a mapping with \(listed(keys))", at: node)
    }
    var members: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      guard keys.contains(name) else {
        throw failure("unknown key `\(name)` in \(whole)\(suggestion(name, keys))", at: key)
      }
      members[name] = value
    }
    return members
  }

  private func text(_ node: Node, of whole: String) throws(SandboxError) -> String {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      throw failure("\(whole) must be a text", at: node)
    }
    return scalar.string
  }

  private func date(_ node: Node) throws(SandboxError) -> CalendarDate {
    guard case .scalar(let scalar) = node, let date = CalendarDate(scalar.string) else {
      throw failure("`as_of` must be a date that exists, such as 2026-11-20", at: node)
    }
    return date
  }

  private func failure(_ message: String, at node: Node) -> SandboxError {
    let place = node.mark.map { ":\($0.line):\($0.column)" } ?? ""
    return SandboxError(message, at: Self.file + place)
  }
}

/// `a, b and c`.
func listed(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.joined() }
  return names.dropLast().joined(separator: ", ") + " and " + last
}

/// `; did you mean …`, or what there is when nothing is near.
func suggestion(_ name: String, _ names: [String]) -> String {
  let near = names.min { distance($0, name) < distance($1, name) }
  if let near, distance(near, name) <= max(1, near.count / 3) { return "; did you mean `\(near)`?" }
  return "; there are \(listed(names))"
}

/// How many letters must be changed, added, dropped or swapped with their neighbour to make one word
/// the other.
private func distance(_ left: String, _ right: String) -> Int {
  let from = Array(left)
  let to = Array(right)
  var before: [Int] = []
  var row = Array(0...to.count)
  for index in from.indices {
    var next = [index + 1]
    for column in to.indices {
      let substituted = row[column] + (from[index] == to[column] ? 0 : 1)
      var best = min(substituted, row[column + 1] + 1, next[column] + 1)
      if index > 0, column > 0, from[index] == to[column - 1], from[index - 1] == to[column] {
        best = min(best, before[column - 1] + 1)
      }
      next.append(best)
    }
    (before, row) = (row, next)
  }
  return row[to.count]
}

extension Substring {
  fileprivate func trimmingSuffix(while drops: (Character) -> Bool) -> Substring {
    var end = endIndex
    while end > startIndex, drops(self[index(before: end)]) { end = index(before: end) }
    return self[..<end]
  }
}
