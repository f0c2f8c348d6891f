import ArgumentParser
import DealModel
import Scheduler
import TruthEngine

/// `deal ID`: one deal with everything pulled.
struct DealCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deal", abstract: "One deal with everything its systems hold.")

  @Argument(help: "The deal ID.") var id: String
  @OptionGroup var source: SourceOptions
  @OptionGroup var format: JSONOption
  @OptionGroup var history: HistoryOptions

  func run() async throws {
    try await answering(json: format.json) {
      guard !id.isEmpty else { throw CommandFailure.usage("An empty text is no deal ID.") }
      let id = DealID(id)
      let json = format.json
      let place = history.place
      return try await Session.run(source) { session in
        let assessment = try await session.deal(id).assessment
        let forms = await session.forms(
          explaining: assessment.linkFaults, assessment.conflicts, at: place)
        Standard.output(
          json
            ? forms.deal(assessment).text(pretty: true) + "\n"
            : DealText(session: session, assessment: assessment, forms: forms).text)
        let failures = assessment.failures.sorted { $0.system < $1.system }
        warn(failures)
        warn(unreadable: assessment.unreadable)
        return Outcome(
          findings: false, complete: failures.isEmpty && assessment.unreadable.isEmpty)
      }
    }
  }
}
