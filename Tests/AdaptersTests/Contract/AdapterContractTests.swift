import Testing

@Suite("Every adapter keeps the contract")
struct AdapterContractTests {
  @Test("the contract", arguments: ContractSubject.all, ContractScenario.allCases)
  func contract(_ subject: ContractSubject, _ scenario: ContractScenario) async throws {
    if let reason = subject.exemptions[scenario] {
      // An excuse without a reason is none.
      #expect(!reason.isEmpty)
      return
    }
    try await checkAdapterContract(scenario, of: subject)
  }
}

/// Checks one scenario of the contract on one adapter.
func checkAdapterContract(
  _ scenario: ContractScenario, of subject: ContractSubject
) async throws {
  switch scenario {
  case .everyRequestedIDIsAKey: try await ReadingContract(subject).everyRequestedIDIsAKey()
  case .readTwice: try await ReadingContract(subject).readTwice()
  case .joinedToTheLetter: try await ReadingContract(subject).joinedToTheLetter()
  case .crossedAnswers: try await ReadingContract(subject).crossedAnswers()
  case .batched: try await ReadingContract(subject).batched()
  case .reportedOnce: try await ReadingContract(subject).reportedOnce()
  case .onlyReads: try await ReadingContract(subject).onlyReads()
  case .failing: try await FailureContract(subject).failing()
  case .passingFailure: try await FailureContract(subject).passingFailure()
  case .dropped: try await FailureContract(subject).dropped()
  case .truncated: try await FailureContract(subject).truncated()
  case .webPage: try await FailureContract(subject).webPage()
  case .brokenJSON: try await FailureContract(subject).brokenJSON()
  case .otherShape: try await FailureContract(subject).otherShape()
  case .otherTypes: try await FailureContract(subject).otherTypes()
  case .hostile: try await FailureContract(subject).hostile()
  case .throttled: try await FailureContract(subject).throttled()
  case .wrongCredentials: try await FailureContract(subject).wrongCredentials()
  case .expiredCredentials: try await FailureContract(subject).expiredCredentials()
  case .late: try await FailureContract(subject).late()
  case .cancelled: try await FailureContract(subject).cancelled()
  case .cancelledLater: try await FailureContract(subject).cancelledLater()
  case .drifted: try await FailureContract(subject).drifted()
  case .detail: try await LookupContract(subject).detail()
  case .found: try await LookupContract(subject).found()
  case .changed: try await LookupContract(subject).changed()
  case .links: try await LookupContract(subject).links()
  case .index: try await LookupContract(subject).index()
  case .history: try await HistoryContract(subject).history()
  case .probed: try await LookupContract(subject).probed()
  case .probedDrift: try await LookupContract(subject).probedDrift()
  }
}
