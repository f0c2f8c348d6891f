public import DealModel

extension FlowHealth {
  /// What happened, with its instants: "it last ran at 08:00 and is silent since 09:15".
  public var news: Evidence {
    let verb = flow.system == nil ? "reported" : "ran"
    let run: Evidence =
      report?.lastRun.map { "it last \(verb) at \($0)" } ?? "no run of it is known"
    var words: Evidence
    switch (state, since) {
    case (.running, _): words = run
    case (.unknown, _): words = "\(run), and how it does now is not known"
    case (_, let since?): words = "\(run) and is \(state.rawValue) since \(since)"
    case (_, nil): words = "\(run) and is \(state.rawValue)"
    }
    if let success = report?.lastSuccess, success != report?.lastRun {
      words = "\(words); it last ran well at \(success)"
    }
    return words
  }

  /// What happened, as a sentence.
  public var sentence: Evidence {
    var words = news
    if case .words(let first)? = words.parts.first {
      words.parts[0] = .words(first.prefix(1).uppercased() + first.dropFirst())
    }
    return "\(words)."
  }

  /// For a deal whose records are missing: which flow should have made them.
  public var shouldHaveMade: Evidence {
    "Flow \(flow.name) should have made them from \(route.from): \(news). Ask \(flow.steward)."
  }

  /// For a copy that disagrees: which flow carries it.
  public var carriesCopy: Evidence {
    "Flow \(flow.name) carries this from \(route.from) to \(route.to): \(news)."
  }

  private var route: Flow.Route { flow.carries ?? Flow.Route(from: "", to: "") }
}
