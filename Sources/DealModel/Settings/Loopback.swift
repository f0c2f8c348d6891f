/// The names by which a machine reaches itself.
public enum Loopback {
  /// Whether a host is this machine: `localhost`, `::1` (in brackets or not), or four numbers of which
  /// the first is 127. A name that merely begins so is another machine.
  public static func includes(_ host: some StringProtocol) -> Bool {
    if host.lowercased() == "localhost" || host == "::1" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { part in
        // A sign in front would be taken for part of the number.
        part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
          && UInt8(part) != nil
      }
  }
}
