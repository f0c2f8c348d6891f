import DealModel
import Dispatch
import Glibc
import Synchronization

/// Runs the configured program once, without a shell and without a terminal.
struct ChangeCommand: Sendable {
  /// How it ended.
  enum Outcome: Hashable, Sendable {
    case ended(Int32)
    case killed(by: Int32)
    case cannotStart(String)
    case timedOut
  }

  /// What a program may know of this process's environment: nothing that holds a secret.
  static let inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME", "SHELL"]

  let words: [String]
  let variables: [String: String]
  let deadline: Duration

  /// Runs it to its end; what takes too long is killed with everything it started.
  func run(_ time: any TimeSource) async -> Outcome {
    let process: pid_t
    switch start() {
    case .success(let started): process = started
    case .failure(let fault): return .cannotStart(fault.message)
    }
    return await withTaskGroup(of: Outcome?.self) { group in
      let end = End()
      group.addTask { await Self.ending(of: process, noting: end) }
      group.addTask {
        try? await time.sleep(for: self.deadline)
        // Its number may be another's once it has ended and been waited for.
        let killed = end.isOver.withLock { isOver in
          if !isOver { kill(-process, SIGKILL) }
          return !isOver
        }
        return killed ? .timedOut : nil
      }
      var outcome: Outcome?
      for await first in group {
        if first == .timedOut { outcome = .timedOut } else if outcome == nil { outcome = first }
        group.cancelAll()
      }
      return outcome ?? .timedOut
    }
  }

  /// Whether the program has ended: told by the thread that waits for it.
  private final class End: Sendable {
    let isOver = Mutex(false)
  }

  private struct StartFault: Error { var message: String }

  private func start() -> Result<pid_t, StartFault> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    // What it says belongs to the log, not to anybody's data.
    posix_spawn_file_actions_adddup2(&actions, 2, 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] =
      everything.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var process = pid_t()
    let program = words.first ?? ""
    let failure = posix_spawnp(
      &process, program, &actions, &attributes, &arguments, &environment)
    guard failure == 0 else {
      return .failure(StartFault(message: String(cString: strerror(failure)).lowercased()))
    }
    return .success(process)
  }

  private var everything: [String: String] {
    var variables = variables
    for name in Self.inherited where variables[name] == nil {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    return variables
  }

  /// Waits on a thread that may wait.
  private static func ending(
    of process: pid_t, noting end: End
  ) async -> Outcome {
    await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        // First without reaping, so that its number stays its own until that is noted.
        var facts = siginfo_t()
        while waitid(P_PID, id_t(process), &facts, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        end.isOver.withLock { $0 = true }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
          if errno != EINTR { break }
        }
        let number = status & 0x7F
        continuation.resume(
          returning: number == 0 ? .ended(status >> 8 & 0xFF) : .killed(by: number))
      }
    }
  }
}
