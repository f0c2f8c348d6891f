import DealModel
import Foundation
import Sandbox
import Testing

/// A company directory that lives as long as the value that stands for it.
final class TemporaryCompany: Sendable {
  let path: String

  /// - Parameter files: Content by path below the directory.
  init(_ files: [String: String]) throws {
    path = NSTemporaryDirectory() + "company-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, content) in files { try write(content, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ content: String, to name: String) throws {
    let file = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content.utf8).write(to: file)
  }
}

/// The message of the sandbox error that an expression throws; `nil` when it throws none.
func sandboxError(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return (error as? SandboxError)?.description ?? "another error: \(error)"
  }
}

extension SandboxCompany.Outcome {
  /// The answer; fails the test when there is none.
  func response(_ location: SourceLocation = #_sourceLocation) throws -> EmulatedResponse {
    guard case .answered(let response) = self else {
      Issue.record("the request was not answered", sourceLocation: location)
      throw CancellationError()
    }
    return response
  }
}

/// An emulator that says what it was asked.
struct EchoEmulator: Emulator {
  static let kind = "echo"
  static let orders: [ControlOrder.Name] = [.renameProperty]
  let name: String
  let records: [JSONValue]

  init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    name = environment.system.text
    records = try folder.records("records")
  }

  func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    .json(
      .object([
        "system": .string(name), "method": .string(request.method), "path": .string(request.path),
        "url": .string(request.url), "records": .array(records),
        "body": .string(String(decoding: request.body, as: UTF8.self)),
      ]))
  }

  func obey(_ order: ControlOrder) async throws -> JSONValue {
    guard case .renameProperty(let old, let new) = order.act else {
      throw SandboxError.notObeyed(order, orders: Self.orders)
    }
    return .object([.init(old, .string(new))])
  }

  func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    .text("own failure", status: status)
  }

  func throttling(policy: String?, for request: EmulatedRequest) async -> EmulatedResponse {
    .text(policy ?? "usual", status: 429)
  }
}

/// A company of two echoing systems.
func echoCompany() throws -> TemporaryCompany {
  try TemporaryCompany([
    "company.yaml": """
    company: Echo
    as_of: 2026-11-20
    systems:
      crm: {kind: echo}
      erp: {kind: echo}
    """,
    "crm/records.json": #"[{"id":"1","date":"2026-11-20"}]"#,
  ])
}
