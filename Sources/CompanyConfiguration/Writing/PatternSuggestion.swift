/// A pattern for deal IDs, from one of them.
public enum PatternSuggestion {
  /// The pattern that an example suggests: letters and signs as they stand, digits as so many digits.
  ///
  /// `BW-10001` suggests `^BW-[0-9]{5}$`.
  ///
  /// - Returns: `nil` for an empty text.
  public static func pattern(for example: String) -> String? {
    guard !example.isEmpty else { return nil }
    var pattern = "^"
    var digits = 0
    func endDigits() {
      if digits > 0 { pattern += digits == 1 ? "[0-9]" : "[0-9]{\(digits)}" }
      digits = 0
    }
    for scalar in example.unicodeScalars {
      if ("0"..."9").contains(scalar) {
        digits += 1
        continue
      }
      endDigits()
      if ".*+?()[]{}|^$\\".unicodeScalars.contains(scalar) { pattern += "\\" }
      pattern.unicodeScalars.append(scalar)
    }
    endDigits()
    return pattern + "$"
  }
}
