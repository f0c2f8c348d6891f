/// An ISO 4217 currency.
public struct Currency: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The three letters, the first one highest, and below them the digits after the point: every
  /// amount bears a currency, and four bytes are compared and copied sooner than a string.
  private let packed: UInt32

  /// The currency with that code, in any case.
  ///
  /// - Returns: `nil` when ISO 4217 lists no such active code: an unknown currency is an error at
  ///   its source, not a new currency.
  public init?(code: some StringProtocol) {
    guard let packed = Self.active[code.uppercased()] else { return nil }
    self.packed = packed
  }

  /// The three-letter code in upper case, `EUR`.
  public var code: String {
    String(unsafeUninitializedCapacity: 3) { bytes in
      for place in 0..<3 {
        bytes[place] = UInt8(truncatingIfNeeded: packed >> (24 - 8 * UInt32(place)))
      }
      return 3
    }
  }

  /// Digits after the point in customary amounts: 2 for EUR, 0 for JPY, 3 for KWD.
  public var minorUnit: UInt8 { UInt8(truncatingIfNeeded: packed) }

  public var description: String { code }

  /// Alphabetical by code.
  public static func < (left: Currency, right: Currency) -> Bool { left.packed < right.packed }

  /// Code → the currency, packed (ISO 4217, active codes).
  private static let active: [String: UInt32] = {
    let two =
      "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
    let zero = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
    let three = "BHD IQD JOD KWD LYD OMR TND"
    var active: [String: UInt32] = [:]
    for (codes, digits) in [(two, 2), (zero, 0), (three, 3)] as [(String, UInt32)] {
      for code in codes.split(separator: " ") {
        let letters = code.utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        active[String(code)] = letters << 8 | digits
      }
    }
    return active
  }()
}

/// An exact amount in one currency.
///
/// Amounts of different currencies are never added: arithmetic across currencies throws.
public struct Money: Hashable, Sendable {
  /// The amount in units of the currency (euros, not cents).
  public let amount: ExactDecimal
  /// The currency of the amount.
  public let currency: Currency

  /// An amount in units of the currency.
  public init(_ amount: ExactDecimal, _ currency: Currency) {
    self.amount = amount
    self.currency = currency
  }

  /// Nothing, in a currency.
  public static func zero(_ currency: Currency) -> Money { Money(.zero, currency) }

  /// The sum of two amounts of one currency.
  public func adding(_ other: Money) throws(MoneyError) -> Money {
    guard currency == other.currency else { throw .currenciesDiffer(currency, other.currency) }
    do { return Money(try amount.adding(other.amount), currency) } catch { throw .overflow }
  }

  /// The difference of two amounts of one currency.
  public func subtracting(_ other: Money) throws(MoneyError) -> Money { try adding(-other) }

  /// The amount with the opposite sign.
  public static prefix func - (money: Money) -> Money { Money(-money.amount, money.currency) }
}

/// Why two amounts could not be combined.
public enum MoneyError: Error, Hashable, Sendable {
  /// The amounts are of different currencies.
  case currenciesDiffer(Currency, Currency)
  /// The result does not fit in 38 digits.
  case overflow
}

extension Money: CustomStringConvertible {
  /// Plain notation with the currency's customary digits, `1234.50 EUR`.
  public var description: String { "\(amountText) \(currency.code)" }

  /// The amount alone with at least the currency's customary digits, `1234.50`: the JSON form.
  public var amountText: String { amount.formatted(minimumPlaces: currency.minorUnit) }
}
