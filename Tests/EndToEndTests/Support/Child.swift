import Glibc
import Synchronization
import Testing

/// Held while a process is started and while a pipe is made: no process may inherit another's pipe,
/// or nobody would ever see its end.
private let starting = Mutex(())

/// A process that is ended, if it has not ended itself, when this value goes.
final class Child: Sendable {
  /// How a process came to its end.
  enum Ending: Hashable, Sendable {
    case exited(Int32)
    case killed(by: Int32)
  }

  let pid: pid_t
  private let known = Mutex<Ending?>(nil)

  /// Starts a program with every signal in its default state.
  ///
  /// - Parameters:
  ///   - command: The path, or a name to look for in PATH, and the arguments.
  ///   - output: Where stdout goes; `nil` for nowhere.
  ///   - terminal: The path of a terminal that becomes the controlling one, and all three streams.
  init(
    _ command: [String], environment: [String: String], output: Int32? = nil,
    errors: Int32? = nil, terminal: String? = nil
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let terminal {
      // The first terminal that a session leader opens becomes its own.
      posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      for (stream, target) in [(Int32(1), output), (2, errors)] {
        if let target {
          posix_spawn_file_actions_adddup2(&actions, target, stream)
        } else {
          posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
        }
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // POSIX_SPAWN_SETSID, which glibc declares for GNU programs only.
    let newSession: Int32 = 0x80
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | newSession))
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var child = pid_t()
    let failure = starting.withLock { _ in
      posix_spawnp(&child, command[0], &actions, &attributes, &arguments, &variables)
    }
    guard failure == 0 else {
      throw Missing(what: "\(command[0]): \(String(cString: strerror(failure)))")
    }
    pid = child
  }

  deinit {
    if ending == nil {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
    }
  }

  /// How it ended; `nil` while it runs.
  var ending: Ending? {
    known.withLock { known in
      if let known { return known }
      var status: Int32 = 0
      guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
      let number = status & 0x7f
      known = number == 0 ? .exited((status >> 8) & 0xff) : .killed(by: number)
      return known
    }
  }

  func signal(_ number: Int32) { kill(pid, number) }

  /// How it ended, if it does within the time.
  func ending(within limit: Duration) async throws -> Ending? {
    try await soon(within: limit, every: .milliseconds(1)) { self.ending }
  }

  /// What a command said and how it ended.
  struct Result {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Runs a command with pipes to its end.
  static func run(
    _ command: [String], environment: [String: String], limit: Duration = .seconds(60)
  ) async throws -> Result {
    let output = try Pipe()
    let errors = try Pipe()
    let child = try Child(
      command, environment: environment, output: output.writing, errors: errors.writing)
    output.stopWriting()
    errors.stopWriting()
    var (said, complained): ([UInt8], [UInt8]) = ([], [])
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: limit)
    while true {
      let ending = child.ending
      said += output.pending()
      complained += errors.pending()
      if let ending {
        guard case .exited(let code) = ending else {
          throw Missing(
            what: "\(command) ended by \(ending): \(String(decoding: complained, as: UTF8.self))")
        }
        return Result(
          code: code, output: String(decoding: said, as: UTF8.self),
          errors: String(decoding: complained, as: UTF8.self))
      }
      guard clock.now < deadline else {
        throw Missing(what: "\(command) did not end within \(limit)")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}

/// A pipe that is read without waiting.
final class Pipe: Sendable {
  let reading: Int32
  let writing: Int32
  private let isWritable = Mutex(true)

  init() throws {
    var ends: [Int32] = [0, 0]
    let failure = starting.withLock { _ in
      let failure = pipe(&ends)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return failure
    }
    try #require(failure == 0)
    (reading, writing) = (ends[0], ends[1])
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
  }

  deinit {
    stopWriting()
    close(reading)
  }

  /// Closes this process's own end for writing.
  func stopWriting() {
    isWritable.withLock { isWritable in
      if isWritable { close(writing) }
      isWritable = false
    }
  }

  /// What has been written since the last call.
  func pending() -> [UInt8] { bytes(waitingAt: reading) }
}

/// Everything that waits at a non-blocking descriptor.
func bytes(waitingAt descriptor: Int32) -> [UInt8] {
  var all: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return all }
    all += buffer[..<count]
  }
}

/// Asks again and again until there is an answer; `nil` when there is none within the time.
func soon<Answer>(
  within limit: Duration, every pause: Duration = .milliseconds(20),
  _ answer: () async throws -> Answer?
) async throws -> Answer? {
  let clock = ContinuousClock()
  let deadline = clock.now.advanced(by: limit)
  while true {
    if let answer = try await answer() { return answer }
    guard clock.now < deadline else { return nil }
    try await Task.sleep(for: pause)
  }
}
