import Glibc
import Testing

/// One request to a port of this machine, over a connection of its own.
enum LoopbackHTTP {
  /// What came back.
  struct Answer: Sendable {
    let status: Int
    let head: String
    let body: String
  }

  static func ask(
    _ method: String, _ path: String, port: UInt16, headers: [String] = [], body: String = ""
  ) throws -> Answer {
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
    try #require(connected == 0, "port \(port): \(String(cString: strerror(errno)))")
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"] + headers
      + ["Content-Length: \(body.utf8.count)", "", body]
    let bytes = Array(lines.joined(separator: "\r\n").utf8)
    // A server may answer, and close, before everything was sent.
    _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    let text = String(decoding: answer, as: UTF8.self)
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let head = String(try #require(parts.first))
    let status = try #require(head.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    return Answer(status: status, head: head, body: parts.count > 1 ? String(parts[1]) : "")
  }
}
