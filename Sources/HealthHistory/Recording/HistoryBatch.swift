import DealModel

/// What is to be written to the history at once.
struct HistoryBatch: Hashable, Sendable {
  /// One call.
  struct Call: Hashable, Sendable {
    var system: SystemName
    var at: Timestamp
    var duration: Duration
    var operation: String
    var httpStatus: Int?
    /// The word of the error's kind; `nil` when the call went well.
    var failure: String?
  }

  /// A stretch in which a system or flow was in one state, as one recorder saw it.
  struct State: Hashable, Sendable {
    var subject: HealthIncident.Subject
    /// Counts the states of this subject and recorder.
    var number: Int
    var status: SystemStatus
    var began: Timestamp
    /// `nil` while it lasts.
    var ended: Timestamp?
    var cause: HealthIncident.Cause?
    var calls = 0
    var failures = 0
  }

  /// A count of links.
  struct Coverage: Hashable, Sendable {
    var system: SystemName
    var at: Timestamp
    var coverage: SystemHealth.LinkCoverage
  }

  /// That a flow is listened for.
  struct Beat: Hashable, Sendable {
    /// Since when, by this process.
    var began: Timestamp
    /// When it last reported; `nil` for not since then.
    var last: Timestamp?
  }

  var calls: [Call] = []
  /// Flow → how it is listened for; told with every batch.
  var beats: [String: Beat] = [:]
  /// Whole rows, by subject and number: the last word on each.
  var states: [State] = []
  var coverage: [Coverage] = []
  /// Calls that were not kept because too many waited to be written.
  var dropped = 0

  var isEmpty: Bool { calls.isEmpty && states.isEmpty && coverage.isEmpty && dropped == 0 }
}
