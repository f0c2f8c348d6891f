import DealModel

/// What `watch` does besides watching:
///
///     watch:
///       on_change: [/usr/local/bin/page, ops]
///       on_change_deadline: 30s
///       metrics: 127.0.0.1:9464
///       heartbeats:
///         nightly_sync: {token: {env: NIGHTLY_TOKEN}, expect_every: 24h, grace: 30m}
extension ConfigurationReader {
  private static let watchKeys = ["on_change", "on_change_deadline", "metrics", "heartbeats"]
  private static let heartbeatKeys = ["token", "expect_every", "grace"]

  mutating func watchSettings(_ top: MappingReader) -> WatchSettings {
    var settings = WatchSettings()
    guard let entry = top["watch"],
      let watch = mapping(
        entry.value, of: "`watch`", keys: Self.watchKeys, at: entry.valuePosition)
    else { return settings }
    settings.onChange = onChange(watch)
    if let deadline = span("on_change_deadline", in: watch) {
      settings.onChangeDeadline = deadline
    }
    if let entry = watch["metrics"], let text = text(entry) {
      settings.address = ListeningAddress(text)
      if settings.address == nil {
        report(
          entry.valuePosition,
          "`metrics` takes an address such as `127.0.0.1:9464`, not \(quoted(text)).")
      }
    }
    if let entry = watch["heartbeats"],
      let flows = mapping(entry.value, of: "`heartbeats`", keys: nil, at: entry.valuePosition)
    {
      settings.heartbeats = flows.order.compactMap { heartbeat($0) }
    }
    return settings
  }

  private mutating func onChange(_ watch: MappingReader) -> [String] {
    guard let entry = watch["on_change"] else { return [] }
    let mend = "write a list, the program and its arguments: `[/usr/local/bin/page, ops]`"
    if let text = entry.value.scalar, text.contains(where: \.isWhitespace) {
      report(entry.valuePosition, "`on_change` is run without a shell; \(mend).")
      return []
    }
    let words = texts(entry).map(\.text)
    guard let program = words.first, !program.isEmpty else {
      report(entry.valuePosition, "`on_change` names no program; \(mend).")
      return []
    }
    guard !words.contains(where: { $0.utf8.contains(0) }) else {
      report(entry.valuePosition, "`on_change` holds a zero byte; \(mend).")
      return []
    }
    // Where `watch` is started from must not decide what it runs.
    if program.contains("/"), !program.hasPrefix("/") {
      report(
        entry.valuePosition,
        "`on_change` needs the program's whole path, or a name to look for in PATH, not "
          + "\(quoted(program)).")
    }
    return words
  }

  private mutating func heartbeat(_ entry: ConfigurationNode.Entry) -> WatchSettings.Heartbeat? {
    let errorsBefore = errors.count
    if !isName(entry.key) {
      report(
        entry.keyPosition,
        "A flow's name is made of letters, digits, `_` and `-`: \(quoted(entry.key)) is not.")
    }
    guard
      let flow = mapping(
        entry.value, of: "flow \(quoted(entry.key))", keys: Self.heartbeatKeys,
        at: entry.keyPosition)
    else { return nil }
    var token: SecretSource?
    if let entry = flow["token"] {
      token = secret(entry.value, under: "token", at: entry.valuePosition)
    } else {
      report(
        flow.position,
        "Flow \(quoted(entry.key)) has no `token`; say where it is kept: `token: {env: NAME}`.")
    }
    if flow["expect_every"] == nil {
      report(
        flow.position,
        "Flow \(quoted(entry.key)) has no `expect_every`; say how often it reports: "
          + "`expect_every: 1h`.")
    }
    let every = span("expect_every", in: flow)
    let grace = span("grace", in: flow)
    guard errors.count == errorsBefore, let token, let every else { return nil }
    // A tenth of the period forgives what schedulers usually drift.
    return WatchSettings.Heartbeat(
      flow: entry.key, token: token, expectEvery: every, grace: grace ?? every / 10)
  }

  private mutating func span(_ key: String, in mapping: MappingReader) -> Duration? {
    guard let entry = mapping[key], let text = text(entry) else { return nil }
    return duration(text, under: key, at: entry.valuePosition)
  }
}
