import DealModel

/// Finds the incidents in the states of a system.
///
/// An incident begins when the system leaves health and ends when it is healthy again and stays so
/// for five minutes; shorter recoveries are steps of its course. Where nobody watched, it goes on if
/// the system was not healthy on either side, and its end lies somewhere in the gap if it was healthy
/// after it.
struct IncidentFinder {
  /// A recovery shorter than that ends nothing.
  static let flap = Duration.seconds(300)

  let subject: HealthIncident.Subject
  private var open: [Timeline.Segment] = []
  private var found: [HealthIncident] = []

  private init(subject: HealthIncident.Subject) { self.subject = subject }

  /// The incidents, oldest first.
  static func incidents(
    of subject: HealthIncident.Subject, in spans: [StateSpan]
  ) -> [HealthIncident] {
    var finder = IncidentFinder(subject: subject)
    let segments = Timeline(spans).segments
    for (index, segment) in segments.enumerated() {
      let following = segments.dropFirst(index + 1).first { $0.status != nil }
      finder.take(segment, following: following?.status, hasNext: index + 1 < segments.count)
    }
    finder.finish()
    return finder.found.map { incident in
      var incident = incident
      let end = incident.end(at: spans.map(\.end).max() ?? incident.began)
      for span in spans where span.began < end && span.end > incident.began {
        let isWithin = span.began >= incident.began && span.end <= end
        guard span.status != .healthy || isWithin else { continue }
        incident.calls += span.calls
        incident.failures += span.failures
      }
      return incident
    }
  }

  private mutating func take(
    _ segment: Timeline.Segment, following: SystemStatus?, hasNext: Bool
  ) {
    switch segment.status {
    case .healthy?:
      guard !open.isEmpty else { return }
      let isBrief = segment.began.duration(to: segment.end) < Self.flap
      if isBrief, hasNext, let following, following != .healthy, open.last?.status != nil {
        open.append(segment)
        return
      }
      // Behind a gap, when it ended is not known.
      if let gap = open.last, gap.status == nil {
        open.removeLast()
        close(.endedUnseen(after: gap.began, before: segment.began))
      } else {
        close(.ended(segment.began))
      }
    case nil: if !open.isEmpty { open.append(segment) }
    default: open.append(segment)
    }
  }

  private mutating func finish() {
    guard let last = open.last else { return }
    close(last.isLive ? .ongoing : .lastSeen(last.end))
  }

  private mutating func close(_ ending: HealthIncident.Ending) {
    // A recovery that nothing was seen after ended it.
    found.append(
      HealthIncident(
        subject: subject,
        steps: open.map { .init(at: $0.began, status: $0.status, cause: $0.cause) },
        ending: ending))
    open = []
  }
}
