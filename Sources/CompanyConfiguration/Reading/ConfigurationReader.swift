import DealModel

/// Reads a configuration top down and notes every error on the way.
///
/// A check that fails leaves its part out and goes on; what depends on a part that was left out is
/// not complained about again.
struct ConfigurationReader {
  static let tooLarge = "The file holds more than 256 KiB; a configuration is smaller."

  let file: String
  let kinds: [SettingsSchema]
  let home: String?
  private(set) var errors: [ConfigurationError] = []

  init(file: String, kinds: [SettingsSchema], home: String?) {
    self.file = file
    self.kinds = kinds
    self.home = home
  }

  /// By position, each once.
  var sortedErrors: [ConfigurationError] {
    var seen: Set<ConfigurationError> = []
    return errors.filter { seen.insert($0).inserted }
      .sorted { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
  }

  /// The model; `nil`, or one with gaps, when there are errors.
  mutating func read(_ text: String) -> CompanyModel? {
    guard text.utf8.count <= ConfigurationFile.maximumSize else {
      report(.start, Self.tooLarge)
      return nil
    }
    var yaml = YAMLReader()
    let root = yaml.read(text)
    for problem in yaml.problems { report(problem.position, problem.message) }
    guard let root else {
      if yaml.problems.isEmpty { report(.start, Self.emptyFile) }
      return nil
    }
    if case .empty = root.content {
      report(.start, Self.emptyFile)
      return nil
    }
    guard let top = mapping(root, of: "a configuration", keys: Self.topKeys) else { return nil }
    return company(top)
  }

  private static let emptyFile =
    "The file says nothing; SampleData/README.md shows one to begin with."

  private static let topKeys = [
    "company", "shared_id", "systems", "entities", "ownership", "compare", "link_due",
    "hourly_cost", "rates", "watch", "flows",
  ]

  private mutating func company(_ top: MappingReader) -> CompanyModel? {
    let company = requiredText("company", in: top, mend: "add `company: <name>`")
    let plan = systemsPlan(top)
    let sharedID = sharedID(top, plan: plan)
    let entities = entities(top)
    let ownership = ownership(top, plan: plan, entities: entities)
    let comparisons = comparisons(top, plan: plan, ownership: ownership)
    let linkDue = linkDue(top, plan: plan, ownership: ownership)
    let hourlyCost = hourlyCost(top)
    let rates = rates(top)
    let watch = watchSettings(top)
    let flows = flows(top, plan: plan, watch: watch)
    checkUse(
      of: plan, origin: sharedID?.origin, ownership: ownership, comparisons: comparisons,
      flows: flows)
    guard errors.isEmpty, let company, let sharedID else { return nil }
    var systems = plan.systems.compactMap(\.configured)
    for index in systems.indices {
      let properties = comparisons.lazy.filter { $0.echoSystem == systems[index].name }
      systems[index].echoProperties = Set(properties.map(\.echoProperty)).sorted()
      if systems[index].name == sharedID.origin {
        systems[index].stages = Set(linkDue.stages.values.joined()).sorted()
      }
    }
    var model = CompanyModel(
      company: company, sharedID: sharedID, systems: systems, ownership: ownership.model,
      comparisons: comparisons, hourlyCost: hourlyCost, linkDue: linkDue.stages,
      rates: rates)
    model.linkDueAfter = linkDue.after
    model.watch = watch
    model.flows = flows
    return model
  }

  // MARK: - Noting errors

  mutating func report(_ position: Position, _ message: String) {
    errors.append(
      ConfigurationError(
        file: file, line: position.line, column: position.column, message: message))
  }

  /// "Did you mean" for a word that is not known, or the words that are.
  func hint(for word: String, among known: [String]) -> String {
    if let nearest = word.nearest(among: known) { return "did you mean `\(nearest)`?" }
    return known.isEmpty ? "there is none" : "known: " + known.joined(separator: ", ")
  }

  /// A word from the file as messages repeat it: short, and safe to show.
  func quoted(_ word: String) -> String {
    let shown = word.count > 60 ? word.prefix(59) + "…" : word[...]
    return "`\(VisibleText(shown))`"
  }
}
