import Glibc
import Testing

/// A terminal whose other end is in the test's hands.
final class PseudoTerminal: Sendable {
  /// The end a person would sit at.
  let person: Int32
  /// The end a program runs on.
  let program: Int32

  init(columns: Int, rows: Int) throws {
    person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(person >= 0)
    // Linux: TIOCSPTLCK unlocks the other end, TIOCGPTN tells its number.
    var locked: Int32 = 0
    try #require(ioctl(person, 0x4004_5431, &locked) == 0)
    var number: Int32 = 0
    try #require(ioctl(person, 0x8004_5430, &number) == 0)
    program = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(program >= 0)
    resize(columns: columns, rows: rows)
  }

  deinit { close(program) }

  /// Sets the size; the process is not told.
  func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(person, UInt(TIOCSWINSZ), &size)
  }

  /// Takes the terminal away.
  func hangUp() { close(person) }

  /// Types bytes.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(person, bytes, bytes.count)
  }

  /// What the program wrote, until that text is in it or nothing has come for that long.
  func read(until text: String, patience: Int32 = 3_000) -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      var descriptor = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, patience) > 0 else { break }
      let count = Glibc.read(person, &buffer, buffer.count)
      guard count > 0 else { break }
      all += buffer[0..<count]
      if !text.isEmpty, String(decoding: all, as: UTF8.self).contains(text) { break }
    }
    return String(decoding: all, as: UTF8.self)
  }

  /// Everything the program writes until it has been silent for that many milliseconds.
  func readAll(silence: Int32 = 50) -> String { read(until: "", patience: silence) }

  /// The modes of the terminal.
  var modes: termios {
    var modes = termios()
    tcgetattr(program, &modes)
    return modes
  }
}
