import CMemory
import Glibc

/// What only starting, or a moment of work, needs is given back once it is over.
///
/// A static program touches most of its code while it starts: the runtime looks through every type
/// for its protocols, TLS and HTTP set themselves up. A dashboard that is open all day needs a small
/// part of that again, and takes it from the page cache when it does.
enum StartupMemory {
  /// Returns free memory and code pages to the system. Nothing is lost: code that cannot be written
  /// is an unchanged copy of the program file.
  static func giveBack() {
    cmemory_trim()
    guard let maps = fopen("/proc/self/maps", "r") else { return }
    defer { fclose(maps) }
    var line = [CChar](repeating: 0, count: 1_024)
    while fgets(&line, Int32(line.count), maps) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard let code = codeRange(inMapping: text) else { continue }
      madvise(UnsafeMutableRawPointer(bitPattern: code.lowerBound), code.count, MADV_DONTNEED)
    }
  }

  /// The addresses of a line of `/proc/self/maps` that maps code of a file, read-only.
  private static func codeRange(inMapping line: String) -> Range<UInt>? {
    // 562d1e677000-562d1e6ab000 r-xp 00000000 fe:00 1234    /usr/bin/program
    let fields = line.split(separator: " ", omittingEmptySubsequences: true)
    guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { return nil }
    let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
    guard ends.count == 2, ends[0] < ends[1] else { return nil }
    return ends[0]..<ends[1]
  }
}
