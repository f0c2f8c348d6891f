public import DealModel

/// Examines one system for `doctor`: what every system can be asked, then what only its vendor
/// knows. A system that does not answer gives its lines at once, with the reason.
public struct Examiner: Sendable {
  /// How far clocks may differ before it is a finding: readings are dated to the second.
  public static let clockTolerance = Duration.seconds(30)
  /// The fewest calls left that are no finding.
  public static let fewCalls = 20
  /// Credentials that end sooner are a finding, unless they renew themselves.
  public static let credentialNotice = Duration.seconds(14 * 86_400)

  private let adapter: any Adapter
  private let brief: ExaminationBrief
  private let time: any TimeSource

  /// An examiner of one system.
  public init(_ adapter: any Adapter, brief: ExaminationBrief, time: any TimeSource) {
    self.adapter = adapter
    self.brief = brief
    self.time = time
  }

  /// Everything that was checked, in a fixed order. Never throws: what cannot be asked is told.
  ///
  /// - Parameter wasReached: Whether an exchange with the system has taken place, by the calls.
  public func examine(wasReached: @Sendable () -> Bool) async -> [Examination] {
    let began = time.now()
    do {
      let answer = try await adapter.probe()
      let took = began.duration(to: time.now())
      return await examine(after: answer, took: took)
    } catch let error as SystemError {
      if case .drifted = error.kind { return await examineDrifted(error) }
      return silent(error, wasReached: wasReached())
    } catch {
      return [Examination(.reach, .unasked, "could not be asked: it was cancelled.")]
    }
  }

  // MARK: A system that answers

  private func examine(after answer: ProbeAnswer, took: Duration) async -> [Examination] {
    async let vendor = adapter.examinations(brief)
    async let links = linkExaminations()
    async let properties = propertyExaminations()
    async let flows = FlowCheck(adapter, brief).examinations()
    let opening = [
      Examination(.reach, .ok, "answers, in \(took.milliseconds) ms."),
      Examination(.credentials, .ok, "let in as \(answer.identity)."),
    ]
    let isLinkGone = await properties.contains {
      $0.check == .linkProperty && $0.outcome == .finding
    }
    // What the definitions told already is not told again by the records.
    let sampled = await links.filter { !isLinkGone || $0.check != .linkProperty }
    let all =
      opening + (await vendor) + (await properties) + sampled + (await flows)
      + [clock(answer, took: took), limits(answer)]
    return all.inFixedOrder
  }

  /// A probe may itself notice that the schema changed: the system is there, and lets us in.
  private func examineDrifted(_ error: SystemError) async -> [Examination] {
    async let vendor = adapter.examinations(brief)
    async let properties = propertyExaminations()
    let opening = [
      Examination(.reach, .ok, "answers."), Examination(.credentials, .ok, "let in."),
    ]
    var all = opening + (await vendor) + (await properties)
    if !all.contains(where: { $0.outcome == .finding }) {
      all.append(Examination(.linkProperty, .finding, error.message))
    }
    return all.inFixedOrder
  }

  /// The link property and the echoes, by the vendor's own list of definitions.
  private func propertyExaminations() async -> [Examination] {
    do {
      guard let known = try await adapter.properties() else { return [] }
      return PropertyCheck(brief, known: known).examinations
    } catch let error as SystemError {
      return [.unasked(.linkProperty, error)]
    } catch {
      return []
    }
  }

  /// A page of links: whether the link property can be read, and what stands in it.
  private func linkExaminations() async -> [Examination] {
    guard adapter.capabilities.listsLinks else { return [] }
    do {
      let page = try await adapter.linkPage(after: nil)
      return [SampleCheck(page.links, pattern: brief.sharedID.pattern).examination]
    } catch let error as SystemError {
      if case .drifted(let field) = error.kind {
        return [
          Examination(
            .linkProperty, .finding, "There is no \(VisibleText(field)) to bear the deal ID.",
            mend: "mend `link` of systems.\(brief.system.name), or show the field to the role.")
        ]
      }
      return [.unasked(.sample, error)]
    } catch {
      return []
    }
  }

  private func clock(_ answer: ProbeAnswer, took: Duration) -> Examination {
    guard let server = answer.serverTime else {
      return Examination(.clock, .manual, "does not tell its time.")
    }
    // The answer is as old as half the exchange, at a guess.
    let skew = time.now().adding(.zero - took / 2).duration(to: server)
    let size = skew < .zero ? .zero - skew : skew
    let seconds = size.components.seconds
    guard size > Self.clockTolerance else {
      return Examination(.clock, .ok, "agrees with this machine's to \(max(1, seconds)) s.")
    }
    let direction = skew < .zero ? "behind" : "ahead of"
    return Examination(
      .clock, .finding, "is \(seconds) s \(direction) this machine's.",
      mend: "keep this machine's clock by NTP; ages are wrong by as much, and signed calls fail "
        + "beyond five minutes.")
  }

  private func limits(_ answer: ProbeAnswer) -> Examination {
    if let left = answer.callsLeft, left < Self.fewCalls {
      return Examination(
        .limits, .finding, "only \(left) calls are left in the vendor's window.",
        mend: "see which other integrations use the account.")
    }
    let calls = answer.callsLeft.map { "\($0) calls are left in the vendor's window" }
    let end = answer.credentialsExpire.map { end in
      "the access token ends at \(Timestamp(milliseconds: end.milliseconds / 1_000 * 1_000)) and is "
        + "renewed by itself"
    }
    let said = [calls, end].compactMap(\.self)
    guard !said.isEmpty else {
      return Examination(.limits, .ok, "The vendor names no limit that is near.")
    }
    return Examination(.limits, .ok, said.joined(separator: "; ") + ".")
  }

  // MARK: A system that does not

  private func silent(_ error: SystemError, wasReached: Bool) -> [Examination] {
    let reach: [Examination] = wasReached ? [Examination(.reach, .ok, "answers.")] : []
    switch error.kind {
    case .unauthorized:
      return reach + [Examination(.credentials, .finding, error.message)]
    case .unavailable:
      let cause = error.cause.map { " (\($0))" } ?? ""
      return [Examination(.reach, .unasked, "could not be asked: \(error.message)\(cause)")]
    case .throttled:
      return reach + [Examination(.limits, .unasked, "could not be asked: \(error.message)")]
    case .malformed:
      return [Examination(.reach, .finding, error.message)]
    case .refused, .drifted:
      return reach + [Examination(.settings, .finding, error.message)]
    }
  }
}

/// Holds the configuration against the definitions a vendor lists.
struct PropertyCheck {
  private let brief: ExaminationBrief
  private let known: [PropertyDescription]

  init(_ brief: ExaminationBrief, known: [PropertyDescription]) {
    self.brief = brief
    self.known = known
  }

  var examinations: [Examination] { link + echoes }

  private var link: [Examination] {
    let name = brief.system.link
    guard let property = known.first(where: { $0.name == name }) else {
      let hint = suggestion(for: name, among: known.filter { $0.content == .text })
      return [
        Examination(
          .linkProperty, .finding, "There is no \(VisibleText(name)) to bear the deal ID.\(hint)",
          mend: "create it there, or mend `link` of systems.\(brief.system.name).")
      ]
    }
    guard property.content == .text else {
      return [
        Examination(
          .linkProperty, .finding, "\(VisibleText(name)) holds no text, so no deal ID.",
          mend: "use a single-line text as `link`.")
      ]
    }
    let exists = Examination(
      .linkProperty, .ok, "\(VisibleText(name)) (\(VisibleText(property.label))) exists.")
    switch property.isUnique {
    case true?:
      return [exists, Examination(.linkUnique, .ok, "No two records can bear one deal ID.")]
    case false?:
      return [
        exists,
        Examination(
          .linkUnique, .finding, "Two records can bear one deal ID: the property is not unique.",
          mend: "define \(VisibleText(name)) with unique values there."),
      ]
    case nil: return [exists]
    }
  }

  private var echoes: [Examination] {
    let wanted = brief.system.echoProperties
    guard !wanted.isEmpty else { return [] }
    let names = Set(known.map(\.name))
    let missing = wanted.filter { !names.contains($0) }
    guard !missing.isEmpty else {
      let list = wanted.map { VisibleText($0).text }.joined(separator: ", ")
      return [Examination(.echoes, .ok, "Compared there: \(list).")]
    }
    return missing.map { name in
      Examination(
        .echoes, .finding,
        "There is no \(VisibleText(name)) to compare.\(suggestion(for: name, among: known))",
        mend: "mend `echo: \(brief.system.name).\(VisibleText(name))` under `compare`.")
    }
  }

  private func suggestion(for name: String, among known: [PropertyDescription]) -> String {
    guard let near = name.nearest(among: known.map(\.name)) else { return "" }
    return " There is \(VisibleText(near))."
  }
}

/// Holds a sample of deal IDs against the pattern.
struct SampleCheck {
  private let links: [Link]
  private let pattern: String

  init(_ links: [Link], pattern: String) {
    self.links = links
    self.pattern = pattern
  }

  var examination: Examination {
    let ids = links.compactMap(\.dealID)
    guard !links.isEmpty else {
      return Examination(
        .sample, .manual, "has no records, so the pattern could not be tried on any ID.")
    }
    guard let pattern = try? DealIDPattern(pattern) else {
      return Examination(.sample, .manual, "The pattern cannot be read.")
    }
    let wrong = ids.filter { !pattern.matches($0) }
    let unlinked = links.count - ids.count
    let bare = unlinked == 0 ? "" : "; \(unlinked) without one"
    guard wrong.isEmpty else {
      let shown = wrong.prefix(3).map { VisibleText($0.text).text }.joined(separator: ", ")
      return Examination(
        .sample, .finding,
        "\(wrong.count) of \(ids.count) IDs not as \(pattern.text): \(shown)\(bare).",
        mend: "correct them there (`plumbline links` lists all), or mend `shared_id.pattern`.")
    }
    guard !ids.isEmpty else {
      return Examination(
        .sample, .finding, "None of \(links.count) records bears a deal ID.",
        mend: "see whether `link` names the right property.")
    }
    return Examination(.sample, .ok, "\(ids.count) of \(ids.count) IDs fit the pattern\(bare).")
  }
}

extension [Examination] {
  /// In the order in which a person would look, each check's lines in the order they came.
  fileprivate var inFixedOrder: [Examination] {
    Examination.Check.allCases.flatMap { check in filter { $0.check == check } }
  }
}
