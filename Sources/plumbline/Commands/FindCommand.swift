import ArgumentParser
import DealModel
import Scheduler

/// `find ANYID`: any number of any system to its deal.
struct FindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Find the deal of any ID: an invoice, purchase order, milestone or ticket number.")

  @Argument(help: "The ID, to the letter.") var id: String
  @OptionGroup var source: SourceOptions
  @OptionGroup var rows: RowOptions

  func run() async throws {
    try await answering(json: rows.json) {
      let text = id
      guard !text.isEmpty else { throw CommandFailure.usage("There is nothing to find.") }
      let format = rows.format
      return try await Session.run(source) { session in
        let (found, failures) = await session.engine.find(text)
        var table = Rows([
          .init("DEAL"), .init("SYSTEM"), .init("KIND"), .init("NUMBER"), .init("RECORD"),
        ])
        for record in found {
          let reference = record.reference
          table.append(
            [
              record.dealID?.text ?? "(none)", reference.system.text, reference.kind.rawValue,
              record.number, reference.id,
            ],
            json: [
              "deal": record.dealID.map { .string($0.text) } ?? nil,
              "system": .string(reference.system.text), "kind": .string(reference.kind.rawValue),
              "number": .string(record.number), "record": .string(reference.id),
            ])
        }
        Standard.output(table.printed(format))
        warn(failures)
        if found.isEmpty, failures.isEmpty {
          Standard.error("plumbline: No system knows \(VisibleText(text)).\n")
        }
        return Outcome(findings: found.isEmpty, complete: failures.isEmpty || !found.isEmpty)
      }
    }
  }
}
