import DealModel

/// One exact number per row, with a currency where it is money, in ten bytes and a state.
struct NumberColumn: Sendable {
  enum State: UInt8 {
    case notAsked, unavailable, none, known, several
    /// Incomplete: nothing known, or a bound of one of the three kinds.
    case incomplete, atLeast, atMost, neither
  }

  private(set) var states: [State] = []
  private(set) var coefficients: [Int64] = []
  private(set) var scales: [UInt8] = []
  /// Place in ``currencies``; 255 for a plain number.
  private var currencyCodes: [UInt8] = []
  private var currencies: [Currency] = []
  /// Numbers that do not fit in 64 bits, by row; their coefficient is 0.
  private(set) var large: [Int: ExactDecimal] = [:]

  mutating func append() {
    states.append(.notAsked)
    coefficients.append(0)
    scales.append(0)
    currencyCodes.append(.max)
  }

  /// Sets a row to an amount.
  ///
  /// - Returns: Whether it changed.
  mutating func set(_ row: Int, to cell: DealCell<Money>) -> Bool {
    set(row, cell.map { $0.amount }, cell.knownValue.map { code(of: $0.currency) } ?? .max)
  }

  /// Sets a row to a plain number.
  ///
  /// - Returns: Whether it changed.
  mutating func set(_ row: Int, toNumber cell: DealCell<ExactDecimal>) -> Bool {
    set(row, cell, .max)
  }

  func money(_ row: Int) -> DealCell<Money> {
    let code = Int(currencyCodes[row])
    guard code < currencies.count else { return number(row).withoutValue() }
    return number(row).map { Money($0, currencies[code]) }
  }

  func number(_ row: Int) -> DealCell<ExactDecimal> {
    switch states[row] {
    case .notAsked: .notAsked
    case .unavailable: .unavailable
    case .none: .none
    case .several: .several
    case .incomplete: .incomplete(nil, .neither)
    case .atLeast: .incomplete(exact(row), .atLeast)
    case .atMost: .incomplete(exact(row), .atMost)
    case .neither: .incomplete(exact(row), .neither)
    case .known: .value(exact(row))
    }
  }

  /// The number of a row that is complete; `nil` otherwise.
  func known(_ row: Int) -> ExactDecimal? { states[row] == .known ? exact(row) : nil }

  func currency(_ row: Int) -> Currency? {
    let code = Int(currencyCodes[row])
    return code < currencies.count ? currencies[code] : nil
  }

  mutating func keep(_ rows: [Int]) {
    let old = self
    states = rows.map { old.states[$0] }
    coefficients = rows.map { old.coefficients[$0] }
    scales = rows.map { old.scales[$0] }
    currencyCodes = rows.map { old.currencyCodes[$0] }
    large = [:]
    for (new, row) in rows.enumerated() {
      if let number = old.large[row] { large[new] = number }
    }
  }

  private func exact(_ row: Int) -> ExactDecimal {
    if !large.isEmpty, let number = large[row] { return number }
    return ExactDecimal(coefficient: Int128(coefficients[row]), scale: scales[row])
  }

  private mutating func set(_ row: Int, _ cell: DealCell<ExactDecimal>, _ code: UInt8) -> Bool {
    guard number(row) != cell || currencyCodes[row] != code else { return false }
    states[row] = cell.state
    currencyCodes[row] = code
    let number = cell.knownValue ?? .zero
    if let small = Int64(exactly: number.coefficient) {
      coefficients[row] = small
      scales[row] = number.scale
      if !large.isEmpty { large[row] = nil }
    } else {
      coefficients[row] = 0
      scales[row] = 0
      large[row] = number
    }
    return true
  }

  private mutating func code(of currency: Currency) -> UInt8 {
    if let place = currencies.firstIndex(of: currency) { return UInt8(place) }
    currencies.append(currency)
    // ISO 4217 lists fewer than 255 active codes.
    return UInt8(clamping: currencies.count - 1)
  }
}

extension DealCell {
  fileprivate var state: NumberColumn.State {
    switch self {
    case .value: .known
    case .incomplete(nil, _): .incomplete
    case .incomplete(_, .atLeast): .atLeast
    case .incomplete(_, .atMost): .atMost
    case .incomplete: .neither
    case .several: .several
    case .none: .none
    case .notAsked: .notAsked
    case .unavailable: .unavailable
    }
  }
}
