import AdapterKit
import ArgumentParser
import DealModel
import Scheduler

/// `evidence ID`: everything shown for a deal as a document; `--verify` says what changed since.
struct EvidenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence",
    abstract: "Everything shown for a deal as a JSON document that can be verified later.",
    discussion: """
      The document holds values, owners, both clocks, conflicts, records, request IDs and the \
      SHA-256 of every answer; never a secret. It is printed, or written to a new file with --out. \
      With --verify the deal of the file is pulled again and compared value by value: exit code 0 \
      when all is the same, 1 when something changed, 3 when something could not be asked.
      """)

  @Argument(help: "The deal ID; with --verify the one in the file.") var id: String?
  @Option(name: .long, help: ArgumentHelp("Write to this new file.", valueName: "file"))
  var out: String?
  @Option(
    name: .long, help: ArgumentHelp("Compare with the evidence in this file.", valueName: "file"))
  var verify: String?
  @OptionGroup var source: SourceOptions
  @OptionGroup var memory: HistoryOptions
  @Flag(name: .long, help: "With --verify, print JSON; evidence itself always is.")
  var json = false

  func validate() throws {
    if verify == nil, id == nil || id?.isEmpty == true {
      throw ValidationError("Name a deal, or a file with --verify.")
    }
    if verify != nil, out != nil {
      throw ValidationError("--verify writes nothing: leave out --out.")
    }
  }

  func run() async throws {
    try await answering(json: json) {
      let digest = try Self.configurationDigest(source)
      if let verify { return try await compare(with: verify, digest) }
      let (id, out, place) = (DealID(id ?? ""), out, memory.place)
      return try await Session.run(source) { session in
        let document = try await EvidenceDocument.taken(
          of: id, in: session, flowsAt: place, configurationDigest: digest)
        let text = document.json.text(pretty: true) + "\n"
        if let out {
          if case .failure(let failure) = TextFile.writeNew(text, to: out, mode: 0o600) {
            throw CommandFailure(
              "evidence", [.init(message: failure.words)], exitCode: CommandFailure.usageCode)
          }
        } else {
          Standard.output(text)
        }
        warn(document.failures)
        warn(unreadable: document.unreadable)
        return Outcome(
          findings: false, complete: document.failures.isEmpty && document.unreadable.isEmpty)
      }
    }
  }

  private func compare(with path: String, _ digest: String) async throws -> Outcome {
    let before = try EvidenceDocument.read(path)
    let deal = before["deal"]?.string ?? ""
    if let id, id != deal {
      throw CommandFailure.usage("\(path) is evidence of \(deal), not of \(id).")
    }
    if let old = before["configuration_sha256"]?.string, old != digest {
      Standard.error("plumbline: The configuration is another than when the evidence was taken.\n")
    }
    let (json, place) = (json, memory.place)
    return try await Session.run(source) { session in
      let now = try await EvidenceDocument.taken(
        of: DealID(deal), in: session, flowsAt: place, configurationDigest: digest)
      let comparison = EvidenceComparison(
        before: before, after: now.json, silent: Set(now.failures.map(\.system.text)))
      if json {
        let document = comparison.json(
          deal: deal, takenAt: before["taken_at"] ?? nil, comparedAt: session.time.now())
        Standard.output(document.text(pretty: true) + "\n")
      } else {
        Standard.output(comparison.lines.map { VisibleText($0).text + "\n" }.joined())
      }
      warn(now.failures)
      return Outcome(
        findings: comparison.hasChanged, complete: comparison.count(.notAsked) == 0)
    }
  }

  /// The SHA-256 of the configuration as it is written.
  private static func configurationDigest(_ source: SourceOptions) throws -> String {
    let path: String
    if source.demo {
      path = try SampleCompany.directory() + "/plumbline.yaml"
    } else {
      path = try ConfigurationSource.path(source.config)
    }
    switch TextFile.read(path, limit: 16 << 20) {
    case .success(let bytes): return BodyDigest.sha256(bytes)
    case .failure(let failure): throw CommandFailure.configuration(failure.words)
    }
  }
}
