public import DealModel

extension ControlOrder {
  /// An order in words, as the demo's `:chaos erp_us delay 300` gives them after the system.
  ///
  /// - Throws: ``SandboxError`` saying how the order is written, or which orders there are.
  public init(words: [String]) throws(SandboxError) {
    guard let first = words.first else {
      throw SandboxError("say what to do: \(listed(Name.allCases.map(\.rawValue)))")
    }
    let name = try Self.name(first)
    var positional: [String] = []
    var count: Int?
    var pathPrefix: String?
    for word in words.dropFirst() {
      if word.hasPrefix("count=") {
        count = try Self.whole(String(word.dropFirst(6)), "count", of: name)
      } else if word.hasPrefix("path=") {
        pathPrefix = String(word.dropFirst(5))
      } else {
        positional.append(word)
      }
    }
    self.init(
      try Self.act(name, ControlArguments(positional: positional, named: nil, name: name)),
      count: count, pathPrefix: pathPrefix)
  }

  /// An order as JSON: `{"do":"fail","status":503,"count":2,"path":"/crm/v3"}`.
  ///
  /// Members: `ms` (delay, delay-index), `seconds` (skew-clock), `status`, `policy`, `from` and `to`
  /// (rename-property), `number` and `net` (correct-invoice), `record`, `field` and `value`
  /// (set-field), `record` (delete), `record` and `into` (merge); `count` and
  /// `path` with every fault. Amounts are strings or numbers, taken digit by digit.
  ///
  /// - Throws: ``SandboxError`` saying what is missing, or which orders there are.
  public init(json: JSONValue) throws(SandboxError) {
    guard json.members != nil, let word = json["do"]?.string else {
      throw SandboxError(
        "expected an object with `do`: \(listed(Name.allCases.map(\.rawValue)))")
    }
    let name = try Self.name(word)
    var count: Int?
    if let value = json["count"], !value.isNull {
      count = try Self.whole(ControlArguments.text(value) ?? "", "count", of: name)
    }
    self.init(
      try Self.act(name, ControlArguments(positional: [], named: json, name: name)),
      count: count, pathPrefix: json["path"]?.string)
  }

  private static func name(_ word: String) throws(SandboxError) -> Name {
    guard let name = Name(rawValue: word.lowercased()) else {
      throw SandboxError(
        "unknown order `\(word)`\(suggestion(word, Name.allCases.map(\.rawValue)))")
    }
    return name
  }

  private static func act(_ name: Name, _ words: ControlArguments) throws(SandboxError) -> Act {
    var words = words
    let act: Act
    switch name {
    case .delay:
      act = .delay(milliseconds: try whole(words.required("ms"), "MILLISECONDS", of: name))
    case .delayIndex:
      act = .delayIndex(milliseconds: try whole(words.required("ms"), "MILLISECONDS", of: name))
    case .fail:
      let status = try whole(words.required("status"), "STATUS", of: name)
      guard (400...599).contains(status) else {
        throw SandboxError("`fail` takes a status from 400 to 599")
      }
      act = .fail(status: status)
    case .throttle: act = .throttle(policy: words.next("policy"))
    case .drop: act = .drop
    case .truncate: act = .truncate
    case .hang: act = .hang
    case .mend: act = .mend
    case .reset: act = .reset
    case .expireToken: act = .expireToken
    case .skewClock:
      let text = try words.required("seconds")
      guard let seconds = Int(text), (-86_400...86_400).contains(seconds) else {
        throw SandboxError("SECONDS is a whole number from -86400 to 86400: \(name.usage)")
      }
      act = .skewClock(seconds: seconds)
    case .renameProperty:
      act = .renameProperty(from: try words.required("from"), to: try words.required("to"))
    case .correctInvoice:
      let number = try words.required("number")
      guard let net = ExactDecimal(try words.required("net")) else {
        throw SandboxError("the net amount must be a decimal number, such as 12500.50")
      }
      act = .correctInvoice(number: number, net: net)
    case .delete: act = .delete(record: try words.required("record"))
    case .merge:
      act = .merge(record: try words.required("record"), into: try words.required("into"))
    case .setField:
      act = .setField(
        record: try words.required("record"), field: try words.required("field"),
        value: try words.required("value", takesRest: true))
    }
    if let surplus = words.surplus {
      throw SandboxError("`\(surplus)` is one word too many: \(name.usage)")
    }
    return act
  }

  private static func whole(
    _ text: String, _ what: String, of name: Name
  ) throws(SandboxError) -> Int {
    guard let number = Int(text), number >= 0, number <= 86_400_000 else {
      throw SandboxError("\(what) must be a whole number: \(name.usage)")
    }
    return number
  }
}

/// The arguments of an order, by their place in words or by their name in JSON.
private struct ControlArguments {
  var positional: [String]
  let named: JSONValue?
  let name: ControlOrder.Name

  mutating func next(_ key: String) -> String? {
    if let named { return named[key].flatMap(Self.text) }
    return positional.isEmpty ? nil : positional.removeFirst()
  }

  /// - Parameter takesRest: The argument is everything that is left, spaces included.
  mutating func required(_ key: String, takesRest: Bool = false) throws(SandboxError) -> String {
    if takesRest, named == nil, !positional.isEmpty {
      defer { positional = [] }
      return positional.joined(separator: " ")
    }
    guard let text = next(key) else {
      throw SandboxError(
        named == nil ? "\(name.usage)" : "`\(name.rawValue)` needs `\(key)`: \(name.usage)")
    }
    return text
  }

  var surplus: String? { positional.first }

  static func text(_ value: JSONValue) -> String? {
    if case .number(let digits) = value { digits } else { value.string }
  }
}
