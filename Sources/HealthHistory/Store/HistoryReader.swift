import DealModel
import GRDB

/// Reads what is remembered of one system or flow.
struct HistoryReader {
  /// A recorder that was not heard of for longer has died.
  static let silence = Duration.seconds(150)

  let database: Database
  let company: CompanyKey
  let now: Timestamp

  func history(of subject: HealthIncident.Subject) throws -> SystemHealthHistory {
    let key = company.key(of: subject)
    let id = try Int64.fetchOne(
      database, sql: "SELECT id FROM subject WHERE company = ? AND kind = ? AND name = ?",
      arguments: [key.company, key.kind, key.name])
    var history = SystemHealthHistory(subject: subject)
    let spans = try id.map(spans) ?? []
    let timeline = Timeline(spans)
    for span in SystemHealthHistory.Span.allCases {
      history.series[span] = try series(span, of: id, timeline: timeline)
    }
    guard let id else { return history }
    history.incidents = IncidentFinder.incidents(of: subject, in: spans).reversed()
    history.coverage = try coverage(of: id)
    history.failedCalls = try failedCalls(of: id)
    return history
  }

  /// When a flow last reported, and since when that is listened for; `nil` when nobody ever did.
  static func beat(
    of flow: String, company: CompanyKey, in database: Database
  ) throws -> FlowReport? {
    let key = company.key(of: .flow(flow))
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT last, began, until FROM beat JOIN subject ON subject.id = beat.subject
        WHERE company = ? AND kind = ? AND name = ?
        """, arguments: [key.company, key.kind, key.name])
    guard let row, let began = row["began"] as Int64?, let until = row["until"] as Int64? else {
      return nil
    }
    let last = (row["last"] as Int64?).map(Timestamp.init(milliseconds:))
    return FlowReport(
      lastRun: last, lastSuccess: last,
      listening: FlowReport.Listening(
        since: Timestamp(milliseconds: began), until: Timestamp(milliseconds: until)))
  }

  private func spans(of subject: Int64) throws -> [StateSpan] {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT status, state.began, COALESCE(state.ended, recorder.ended) AS ended, recorder.seen,
          error, http_status, operation, retry_after, calls, failures
        FROM state LEFT JOIN recorder ON recorder.id = state.recorder WHERE subject = ?
        """, arguments: [subject])
    var spans: [StateSpan] = []
    while let row = try rows.next() {
      guard let status = (row["status"] as String?).flatMap(SystemStatus.init),
        let began = row["began"] as Int64?
      else { continue }
      let seen = (row["seen"] as Int64?).map(Timestamp.init(milliseconds:))
      let ended = (row["ended"] as Int64?).map(Timestamp.init(milliseconds:))
      let isLive = ended == nil && seen.map { $0.duration(to: now) <= Self.silence } == true
      var span = StateSpan(
        status: status, began: Timestamp(milliseconds: began),
        end: ended ?? (isLive ? now : seen) ?? Timestamp(milliseconds: began), isLive: isLive,
        calls: row["calls"] ?? 0, failures: row["failures"] ?? 0)
      if let kind = row["error"] as String? {
        span.cause = HealthIncident.Cause(
          kind: kind, httpStatus: row["http_status"], operation: row["operation"],
          retryAfter: (row["retry_after"] as Int64?).map { .milliseconds($0) })
      }
      spans.append(span)
    }
    return spans
  }

  private func series(
    _ span: SystemHealthHistory.Span, of subject: Int64?, timeline: Timeline
  ) throws -> [SystemHealthHistory.Bucket] {
    let length = span.bucket.milliseconds
    let last = now.milliseconds / length
    let first = last - Int64(span.count) + 1
    let counts = try subject.map { try calls(of: $0, span, from: first) } ?? [:]
    let latencies = try subject.map { try steps(of: $0, span, from: first) } ?? [:]
    return (first...last).map { index in
      let began = Timestamp(milliseconds: index * length)
      let count = counts[index] ?? (calls: 0, failures: 0)
      return SystemHealthHistory.Bucket(
        began: began,
        worst: timeline.worst(from: began, to: Timestamp(milliseconds: (index + 1) * length)),
        calls: count.calls, failures: count.failures,
        median: latencies[index].flatMap { LatencyScale.percentile(50, of: $0) },
        latency95: latencies[index].flatMap { LatencyScale.percentile(95, of: $0) })
    }
  }

  private func calls(
    of subject: Int64, _ span: SystemHealthHistory.Span, from first: Int64
  ) throws -> [Int64: (calls: Int, failures: Int)] {
    let minutes = span.bucket.milliseconds / 60_000
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT minute / ?1 AS bucket, SUM(calls) AS calls, SUM(failures) AS failures FROM stretch
        WHERE subject = ?2 AND minute >= ?3 GROUP BY 1
        """, arguments: [minutes, subject, first * minutes])
    var counts: [Int64: (calls: Int, failures: Int)] = [:]
    while let row = try rows.next() {
      guard let bucket = row["bucket"] as Int64? else { continue }
      counts[bucket] = (row["calls"] ?? 0, row["failures"] ?? 0)
    }
    return counts
  }

  private func steps(
    of subject: Int64, _ span: SystemHealthHistory.Span, from first: Int64
  ) throws -> [Int64: [Int: Int]] {
    let minutes = span.bucket.milliseconds / 60_000
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT minute / ?1 AS bucket, step, SUM(calls) AS calls FROM latency
        WHERE subject = ?2 AND minute >= ?3 GROUP BY 1, 2
        """, arguments: [minutes, subject, first * minutes])
    var steps: [Int64: [Int: Int]] = [:]
    while let row = try rows.next() {
      guard let bucket = row["bucket"] as Int64?, let step = row["step"] as Int? else { continue }
      steps[bucket, default: [:]][step] = row["calls"] ?? 0
    }
    return steps
  }

  private func coverage(of subject: Int64) throws -> [SystemHealthHistory.Coverage] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT at, linked, due FROM coverage WHERE subject = ? ORDER BY at",
      arguments: [subject])
    return rows.compactMap { row -> SystemHealthHistory.Coverage? in
      guard let at = row["at"] as Int64?, let linked = row["linked"] as Int?,
        let due = row["due"] as Int?
      else { return nil }
      return SystemHealthHistory.Coverage(
        at: Timestamp(milliseconds: at),
        coverage: SystemHealth.LinkCoverage(linked: linked, due: due))
    }
  }

  private func failedCalls(of subject: Int64) throws -> [SystemHealthHistory.FailedCalls] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT operation, error, http_status, COUNT(*) AS count, MAX(at) AS last FROM call
        WHERE subject = ? AND error IS NOT NULL AND at >= ?
        GROUP BY 1, 2, 3 ORDER BY count DESC, last DESC LIMIT 20
        """, arguments: [subject, now.milliseconds - 86_400_000])
    return rows.compactMap { row -> SystemHealthHistory.FailedCalls? in
      guard let last = row["last"] as Int64?, let operation = row["operation"] as String?,
        let kind = row["error"] as String?, let count = row["count"] as Int?
      else { return nil }
      let status: Int? = row["http_status"]
      return SystemHealthHistory.FailedCalls(
        operation: operation, kind: kind, httpStatus: status, count: count,
        last: Timestamp(milliseconds: last))
    }
  }
}
