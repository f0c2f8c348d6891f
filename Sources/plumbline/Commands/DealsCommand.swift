import ArgumentParser
import DealModel
import Scheduler
import TruthEngine

/// `deals`: the list with its figures.
struct DealsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deals", abstract: "The list of deals with their figures.",
    discussion: """
      A query is what the filter of the dashboard takes: words, stage:won, owner:dana, margin<20,
      value>=50000, is:conflict, -is:stale.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var rows: RowOptions
  @Option(name: .long, help: ArgumentHelp("Only deals that match.", valueName: "query"))
  var `where`: String?

  func run() async throws {
    try await answering(json: rows.json) {
      let query: DealQuery
      do throws(DealQueryError) {
        query = try DealQuery(parsing: self.where ?? "")
      } catch {
        throw CommandFailure.usage("--where, column \(error.column): \(error.message)")
      }
      let format = rows.format
      return try await Session.run(source) { session in
        try await list(query, format, session)
      }
    }
  }

  private func list(
    _ query: DealQuery, _ format: RowFormat, _ session: Session
  ) async throws -> Outcome {
    let ids = try await session.engine.readIndex().ids
    let filter = DealFilter(query)
    var table = Rows([
      .init("ID"), .init("NAME"), .init("COMPANY"), .init("STAGE"), .init("OWNER"),
      .init("VALUE", right: true), .init("INVOICED", right: true), .init("MARGIN %", right: true),
      .init("NEXT MILESTONE"), .init("FLAGS"),
    ])
    var failures: Set<SystemError> = []
    var unreadable: [SystemError] = []
    for dossier in await session.engine.pull(ids) {
      let assessment = session.assess(dossier)
      guard filter.holds(for: assessment) else { continue }
      failures.formUnion(assessment.failures)
      unreadable += assessment.unreadable
      let flags = assessment.flags.words
      table.append(
        [
          assessment.id.text, assessment.words(.name), assessment.words(.company),
          assessment.words(.stage), assessment.words(.person), assessment.words(.value),
          assessment.rollup.invoiced.words,
          assessment.rollup.marginPercent?.formatted(minimumPlaces: 2) ?? "",
          assessment.words(.nextMilestone), flags.joined(separator: " "),
        ], json: session.forms.row(assessment, flags: flags))
    }
    Standard.output(table.printed(format))
    warn(failures.sorted { $0.system < $1.system })
    warn(unreadable: unreadable)
    return Outcome(findings: false, complete: failures.isEmpty && unreadable.isEmpty)
  }
}
