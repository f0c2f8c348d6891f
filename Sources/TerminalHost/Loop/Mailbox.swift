private import Glibc
public import Screens
private import Synchronization

/// Messages from any task to the drawing thread, which they wake.
public final class Mailbox: Sendable {
  private struct State {
    var messages: [Message] = []
    var wantsEnd = false
  }

  private let state = Mutex(State())
  /// The end that the drawing thread polls.
  let readEnd: Int32
  /// The end that a byte is written to; non-blocking, because a full pipe wakes as well.
  let writeEnd: Int32

  /// An empty mailbox.
  ///
  /// - Throws: ``TerminalError`` when the process may open no more files.
  public init() throws(TerminalError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw TerminalError(
        kind: .system, message: "No pipe could be opened: \(String(cString: strerror(errno))).")
    }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    Glibc.close(readEnd)
    Glibc.close(writeEnd)
  }

  /// Delivers a message; never waits.
  public func post(_ message: Message) { post([message]) }

  /// Delivers messages in order, to be drawn as one frame; never waits.
  public func post(_ messages: [Message]) {
    guard !messages.isEmpty else { return }
    let wasEmpty = state.withLock { state in
      defer { state.messages += messages }
      return state.messages.isEmpty
    }
    if wasEmpty { wake() }
  }

  /// Asks the loop to end, as if the user had quit.
  public func requestEnd() {
    state.withLock { $0.wantsEnd = true }
    wake()
  }

  /// Everything posted since the last call.
  func take() -> (messages: [Message], wantsEnd: Bool) {
    // The pipe first: a message posted in between leaves its byte behind and wakes once more.
    var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &bytes) { buffer in
      while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
    }
    return state.withLock { state in
      defer { state.messages = [] }
      return (state.messages, state.wantsEnd)
    }
  }

  private func wake() {
    var byte: UInt8 = 0
    _ = write(writeEnd, &byte, 1)
  }
}
