import AdapterKit
import DealModel

/// Lists that are read whole: kept in memory for a moment, and read once however many wait.
///
/// Whoever asks gets a list that arrived within the time it may be kept, or one that is on its way: it
/// holds as of when it was asked for, which ``holds(_:)`` tells.
actor RESTLists {
  private struct Kept {
    let items: [JSONValue]
    /// When it was asked for.
    let at: Timestamp
    /// When it was here: a list that takes long is good for as long all the same.
    let arrived: Timestamp
  }

  private struct Run {
    let task: Task<[JSONValue], any Error>
    let began: Timestamp
    var waiting = 0
  }

  private var kept: [RESTList: Kept] = [:]
  private var runs: [Int: Run] = [:]
  /// The run that whoever asks now may wait for.
  private var current: [RESTList: Int] = [:]
  private var lastNumber = 0
  private let time: any TimeSource

  init(time: any TimeSource) { self.time = time }

  /// The items of a list.
  func items(
    of list: RESTList, _ read: @escaping @Sendable () async throws -> [JSONValue]
  ) async throws -> [JSONValue] {
    if let kept = young(list) { return kept.items }
    let number = current[list.shared] ?? begin(list.shared, read)
    guard var run = runs[number] else { throw CancellationError() }
    run.waiting += 1
    runs[number] = run
    defer { leave(list.shared, number) }
    return try await Joining.value(of: run.task)
  }

  /// As of when a list holds that is kept, or on its way; `nil` when it would be asked for now.
  func holds(_ list: RESTList) -> Timestamp? {
    young(list)?.at ?? current[list.shared].flatMap { runs[$0]?.began }
  }

  /// Something changed: what is kept, and what is on its way, is not given to whoever asks from now.
  func forget(_ list: RESTList) {
    kept[list.shared] = nil
    current[list.shared] = nil
  }

  private func young(_ list: RESTList) -> Kept? {
    let now = time.now()
    return kept[list.shared].flatMap {
      $0.arrived <= now && $0.arrived.duration(to: now) < list.keepFor ? $0 : nil
    }
  }

  private func begin(
    _ key: RESTList, _ read: @escaping @Sendable () async throws -> [JSONValue]
  ) -> Int {
    lastNumber += 1
    let (number, began) = (lastNumber, time.now())
    kept[key] = nil
    // Unstructured, so that cancelling one of those who wait does not fail the others.
    let task = Task {
      let items = try await read()
      self.end(key, number, Kept(items: items, at: began, arrived: self.time.now()))
      return items
    }
    runs[number] = Run(task: task, began: began)
    current[key] = number
    return number
  }

  private func end(_ key: RESTList, _ number: Int, _ answer: Kept) {
    guard current[key] == number else { return }
    kept[key] = answer
    current[key] = nil
  }

  /// Whoever leaves last ends what is still on its way.
  private func leave(_ key: RESTList, _ number: Int) {
    guard var run = runs[number] else { return }
    run.waiting -= 1
    guard run.waiting == 0 else {
      runs[number] = run
      return
    }
    runs[number] = nil
    if current[key] == number { current[key] = nil }
    run.task.cancel()
  }
}
