import DealModel
import Glibc

/// A program that prints a secret, run once without a shell and without a terminal.
struct SecretCommand: Sendable {
  enum Outcome: Sendable {
    case printed([UInt8])
    case cannotStart
    case failed(status: Int32)
    case timedOut
    case tooLong
  }

  let words: [String]

  /// Runs the program and waits for it: blocks, so never on a pool thread.
  ///
  /// - Parameter input: What it gets on its standard input, at most 4 KiB: less than a pipe holds, so
  ///   that writing never waits.
  func run(deadline: Duration, input: [UInt8] = []) -> Outcome {
    guard input.count <= 4_096 else { return .tooLong }
    var given: [Int32] = [-1, -1]
    guard Self.openPipe(&given) else { return .cannotStart }
    defer { close(given[0]) }
    // Closed at once: whoever reads finds the end behind the input.
    let isGiven = input.isEmpty || write(given[1], input, input.count) == input.count
    close(given[1])
    guard isGiven else { return .cannotStart }
    var ends: [Int32] = [-1, -1]
    guard Self.openPipe(&ends) else { return .cannotStart }
    let (reading, writing) = (ends[0], ends[1])
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    defer { close(reading) }
    let started = start(input: given[0], output: writing)
    close(writing)
    guard let process = started else { return .cannotStart }
    let (bytes, fault) = collect(from: reading, until: SystemClock().now().adding(deadline))
    if let fault {
      kill(process, SIGKILL)
      _ = wait(for: process)
      return fault
    }
    let status = wait(for: process)
    return status == 0 ? .printed(bytes) : .failed(status: status)
  }

  /// A pipe that no other program inherits: one that did would hold it open.
  private static func openPipe(_ ends: inout [Int32]) -> Bool {
    guard pipe(&ends) == 0 else { return false }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return true
  }

  private func start(input: Int32, output: Int32) -> pid_t? {
    guard let program = words.first, !program.isEmpty else { return nil }
    var actions = posix_spawn_file_actions_t()
    guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    for descriptor in [input, output] where descriptor > 2 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    guard posix_spawnp(&process, program, &actions, nil, &arguments, environ) == 0 else {
      return nil
    }
    return process
  }

  private func collect(from reading: Int32, until end: Timestamp) -> ([UInt8], Outcome?) {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4_096)
    while true {
      let left = SystemClock().now().duration(to: end).milliseconds
      guard left > 0 else { return ([], .timedOut) }
      var watched = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      _ = poll(&watched, 1, Int32(clamping: left))
      let count = read(reading, &part, part.count)
      if count == 0 { return (bytes, nil) }
      if count < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        return ([], .failed(status: errno))
      }
      bytes.append(contentsOf: part[..<count])
      if bytes.count > 1 << 16 { return ([], .tooLong) }
    }
  }

  private func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      if errno != EINTR { return -1 }
    }
    // The macros of <sys/wait.h> are not imported: the low seven bits are the signal.
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
  }
}

/// Reading a small file whole.
enum FileDescriptorReading {
  /// The content; `nil` when it cannot be read or is longer.
  static func all(of descriptor: Int32, atMost limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = read(descriptor, &part, part.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      bytes.append(contentsOf: part[..<count])
      if bytes.count > limit { return nil }
    }
  }
}

/// A thread of its own for what blocks, so that no pool thread waits.
public enum DetachedThread {
  private final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs blocking work on a new thread. Without one to be had, runs it where it is.
  public static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      let job = Job { continuation.resume(returning: work()) }
      let context = Unmanaged.passRetained(job)
      var thread = pthread_t()
      let failed = pthread_create(
        &thread, nil,
        { context in
          guard let context else { return nil }
          Unmanaged<Job>.fromOpaque(context).takeRetainedValue().body()
          return nil
        }, context.toOpaque())
      if failed == 0 {
        pthread_detach(thread)
      } else {
        context.takeRetainedValue().body()
      }
    }
  }
}
