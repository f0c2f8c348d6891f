import DealModel

/// Records of a deal are due in a system, and the system answered that there are none.
enum DanglingLink: LinkRule {
  struct Subject: Hashable, Sendable {
    var domain: Domain
    /// The stage by label and by ID, as far as they are known.
    var stages: [String]
    /// The configured stages at which records are due.
    var due: [Domain: Set<String>]
    /// How many records the owner holds; `nil` when it could not be asked, or has not been.
    var recordCount: Int?
    /// How long a deal may stand at such a stage first.
    var after: [Domain: Duration] = [:]
    /// Since when it has; `nil` when the origin does not say.
    var age: StageAge?
    /// The day on which it is judged.
    var today = CalendarDate(daysSinceEpoch: 0)
  }

  static let kind = LinkFault.Kind.dangling

  static func isBroken(by subject: Subject) -> Bool {
    subject.recordCount == 0 && isDue(subject)
  }

  /// Whether records are due at all.
  static func isDue(_ subject: Subject) -> Bool {
    isDue(subject.domain, at: subject.stages, due: subject.due)
      && isOldEnough(subject.age, after: subject.after[subject.domain], on: subject.today)
  }

  /// Whether records are due by the stage; labels match without regard to case.
  static func isDue(
    _ domain: Domain, at stages: [String], due: [Domain: Set<String>]
  ) -> Bool {
    guard let due = due[domain] else { return false }
    let folded = Set(due.map { Folding.folded($0) })
    return stages.contains { folded.contains(Folding.folded($0)) }
  }

  /// Whether records are due by age. An age that nobody knows is not old enough.
  static func isOldEnough(
    _ age: StageAge?, after wait: Duration?, on today: CalendarDate
  ) -> Bool {
    guard let wait else { return true }
    return age?.isPast(wait, on: today) ?? false
  }

  static func fault(
    _ id: DealID, _ domain: Domain, in system: SystemName, url: String?, age: StageAge?
  ) -> LinkFault {
    let since = age.map { " (\($0.words))" } ?? ""
    return LinkFault(
      kind: kind, system: system, id: id, url: url,
      detail:
        "At this stage\(since) \(domain.rawValue) records are due in \(system), and none bears the"
        + " ID.",
      mend: "Enter the ID on them in \(system), or create them there.")
  }

  static var triggeringExamples: [Subject] {
    [
      Subject(domain: .financial, stages: ["Won"], due: [.financial: ["Won"]], recordCount: 0),
      Subject(
        domain: .delivery, stages: ["Closed won", "closedwon"],
        due: [.delivery: ["closedwon", "Delivering"]], recordCount: 0),
      Subject(domain: .financial, stages: ["won"], due: [.financial: ["Won"]], recordCount: 0),
      aged(days: 3, after: 3), aged(days: 400, after: 3),
    ]
  }

  static var nonTriggeringExamples: [Subject] {
    [
      Subject(domain: .financial, stages: ["Won"], due: [.financial: ["Won"]], recordCount: 1),
      Subject(domain: .financial, stages: ["Won"], due: [.financial: ["Won"]], recordCount: nil),
      Subject(domain: .financial, stages: ["Lead"], due: [.financial: ["Won"]], recordCount: 0),
      Subject(domain: .financial, stages: ["Won"], due: [.delivery: ["Won"]], recordCount: 0),
      Subject(domain: .financial, stages: [], due: [.financial: ["Won"]], recordCount: 0),
      aged(days: 2, after: 3), aged(days: 0, after: 1), aged(days: -4, after: 1),
      aged(days: nil, after: 1),
    ]
  }

  private static func aged(days: Int?, after: Int) -> Subject {
    let today = CalendarDate(daysSinceEpoch: 20_000)
    return Subject(
      domain: .financial, stages: ["Won"], due: [.financial: ["Won"]], recordCount: 0,
      after: [.financial: .seconds(after * 86_400)],
      age: days.map { StageAge(since: today.adding(days: -$0), basis: .entered) }, today: today)
  }
}
