import DealModel
import Scheduler
import TruthEngine

extension Session {
  /// One deal with everything pulled, and what is true of it.
  ///
  /// - Throws: ``SystemError`` when the origin cannot be asked; ``CommandFailure`` when it does not
  ///   know the deal.
  func deal(_ id: DealID) async throws -> (dossier: Dossier, assessment: Assessment) {
    guard let dossier = await engine.pull([id]).first else { throw CancellationError() }
    let origin = company.sharedID.origin
    let known = dossier[origin, .deals]
    if let failure = known.failure { throw failure.error }
    guard known.records?.isEmpty == false else {
      throw CommandFailure(
        "unknown_deal",
        [
          .init(
            message: "\(origin) knows no deal \(id.text). IDs are compared to the letter; "
              + "`plumbline find` looks for any other number.")
        ], system: origin, exitCode: Outcome.findings.rawValue)
    }
    return (dossier, assess(dossier))
  }

  /// Explains values of a deal.
  func explainer(_ dossier: Dossier, _ assessment: Assessment) -> Explainer {
    Explainer(dossier, assessment, by: Assessor(of: company), on: today)
  }
}
