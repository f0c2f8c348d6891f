public import DealModel

/// The links of all systems compared with the deals of the origin.
public struct LinkSurvey: Hashable, Sendable {
  /// What is broken, sorted by ``LinkFault/isBefore(_:_:)``.
  public var faults: [LinkFault]
  /// System → how many of the deals that should have records there do. Only systems that answered,
  /// and at which records are due for some deal.
  public var coverage: [SystemName: SystemHealth.LinkCoverage]

  /// What a comparison found.
  public init(
    faults: [LinkFault] = [], coverage: [SystemName: SystemHealth.LinkCoverage] = [:]
  ) {
    self.faults = faults
    self.coverage = coverage
  }
}

/// What a comparison of all links found, and what proves that nothing was overlooked.
public struct LinkFindings: Hashable, Sendable {
  /// What is broken and how complete the links are, by the systems that answered.
  public var survey: LinkSurvey
  /// Why the others did not.
  public var failures: [SystemError]
  /// How far each system was listed, in the order of the configuration.
  public var proof: [SystemSweep]

  /// What a comparison of all links found.
  public init(survey: LinkSurvey, failures: [SystemError], proof: [SystemSweep]) {
    self.survey = survey
    self.failures = failures
    self.proof = proof
  }

  /// Whether every system could be asked and proved that everything was listed.
  public var isComplete: Bool { failures.isEmpty && proof.allSatisfy(\.isComplete) }
}

extension Assessor {
  /// Compares links with deals, all of them at hand.
  ///
  /// A system that could not be asked is judged in nothing: it is no key of `links`, and no deal
  /// dangles there.
  ///
  /// - Parameters:
  ///   - deals: The origin's records as its index gives them, several with one ID included; `nil`
  ///     when the index is not whole, so that no ID can be called unknown.
  ///   - links: System → all records there with the deal IDs they bear; only systems that answered.
  ///   - today: The day by which it is judged whether a deal is old enough to have records.
  public func survey(
    deals: [Record]?, links: [SystemName: [Link]],
    on today: CalendarDate = CalendarDate(daysSinceEpoch: 0)
  ) -> LinkSurvey {
    let origin = company.sharedID.origin
    var ledger = LinkLedger(of: company)
    if let deals {
      ledger.take(deals.map { Link($0) }, of: origin)
      ledger.finish(origin)
    }
    for (system, systemLinks) in links where system != origin {
      ledger.take(systemLinks, of: system)
      ledger.finish(system)
    }
    return ledger.survey(on: today)
  }
}
