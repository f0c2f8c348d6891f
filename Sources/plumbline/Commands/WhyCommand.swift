import ArgumentParser
import DealModel
import Scheduler
import Screens
import TruthEngine

/// `why ID FIELD`: why a value is what it is, as `w` says it on the screen.
struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Why a value is what it is: owner, copies, clocks, formula, conflict, requests.",
    discussion: """
      FIELD is a field such as deal.value or rollup.margin, or the number of a record of the deal \
      such as INV1053. The exit code is 3 when a source of the value could not be asked.
      """)

  @Argument(help: "The deal ID.") var id: String
  @Argument(help: "A field, or the number of a record.") var field: String
  @OptionGroup var source: SourceOptions
  @OptionGroup var format: JSONOption

  func run() async throws {
    try await answering(json: format.json) {
      guard !id.isEmpty else { throw CommandFailure.usage("An empty text is no deal ID.") }
      let (id, wanted, json) = (DealID(id), field, format.json)
      return try await Session.run(source) { session in
        let (dossier, assessment) = try await session.deal(id)
        let explainer = session.explainer(dossier, assessment)
        let explanation = try Self.explanation(of: wanted, assessment, explainer)
        if json {
          Standard.output(session.forms.explanation(explanation).text(pretty: true) + "\n")
        } else {
          let lines = WhyText.lines(
            of: explanation, company: session.company, zone: session.zone, now: session.time.now())
          Standard.output(lines.map { VisibleText($0).text + "\n" }.joined())
        }
        let failures = explanation.sources.compactMap(\.failure?.error)
        warn(failures)
        let isKnown = explanation.figure?.isComplete ?? (explanation.answer.error == nil)
        return Outcome(findings: false, complete: failures.isEmpty && isKnown)
      }
    }
  }

  /// The explanation of a field or a record by what a person calls it.
  ///
  /// - Throws: ``CommandFailure`` that names the nearest field or record.
  private static func explanation(
    of wanted: String, _ assessment: Assessment, _ explainer: Explainer
  ) throws -> Explanation {
    let name = FieldName(wanted)
    if name.known != nil { return explainer.explanation(of: name) }
    let records = RecordKind.allCases.flatMap { assessment.records[$0] ?? [] }
    let record =
      records.first { $0.number == wanted || $0.reference.id == wanted }
      ?? records.first { $0.number.lowercased() == wanted.lowercased() }
    if let record, let explanation = explainer.explanation(of: record.reference) {
      return explanation
    }
    let names = FieldName.catalog.map(\.name.text) + records.map(\.number).filter { !$0.isEmpty }
    // `margin` and `invoiced` are what people say; the name has its group before it.
    let short = FieldName.catalog.first {
      $0.title == wanted.lowercased() || $0.name.text.hasSuffix("." + wanted.lowercased())
    }
    let near = short?.name.text ?? wanted.nearest(among: names)
    let mend =
      near.map { " Did you mean \($0)?" } ?? " Fields: \(names.prefix(25).joined(separator: ", "))."
    throw CommandFailure.usage(
      "\(assessment.id.text) has no field and no record \(wanted).\(mend)")
  }
}
