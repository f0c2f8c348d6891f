public import DealModel

/// A query made ready to be asked of many assessments.
public struct DealFilter: Sendable {
  private let query: CompiledQuery

  /// A filter for a query; make it once.
  public init(_ query: DealQuery) { self.query = CompiledQuery(query) }

  /// Whether the deal passes. What is not known of a deal satisfies no condition, negated or not.
  public func holds(for assessment: Assessment) -> Bool {
    let next = (assessment.records[.milestones] ?? []).nextMilestone
    return query.holds(
      for: AssessedDeal(
        id: assessment.id, fields: assessment.fields, rollup: assessment.rollup,
        nextMilestone: next?.milestone, flags: assessment.flags))
  }
}
