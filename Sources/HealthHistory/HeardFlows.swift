public import DealModel

/// What is remembered of flows that report in by themselves.
public struct HeardFlows: Hashable, Sendable {
  /// Flow, by its name under `watch.heartbeats` → its report; a flow nobody ever listened for is
  /// absent.
  public var reports: [String: FlowReport]
  /// Why a flow that is absent may have reported nevertheless, as sentences that name the file and the
  /// mend; `nil` when the history was read.
  public var trouble: String?

  /// What is remembered of flows.
  public init(reports: [String: FlowReport] = [:], trouble: String? = nil) {
    self.reports = reports
    self.trouble = trouble
  }
}
