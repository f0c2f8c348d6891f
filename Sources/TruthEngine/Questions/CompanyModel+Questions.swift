public import DealModel

/// The questions every integration must answer, and what a configuration answers.
public struct QuestionAnswer: Hashable, Sendable {
  /// What is asked.
  public enum Question: String, CaseIterable, Hashable, Sendable {
    /// Who owns it?
    case owner
    /// Which ID, and where does it originate?
    case sharedID = "shared_id"
    /// What happens in 24 hours of failure?
    case failureMode = "failure_mode"
    /// Who owns it after go-live?
    case steward
  }

  /// What is asked.
  public var question: Question
  /// The domain it is asked about; `nil` for a system.
  public var domain: Domain?
  /// The system it is asked about; `nil` for a domain.
  public var system: SystemName?
  /// What the configuration answers, a sentence.
  public var answer: String
  /// Why that is no answer: empty, vague or a placeholder; `nil` when it is one.
  public var fault: String?
  /// What to do about it.
  public var mend: String?

  /// Adds a reason why it is no answer.
  fileprivate mutating func add(_ fault: String, mend: String) {
    self.fault = self.fault.map { "\($0) \(fault)" } ?? fault
    self.mend = self.mend.map { "\($0) \(mend)" } ?? mend
  }
}

extension CompanyModel {
  /// The four questions, per domain and system, answered from the configuration: owners by domain,
  /// then ID, failure and steward by system, in the order of the file.
  public func questions() -> [QuestionAnswer] {
    Domain.allCases.map(owner)
      + systems.flatMap { [identity(of: $0), failure(of: $0), steward(of: $0)] }
  }

  // MARK: Who owns it?

  private func owner(of domain: Domain) -> QuestionAnswer {
    let exceptions = ownership.fields.keys.sorted()
      .filter { $0.known?.domain == domain }
      .compactMap { field in ownership.fields[field].map { "\(field) by \(phrase($0))" } }
    let besides = exceptions.isEmpty ? "" : "; but \(exceptions.joined(separator: ", "))"
    guard let owner = ownership.domains[domain] else {
      let answer =
        exceptions.isEmpty
        ? "Nobody reads \(domain.rawValue), so it is not shown."
        : "Nobody owns \(domain.rawValue)\(besides)."
      return QuestionAnswer(question: .owner, domain: domain, answer: answer)
    }
    return QuestionAnswer(
      question: .owner, domain: domain, answer: "Owned by \(phrase(owner))\(besides).")
  }

  private func phrase(_ owner: Ownership.Owner) -> String {
    switch owner {
    case .system(let name): return name.text
    case .split(let field, let parts):
      let names = Set(parts.values).sorted()
      let phrases = names.map { name in
        let values = parts.filter { $0.value == name }.keys.sorted()
        return "\(name) for \(values.joined(separator: ", "))"
      }
      return phrases.joined(separator: " and by ") + ", by \(field)"
    }
  }

  // MARK: Which ID, and where does it originate?

  private func identity(of system: ConfiguredSystem) -> QuestionAnswer {
    // No other system may be without a link property.
    if flows.contains(where: { $0.system == system.name }) {
      return QuestionAnswer(
        question: .sharedID, system: system.name,
        answer: "Runs flows that carry the ID, and holds no records itself.")
    }
    let isOrigin = system.name == sharedID.origin
    let answer =
      isOrigin
      ? "Deals and their IDs originate here, in \(system.link), and look like \(sharedID.pattern)."
      : "Bears the ID that \(sharedID.origin) gives, in \(system.link)."
    var row = QuestionAnswer(question: .sharedID, system: system.name, answer: answer)
    if isOrigin, let pattern = try? DealIDPattern(sharedID.pattern), Self.isVague(pattern) {
      row.add(
        "The pattern fits anything, so no wrong ID would ever be noticed.",
        mend: "say in `shared_id.pattern` what an ID looks like, such as '^BW-[0-9]{5}$'.")
    }
    if Placeholder.isOne(system.link) {
      row.add(
        "The link property is a placeholder.",
        mend: "name the property in `link` of systems.\(system.name).")
    }
    return row
  }

  /// Whether a pattern lets through what can be no ID.
  private static func isVague(_ pattern: DealIDPattern) -> Bool {
    ["?", "no deal", "zzz~~~", "ü!"].allSatisfy { pattern.matches($0) }
  }

  // MARK: What happens in 24 hours of failure?

  private func failure(of system: ConfiguredSystem) -> QuestionAnswer {
    let mode = FailureMode(system.failureMode)
    let expire = system.limits.expireAfter
    let day = Duration.seconds(86_400)
    let sentence =
      mode.text.trimmingWhitespace.hasSuffix(".") ? mode.text : mode.text + "."
    let consequence =
      expire < day
      ? "Its values are stale after \(system.limits.staleAfter.words) and expired after "
        + "\(expire.words): for the other \((day - expire).words) of a day nothing can be decided by "
        + "them."
      : "Its values are stale after \(system.limits.staleAfter.words), and last \(expire.words)."
    var row = QuestionAnswer(
      question: .failureMode, system: system.name, answer: "\(sentence) \(consequence)")
    let mend = "say in `failure_mode` of systems.\(system.name) who does what, and for how long."
    if Placeholder.isOne(mode.text) {
      row.fault = "Nothing is agreed: the failure mode is a placeholder."
      row.mend = mend
    } else if mode.text.split(whereSeparator: \.isWhitespace).count < 4 {
      row.fault = "Vague: a word or two do not tell anyone what to do."
      row.mend = mend
    } else if let said = mode.usableFor, said > expire {
      row.fault =
        "It promises values for \(said.words), but they expire after \(expire.words)."
      row.mend =
        "set `expire_after` of systems.\(system.name) to \(said.components.seconds / 60)m, or mend the sentence."
    }
    return row
  }

  // MARK: Who owns it after go-live?

  private func steward(of system: ConfiguredSystem) -> QuestionAnswer {
    var row = QuestionAnswer(
      question: .steward, system: system.name, answer: "\(system.steward) owns it after go-live.")
    let name = system.steward.prefix { $0 != "<" }
    if Placeholder.isOne(String(name)) || Placeholder.isGroup(String(name)) {
      row.fault = "Nobody is named: a person is accountable, not a placeholder or a group."
      row.mend = "name a person in `steward` of systems.\(system.name)."
    } else if !Self.canBeReached(system.steward) {
      row.fault = "Vague: nothing says how to reach this person at night."
      row.mend = "add an address: `Dana Reyes <dana@company.example>`."
    }
    return row
  }

  /// Whether a steward has an e-mail address or a telephone number.
  private static func canBeReached(_ steward: String) -> Bool {
    steward.contains("@") || steward.count(where: \.isNumber) >= 5
  }
}

/// Words that stand where an answer should.
enum Placeholder {
  private static let words: Set<String> = [
    "", "tbd", "tba", "todo", "fixme", "xxx", "none", "na", "unknown", "someone", "somebody",
    "nobody", "anyone", "later", "open", "pending", "test", "example", "changeme", "placeholder",
    "me", "asdf", "foo",
  ]
  private static let groups: Set<String> = [
    "it", "ops", "team", "everyone", "everybody", "all", "us", "sales", "finance", "support",
    "admin", "helpdesk",
  ]

  /// Whether the text is a placeholder, or nothing at all.
  static func isOne(_ text: String) -> Bool {
    let letters = text.lowercased().filter { $0.isLetter || $0.isWhitespace }
    let all = letters.split(whereSeparator: \.isWhitespace).map(String.init)
    return all.isEmpty || all.allSatisfy(words.contains)
      || ["to be"].contains { known in
        letters.trimmingWhitespace.hasPrefix(known + " ") && all.count <= 4
      }
  }

  /// Whether the text names a group of people: `the IT team`.
  static func isGroup(_ text: String) -> Bool {
    let all = text.lowercased().split { !$0.isLetter }.map(String.init)
    return all.allSatisfy { groups.contains($0) || ["the", "our", "department"].contains($0) }
  }
}
