import DealModel

/// Scheme, host and port: what credentials are bound to.
public struct Origin: Hashable, Sendable, CustomStringConvertible {
  /// `https`, or `http` on loopback.
  public let scheme: String
  /// The host in lower case, IPv6 in brackets.
  public let host: String
  /// The port, also when it is the scheme's own.
  public let port: Int

  /// Whether the host is this machine.
  public var isLoopback: Bool { Loopback.includes(host) }

  public var description: String {
    let isUsual = port == (scheme == "https" ? 443 : 80)
    return isUsual ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
  }
}

/// The address below which all of a system's calls go: an origin and a path prefix.
public struct BaseURL: Hashable, Sendable, CustomStringConvertible {
  /// Where calls go.
  public let origin: Origin
  /// The path before every call's own, without a slash at the end; empty for none.
  public let prefix: String

  /// The address that text names.
  ///
  /// - Throws: ``BaseURLError`` for anything but an absolute `https` URL without user, query and
  ///   fragment; plain `http` only to loopback.
  public init(_ text: some StringProtocol) throws(BaseURLError) {
    guard let split = text.firstRange(of: "://") else {
      throw BaseURLError("begins neither with https:// nor with http://")
    }
    let scheme = text[..<split.lowerBound].lowercased()
    guard scheme == "https" || scheme == "http" else {
      throw BaseURLError("begins neither with https:// nor with http://")
    }
    let rest = text[split.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let path = rest[authority.endIndex...]
    guard !path.contains("?"), !path.contains("#") else {
      throw BaseURLError("has a query or a fragment, which a base address cannot have")
    }
    guard !authority.contains("@") else {
      throw BaseURLError("holds a user name; credentials belong into settings of their own")
    }
    let allowed = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
    guard allowed else { throw BaseURLError("holds a character that no address has") }
    origin = try Self.origin(scheme: scheme, authority: authority)
    guard scheme == "https" || origin.isLoopback else {
      throw BaseURLError("is plain http to another machine; use https://")
    }
    var prefix = String(path)
    while prefix.hasSuffix("/") { prefix.removeLast() }
    self.prefix = prefix
  }

  public var description: String { "\(origin)\(prefix)" }

  private static func origin(
    scheme: String, authority: some StringProtocol
  ) throws(BaseURLError) -> Origin {
    var host = authority.lowercased()
    var port = scheme == "https" ? 443 : 80
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
      let digits = host[host.index(after: colon)...]
      guard let number = UInt16(digits), number > 0 else {
        throw BaseURLError("has a port that is no number from 1 to 65535")
      }
      port = Int(number)
      host = String(host[..<colon])
    }
    guard !host.isEmpty else { throw BaseURLError("names no host") }
    return Origin(scheme: scheme, host: host, port: port)
  }

  /// Where a `Location` header points, seen from an absolute URL; `nil` when it cannot be read.
  static func resolve(_ location: String, from url: String) -> String? {
    guard !location.isEmpty, location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      let schemeEnd = url.firstRange(of: "://")
    else { return nil }
    if location.contains("://") { return location }
    let scheme = url[..<schemeEnd.lowerBound]
    if location.hasPrefix("//") { return "\(scheme):\(location)" }
    let rest = url[schemeEnd.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if location.hasPrefix("/") { return "\(scheme)://\(authority)\(location)" }
    let path = rest[authority.endIndex...].prefix { $0 != "?" && $0 != "#" }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
    return "\(scheme)://\(authority)\(folder)\(location)"
  }

  /// The absolute URL that an answer names, seen from the URL it came from; `nil` when it cannot be
  /// read. Whether it is to be trusted is for the caller to see.
  public static func resolved(_ address: String, from url: String) -> String? {
    if address.hasPrefix("?") { return url.prefix { $0 != "?" && $0 != "#" } + address }
    return resolve(address, from: url)
  }

  /// The origin of any absolute URL; `nil` when it has none that could be trusted.
  static func origin(of url: String) -> Origin? {
    let withoutQuery = url.prefix { $0 != "?" && $0 != "#" }
    return try? BaseURL(withoutQuery).origin
  }
}

/// Why a text cannot be a system's base address.
public struct BaseURLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with it, to follow the words "the address …".
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  public var description: String { reason }
}
