import AdapterKit
import DealModel
import HealthHistory
import TerminalHost

/// `health --history`: what is remembered, without asking anybody.
enum HealthHistoryReport {
  /// Prints the history of a company's systems.
  ///
  /// - Returns: Findings when an incident is open.
  static func print(
    _ company: CompanyModel, at place: HistoryPlace, format: RowFormat, limit: Int = 50
  ) async throws -> Outcome {
    let time = SystemClock()
    let memory = await HealthHistory(place, of: company, recorder: "command", time: time).memory()
    if memory.histories.isEmpty, let trouble = memory.trouble {
      throw CommandFailure(
        "history", [.init(message: trouble)], exitCode: CommandFailure.incompleteCode)
    }
    let now = time.now()
    let forms = HistoryForms(zone: LocalZone.system(around: now), now: now)
    switch format {
    case .json:
      Standard.output(
        JSONValue.array(memory.histories.map(forms.history)).text(pretty: true) + "\n")
    case .text: Standard.output(forms.text(memory, limit: limit))
    case .csv, .markdown: Standard.output(forms.rows(memory).printed(format))
    }
    if let trouble = memory.trouble { Standard.error("plumbline: \(VisibleText(trouble))\n") }
    return memory.incidents.contains(where: \.isOpen) ? .findings : .clean
  }
}

/// The printed forms of the history.
struct HistoryForms {
  let zone: LocalZone
  let now: Timestamp

  /// Per system the last hour, day and week in a line each, then the incidents, newest first.
  func text(_ memory: HealthMemory, limit: Int) -> String {
    var lines: [String] = []
    for history in memory.histories {
      lines.append(history.subject.text)
      for span in SystemHealthHistory.Span.allCases where isSystem(history.subject) {
        lines.append("  " + words(history.series[span] ?? [], span))
      }
      if let count = history.coverage.last {
        lines.append(
          "  links      \(count.coverage.linked) of \(count.coverage.due) since \(count.at)")
      }
    }
    let incidents = memory.incidents
    lines.append("")
    lines.append(
      incidents.isEmpty ? "No incident is remembered." : "Incidents of 90 days: \(incidents.count)")
    for incident in incidents.prefix(limit) {
      lines.append("  \(incident.subject.text)  \(incident.course(in: zone, at: now))")
    }
    if incidents.count > limit { lines.append("  and \(incidents.count - limit) earlier ones") }
    return lines.map { VisibleText($0).text + "\n" }.joined()
  }

  private func isSystem(_ subject: HealthIncident.Subject) -> Bool {
    if case .system = subject { true } else { false }
  }

  private func words(
    _ buckets: [SystemHealthHistory.Bucket], _ span: SystemHealthHistory.Span
  ) -> String {
    let calls = buckets.map(\.calls).reduce(0, +)
    let failures = buckets.map(\.failures).reduce(0, +)
    let slowest = buckets.compactMap(\.latency95).max()
    let unseen = buckets.count { $0.worst == nil }
    let name = "last \(span.rawValue)"
    var text = name + String(repeating: " ", count: max(1, 11 - name.count))
    text += calls == 0 ? "no calls" : "\(calls) calls, \(failures) failed"
    if let slowest { text += ", p95 at most \(slowest.milliseconds) ms" }
    let worst = buckets.compactMap(\.worst).max { $0.severity < $1.severity }
    if let worst, worst != .healthy { text += ", worst \(worst.rawValue)" }
    if unseen > 0 { text += ", not watched \(unseen * 100 / max(1, buckets.count)) %" }
    return text
  }

  /// The incidents as rows.
  func rows(_ memory: HealthMemory) -> Rows {
    var rows = Rows([
      .init("SYSTEM"), .init("BEGAN"), .init("STATE"), .init("ENDED"), .init("COURSE"),
    ])
    for incident in memory.incidents {
      rows.append(
        [
          incident.subject.text, incident.began.description,
          incident.worst.words(of: incident.subject), ended(incident)?.description ?? "",
          incident.course(in: zone, at: now),
        ], json: self.incident(incident))
    }
    return rows
  }

  private func ended(_ incident: HealthIncident) -> Timestamp? {
    switch incident.ending {
    case .ended(let end): end
    case .endedUnseen(_, let before): before
    case .ongoing, .lastSeen: nil
    }
  }

  /// The JSON of one system or flow.
  func history(_ history: SystemHealthHistory) -> JSONValue {
    let name = history.subject.text
    let isSystem = isSystem(history.subject)
    let series = SystemHealthHistory.Span.allCases.map { span -> JSONValue.Member in
      JSONValue.Member(span.rawValue, .array((history.series[span] ?? []).map(bucket)))
    }
    let coverage = history.coverage.map { count -> JSONValue in
      [
        "at": .string(count.at.description), "linked": .integer(count.coverage.linked),
        "due": .integer(count.coverage.due),
      ]
    }
    return [
      "system": text(isSystem ? name : nil), "flow": text(isSystem ? nil : name),
      "series": .object(series), "link_coverage": .array(coverage),
      "incidents": .array(history.incidents.map(incident)),
    ]
  }

  private func text(_ text: String?) -> JSONValue { text.map { JSONValue.string($0) } ?? nil }

  private func instant(_ instant: Timestamp?) -> JSONValue { text(instant?.description) }

  private func milliseconds(_ duration: Duration?) -> JSONValue {
    duration.map { JSONValue.integer($0.milliseconds) } ?? nil
  }

  private func bucket(_ bucket: SystemHealthHistory.Bucket) -> JSONValue {
    [
      "began": instant(bucket.began), "status": text(bucket.worst?.rawValue),
      "calls": .integer(bucket.calls), "errors": .integer(bucket.failures),
      "latency_ms": [
        "p50": milliseconds(bucket.median), "p95": milliseconds(bucket.latency95),
      ],
    ]
  }

  private func incident(_ incident: HealthIncident) -> JSONValue {
    let lastSeen: Timestamp? =
      switch incident.ending {
      case .lastSeen(let seen): seen
      case .endedUnseen(let after, _): after
      case .ongoing, .ended: nil
      }
    let seconds = incident.began.duration(to: incident.end(at: now)).milliseconds / 1_000
    let steps = incident.steps.map { step(of: incident.subject, $0) }
    return [
      "began": instant(incident.began), "ended": instant(ended(incident)),
      "last_seen": instant(lastSeen), "open": .bool(incident.isOpen),
      "worst": .string(incident.worst.words(of: incident.subject)),
      "seconds": .integer(seconds), "calls": .integer(incident.calls),
      "errors": .integer(incident.failures), "steps": .array(steps),
      "summary": .string(incident.course(in: zone, at: now)),
    ]
  }

  private func step(
    of subject: HealthIncident.Subject, _ step: HealthIncident.Step
  ) -> JSONValue {
    let status = step.cause?.httpStatus.map { JSONValue.integer($0) }
    let wait = step.cause?.retryAfter.map { JSONValue.integer($0.milliseconds / 1_000) }
    return [
      "at": instant(step.at), "status": text(step.status?.words(of: subject)),
      "error": text(step.cause?.kind), "http_status": status ?? nil,
      "operation": text(step.cause?.operation), "retry_after_seconds": wait ?? nil,
    ]
  }
}
