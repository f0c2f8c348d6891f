/// What is known of a value, with the three kinds of absence kept apart.
public enum Answer<Value> {
  /// The system answered with a value.
  case value(Value)
  /// The system answered: there is none.
  case none
  /// Nobody has asked yet.
  case notAsked
  /// The system could not be asked, or its answer could not be used; the error says why.
  ///
  /// Indirect, because a record is mostly answers: with room for an error in each it would be half
  /// as large again.
  indirect case unavailable(SystemError)
}

extension Answer: Sendable where Value: Sendable {}
extension Answer: Equatable where Value: Equatable {}
extension Answer: Hashable where Value: Hashable {}

extension Answer {
  /// The value; `nil` for every kind of absence. Ask ``isAnswered`` before drawing conclusions.
  public var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }

  /// Whether the system has answered, be it with a value or with "none".
  public var isAnswered: Bool {
    switch self {
    case .value, .none: true
    case .notAsked, .unavailable: false
    }
  }

  /// Why the value could not be had; `nil` otherwise.
  public var error: SystemError? {
    if case .unavailable(let error) = self { error } else { nil }
  }

  /// The same answer with its value changed; absence stays the absence it is.
  public func map<Other>(_ transform: (Value) -> Other) -> Answer<Other> {
    switch self {
    case .value(let value): .value(transform(value))
    case .none: .none
    case .notAsked: .notAsked
    case .unavailable(let error): .unavailable(error)
    }
  }
}
