import DealModel

extension QuickBooksReader {
  /// Time that one person worked.
  ///
  /// - Source: Finance.xsd, `TimeActivity`: either `Hours`, `Minutes` and `Seconds`, or `StartTime` and
  ///   `EndTime` less the break.
  var hours: HoursEntry {
    let person = ["EmployeeRef", "VendorRef", "OtherNameRef"].lazy
      .compactMap { document[$0]?["name"]?.string }.first
    return HoursEntry(
      person: person.map { .value($0) } ?? .none, date: date("TxnDate"), seconds: seconds,
      subject: document["Description"]?.string ?? document["ItemRef"]?["name"]?.string ?? "")
  }

  private var seconds: Answer<Int64> {
    if ["Hours", "Minutes", "Seconds"].contains(where: { document[$0] != nil }) {
      return time("Hours", "Minutes", "Seconds").map { .value($0) }
        ?? fault("Hours", "holds a time that is no whole number")
    }
    guard let start = document["StartTime"]?.string.flatMap({ Timestamp($0) }),
      let end = document["EndTime"]?.string.flatMap({ Timestamp($0) }), start <= end,
      let pause = time("BreakHours", "BreakMinutes", "BreakSeconds")
    else { return fault("Hours", "lacks the time worked") }
    let whole = (end.milliseconds - start.milliseconds) / 1_000
    guard pause <= whole else { return fault("BreakHours", "holds a break longer than the work") }
    return .value(whole - pause)
  }

  /// Parts of a time in seconds, an absent one being none; `nil` when one cannot be counted.
  private func time(_ hours: String, _ minutes: String, _ seconds: String) -> Int64? {
    var sum: Int64 = 0
    for (name, factor) in [(hours, 3_600), (minutes, 60), (seconds, 1)] as [(String, Int64)] {
      guard let value = document[name], !value.isNull else { continue }
      // A year of hours, so that nothing overflows.
      guard let number = value.integer, (0...8_784 * 3_600).contains(number) else { return nil }
      sum += Int64(number) * factor
    }
    return sum
  }
}
