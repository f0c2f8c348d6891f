import DealModel

/// Everything that is told to Prometheus, from what is known now. Pure.
struct MetricsPage {
  let health: [SystemHealth]
  let counts: [SystemName: CallMetrics.Counts]
  let flows: [FlowState]
  let started: Timestamp
  let version: String
  let keepsHistory: Bool

  /// The page.
  var text: String {
    var page = MetricsText()
    page.gauges(
      "plumbline_build_info", "The version of the program that watches.",
      [([("version", version)], "1")])
    page.gauges(
      "plumbline_start_timestamp_seconds", "When watching began.",
      [([], MetricsText.seconds(started.milliseconds))])
    page.gauges(
      "plumbline_history_kept", "Whether the history of health can be written.",
      [([], keepsHistory ? "1" : "0")])
    addStates(to: &page)
    addCalls(to: &page)
    addFacts(to: &page)
    addFlows(to: &page)
    return page.text
  }

  private func addStates(to page: inout MetricsText) {
    page.gauges(
      "plumbline_system_up", "Whether a system answers usably: healthy or degraded.",
      health.filter { $0.status != .unknown }.map { health in
        let isUp = health.status == .healthy || health.status == .degraded
        return ([("system", health.system.text), ("kind", health.kind)], isUp ? "1" : "0")
      })
    page.gauges(
      "plumbline_system_status", "The state of a system: 1 for the one it is in.",
      health.flatMap { health in
        SystemStatus.allCases.map { status in
          (
            [("system", health.system.text), ("status", status.rawValue)],
            health.status == status ? "1" : "0"
          )
        }
      })
    page.gauges(
      "plumbline_system_status_since_timestamp_seconds",
      "When a system came into the state it is in.",
      stamps(\.since))
    page.gauges(
      "plumbline_system_last_success_timestamp_seconds", "When a system last answered usably.",
      stamps(\.lastSuccess))
    page.family(
      "plumbline_system_status_changes_total", .counter,
      "How often a system came into another state.")
    for health in health {
      page.sample(
        "plumbline_system_status_changes_total", [("system", health.system.text)],
        counts[health.system]?.changes ?? 0)
    }
  }

  private func addCalls(to page: inout MetricsText) {
    let name = "plumbline_call_duration_seconds"
    page.family(name, .histogram, "How long calls to a system took, failed ones included.")
    for health in health {
      let counts = counts[health.system] ?? CallMetrics.Counts()
      let system = ("system", health.system.text)
      var below = 0
      for (bound, calls) in zip(CallMetrics.bounds, counts.durations) {
        below += calls
        page.sample("\(name)_bucket", [system, ("le", MetricsText.seconds(bound))], below)
      }
      let all = counts.durations.reduce(0, +)
      page.sample("\(name)_bucket", [system, ("le", "+Inf")], all)
      page.sample("\(name)_sum", [system], MetricsText.seconds(counts.sum))
      page.sample("\(name)_count", [system], all)
    }
    page.family(
      "plumbline_calls_total", .counter, "Calls to a system by result, retries included.")
    for health in health {
      // A counter that appears only with its first failure has no increase to alert on.
      let words = Set(counts[health.system].map { Array($0.results.keys) } ?? [])
        .union(["ok", "unavailable", "throttled", "unauthorized"])
      for word in words.sorted() {
        page.sample(
          "plumbline_calls_total", [("system", health.system.text), ("result", word)],
          counts[health.system]?.results[word] ?? 0)
      }
    }
  }

  private func addFacts(to page: inout MetricsText) {
    page.gauges(
      "plumbline_calls_left", "Calls that the vendor still allows in its present window.",
      health.compactMap { health in
        health.callsLeft.map { ([("system", health.system.text)], String($0)) }
      })
    page.gauges(
      "plumbline_clock_skew_seconds",
      "How far the clock of a system is ahead of ours; negative when it is behind.",
      health.compactMap { health in
        health.clockSkew.map {
          ([("system", health.system.text)], MetricsText.seconds($0.offset.milliseconds))
        }
      })
    page.gauges(
      "plumbline_credentials_expire_timestamp_seconds", "When the token in use ends.",
      stamps(\.credentialsExpire))
    page.gauges(
      "plumbline_schema_drifts", "Configured properties that a system no longer has as configured.",
      health.map { ([("system", $0.system.text)], String($0.drift.count)) })
    page.gauges(
      "plumbline_link_coverage_ratio",
      "The share of the deals with a record in a system among those where one is due.",
      health.compactMap { health in
        health.linkCoverage.map {
          ([("system", health.system.text)], MetricsText.ratio($0.linked, of: $0.due))
        }
      })
    page.gauges(
      "plumbline_links_due", "Deals for which a record is due in a system.",
      health.compactMap { health in
        health.linkCoverage.map { ([("system", health.system.text)], String($0.due)) }
      })
  }

  private func addFlows(to page: inout MetricsText) {
    page.gauges(
      "plumbline_heartbeat_last_timestamp_seconds", "When a flow last reported in.",
      flows.compactMap { flow in
        flow.last.map { ([("flow", flow.name)], MetricsText.seconds($0.milliseconds)) }
      })
    page.gauges(
      "plumbline_heartbeat_expected_interval_seconds", "How often a flow should report in.",
      flows.map { ([("flow", $0.name)], MetricsText.seconds($0.expectEvery.milliseconds)) })
    page.gauges(
      "plumbline_heartbeat_silent", "Whether a flow is later than its grace allows.",
      flows.map { ([("flow", $0.name)], $0.status == .down ? "1" : "0") })
    guard !flows.isEmpty else { return }
    page.family("plumbline_heartbeats_total", .counter, "How often a flow reported in.")
    for flow in flows {
      page.sample("plumbline_heartbeats_total", [("flow", flow.name)], flow.count)
    }
  }

  private func stamps(
    _ instant: KeyPath<SystemHealth, Timestamp?>
  ) -> [(labels: [(String, String)], value: String)] {
    health.compactMap { health in
      health[keyPath: instant].map {
        ([("system", health.system.text)], MetricsText.seconds($0.milliseconds))
      }
    }
  }
}
