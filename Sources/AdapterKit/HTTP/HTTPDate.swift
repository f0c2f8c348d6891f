import DealModel

/// Dates as HTTP headers write them (RFC 9110 §5.6.7, the one current form):
/// `Fri, 20 Nov 2026 09:14:03 GMT`.
enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The instant; `nil` for any other shape and for a day or time that does not exist.
  static func timestamp(_ text: String) -> Timestamp? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
      let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])),
      let year = Int(parts[3]), let date = CalendarDate(year: year, month: month + 1, day: day)
    else { return nil }
    return Timestamp("\(date)T\(parts[4])Z")
  }
}
