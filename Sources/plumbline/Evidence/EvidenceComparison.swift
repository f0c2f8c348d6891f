import DealModel

/// What has become of each value since evidence was taken.
struct EvidenceComparison {
  /// What became of one value.
  struct Finding {
    enum Verdict: String {
      case same
      case changed
      case gone
      case new
      case notAsked = "not_asked"
    }

    var name: String
    var verdict: Verdict
    var before: JSONValue?
    var after: JSONValue?
  }

  let findings: [Finding]

  /// Compares two documents.
  ///
  /// - Parameter silent: Systems that could not be asked now: what is missing there is not gone.
  init(before: JSONValue, after: JSONValue, silent: Set<String>) {
    let old = before["values"]?.members ?? []
    let new = after["values"]?.members ?? []
    let oldNames = Set(old.map(\.name))
    let newByName = Dictionary(new.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    var findings = old.map { member -> Finding in
      let now = newByName[member.name]
      return Finding(
        name: member.name, verdict: Self.verdict(member.value, now, silent: silent),
        before: member.value, after: now)
    }
    findings += new.filter { !oldNames.contains($0.name) }.map {
      Finding(name: $0.name, verdict: .new, before: nil, after: $0.value)
    }
    self.findings = findings
  }

  private static func verdict(
    _ old: JSONValue, _ new: JSONValue?, silent: Set<String>
  ) -> Finding.Verdict {
    guard let new else {
      return silent.contains(old["system"]?.string ?? "") ? .notAsked : .gone
    }
    if unknown(new) { return .notAsked }
    let keys = ["value", "absence", "complete"]
    return keys.allSatisfy { (old[$0] ?? .null) == (new[$0] ?? .null) } ? .same : .changed
  }

  /// Whether a value is not known now: it can be neither the same nor changed.
  private static func unknown(_ value: JSONValue) -> Bool {
    ["unavailable", "not_asked"].contains(value["absence"]?.string)
      || value["complete"]?.bool == false
  }

  func count(_ verdict: Finding.Verdict) -> Int { findings.count { $0.verdict == verdict } }

  /// Whether a value changed, went or came.
  var hasChanged: Bool { findings.contains { [.changed, .gone, .new].contains($0.verdict) } }

  /// The comparison as JSON.
  func json(deal: String, takenAt: JSONValue, comparedAt: Timestamp) -> JSONValue {
    [
      "deal": .string(deal), "taken_at": takenAt,
      "compared_at": .string(comparedAt.description),
      "complete": .bool(count(.notAsked) == 0), "same": .integer(count(.same)),
      "values": .array(
        findings.map { finding in
          [
            "name": .string(finding.name), "verdict": .string(finding.verdict.rawValue),
            "before": finding.before.map(Self.core) ?? nil,
            "after": finding.after.map(Self.core) ?? nil,
            "system": finding.after?["system"] ?? finding.before?["system"] ?? nil,
            "modified_at": finding.after?["modified_at"] ?? nil,
            "modified_by": finding.after?["modified_by"] ?? nil,
          ]
        }),
    ]
  }

  private static func core(_ value: JSONValue) -> JSONValue { value["value"] ?? nil }

  /// The comparison in lines: what is not the same, then the counts.
  var lines: [String] {
    var lines = findings.filter { $0.verdict != .same }.map { finding -> String in
      let before = finding.before.map(Self.words) ?? "nothing"
      let after = finding.after.map(Self.words) ?? "nothing"
      let name = finding.name + Self.number(finding)
      switch finding.verdict {
      case .same: return name
      case .changed: return "changed    \(name): \(before) → \(after)\(Self.source(finding))"
      case .gone: return "gone       \(name): was \(before)"
      case .new: return "new        \(name): \(after)\(Self.source(finding))"
      case .notAsked: return "not asked  \(name): was \(before), cannot be known now"
      }
    }
    let changed = count(.changed) + count(.gone) + count(.new)
    lines.append(
      "\(count(.same)) values are the same, \(changed) changed, "
        + "\(count(.notAsked)) could not be asked.")
    return lines
  }

  private static func number(_ finding: Finding) -> String {
    let number = (finding.after ?? finding.before)?["number"]?.string ?? ""
    return number.isEmpty ? "" : " (\(number))"
  }

  private static func source(_ finding: Finding) -> String {
    guard let system = finding.after?["system"]?.string else { return "" }
    let when = finding.after?["modified_at"]?.string.map { ", changed there \($0)" } ?? ""
    let who = finding.after?["modified_by"]?.string.map { " by \($0)" } ?? ""
    return "  [\(system)\(when)\(who)]"
  }

  private static func words(_ member: JSONValue) -> String {
    if let absence = member["absence"]?.string, member["value"]?.array == nil {
      return absence.split(separator: "_").joined(separator: " ")
    }
    return plain(member["value"] ?? .null)
  }

  private static func plain(_ value: JSONValue) -> String {
    if let amount = value["amount"]?.string, let currency = value["currency"]?.string {
      return "\(amount) \(currency)"
    }
    if let list = value.array {
      return list.isEmpty ? "none" : list.map(plain).joined(separator: " + ")
    }
    return value.string ?? value.text()
  }
}
