public import DealModel

/// How a deal's tickets stand: how many are open, since when, and which changed last.
public struct TicketSummary: Hashable, Sendable {
  /// How many there are.
  public let count: Int
  /// How many of them the desk still has to act on.
  public let open: Int
  /// The open ticket that was made first; `nil` when none is open, or when of one that is open nobody
  /// says when it was made.
  public let oldestOpen: Record?
  /// The ticket that changed last; `nil` when of one nobody says when it changed.
  public let latest: Record?

  /// - Parameter records: Records of any kind; others than tickets are passed over.
  public init(_ records: [Record]) {
    let tickets = records.compactMap { record -> (record: Record, isOpen: Bool)? in
      guard case .ticket(let ticket) = record.content else { return nil }
      return (record, ticket.isOpen)
    }
    let open = tickets.filter(\.isOpen).map(\.record)
    count = tickets.count
    self.open = open.count
    let dated = open.filter { $0.createdAt != nil }
    oldestOpen =
      dated.count == open.count
      ? dated.min { Self.isEarlier($0.createdAt, $1.createdAt) } : nil
    let changed = tickets.map(\.record).filter { $0.modifiedAt != nil }
    latest =
      changed.count == tickets.count
      ? changed.max { Self.isEarlier($0.modifiedAt, $1.modifiedAt) } : nil
  }

  /// What it says, days in that zone: `2 of 3, the oldest since 2026-11-13`.
  public func openWords(in zone: LocalZone) -> String {
    let since = oldestOpen?.createdAt.map { zone.date(of: $0).description }
    let words = "\(open) of \(count)"
    return since.map { "\(words), \(open == 1 ? "" : "the oldest ")since \($0)" } ?? words
  }

  /// Which changed last and when, the day in that zone: `3410720, 2026-11-19`; `nil` when unknown.
  public func latestWords(in zone: LocalZone) -> String? {
    latest.flatMap { record in
      record.modifiedAt.map { "\(record.number), \(zone.date(of: $0))" }
    }
  }

  private static func isEarlier(_ left: Timestamp?, _ right: Timestamp?) -> Bool {
    guard let left, let right else { return false }
    return left < right
  }
}
