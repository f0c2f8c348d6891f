import DealModel
import Testing

/// Runs the program's commands, as a script would.
struct Plumbline {
  let folder: ScratchFolder
  var environment: [String: String]

  init(_ more: [String: String] = [:]) throws {
    folder = try ScratchFolder()
    environment = Binary.environment(home: folder.path, more)
  }

  func run(_ arguments: String...) async throws -> Child.Result {
    try await Child.run([Binary.path()] + arguments, environment: environment)
  }
}

extension Child.Result {
  /// What was printed, as JSON.
  func json(_ comment: Comment? = nil) throws -> JSONValue {
    let bytes = Array(output.utf8)
    return try #require(try? JSONValue(parsing: bytes), "\(output.prefix(2_000)) \(errors)")
  }
}

extension JSONValue {
  /// The keys of an object in their order.
  var keys: [String] { members?.map(\.name) ?? [] }
}
