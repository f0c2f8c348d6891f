import AdapterKit
import ArgumentParser
import DealModel

/// `doctor`: the questions every integration must answer, then the systems themselves.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Ask what every integration must answer, then ask the systems. One line each.",
    discussion: """
      First the configuration: who owns it, which ID and where it originates, what happens in 24
      hours of failure, who owns it after go-live. Then each system: reach, credentials, scopes,
      write permission that should not be there, link property, a sample of IDs, echoes, stages,
      clock, limits. Reads only.

      ok as it should be, !! a finding with its mend, ?? could not be asked, -- no system can tell:
      look yourself. Exit code 0: clean. 1: findings. 2: wrong usage or configuration. 3: a system
      could not be asked.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var format: JSONOption

  func run() async throws {
    try await answering(json: format.json) {
      let json = format.json
      return try await Session.run(source) { session in
        let doctor = Doctor(session: session)
        let questions = doctor.questions
        // The answers of the configuration need nobody: they stand there while systems are asked.
        if !json { print(questions) }
        let examinations = await doctor.examinations()
        if !json { print(examinations) }
        let all = questions + examinations
        if json {
          Standard.output(JSONValue.array(all.map(\.json)).text(pretty: true) + "\n")
        }
        return Outcome(
          findings: all.contains { $0.outcome == .finding },
          complete: !all.contains { $0.outcome == .unasked })
      }
    }
  }

  private func print(_ lines: [DoctorLine]) {
    Standard.output(lines.map { VisibleText($0.text).text + "\n" }.joined())
  }
}
