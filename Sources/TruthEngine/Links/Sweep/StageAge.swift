import DealModel

/// Since when a deal has stood at its stage, at the latest.
struct StageAge: Hashable, Sendable {
  /// What says so.
  enum Basis: UInt8, Hashable, Sendable {
    /// The origin tells when the deal entered the stage.
    case entered
    /// It does not, but the deal has not been changed since, its stage included.
    case unchanged
    /// Only the creation is known.
    case created
  }

  /// The day, in UTC.
  var since: CalendarDate
  /// What says so.
  var basis: Basis

  init(since: CalendarDate, basis: Basis) {
    self.since = since
    self.basis = basis
  }

  /// By what the origin says of the deal; `nil` when it says nothing about time.
  ///
  /// Without the day it entered the stage, the day of the last change stands in: the stage cannot
  /// have been entered later, so that no deal is called dangling too early.
  init?(
    fields: [FieldName: Answer<FieldValue>], createdAt: Timestamp?, modifiedAt: Timestamp?
  ) {
    if let day = fields[.stageSince]?.value?.day {
      self.init(since: day, basis: .entered)
    } else if let modifiedAt {
      self.init(since: modifiedAt.date, basis: .unchanged)
    } else if let createdAt {
      self.init(since: createdAt.date, basis: .created)
    } else {
      return nil
    }
  }

  /// Whether that long has passed by the beginning of today.
  func isPast(_ wait: Duration, on today: CalendarDate) -> Bool {
    Timestamp(startOf: since).adding(wait) <= Timestamp(startOf: today)
  }

  /// In words: `reached 2026-11-05`.
  var words: String {
    switch basis {
    case .entered: "reached \(since)"
    case .unchanged: "unchanged since \(since)"
    case .created: "created \(since)"
    }
  }
}

extension FieldValue {
  /// The day, of a day or an instant.
  fileprivate var day: CalendarDate? {
    switch self {
    case .date(let day): day
    case .timestamp(let instant): instant.date
    case .text, .money, .number, .flag: nil
    }
  }
}
