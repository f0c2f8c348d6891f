public import DealModel

extension Record {
  /// The milestone; `nil` for other kinds.
  public var milestone: Milestone? {
    if case .milestone(let milestone) = content { milestone } else { nil }
  }

  /// The day by which the record is listed.
  fileprivate var listedDate: CalendarDate? {
    switch content {
    case .deal: createdAt?.date
    case .invoice(let invoice): invoice.issued.value
    case .creditNote(let note): note.issued.value
    case .cost(let cost): cost.date.value
    case .milestone(let milestone): milestone.due.value
    case .hours(let entry): entry.date.value
    case .ticket: (createdAt ?? modifiedAt)?.date
    }
  }
}

extension [Record] {
  /// Milestones by due day, everything else newest first; records without a day last, ties by number.
  func inDisplayOrder(_ kind: RecordKind) -> [Record] {
    let ascends = kind == .milestones || kind == .deals
    return sorted { left, right in
      let (first, second) = (left.listedDate, right.listedDate)
      if first != second {
        guard let first else { return false }
        guard let second else { return true }
        return ascends ? first < second : first > second
      }
      if left.number != right.number {
        return ascends ? left.number < right.number : left.number > right.number
      }
      return left.reference.id < right.reference.id
    }
  }

  /// The earliest milestone that is not done; one without a day only when none has a day.
  ///
  /// - Parameter self: In display order.
  var nextMilestone: Record? {
    first { $0.milestone?.isDone == false }
  }
}

extension Assessment {
  /// The earliest milestone not yet done; `nil` when there is none or none is known.
  public var nextMilestone: Record? { (records[.milestones] ?? []).nextMilestone }
}
