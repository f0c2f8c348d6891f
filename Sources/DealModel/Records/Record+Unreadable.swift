/// A value of a record that could not be understood.
public struct UnreadableValue: Hashable, Sendable {
  /// What the value is called in JSON: `net`, `due`, or a field's or property's name.
  public var name: String
  /// Why it could not be understood: names the system, the record and the mend.
  public var error: SystemError

  /// A value that could not be understood.
  public init(name: String, error: SystemError) {
    self.name = name
    self.error = error
  }
}

extension Record {
  /// The values of its content that could not be understood, sorted by name. Echoes are not among
  /// them: whether one matters depends on what is compared with it.
  public var unreadableValues: [UnreadableValue] {
    let errors: [(String, SystemError?)] =
      switch content {
      case .deal(let fields): fields.map { ($0.key.text, $0.value.error) }
      case .invoice(let invoice):
        [
          ("issued", invoice.issued.error), ("due", invoice.due.error), ("net", invoice.net.error),
          ("gross", invoice.gross.error), ("paid", invoice.paid.error),
          ("outstanding", invoice.outstanding.error),
        ]
      case .creditNote(let note):
        [
          ("issued", note.issued.error), ("net", note.net.error), ("gross", note.gross.error),
          ("unapplied", note.unapplied.error),
        ]
      case .cost(let cost):
        [
          ("party", cost.party.error), ("date", cost.date.error), ("net", cost.net.error),
          ("open", cost.open.error),
        ]
      case .milestone(let milestone):
        [
          ("due", milestone.due.error), ("start", milestone.start.error),
          ("person", milestone.person.error),
        ]
      case .hours(let hours):
        [
          ("person", hours.person.error), ("date", hours.date.error),
          ("seconds", hours.seconds.error),
        ]
      case .ticket(let ticket):
        [("priority", ticket.priority.error), ("person", ticket.person.error)]
      }
    return errors.compactMap { name, error in error.map { UnreadableValue(name: name, error: $0) } }
      .sorted { $0.name < $1.name }
  }
}
