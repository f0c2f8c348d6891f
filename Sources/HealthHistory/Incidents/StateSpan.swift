import DealModel

/// A stretch in which one recorder saw a system in one state.
struct StateSpan: Hashable, Sendable {
  var status: SystemStatus
  var began: Timestamp
  /// When it ended, or when it was last seen.
  var end: Timestamp
  /// Whether it lasts, by a recorder that is still there.
  var isLive = false
  var cause: HealthIncident.Cause?
  var calls = 0
  var failures = 0
}

/// The states of one system over time, as all recorders together saw it.
struct Timeline: Hashable, Sendable {
  /// A stretch of one state; `nil` where nobody watched.
  struct Segment: Hashable, Sendable {
    var status: SystemStatus?
    var began: Timestamp
    var end: Timestamp
    var cause: HealthIncident.Cause?
    var isLive = false
  }

  /// A pause between recorders that is no gap: a restart.
  static let restart = Duration.seconds(180)

  /// Oldest first, without overlap, each beginning where the one before ended.
  private(set) var segments: [Segment] = []

  /// Where recorders disagree, the worst state counts.
  init(_ spans: [StateSpan]) {
    let spans = spans.filter { $0.status != .unknown && $0.end > $0.began }
      .sorted { ($0.began, $0.end) < ($1.began, $1.end) }
    let bounds = Set(spans.flatMap { [$0.began, $0.end] }).sorted()
    var active: [StateSpan] = []
    var next = 0
    for (began, end) in zip(bounds, bounds.dropFirst()) {
      active.removeAll { $0.end <= began }
      while next < spans.count, spans[next].began <= began {
        active.append(spans[next])
        next += 1
      }
      append(Self.worst(of: active), from: began, to: end)
    }
  }

  private static func worst(of active: [StateSpan]) -> StateSpan? {
    active.max { $0.status.severity < $1.status.severity }
  }

  private mutating func append(_ span: StateSpan?, from began: Timestamp, to end: Timestamp) {
    guard let span else {
      // A restart is no gap: the state before it is taken to have lasted.
      if began.duration(to: end) <= Self.restart, let last = segments.indices.last {
        segments[last].end = end
      } else {
        segments.append(Segment(status: nil, began: began, end: end))
      }
      return
    }
    let isLive = span.isLive && span.end == end
    if let last = segments.indices.last, segments[last].status == span.status {
      segments[last].end = end
      segments[last].isLive = isLive
    } else {
      segments.append(
        Segment(
          status: span.status, began: began, end: end, cause: span.cause, isLive: isLive))
    }
  }

  /// The worst state between two instants; `nil` when nobody watched.
  func worst(from began: Timestamp, to end: Timestamp) -> SystemStatus? {
    segments.lazy.filter { $0.began < end && $0.end > began }.compactMap(\.status)
      .max { $0.severity < $1.severity }
  }
}
