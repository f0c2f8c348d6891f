/// What `watch` does besides watching.
public struct WatchSettings: Hashable, Sendable {
  /// The program to run when a system or flow comes into another state, and its arguments; empty
  /// for none. No shell is involved.
  public var onChange: [String]
  /// How long that program may take.
  public var onChangeDeadline: Duration
  /// Where metrics are served and heartbeats received; `nil` for the default.
  public var address: ListeningAddress?
  /// The flows that report in, in the order of the file; their names are unique.
  public var heartbeats: [Heartbeat]

  /// What `watch` does besides watching.
  public init(
    onChange: [String] = [], onChangeDeadline: Duration = .seconds(30),
    address: ListeningAddress? = nil, heartbeats: [Heartbeat] = []
  ) {
    self.onChange = onChange
    self.onChangeDeadline = onChangeDeadline
    self.address = address
    self.heartbeats = heartbeats
  }

  /// A flow that reports in by itself, such as a Zapier zap or a cron job: its silence is the alarm.
  public struct Heartbeat: Hashable, Sendable {
    /// Its name, the last part of the path it posts to.
    public var flow: String
    /// Where the token is kept that it must present.
    public var token: SecretSource
    /// How often it should report.
    public var expectEvery: Duration
    /// How much later it may be before it counts as silent.
    public var grace: Duration

    /// A flow that reports in by itself.
    public init(flow: String, token: SecretSource, expectEvery: Duration, grace: Duration) {
      self.flow = flow
      self.token = token
      self.expectEvery = expectEvery
      self.grace = grace
    }
  }
}

/// An address to listen at: `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`, `0.0.0.0:9464`.
public struct ListeningAddress: Hashable, Sendable, CustomStringConvertible {
  /// The host, without brackets.
  public var host: String
  /// The port; 0 takes any that is free.
  public var port: Int

  /// The metrics of OpenTelemetry's Prometheus exporter are at this port by convention.
  public static let standard = ListeningAddress(host: "127.0.0.1", port: 9_464)

  /// An address to listen at.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// An address as written: `HOST:PORT`, or a port alone for the loopback interface.
  ///
  /// - Returns: `nil` for any other shape. No name is looked up.
  public init?(_ text: String) {
    if let port = Self.port(text[...]) {
      self.init(host: "127.0.0.1", port: port)
      return
    }
    guard let colon = text.lastIndex(of: ":"),
      let port = Self.port(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("[") {
      guard host.hasSuffix("]") else { return nil }
      host = host.dropFirst().dropLast()
      guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
        return nil
      }
    } else {
      guard !host.isEmpty, host.utf8.allSatisfy(Self.isOfHostName) else { return nil }
    }
    self.init(host: String(host), port: port)
  }

  /// Whether only this machine reaches it.
  public var isLoopback: Bool { Loopback.includes(host) }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  private static func port(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.count <= 5, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    return UInt16(text).map(Int.init)
  }

  private static func isOfHostName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
