import DealModel

/// Why a command cannot give an answer: a sentence on stderr, an object on stdout with `--json`.
struct CommandFailure: Error, Hashable {
  /// Wrong usage or a wrong configuration.
  static let usageCode: Int32 = 2
  /// A source could not be asked.
  static let incompleteCode: Int32 = 3

  /// One fault; a configuration may have many.
  struct Fault: Hashable {
    var message: String
    /// `file:line:column`.
    var at: String?
  }

  /// A word for programs.
  var kind: String
  /// What is wrong and how to mend it, at least one.
  var faults: [Fault]
  var system: SystemName?
  var exitCode: Int32

  init(_ kind: String, _ faults: [Fault], system: SystemName? = nil, exitCode: Int32) {
    self.kind = kind
    self.faults = faults
    self.system = system
    self.exitCode = exitCode
  }

  static func usage(_ message: String) -> CommandFailure {
    CommandFailure("usage", [Fault(message: message)], exitCode: usageCode)
  }

  static func configuration(_ message: String, at place: String? = nil) -> CommandFailure {
    CommandFailure("configuration", [Fault(message: message, at: place)], exitCode: usageCode)
  }

  /// A system that could not be asked at all.
  init(_ error: SystemError) {
    self.init(
      error.kind.word, [Fault(message: error.message)], system: error.system,
      exitCode: Self.incompleteCode)
  }

  /// The object for stdout: the first fault by itself, all of them when there are more.
  var json: JSONValue {
    let first = faults.first ?? Fault(message: kind)
    var members: [JSONValue.Member] = [
      .init("kind", .string(kind)), .init("message", .string(first.message)),
    ]
    if let system { members.append(.init("system", .string(system.text))) }
    if let at = first.at { members.append(.init("at", .string(at))) }
    var root: [JSONValue.Member] = [.init("error", .object(members))]
    if faults.count > 1 {
      let all = faults.map { fault -> JSONValue in
        var members: [JSONValue.Member] = [.init("message", .string(fault.message))]
        if let at = fault.at { members.append(.init("at", .string(at))) }
        return .object(members)
      }
      root.append(.init("errors", .array(all)))
    }
    return .object(root)
  }

  /// The sentences for stderr, a line each.
  var words: String {
    faults.map { fault in
      let place = fault.at.map { $0 + ": " } ?? "plumbline: "
      return place + VisibleText(fault.message).text
    }.joined(separator: "\n") + "\n"
  }
}
