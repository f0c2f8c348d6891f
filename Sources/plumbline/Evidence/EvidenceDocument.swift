import ArgumentParser
import DealModel
import HealthHistory
import Scheduler
import TruthEngine

/// Everything shown for a deal, so that it can be checked later.
struct EvidenceDocument {
  /// The form's name; another form has another name.
  static let format = "plumbline-evidence-1"
  /// The largest document that is read, in bytes.
  static let mostBytes = 64 << 20

  let deal: DealID
  let json: JSONValue
  /// Systems that could not be asked, and values that could not be understood.
  let failures: [SystemError]
  let unreadable: [SystemError]

  /// Pulls a deal and writes down what is shown of it.
  ///
  /// - Parameter place: The health history, which knows of flows that report in by themselves.
  static func taken(
    of id: DealID, in session: Session, flowsAt place: HistoryPlace, configurationDigest: String
  ) async throws -> EvidenceDocument {
    await session.engine.rememberDigests()
    let (dossier, assessment) = try await session.deal(id)
    let values = EvidenceValues(
      forms: session.forms, explainer: session.explainer(dossier, assessment),
      assessment: assessment)
    let failures = assessment.failures.sorted { $0.system < $1.system }
    let requests = dossier.sections.sorted { $0.key < $1.key }.map { key, section -> JSONValue in
      let all = section.requests + (section.failure?.requests ?? [])
      return [
        "system": .string(key.system.text), "kind": .string(key.kind.rawValue),
        "fetched_at": session.forms.instant(section.fetchedAt),
        "requests": .array(all.map(session.forms.request)),
      ]
    }
    let asked = Set(dossier.sections.keys.map(\.system))
    let carriers = session.company.flows.filter { flow in
      flow.carries.map { asked.contains($0.from) && asked.contains($0.to) } ?? false
    }
    let flows = await session.readFlows(at: place, named: Set(carriers.map(\.name)))
    let json: JSONValue = [
      "format": .string(format), "plumbline": .string(Plumbline.configuration.version),
      "taken_at": .string(session.time.now().description),
      "company": .string(session.company.company),
      "configuration_sha256": .string(configurationDigest), "deal": .string(id.text),
      "complete": .bool(failures.isEmpty && assessment.unreadable.isEmpty),
      "values": .object(values.all), "shown": session.forms.deal(assessment),
      "requests": .array(requests),
      // The jobs that carry its links, and when they last ran.
      "flows": .array(flows.map(session.forms.flow)),
    ]
    return EvidenceDocument(
      deal: id, json: json, failures: failures, unreadable: assessment.unreadable)
  }

  /// The document in a file.
  ///
  /// - Throws: ``CommandFailure`` that names the place where it is none.
  static func read(_ path: String) throws(CommandFailure) -> JSONValue {
    let bytes: [UInt8]
    switch TextFile.read(path, limit: mostBytes + 1) {
    case .success(let read): bytes = read
    case .failure(let failure): throw unusable(failure.words, at: path)
    }
    guard bytes.count <= mostBytes else {
      throw unusable("The file is larger than 64 MiB: that is no evidence of ours.", at: path)
    }
    let json: JSONValue
    do throws(JSONError) { json = try JSONValue(parsing: bytes) } catch {
      let before = bytes.prefix(error.offset)
      let line = before.count { $0 == 0x0A } + 1
      let column = error.offset - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
      throw unusable(
        "The file is no JSON: \(error.reason). Take the evidence again.",
        at: "\(path):\(line):\(column)")
    }
    guard json["format"]?.string == format, json["deal"]?.string?.isEmpty == false,
      let values = json["values"]?.members
    else {
      throw unusable(
        "The file is no evidence: it lacks the format \(format), a deal or values.", at: path)
    }
    if let odd = values.first(where: { $0.value.members == nil }) {
      throw unusable("The value \(odd.name) is no object. Take the evidence again.", at: path)
    }
    return json
  }

  private static func unusable(_ message: String, at place: String) -> CommandFailure {
    CommandFailure(
      "evidence", [.init(message: message, at: place)], exitCode: CommandFailure.usageCode)
  }
}
