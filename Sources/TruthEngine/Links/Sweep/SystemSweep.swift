public import DealModel

/// How far one system's records have been listed, and what proves that they are all there.
public struct SystemSweep: Hashable, Sendable {
  /// What is being done.
  public enum Stage: Hashable, Sendable {
    /// Nothing yet.
    case waiting
    /// Records are arriving, page by page.
    case listing
    /// It waits until what is on screen has been read there.
    case paused
    /// What seems broken is asked for once more, by its ID.
    case confirming
    /// The list came to its end.
    case done
    /// The list broke off.
    case failed(SystemError)
    /// It was stopped.
    case stopped
  }

  /// The system.
  public var system: SystemName
  /// How many records have been listed.
  public var records: Int
  /// How many of them bear a deal ID.
  public var linked: Int
  /// How many records the vendor counts; `nil` when it does not.
  public var total: RecordCount?
  /// What the adapter says about caps and cursors: `search capped, continued by key`.
  public var note: String?
  /// What is being done.
  public var stage: Stage

  /// How far one system's records have been listed.
  public init(
    system: SystemName, records: Int = 0, linked: Int = 0, total: RecordCount? = nil,
    note: String? = nil, stage: Stage = .waiting
  ) {
    self.system = system
    self.records = records
    self.linked = linked
    self.total = total
    self.note = note
    self.stage = stage
  }

  /// Whether every record is known to have been listed: the list came to the vendor's own end of
  /// it, and no fewer came than the vendor counts.
  public var isComplete: Bool {
    stage == .done && (total?.isReached(by: records) ?? true)
  }

  /// Whether nothing more will come.
  public var isOver: Bool {
    switch stage {
    case .done, .failed, .stopped: true
    case .waiting, .listing, .paused, .confirming: false
    }
  }

  /// How complete the list is, in words: `102 of 102, counted by pm`.
  public var proof: String {
    let part = Self.grouped(records)
    var words =
      switch stage {
      case .waiting: "waiting for the deals of the origin"
      case .done: end(part)
      case .failed: total.map { "broke off at \(part) of \(of($0))" } ?? "broke off at \(part)"
      case .stopped: total.map { "stopped at \(part) of \(of($0))" } ?? "stopped at \(part)"
      case .listing, .paused, .confirming: total.map { "\(part) of \(of($0))" } ?? part
      }
    switch stage {
    case .paused: words += ", pausing for what is on screen"
    case .confirming: words += ", asking for what is missing by its ID"
    case .waiting, .listing, .done, .failed, .stopped: break
    }
    if let note, stage != .waiting { words += ": \(note)" }
    return words
  }

  private func end(_ part: String) -> String {
    guard let total else { return "\(part), listed to the end; not counted by \(system)" }
    let difference = records - total.number
    if !total.isReached(by: records) {
      let lost = Self.grouped(-difference)
      return
        "\(part) of \(of(total)) counted by \(system): \(lost) missing, deleted meanwhile or lost"
    }
    switch total.precision {
    case .atLeast: return "\(part) of \(of(total))"
    case .exact where difference > 0:
      return
        "\(part) of \(of(total)) counted by \(system), \(Self.grouped(difference)) new meanwhile"
    case .exact, .about: return "\(part) of \(of(total)), counted by \(system)"
    }
  }

  private func of(_ total: RecordCount) -> String {
    let number = Self.grouped(total.number)
    return switch total.precision {
    case .exact: number
    case .atLeast: "at least \(number)"
    case .about: "about \(number)"
    }
  }

  /// A number with commas between its thousands.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
