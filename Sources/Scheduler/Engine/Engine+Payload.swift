import AdapterKit
public import DealModel
public import TruthEngine

extension Engine {
  /// The most bytes of bodies that one payload holds.
  public static let mostPayloadBytes = 1 << 20

  /// Remembers the SHA-256 of every body behind the readings from now on, so that a document of
  /// evidence can name them.
  public func rememberDigests() { depth = .digests }

  /// Asks again for one record, or for the sections behind a value, and shows what went over the
  /// wire. The answer changes no reading, and nothing of it is kept here.
  public func payload(of subject: PayloadSubject) async -> Payload {
    var whole = Payload(askedAt: time.now())
    for key in subject.sections {
      let part = await payload(of: subject, key)
      whole.exchanges += part.exchanges
      whole.omitted += part.omitted
      whole.failures += part.failures
      if Task.isCancelled { break }
    }
    return whole
  }

  /// Reads a payload and tells the audience.
  public func openPayload(_ subject: PayloadSubject) async {
    let payload = await payload(of: subject)
    if !Task.isCancelled { continuation.yield(.payload(subject, payload)) }
  }

  private func payload(of subject: PayloadSubject, _ key: SectionKey) async -> Payload {
    let askedAt = time.now()
    guard let adapter = lines[key.system]?.adapter else {
      return Payload(failures: [notAsked(key)], askedAt: askedAt)
    }
    let share = Self.mostPayloadBytes / max(1, subject.sections.count)
    let recorder = ExchangeRecorder(.payloads(mostBytes: share))
    var failures: [SystemError] = []
    do {
      try checkIsolation(key.system)
      try await recorder.recording {
        if let record = subject.record, adapter.capabilities.detailKinds.contains(record.kind) {
          _ = try await adapter.detail(of: record)
        } else if adapter.capabilities.kinds.contains(key.kind) {
          _ = try await adapter.records(of: key.kind, for: [subject.deal])
        } else {
          throw notAsked(key)
        }
      }
    } catch is CancellationError {
    } catch let isolated as Isolated {
      failures = [isolated.error]
    } catch {
      let known = systemError(error, at: key.system)
      log.answerUnusable(known, operation: "payload", of: key.system, at: time.now())
      failures = [known]
    }
    return recorder.payload(askedAt: askedAt, failures: failures)
  }

  private nonisolated func notAsked(_ key: SectionKey) -> SystemError {
    SystemError(
      .refused, system: key.system,
      message: "\(key.system) cannot be asked for \(key.kind.rawValue), so it has no payload.")
  }
}
