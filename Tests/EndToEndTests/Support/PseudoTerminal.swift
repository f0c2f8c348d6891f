import Glibc
import Testing

/// A terminal whose other end is in the test's hands.
final class PseudoTerminal: Sendable {
  /// The end a person would sit at.
  let person: Int32
  /// The path of the end a program runs on.
  let path: String

  init(columns: Int, rows: Int) throws {
    person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(person >= 0)
    // Linux: TIOCSPTLCK unlocks the other end, TIOCGPTN tells its number.
    var locked: Int32 = 0
    try #require(ioctl(person, 0x4004_5431, &locked) == 0)
    var number: Int32 = 0
    try #require(ioctl(person, 0x8004_5430, &number) == 0)
    path = "/dev/pts/\(number)"
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(person, UInt(TIOCSWINSZ), &size) == 0)
    _ = fcntl(person, F_SETFL, O_NONBLOCK)
  }

  /// Takes the terminal away. Nothing may be asked of it afterwards.
  func hangUp() { close(person) }

  /// What has been written since the last call.
  func pending() -> String { String(decoding: bytes(waitingAt: person), as: UTF8.self) }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(person, bytes, bytes.count)
  }

  /// Whether lines are edited and echoed, signals are made of keys, and line feeds completed.
  var isCooked: Bool {
    var modes = termios()
    guard tcgetattr(person, &modes) == 0 else { return false }
    let local = tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    return modes.c_lflag & local == local && modes.c_oflag & tcflag_t(OPOST) != 0
      && modes.c_iflag & tcflag_t(ICRNL) != 0
  }
}
