/// The rates by which a copy in another currency may be explained.
///
/// A converted amount is only ever compared and named as converted; no figure is made of one.
public struct ExchangeRates: Hashable, Sendable {
  /// A rate: how much of `quoted` one unit of `base` is worth.
  public struct Pair: Hashable, Sendable, CustomStringConvertible {
    /// The currency of which there is one unit.
    public var base: Currency
    /// The currency in which its worth is stated.
    public var quoted: Currency

    /// One unit of a currency, stated in another.
    public init(base: Currency, quoted: Currency) {
      self.base = base
      self.quoted = quoted
    }

    /// `EUR/USD`.
    public var description: String { "\(base)/\(quoted)" }
  }

  /// An amount and how it was converted.
  public struct Converted: Hashable, Sendable {
    /// The amount, rounded half to even to the customary digits of its currency.
    public var money: Money
    /// The rate it was converted by.
    public var pair: Pair
    /// The rate as configured: units of the quoted currency for one of the base.
    public var rate: ExactDecimal
  }

  /// Pair → its rate, above zero. At most one of a pair and its inverse.
  public var rates: [Pair: ExactDecimal]
  /// The day of the rates; `nil` when the configuration does not say.
  public var asOf: CalendarDate?

  /// Rates of one day.
  public init(_ rates: [Pair: ExactDecimal] = [:], asOf: CalendarDate? = nil) {
    self.rates = rates
    self.asOf = asOf
  }

  /// The amount in another currency; `nil` without a rate between the two. Rates are not chained.
  public func convert(_ money: Money, to currency: Currency) -> Converted? {
    let direct = Pair(base: money.currency, quoted: currency)
    if let rate = rates[direct], let amount = try? money.amount.multiplied(by: rate) {
      return Converted(
        money: Money(amount.rounded(to: currency.minorUnit), currency), pair: direct, rate: rate)
    }
    let inverse = Pair(base: currency, quoted: money.currency)
    if let rate = rates[inverse],
      let amount = try? money.amount.divided(by: rate, places: currency.minorUnit)
    {
      return Converted(money: Money(amount, currency), pair: inverse, rate: rate)
    }
    return nil
  }
}
