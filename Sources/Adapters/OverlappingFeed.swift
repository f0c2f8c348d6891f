import AdapterKit
import DealModel

/// A position in the feed of changes: how far it was read, and what was reported near its end.
struct OverlappingFeed: Hashable, Sendable {
  /// How far a question reaches back behind the last.
  static let overlap: Duration = .seconds(120)

  private var since: Timestamp
  private var newest: Timestamp
  /// `ID@deal@time` of what was reported and may be met again.
  private var reported: Set<String>
  private var met: Set<String> = []

  init(since: Timestamp, reported: Set<String>) {
    self.since = since
    newest = since
    self.reported = reported
  }

  /// A position by its notation; `nil` for any other text.
  init?(_ cursor: PageCursor) {
    var lines = cursor.text.split(separator: "\n").map(String.init)
    guard let first = lines.first, let since = Timestamp(first) else { return nil }
    lines.removeFirst()
    self.init(since: since, reported: Set(lines))
  }

  var cursor: PageCursor {
    PageCursor(([since.description] + reported.sorted()).joined(separator: "\n"))
  }

  /// The instant from which changes are asked for, in whole seconds.
  var reach: Timestamp {
    let start = since.adding(.zero - Self.overlap).milliseconds
    return Timestamp(milliseconds: start - start % 1_000)
  }

  /// A day and time that no clock on Earth shows later than at ``reach``: clocks are at most
  /// twelve hours behind UTC.
  var reachAnywhere: String {
    String(reach.adding(.seconds(-43_200)).description.dropLast().map { $0 == "T" ? " " : $0 })
  }

  /// Whether a change is new, and notes that it was met.
  mutating func reports(id: String, deal: String, at instant: Timestamp) -> Bool {
    let mark = "\(id)@\(deal.filter { !$0.isNewline })@\(instant)"
    newest = max(newest, instant)
    met.insert(mark)
    return !reported.contains(mark)
  }

  /// Moves on to the newest change; forgets what is beyond the overlap. A record that bears a time to
  /// come takes nobody's changes with it: the feed goes no further than now.
  mutating func turn(at now: Timestamp) {
    since = min(newest, max(since, now))
    let horizon = reach
    reported = met.filter { mark in
      mark.split(separator: "@").last.flatMap { Timestamp($0) }.map { $0 >= horizon } ?? false
    }
    met = []
  }
}
