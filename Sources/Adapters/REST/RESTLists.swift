import AdapterKit
import DealModel

/// Lists that are read whole: kept in memory for a moment, and read once however many wait.
actor RESTLists {
  private struct Kept {
    let items: [JSONValue]
    /// When it was asked for.
    let at: Timestamp
  }

  private struct Run {
    let number: Int
    let task: Task<[JSONValue], any Error>
    let began: Timestamp
    var waiting = 0
  }

  private var kept: [RESTList: Kept] = [:]
  private var runs: [RESTList: Run] = [:]
  private var lastNumber = 0
  private let time: any TimeSource

  init(time: any TimeSource) { self.time = time }

  /// The items of a list, no older than it may be.
  func items(
    of list: RESTList, _ read: @escaping @Sendable () async throws -> [JSONValue]
  ) async throws -> [JSONValue] {
    let key = list.shared
    if let kept = young(list) { return kept.items }
    var run = runs[key] ?? begin(key, read)
    run.waiting += 1
    runs[key] = run
    defer { leave(key, run.number) }
    return try await Joining.value(of: run.task)
  }

  /// As of when a list holds that is kept, or on its way; `nil` when it would be asked for now.
  func holds(_ list: RESTList) -> Timestamp? { young(list)?.at ?? runs[list.shared]?.began }

  /// Something changed: what is kept, and what is on its way, is not given to whoever asks from now.
  func forget(_ list: RESTList) {
    kept[list.shared] = nil
    runs[list.shared] = nil
  }

  private func young(_ list: RESTList) -> Kept? {
    let now = time.now()
    return kept[list.shared].flatMap {
      $0.at <= now && $0.at.duration(to: now) < list.keepFor ? $0 : nil
    }
  }

  private func begin(
    _ key: RESTList, _ read: @escaping @Sendable () async throws -> [JSONValue]
  ) -> Run {
    lastNumber += 1
    let (number, began) = (lastNumber, time.now())
    // Unstructured, so that cancelling one of those who wait does not fail the others.
    let task = Task {
      let items = try await read()
      self.end(key, number, Kept(items: items, at: began))
      return items
    }
    return Run(number: number, task: task, began: began)
  }

  private func end(_ key: RESTList, _ number: Int, _ answer: Kept) {
    guard runs[key]?.number == number else { return }
    kept[key] = answer
  }

  /// Whoever leaves last ends what is still on its way.
  private func leave(_ key: RESTList, _ number: Int) {
    guard var run = runs[key], run.number == number else { return }
    run.waiting -= 1
    runs[key] = run.waiting > 0 ? run : nil
    if run.waiting == 0 { run.task.cancel() }
  }
}
