import DealModel

/// Two deals whose echoes hold each other's value: their IDs are crossed.
///
/// The one cause that a single deal cannot show; it looks at conflicts of several deals together.
public enum CrossedIdentity {
  private struct Comparison: Hashable {
    var field: FieldName
    var system: SystemName
    var property: String
  }

  /// The same conflicts, with those of crossed deals explained by it. An ownership violation stays
  /// what it is.
  ///
  /// - Complexity: O(*n*).
  public static func explaining(_ conflicts: [Conflict]) -> [Conflict] {
    var holders: [Comparison: [FieldValue: [Int]]] = [:]
    for (index, conflict) in conflicts.enumerated() {
      guard let owned = conflict.owner.value, conflict.echo.value != nil else { continue }
      holders[comparison(conflict), default: [:]][owned, default: []].append(index)
    }
    var explained = conflicts
    for (index, conflict) in conflicts.enumerated() {
      guard conflict.cause.kind != .ownershipViolation, let copied = conflict.echo.value,
        let owned = conflict.owner.value
      else { continue }
      let others = holders[comparison(conflict)]?[copied] ?? []
      let crossed = others.lazy.map { conflicts[$0] }.first {
        $0.deal != conflict.deal && $0.echo.value == owned
      }
      guard let crossed else { continue }
      explained[index].cause = ConflictCause(
        kind: .identity,
        detail:
          "The IDs of \(conflict.deal.text) and \(crossed.deal.text) are crossed in \(conflict.echo.system).",
        evidence: [
          "\(conflict.echo.system) holds \(copied) for \(conflict.deal.text) and \(owned) for \(crossed.deal.text); the owners say the reverse."
        ] + conflict.cause.evidence, isProven: true)
    }
    return explained
  }

  private static func comparison(_ conflict: Conflict) -> Comparison {
    Comparison(
      field: conflict.field, system: conflict.echo.system, property: conflict.echoProperty)
  }
}
