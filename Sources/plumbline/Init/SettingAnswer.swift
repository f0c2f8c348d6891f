import DealModel

/// Turns what a person types into a setting's value.
enum SettingAnswer {
  /// The value that an answer means for that type.
  static func value(
    _ answer: String, of type: SettingsSchema.ValueType
  ) -> Result<SettingValue, Prompter.Refusal> {
    func refused(_ words: String) -> Result<SettingValue, Prompter.Refusal> {
      .failure(Prompter.Refusal(words))
    }
    switch type {
    case .text, .path:
      return answer.isEmpty ? refused("An answer is needed here.") : .success(.text(answer))
    case .url:
      guard answer.hasPrefix("https://") || answer.hasPrefix("http://127.0.0.1"),
        !answer.contains("@")
      else { return refused("A URL begins with https:// and holds no credentials.") }
      return .success(.text(answer))
    case .choice(let words):
      guard words.contains(answer) else {
        return refused("One of: \(words.joined(separator: ", ")).")
      }
      return .success(.text(answer))
    case .secret: return secret(answer)
    case .duration:
      guard let duration = duration(answer) else {
        return refused("A whole number and s, m, h or d, such as 90s or 24h.")
      }
      return .success(.duration(duration))
    case .integer(let least):
      guard let number = Int(answer), number >= least else {
        return refused("A whole number, at least \(least).")
      }
      return .success(.integer(number))
    case .decimal:
      guard let number = ExactDecimal(answer) else { return refused("A number, such as 12.50.") }
      return .success(.decimal(number))
    case .flag:
      switch answer.lowercased() {
      case "true", "yes", "y": return .success(.flag(true))
      case "false", "no", "n": return .success(.flag(false))
      default: return refused("Answer yes or no.")
      }
    case .currency:
      guard let currency = Currency(code: answer.uppercased()) else {
        return refused("An ISO 4217 code, such as EUR.")
      }
      return .success(.currency(currency))
    case .list(let element):
      var values: [SettingValue] = []
      for part in answer.split(separator: ",") {
        switch value(Prompter.trimmed(String(part)), of: element) {
        case .success(let value): values.append(value)
        case .failure(let refusal): return .failure(refusal)
        }
      }
      return .success(.list(values))
    case .mapping, .group, .template, .json, .jsonPath:
      return refused("This one is easier written in the file afterwards.")
    }
  }

  /// `env NAME`, `file PATH` or `command PROGRAM ARGUMENT…`; never the secret itself.
  private static func secret(_ answer: String) -> Result<SettingValue, Prompter.Refusal> {
    let words = answer.split(whereSeparator: \.isWhitespace).map(String.init)
    let rest = Prompter.trimmed(String(answer.drop { !$0.isWhitespace }))
    switch words.first {
    case "env" where words.count == 2 && isVariable(words[1]):
      return .success(.secret(.environment(words[1])))
    case "file" where !rest.isEmpty: return .success(.secret(.file(rest)))
    case "command" where words.count > 1:
      return .success(.secret(.command(Array(words.dropFirst()))))
    default:
      return .failure(
        Prompter.Refusal(
          "A secret is never typed in here. Say where it is kept: env NAME, file PATH, or command "
            + "PROGRAM ARGUMENT…"))
    }
  }

  private static func isVariable(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
    }
  }

  static func duration(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let number = Int(digits), number > 0, number <= 100_000,
      let unit = units[text.dropFirst(digits.count)]
    else { return nil }
    return .seconds(number * unit)
  }
}
