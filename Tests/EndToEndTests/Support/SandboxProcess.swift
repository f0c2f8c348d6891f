import DealModel
import Glibc
import Testing

/// `plumbline sandbox` as a process of its own, and the orders one gives it over its control API.
final class SandboxProcess: Sendable {
  /// `http://127.0.0.1:PORT`.
  let origin: String
  /// The configuration that points at it, as edited.
  let configuration: String
  private let folder: ScratchFolder
  private let process: Child
  /// Where it listens on the loopback interface.
  let port: UInt16

  /// Serves a company folder.
  ///
  /// - Parameter edit: Changes the text of the ready configuration.
  init(
    _ company: String, folder: ScratchFolder,
    configuration edit: @Sendable (String) throws -> String = { $0 }
  ) async throws {
    self.folder = folder
    let ready = "\(folder.path)/ready.yaml"
    let output = try Pipe()
    process = try Child(
      [
        Binary.path(), "sandbox", "--data", Binary.company(company), "--write-config", ready,
      ], environment: Binary.environment(home: folder.path), output: output.writing)
    output.stopWriting()
    var said: [UInt8] = []
    let process = process
    let lines = try await soon(within: .seconds(30)) { () -> [Substring]? in
      said += output.pending()
      if let ending = process.ending { throw Missing(what: "the sandbox: \(ending)") }
      let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
      return lines.count >= 2 ? lines : nil
    }
    origin = String(try #require(lines?.first, "The sandbox never named its origin."))
    #expect(lines?[1] == "plumbline --config \(ready)")
    port = try #require(origin.split(separator: ":").last.flatMap { UInt16($0) })
    configuration = try folder.write(edit(ScratchFolder.read(ready)), to: "plumbline.yaml")
  }

  /// Gives an order to a system's emulator; the order is in force when this returns.
  ///
  /// - Returns: What the emulator answered.
  @discardableResult
  func tell(_ system: String, _ order: JSONValue) throws -> JSONValue {
    let body = order.text()
    let answer = try exchange(
      "POST /control/\(system) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    return try document(answer, of: order.text())
  }

  /// How many requests a system was sent, and how many of them hang.
  func requests(of system: String) throws -> (sent: Int, hanging: Int) {
    let answer = try exchange(
      "GET /control/\(system) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    let told = try document(answer, of: system)
    return (
      try #require(told["requests"]?.integer), try #require(told["hanging"]?.integer)
    )
  }

  private func document(_ answer: String, of question: String) throws -> JSONValue {
    try #require(answer.hasPrefix("HTTP/1.1 2"), "\(question): \(answer)")
    let start = answer.firstRange(of: "\r\n\r\n")?.upperBound ?? answer.endIndex
    let content = answer[start...]
    // Chunked or not, the document stands between its braces.
    guard let first = content.firstIndex(of: "{"), let last = content.lastIndex(of: "}") else {
      return nil
    }
    return try JSONValue(parsing: Array(content[first...last].utf8))
  }

  /// One request and the whole answer over a connection of its own.
  private func exchange(_ request: String) throws -> String {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(connection >= 0)
    defer { close(connection) }
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(
      connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(connected == 0, "\(origin): \(String(cString: strerror(errno)))")
    let bytes = Array(request.utf8)
    try #require(write(connection, bytes, bytes.count) == bytes.count)
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
  }
}
