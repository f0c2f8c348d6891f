public import DealModel

extension Record.Content {
  /// The day by which records are newest first, where it is known; deals and tickets have none.
  public var day: CalendarDate? {
    switch self {
    case .invoice(let invoice): invoice.issued.value
    case .creditNote(let note): note.issued.value
    case .cost(let cost): cost.date.value
    case .milestone(let milestone): milestone.due.value
    case .hours(let hours): hours.date.value
    case .deal, .ticket: nil
    }
  }
}
