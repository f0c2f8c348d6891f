import DealModel

/// Finds what a query asks for in one table, through an index wherever a filter has one.
struct HubSpotSearch {
  /// The positions of every match, in the order asked for.
  static func matches(
    of query: HubSpotQuery, in table: inout HubSpotTable,
    associated: (String, [String]) -> Set<String>?
  ) throws(HubSpotFailure) -> [Int] {
    var positions: [Int]
    if query.groups.isEmpty {
      positions = table.live
    } else {
      var lists: [[Int]] = []
      for group in query.groups {
        var matchers: [HubSpotMatcher] = []
        for filter in group {
          matchers.append(try HubSpotMatcher(filter, in: table, associated: associated))
        }
        lists.append(matches(of: matchers, in: &table))
      }
      positions = lists.count == 1 ? lists[0] : Array(Set(lists.joined())).sorted()
    }
    if !query.text.isEmpty { positions = narrowed(positions, to: query.text, in: table) }
    return try sorted(positions, by: query.sort, in: table)
  }

  /// The live records that pass every matcher, in the order of their IDs.
  private static func matches(
    of matchers: [HubSpotMatcher], in table: inout HubSpotTable
  ) -> [Int] {
    var candidates: [Int]?
    var since: Timestamp?
    var after = Int64.min
    var through = Int64.max
    for matcher in matchers {
      switch matcher.hint {
      case .identifiers(let lower, let upper):
        after = max(after, lower)
        through = min(through, upper)
      case .modified(let instant): since = max(since ?? instant, instant)
      case .values(let column, let values):
        let found = table.positions(where: column, isAmong: values)
        if found.count < candidates?.count ?? .max { candidates = found }
      case .none: break
      }
    }
    if let since {
      let recent = modified(since: since, in: &table)
      if recent.count < candidates?.count ?? .max { candidates = recent.sorted() }
    }
    let list = candidates ?? table.live
    let lower = table.firstPosition(in: list, after: after)
    let upper = max(lower, table.firstPosition(in: list, after: through))
    let remaining = matchers.filter { !$0.isCoveredByHint }
    if remaining.isEmpty { return Array(list[lower..<upper]) }
    return list[lower..<upper].filter { position in
      remaining.allSatisfy { $0.passes(table.records[position]) }
    }
  }

  private static func modified(since instant: Timestamp, in table: inout HubSpotTable) -> [Int] {
    let order = table.orderedByModification()
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      if table.records[order[middle]].modified >= instant {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return Array(order[low...])
  }

  private static func narrowed(_ positions: [Int], to text: String, in table: HubSpotTable) -> [Int]
  {
    let tokens = HubSpotTokens(text, asPrefixes: true)
    let columns = table.type.searchedProperties.compactMap { table.columns[$0] }
    return positions.filter { position in
      tokens.match(columns.compactMap { table.records[position][$0] }.joined(separator: " "))
    }
  }

  /// In the order asked for; without one, the oldest created first. Empty values come last.
  private static func sorted(
    _ positions: [Int], by sort: HubSpotQuery.Sort?, in table: HubSpotTable
  ) throws(HubSpotFailure) -> [Int] {
    guard let column = table.columns[sort?.property ?? "createdate"] else {
      throw .unknownProperty(sort?.property ?? "createdate")
    }
    let reader = HubSpotKeyReader(table: table, column: column)
    let isDescending = sort?.isDescending ?? false
    if reader.source == .identifier { return isDescending ? positions.reversed() : positions }
    let keyed = positions.map { (key: reader.key(of: table.records[$0]), position: $0) }
    let ordered = keyed.sorted { left, right in
      switch (left.key, right.key) {
      case (let first?, let second?) where first != second:
        return isDescending ? first > second : first < second
      case (_?, nil): return true
      case (nil, _?): return false
      default: return left.position < right.position
      }
    }
    return ordered.map(\.position)
  }
}
