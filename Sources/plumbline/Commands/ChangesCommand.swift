import ArgumentParser
import DealModel
import Glibc
import Scheduler
import TruthEngine

/// `changes`: what the systems say has changed, or every change as it happens.
struct ChangesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes", abstract: "What has changed, and every change as it happens.",
    discussion: """
      Without --follow: the records that the systems say changed within --since, by whom and when. \
      Their earlier values are not known: nothing is stored between runs.
      With --follow: a line per change with its old and new value and what it did to the figures, \
      until interrupted.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var rows: RowOptions
  @Option(
    name: .long,
    help: ArgumentHelp("How far to look back: 90m, 24h, 7d. Default: 24h.", valueName: "duration"))
  var since: String?
  @Flag(name: .long, help: "Watch, and print a line per change until interrupted.")
  var follow = false

  func validate() throws {
    if follow, since != nil {
      throw ValidationError(
        "--follow watches from now on and --since looks back: leave out one of them.")
    }
    if follow, rows.markdown {
      throw ValidationError("--follow prints lines: choose --json or --csv, or plain text.")
    }
    if let since, Self.duration(since) == nil {
      throw ValidationError(
        "--since takes a number and a unit, s, m, h or d, up to 366d: 90m, 24h, 7d.")
    }
  }

  func run() async throws {
    try await answering(json: rows.json) {
      let format = rows.format
      if follow {
        return try await Session.follow(source) { session in
          try await ChangeFollower(session: session, format: format).run()
        }
      }
      let span = Self.duration(since ?? "24h") ?? .seconds(86_400)
      return try await Session.run(source) { session in
        try await list(since: session.time.now().adding(.zero - span), format, session)
      }
    }
  }

  private func list(
    since instant: Timestamp, _ format: RowFormat, _ session: Session
  ) async throws -> Outcome {
    let found = await session.engine.changes(since: instant)
    try Task.checkCancellation()
    var table = Rows.ofChanges
    for change in found.changes { table.append(change, session.forms) }
    Standard.output(table.printed(format))
    if found.changes.isEmpty, format == .text {
      Standard.error("plumbline: no system says that anything changed since \(instant).\n")
    }
    for system in found.silent {
      Standard.error("plumbline: \(system) cannot say what changed since then.\n")
    }
    warn(found.failures)
    return Outcome(findings: false, complete: found.failures.isEmpty)
  }

  /// `90m`, `24h`, `7d` as a span of time; `nil` for anything else.
  private static func duration(_ text: String) -> Duration? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
      number > 0, number <= 366 * 86_400 / unit
    else { return nil }
    return .seconds(number * unit)
  }
}

/// Prints every change as it happens.
struct ChangeFollower: Sendable {
  let session: Session
  let format: RowFormat
  /// Deals beyond which not all values are remembered.
  private static let mostDeals = Engine.rememberedDeals

  /// Runs until nobody reads any more; an interrupt ends the process.
  func run() async throws -> Outcome {
    if format == .csv {
      let names = Rows.ofChanges.printed(.csv)
      guard Standard.tells(names) else { return .clean }
    }
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.untilNobodyReads() }
      group.addTask { await self.listen() }
      await group.next()
      group.cancelAll()
      return .clean
    }
  }

  private func listen() async {
    var ids: Set<DealID> = []
    var said: Set<String> = []
    await withDiscardingTaskGroup { group in
      for await event in session.engine.events {
        switch event {
        case .indexed(let records, _): ids.formUnion(records.map(\.dealID))
        case .indexComplete:
          let listed = ids.sorted()
          group.addTask { await self.remember(listed) }
        case .indexFailed(let error):
          if said.insert(error.message).inserted { say(error.message) }
        case .watching(let watch):
          for failure in watch.systems.compactMap(\.failure)
          where said.insert(failure.message).inserted { say(failure.message) }
        case .changed(let changes):
          let lines = changes.map(line).joined()
          guard Standard.tells(lines) else { return }
        default: break
        }
        if Task.isCancelled { return }
      }
    }
  }

  /// Has every deal read once, so that earlier values are known.
  private func remember(_ ids: [DealID]) async {
    guard ids.count <= Self.mostDeals else {
      return say(
        "Watching \(ids.count) deals: too many to remember every value, so that changes are told "
          + "without the earlier value.")
    }
    await session.engine.readAhead(ids)
    if !Task.isCancelled { say("Watching \(ids.count) deals.") }
  }

  private func say(_ words: String) { Standard.error("plumbline: \(VisibleText(words))\n") }

  private func line(_ change: DealChange) -> String {
    switch format {
    case .json: return session.forms.change(change).text() + "\n"
    case .csv:
      var table = Rows.ofChanges
      table.append(change, session.forms)
      return table.printed(.csv).split(separator: "\n", maxSplits: 1).last.map(String.init) ?? ""
    case .text, .markdown: return VisibleText(change.line).text + "\n"
    }
  }

  /// Returns when the reader of a pipe has gone, also while there is nothing to write.
  private func untilNobodyReads() async {
    while !Task.isCancelled {
      var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
      if poll(&output, 1, 0) > 0, output.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 {
        return
      }
      try? await session.time.sleep(for: .seconds(1))
    }
  }
}
