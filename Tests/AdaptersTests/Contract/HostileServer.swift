import Foundation
import Glibc

/// A server on the loopback interface that breaks HTTP's promises, and any other protocol's, in one way,
/// for as long as this value lives.
final class HostileServer: Sendable {
  /// What it does with every request.
  enum Manner: String, CaseIterable, Sendable {
    case drips = "sends a byte now and then, for ever"
    case neverEnds = "sends an answer without an end"
    case promisesMore = "promises a longer answer than it sends"
    case promisesLess = "promises a shorter answer than it sends"
    case bomb = "sends forty megabytes of noughts as a quarter of a megabyte of gzip"
    case headers = "sends headers without an end"
    case silent = "takes the request and says nothing"
    case noise = "answers in no language"
    case rude = "speaks in no language before it was asked"

    /// Whether nothing but a deadline ends it.
    var isEndless: Bool { self == .drips || self == .silent }
  }

  let port: UInt16
  private let socket: Int32

  init(_ manner: Manner) throws {
    let listening = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard listening >= 0 else { throw Failure(what: "socket") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, size) == 0 && listen(listening, 16) == 0
          && getsockname(listening, $0, &size) == 0
      }
    }
    guard isBound else {
      close(listening)
      throw Failure(what: "bind")
    }
    socket = listening
    port = UInt16(bigEndian: address.sin_port)
    // A thread for the listener and one for each connection: they block.
    Thread.detachNewThread {
      while true {
        let connection = accept(listening, nil, nil)
        guard connection >= 0 else { break }
        Thread.detachNewThread {
          Self.serve(connection, manner)
          close(connection)
        }
      }
      close(listening)
    }
  }

  /// The thread closes the socket once it is woken, so that its number is not given to another.
  deinit { shutdown(socket, Int32(SHUT_RDWR)) }

  struct Failure: Error { let what: String }

  private static func serve(_ connection: Int32, _ manner: Manner) {
    if manner == .rude { _ = send("\u{1}\u{2}\u{3} is no greeting at all\r\n\r\n", connection) }
    guard readRequest(connection) else { return }
    // Closing with something unread would reset the connection, and take the answer with it.
    defer {
      shutdown(connection, Int32(SHUT_WR))
      while readRequest(connection) {}
    }
    let ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    switch manner {
    case .drips:
      guard send("\(ok)\r\n{", connection) else { return }
      while send(" ", connection) { usleep(20_000) }
    case .neverEnds:
      let block = String(repeating: " ", count: 1 << 16)
      guard send("\(ok)\r\n{", connection) else { return }
      while send(block, connection) {}
    case .promisesMore: _ = send("\(ok)Content-Length: 4096\r\n\r\n{\"value\":[]}", connection)
    case .promisesLess:
      _ = send(
        "\(ok)Content-Length: 5\r\nConnection: close\r\n\r\n{\"value\":[]}", connection)
    case .bomb:
      let bytes = gzipBomb
      let head = "\(ok)Content-Encoding: gzip\r\nContent-Length: \(bytes.count)\r\n\r\n"
      _ = send(Array(head.utf8) + bytes, connection)
    case .headers:
      guard send(ok, connection) else { return }
      let block = "X-More: \(String(repeating: "a", count: 4_000))\r\n"
      while send(block, connection) {}
    case .silent: while readRequest(connection) {}
    case .rude: break
    case .noise: _ = send("\u{1}\u{2}\u{3} is no HTTP at all\r\n\r\n", connection)
    }
  }

  /// A stream of gzip (RFC 1951 and 1952): one nought, and repetitions of it without an end. With the
  /// fixed codes each is 13 bits for 258 bytes, so that the stream repeats itself every 13 bytes.
  private static let gzipBomb: [UInt8] = {
    var stream: [UInt8] = []
    var filled = 0
    func append(_ bits: String) {
      for bit in bits {
        if filled % 8 == 0 { stream.append(0) }
        if bit == "1" { stream[stream.count - 1] |= 1 << UInt8(filled % 8) }
        filled += 1
      }
    }
    // The last block, with the fixed codes; then the literal 0.
    append("110" + "00110000")
    for _ in 0..<16 { append("11000101" + "00000") }
    let period = stream[3..<16]
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + stream[..<3]
    for _ in 0..<20_000 { bytes += period }
    return bytes
  }()

  /// Whether a request came, its body included, before the connection ended.
  private static func readRequest(_ connection: Int32) -> Bool {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
      guard read(connection, &byte, 1) == 1 else { return false }
      head.append(byte)
    }
    let lines = String(decoding: head, as: UTF8.self).lowercased().split(separator: "\r\n")
    let length = lines.first { $0.hasPrefix("content-length:") }
      .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) }
    for _ in 0..<(length ?? 0) {
      guard read(connection, &byte, 1) == 1 else { return false }
    }
    return true
  }

  private static func send(_ text: String, _ connection: Int32) -> Bool {
    send(Array(text.utf8), connection)
  }

  private static func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return false }
      rest = rest.dropFirst(sent)
    }
    return true
  }
}
