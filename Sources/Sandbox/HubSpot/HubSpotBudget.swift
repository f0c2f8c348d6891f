import DealModel

/// HubSpot's rate limits: per ten seconds and per day, and per second for search.
///
/// Source: developers.hubspot.com, usage guidelines; Professional plan. `company.yaml` moves them
/// with `limits: {burst: …, daily: …, search: …}`.
struct HubSpotBudget: Sendable {
  private let burst: Int?
  private let publicBurst: Int?
  private let daily: Int?
  private let search: Int?
  /// How far the account's clocks are ahead of UTC; its day ends at their midnight.
  private let utcOffset: Int
  private var recent: [Timestamp] = []
  private var recentSearches: [Timestamp] = []
  private var day: CalendarDate?
  private(set) var usedToday = 0

  init(limits: EmulatorLimits, utcOffsetMilliseconds: Int) {
    burst = limits.limit("burst", standard: 190)
    publicBurst = limits.limit("burst", standard: 110)
    daily = limits.limit("daily", standard: 625_000)
    search = limits.limit("search", standard: 5)
    utcOffset = utcOffsetMilliseconds / 1_000
  }

  /// The daily limit; `nil` when it is lifted.
  var dailyLimit: Int? { daily }

  /// Counts a call.
  ///
  /// - Returns: The policy it exceeds; `nil` when it may go on.
  mutating func admit(
    _ caller: HubSpotAccess.Caller, isSearch: Bool, at now: Timestamp
  ) -> String? {
    let today = now.date(offsetSeconds: utcOffset)
    if day != today {
      day = today
      usedToday = 0
    }
    Self.forget(&recent, before: now.adding(.seconds(-10)))
    Self.forget(&recentSearches, before: now.adding(.seconds(-1)))
    // A public app's searches are outside its burst, and it has no daily limit.
    let countsInBurst = !(isSearch && caller == .publicApp)
    if caller == .privateApp {
      if let daily, usedToday >= daily { return "DAILY" }
      usedToday += 1
    }
    if countsInBurst, let limit = limit(caller) {
      if recent.count >= limit { return "TEN_SECONDLY_ROLLING" }
      recent.append(now)
    }
    if isSearch, let search {
      if recentSearches.count >= search { return "SECONDLY" }
      recentSearches.append(now)
    }
    return nil
  }

  /// The headers of every response but those of search.
  func headers(for caller: HubSpotAccess.Caller) -> [NamedValue] {
    var headers: [NamedValue] = []
    func add(_ name: String, _ number: Int) {
      headers.append(NamedValue("X-HubSpot-RateLimit-\(name)", String(number)))
    }
    if caller == .privateApp, let daily {
      add("Daily", daily)
      add("Daily-Remaining", max(0, daily - usedToday))
    }
    if let limit = limit(caller) {
      add("Interval-Milliseconds", 10_000)
      add("Max", limit)
      add("Remaining", max(0, limit - recent.count))
    }
    return headers
  }

  /// When the account's day ends.
  func dayEnd(after now: Timestamp) -> Timestamp {
    let tomorrow = now.date(offsetSeconds: utcOffset).adding(days: 1)
    return Timestamp(startOf: tomorrow).adding(.seconds(-utcOffset))
  }

  private func limit(_ caller: HubSpotAccess.Caller) -> Int? {
    caller == .privateApp ? burst : publicBurst
  }

  private static func forget(_ times: inout [Timestamp], before limit: Timestamp) {
    let expired = times.prefix { $0 <= limit }.count
    if expired > 0 { times.removeFirst(expired) }
  }
}
