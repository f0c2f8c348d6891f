import AdapterKit

/// The connections of one system: so many at a time, lent to one call each, first come first served.
///
/// A call that was given up leaves its place at once, although its thread may still wait for the
/// database; so many threads left behind are borne, then callers wait.
actor ODBCPool {
  /// A place, and a connection when one stood idle.
  struct Ticket: Sendable {
    let id: Int
    let session: ODBCSession?
  }

  private let places: Int
  private var idle: [ODBCSession] = []
  private var lent: Set<Int> = []
  private var abandoned: Set<Int> = []
  private var line: [Int] = []
  private var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
  private var lastID = 0
  private var isClosed = false

  init(places: Int) { self.places = max(1, places) }

  /// A place, as soon as there is one.
  ///
  /// - Parameter isFresh: Whether to connect anew: those that stand idle have broken, too.
  /// - Throws: `CancellationError`.
  func enter(isFresh: Bool) async throws -> Ticket {
    try Task.checkCancellation()
    lastID += 1
    let id = lastID
    if isFresh { dismiss(idle.count) }
    if mayEnter, line.isEmpty {
      lent.insert(id)
    } else {
      line.append(id)
      let isLetIn = await withTaskCancellationHandler {
        await withCheckedContinuation { waiting[id] = $0 }
      } onCancel: {
        Task { await self.giveUp(id) }
      }
      guard isLetIn else { throw CancellationError() }
    }
    return Ticket(id: id, session: idle.popLast())
  }

  /// A call's thread has ended.
  ///
  /// - Parameter session: Its connection, when that can be used again.
  func leave(_ id: Int, with session: ODBCSession?) {
    lent.remove(id)
    abandoned.remove(id)
    if let session {
      idle.append(session)
      dismiss(isClosed ? idle.count : idle.count + lent.count - places)
    }
    admit()
  }

  /// A call was given up: its place is free, although its thread has not ended.
  func abandon(_ id: Int) {
    guard lent.remove(id) != nil else { return }
    abandoned.insert(id)
    admit()
  }

  /// Closes every connection, now or when its call has ended.
  func close() {
    isClosed = true
    dismiss(idle.count)
  }

  private var mayEnter: Bool { lent.count < places && abandoned.count < 4 * places }

  private func admit() {
    while mayEnter, !line.isEmpty {
      let id = line.removeFirst()
      guard let waiter = waiting.removeValue(forKey: id) else { continue }
      lent.insert(id)
      waiter.resume(returning: true)
    }
  }

  private func giveUp(_ id: Int) {
    line.removeAll { $0 == id }
    waiting.removeValue(forKey: id)?.resume(returning: false)
  }

  /// Closes that many of the idle connections, on a thread of their own: saying goodbye blocks.
  private func dismiss(_ count: Int) {
    guard count > 0 else { return }
    let dismissed = Array(idle.prefix(count))
    idle.removeFirst(dismissed.count)
    Task { await DetachedThread.run { for session in dismissed { session.close() } } }
  }
}
