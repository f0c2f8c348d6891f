/// A milestone of the project.
public struct Milestone: Hashable, Sendable {
  /// What it is called.
  public var name: String
  /// Whether the project tool says it is done.
  public var isDone: Bool
  /// The state in the project tool's own words.
  public var status: String
  /// The day it is due.
  public var due: Answer<CalendarDate>
  /// The day it began.
  public var start: Answer<CalendarDate>
  /// Who answers for it.
  public var person: Answer<String>

  /// A milestone.
  public init(
    name: String, isDone: Bool, status: String, due: Answer<CalendarDate>,
    start: Answer<CalendarDate> = .none, person: Answer<String> = .none
  ) {
    self.name = name
    self.isDone = isDone
    self.status = status
    self.due = due
    self.start = start
    self.person = person
  }

  /// Whether it is past its due day and not done.
  public func isLate(on today: CalendarDate) -> Bool {
    guard !isDone, let due = due.value else { return false }
    return due < today
  }
}

/// Time that one person worked.
public struct HoursEntry: Hashable, Sendable {
  /// Who worked.
  public var person: Answer<String>
  /// The day of work.
  public var date: Answer<CalendarDate>
  /// The time worked, in whole seconds as the tools keep it.
  public var seconds: Answer<Int64>
  /// What was worked on: an issue key, a task.
  public var subject: String

  /// Time that one person worked.
  public init(
    person: Answer<String>, date: Answer<CalendarDate>, seconds: Answer<Int64>, subject: String
  ) {
    self.person = person
    self.date = date
    self.seconds = seconds
    self.subject = subject
  }
}

/// A ticket of the desk.
public struct Ticket: Hashable, Sendable {
  /// What it is about.
  public var subject: String
  /// Whether the desk still has to act.
  public var isOpen: Bool
  /// The state in the desk's own words.
  public var status: String
  /// The priority in the desk's own words.
  public var priority: Answer<String>
  /// Who works on it.
  public var person: Answer<String>

  /// A ticket.
  public init(
    subject: String, isOpen: Bool, status: String, priority: Answer<String> = .none,
    person: Answer<String> = .none
  ) {
    self.subject = subject
    self.isOpen = isOpen
    self.status = status
    self.priority = priority
    self.person = person
  }
}
