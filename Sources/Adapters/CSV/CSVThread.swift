import Dispatch

/// Where files are read: a thread of its own, so that a slow disk or a network share never holds a
/// thread of the pool that everything else runs on.
final class CSVThread: SerialExecutor {
  private let queue: DispatchQueue

  init(_ name: String) {
    queue = DispatchQueue(label: "plumbline.csv.\(name)", qos: .userInitiated)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
