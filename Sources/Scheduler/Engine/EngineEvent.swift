public import DealModel
public import TruthEngine

/// What the engine tells its audience, in the order in which it happened.
public enum EngineEvent: Sendable {
  /// Deals of the index arrived, with when they were fetched. A deal that is known is replaced.
  case indexed([Record], fetchedAt: Timestamp)
  /// The index is whole: every deal of the origin has arrived; the count is the number of deals.
  case indexComplete(count: Int, fetchedAt: Timestamp)
  /// The index could not be read; what arrived before stays.
  case indexFailed(SystemError)
  /// Sections of these deals changed: answers, failures, or calls that began.
  case dossiers([Dossier])
  /// The health of the systems, all of them, in the order of the configuration.
  case health([SystemHealth])
  /// What is known of the flows' runs: all of them, by name.
  case flows([String: FlowReading])
  /// A record was opened.
  case detail(RecordReference, Result<RecordDetail, SystemError>)
  /// An ID was looked up in every system that can: what was found, and who could not be asked.
  case found(text: String, records: [FoundRecord], failures: [SystemError])
  /// What went over the wire for a record or a value.
  case payload(PayloadSubject, Payload)
  /// The links of the systems are being compared: how far each system is, in the order of the
  /// configuration.
  case linkProgress([SystemSweep])
  /// The links of the systems were compared.
  case links(LinkFindings)
  /// Values of deals changed, in the order in which that was seen; the dossiers came before.
  case changed([DealChange])
  /// Changes are watched in another way than last told.
  case watching(ChangeWatch)
}
