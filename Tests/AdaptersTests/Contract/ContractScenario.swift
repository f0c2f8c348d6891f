import Testing

/// What every adapter must do, whatever its vendor: see ``AdapterKit/Adapter``.
enum ContractScenario: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case everyRequestedIDIsAKey = "every requested ID is a key, and an unknown one has no records"
  case readTwice = "reading twice without a change gives equal records"
  case joinedToTheLetter = "a deal ID in another case, or cut short, finds nothing"
  case crossedAnswers = "a record of a deal nobody asked about spoils its answer, which says so"
  case batched = "forty deals take a handful of calls, never one per deal"
  case reportedOnce = "every exchange is reported once, without IDs and queries"
  case onlyReads = "nothing is sent that is neither GET nor a declared reading POST"
  case failing = "a failing system is unavailable, and answers again once it is mended"
  case passingFailure = "one failure in passing is not noticed"
  case dropped = "a connection closed without an answer is unavailable"
  case truncated = "an answer cut short is malformed"
  case webPage = "a web page with status 200 is malformed"
  case brokenJSON = "broken JSON with status 200 is malformed"
  case otherShape = "JSON of another shape is malformed, and nothing of it is used"
  case otherTypes = "numbers for words and words for numbers are malformed, never taken for none"
  case hostile = "an answer made to do harm is malformed at once, and nothing of it is used"
  case throttled = "a throttled call says so and is not hammered"
  case wrongCredentials = "wrong credentials are unauthorized, and never shown"
  case expiredCredentials = "credentials that expire in mid-run are renewed once, or unauthorized"
  case late = "an answer beyond the deadline is unavailable"
  case cancelled = "cancelling ends a call at once and is reported as nothing"
  case cancelledLater = "cancelling long after the login, with answers before, ends at once"
  case drifted = "a link property that is gone is drift, never a list of unlinked deals"
  case detail = "a record that was read opens"
  case found = "a number finds its deal, and nonsense finds nothing"
  case changed = "a changed record is in the next changes, and only once"
  case links = "the links hold every record once"
  case index = "the index holds every deal once"
  case history = "a change of a compared or counted value is in the record's history, and only once"
  case probed = "a probe tells who we are"
  case probedDrift = "a probe names the link property that is gone, and tells when it is back"

  var testDescription: String { rawValue }
}
