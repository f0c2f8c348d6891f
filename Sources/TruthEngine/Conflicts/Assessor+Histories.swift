public import DealModel

extension Assessor {
  /// The records whose histories would tell more about a deal's conflicts: the owner's and the
  /// echo's. Empty for a deal without conflicts.
  public func recordsInConflict(_ dossier: Dossier, on today: CalendarDate) -> [Record] {
    guard !comparisons.isEmpty else { return [] }
    let assessment = assess(dossier, on: today)
    var seen: Set<RecordReference> = []
    var records: [Record] = []
    for conflict in assessment.conflicts {
      let kinds = conflict.field.kindsOfFigure
      let owned = kinds.flatMap { assessment.records[$0] ?? [] }
      let named = Set(conflict.owner.records + conflict.echo.records)
      let others = dossier.sections.sorted { $0.key < $1.key }.flatMap { $0.value.records ?? [] }
        .filter { named.contains($0.reference) && $0.dealID == dossier.id }
      records += (owned + others).filter { seen.insert($0.reference).inserted }
    }
    return records
  }
}
