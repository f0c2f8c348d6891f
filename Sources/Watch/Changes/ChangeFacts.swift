public import DealModel

/// A system or flow came into another state: the facts for a log line and for a command.
public struct ChangeFacts: Hashable, Sendable {
  /// The system or flow.
  public var subject: HealthIncident.Subject
  /// The state it left.
  public var from: SystemStatus
  /// The state it came into.
  public var to: SystemStatus
  /// When.
  public var at: Timestamp
  /// Why, as a sentence.
  public var reason: String
  /// The states' own words, where a system's states have others: a flow that is stopped, or failing.
  public var words: Words?

  /// Words for the two states.
  public struct Words: Hashable, Sendable {
    /// The state it left.
    public var from: String
    /// The state it came into.
    public var to: String

    /// Words for the two states.
    public init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  /// A system or flow came into another state.
  public init(
    subject: HealthIncident.Subject, from: SystemStatus, to: SystemStatus, at: Timestamp,
    reason: String
  ) {
    self.subject = subject
    self.from = from
    self.to = to
    self.at = at
    self.reason = reason
  }

  /// Whether anybody is to be told: a system that was first asked and is well is no news, nor is a
  /// flow of which nothing can be said for now.
  public var isNews: Bool {
    if case .flow = subject, to == .unknown { return false }
    return !(from == .unknown && to == .healthy) && fromWord != toWord
  }

  /// Whether it is for the worse.
  public var isWorse: Bool { to.severity > max(0, from.severity) }

  /// The line for the log: `erp_us: healthy → throttled: The vendor asks for patience.`
  public var line: String {
    let name =
      switch subject {
      case .system(let system): system.text
      case .flow(let flow): "flow \(flow)"
      }
    return VisibleText("\(name): \(fromWord) → \(toWord): \(reason)").text
  }

  private var fromWord: String { words?.from ?? from.words(of: subject) }
  private var toWord: String { words?.to ?? to.words(of: subject) }

  /// The variables for a command; what a system said is made safe and kept short.
  public func variables(of company: CompanyModel) -> [String: String] {
    var variables = [
      "PLUMBLINE_COMPANY": company.company,
      "PLUMBLINE_FROM": fromWord, "PLUMBLINE_TO": toWord,
      "PLUMBLINE_SINCE": at.description,
      "PLUMBLINE_REASON": VisibleText(String(reason.prefix(1_000))).text,
      "PLUMBLINE_SUMMARY": String(line.prefix(1_000)),
    ]
    switch subject {
    case .system(let name):
      let system = company.system(name)
      variables["PLUMBLINE_SYSTEM"] = name.text
      variables["PLUMBLINE_KIND"] = system?.kind ?? ""
      variables["PLUMBLINE_STEWARD"] = system?.steward ?? ""
      variables["PLUMBLINE_FAILURE_MODE"] = system?.failureMode ?? ""
    case .flow(let name):
      let flow = company.flows.first { $0.name == name }
      variables["PLUMBLINE_FLOW"] = name
      variables["PLUMBLINE_KIND"] = "heartbeat"
      if words != nil, let system = flow?.system {
        variables["PLUMBLINE_SYSTEM"] = system.text
        variables["PLUMBLINE_KIND"] = company.system(system)?.kind ?? ""
        variables["PLUMBLINE_STEWARD"] = flow?.steward ?? ""
      }
    }
    return variables.mapValues { $0.replacing("\0", with: "") }
  }
}
