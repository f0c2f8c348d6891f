import DealModel

/// The jobs that are meant to carry the shared ID:
///
///     flows:
///       deal_to_project:
///         system: automation      # of a kind that reports flows: workato, make
///         job: '28904'            # the recipe's or scenario's ID there
///         carries: {from: crm, to: pm}
///         expect_every: 1h
///         grace: 15m
///       invoiced_to_crm:
///         heartbeat: nightly_sync # under `watch.heartbeats`, with its period and grace
///         carries: {from: erp, to: crm}
///         steward: Ines Faro <ines@company.example>
extension ConfigurationReader {
  private static let flowKeys = [
    "system", "job", "heartbeat", "carries", "expect_every", "grace", "steward",
  ]

  mutating func flows(
    _ top: MappingReader, plan: SystemsPlan, watch: WatchSettings
  ) -> [Flow] {
    guard let entry = top["flows"],
      let flows = mapping(entry.value, of: "`flows`", keys: nil, at: entry.valuePosition)
    else { return [] }
    let named = Self.heartbeatNames(top)
    return flows.order.compactMap { flow($0, plan: plan, watch: watch, named: named) }
  }

  /// The heartbeats that the file names, whole or not.
  private static func heartbeatNames(_ top: MappingReader) -> [String] {
    guard case .mapping(let watch)? = top["watch"]?.value.content,
      case .mapping(let heartbeats)? = watch.first(where: { $0.key == "heartbeats" })?.value.content
    else { return [] }
    return heartbeats.map(\.key)
  }

  private mutating func flow(
    _ entry: ConfigurationNode.Entry, plan: SystemsPlan, watch: WatchSettings, named: [String]
  ) -> Flow? {
    let errorsBefore = errors.count
    let name = "flow \(quoted(entry.key))"
    if !isName(entry.key) {
      report(
        entry.keyPosition,
        "A flow's name is made of letters, digits, `_` and `-`: \(quoted(entry.key)) is not.")
    }
    guard
      let mapping = mapping(entry.value, of: name, keys: Self.flowKeys, at: entry.keyPosition)
    else { return nil }
    let carries = route(mapping, plan: plan)
    var flow: Flow?
    switch (mapping["system"], mapping["heartbeat"]) {
    case (let system?, nil): flow = job(entry.key, system, mapping, plan: plan)
    case (nil, let heartbeat?):
      flow = reporting(entry.key, heartbeat, mapping, watch: watch, named: named)
    case (nil, nil):
      report(
        entry.keyPosition,
        "\(capitalized(name)) names nothing that knows of its runs; add `system` and `job`, or "
          + "`heartbeat`.")
    case (.some, let heartbeat?):
      report(
        heartbeat.keyPosition,
        "\(capitalized(name)) has a `system` and a `heartbeat`; leave one of them out.")
    }
    flow?.carries = carries
    return errors.count == errorsBefore ? flow : nil
  }

  /// A job of a system that reports flows.
  private mutating func job(
    _ name: String, _ entry: ConfigurationNode.Entry, _ mapping: MappingReader, plan: SystemsPlan
  ) -> Flow? {
    let job = requiredText("job", in: mapping, mend: "write the recipe's or scenario's ID")
    let every = span("expect_every", in: mapping)
    let grace = span("grace", in: mapping)
    if let grace = mapping["grace"], mapping["expect_every"] == nil {
      report(grace.keyPosition, "`grace` means nothing without `expect_every`; add it.")
    }
    guard let text = text(entry), let system = system(text, at: entry.valuePosition, in: plan)
    else { return nil }
    if let schema = system.schema, !schema.records.isEmpty {
      report(
        entry.valuePosition,
        "System \(quoted(text)) is of kind \(schema.kind), which reports no flows; name one that "
          + "does, or use `heartbeat`.")
    }
    let steward = mapping["steward"].flatMap { self.text($0) } ?? system.configured?.steward
    guard let job, let steward else { return nil }
    // A tenth of the period forgives what schedulers usually drift.
    return Flow(
      name: name, source: .job(job, in: system.name), expectEvery: every,
      grace: grace ?? every.map { $0 / 10 } ?? .zero, steward: steward)
  }

  /// A flow that reports in by itself.
  private mutating func reporting(
    _ name: String, _ entry: ConfigurationNode.Entry, _ mapping: MappingReader,
    watch: WatchSettings, named: [String]
  ) -> Flow? {
    for key in ["job", "expect_every", "grace"] {
      guard let wrong = mapping[key] else { continue }
      let mend =
        key == "job"
        ? "it goes with `system`" : "a heartbeat has its own, under `watch.heartbeats`"
      report(wrong.keyPosition, "`\(key)` has no place beside `heartbeat`: \(mend).")
    }
    let steward = requiredText(
      "steward", in: mapping, mend: "name the person accountable for this flow")
    guard let text = text(entry) else { return nil }
    guard named.contains(text) else {
      let hint = hint(for: text, among: named)
      report(
        entry.valuePosition,
        "There is no heartbeat \(quoted(text)) under `watch.heartbeats`; \(hint)\(stop(hint))")
      return nil
    }
    guard let heartbeat = watch.heartbeats.first(where: { $0.flow == text }), let steward else {
      return nil
    }
    return Flow(
      name: name, source: .heartbeat(text), expectEvery: heartbeat.expectEvery,
      grace: heartbeat.grace, steward: steward)
  }

  private mutating func route(_ mapping: MappingReader, plan: SystemsPlan) -> Flow.Route? {
    guard let entry = mapping["carries"],
      let ends = self.mapping(
        entry.value, of: "`carries`", keys: ["from", "to"], at: entry.keyPosition)
    else { return nil }
    let mend = "write `carries: {from: crm, to: pm}`"
    let names = ["from", "to"].map { key -> SystemName? in
      guard let text = requiredText(key, in: ends, mend: mend), let end = ends[key],
        let system = system(text, at: end.valuePosition, in: plan)
      else { return nil }
      if let schema = system.schema, schema.records.isEmpty {
        report(
          end.valuePosition,
          "\(quoted(text)) runs flows and holds no records: nothing is carried \(key) it.")
      }
      return system.name
    }
    guard let from = names[0], let to = names[1] else { return nil }
    if from == to {
      report(entry.valuePosition, "`carries` names \(quoted(from.text)) twice; \(mend).")
    }
    return Flow.Route(from: from, to: to)
  }

  private mutating func span(_ key: String, in mapping: MappingReader) -> Duration? {
    guard let entry = mapping[key], let text = text(entry) else { return nil }
    return duration(text, under: key, at: entry.valuePosition)
  }
}
