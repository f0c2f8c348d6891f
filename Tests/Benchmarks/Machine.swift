import Foundation
import Glibc

/// What figures are taken with: this process's memory, and other programs run beside it.
enum Machine {
  /// The most memory this process has held since ``forgetPeak()``, in megabytes.
  static var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1_024
  }

  /// Begins a new peak: what was held before and is no more does not count.
  static func forgetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// The processor time this process has used, all threads together, in seconds.
  static var processorTime: Double {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return seconds(usage)
  }

  /// What a program printed, how long it took and the processor time it used.
  struct Run {
    var printed: String
    var took: Duration
    var processor: Double
  }

  /// Runs a program; `nil` when it cannot be run, or fails.
  static func run(_ words: [String]) -> Run? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    let (before, began) = (childrenTime, ContinuousClock.now)
    guard (try? process.run()) != nil else { return nil }
    let printed = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return Run(
      printed: String(decoding: printed, as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines),
      took: ContinuousClock.now - began, processor: childrenTime - before)
  }

  /// A folder of this run, which its user erases.
  static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "/plumbline-bench-\(UUID())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private static var childrenTime: Double {
    var usage = rusage()
    getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    return seconds(usage)
  }

  private static func seconds(_ usage: rusage) -> Double {
    Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
  }
}
