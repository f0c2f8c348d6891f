private import CTerm

/// What becomes of a crash before and after the screen is up.
public enum CrashPolicy {
  /// Leaves crashes to the operating system, unless `SWIFT_BACKTRACE` is set.
  ///
  /// Swift's own handler waits 30 s for a key and prints memory, which may hold a secret. Call this
  /// first in `main`: it costs a few system calls.
  public static func leaveToSystem() { cte_leave_crashes_to_system() }
}
