/// Which settings a kind of adapter takes, declared beside the adapter, so that a configuration is
/// checked whole before anything is asked.
public struct SettingsSchema: Hashable, Sendable {
  /// The word after `kind:`.
  public let kind: String
  /// One sentence for people.
  public let summary: String
  /// The settings in the order to document them.
  public let keys: [Key]
  /// The kinds of record the adapter can read.
  public let records: Set<RecordKind>
  /// Whether the adapter can list the deals with their commercial fields, as an origin must; one
  /// that merely reads echoes of deals cannot.
  public let listsDeals: Bool

  /// One setting.
  public struct Key: Hashable, Sendable {
    /// The key in the YAML.
    public let name: String
    /// What it takes.
    public let type: ValueType
    /// Whether it must be there.
    public let isRequired: Bool
    /// One sentence for people, without the full stop.
    public let summary: String

    /// One setting.
    public init(_ name: String, _ type: ValueType, required: Bool = false, _ summary: String) {
      self.name = name
      self.type = type
      self.isRequired = required
      self.summary = summary
    }
  }

  /// What a setting takes.
  public indirect enum ValueType: Hashable, Sendable {
    /// Words.
    case text
    /// One of these words.
    case choice([String])
    /// A URL; plain http only to loopback.
    case url
    /// The path of a file or directory, or a pattern of paths: relative to the directory of the
    /// configuration, `~/` the home directory.
    case path
    /// A secret's source: `{env: NAME}`, `{file: PATH}` or `{command: [PROGRAM, ARGUMENT…]}`.
    case secret
    /// A duration, `90s`, `2m`, `24h`, `7d`.
    case duration
    /// A whole number, at least that.
    case integer(atLeast: Int)
    /// An exact decimal number.
    case decimal
    /// `true` or `false`.
    case flag
    /// An ISO 4217 code.
    case currency
    /// A list.
    case list(ValueType)
    /// A mapping from any words to values of one type.
    case mapping(ValueType)
    /// A mapping with these keys. Given a shorthand, a single value stands for that key alone.
    case group([Key], shorthand: String? = nil)
    /// Words with gaps of these names, as ``TextTemplate`` reads them.
    case template([String])
    /// A JSON document, written as text; the strings in it are templates with gaps of these names.
    case json([String])
    /// Where a value stands in an answer, as ``JSONPath`` reads it.
    case jsonPath
  }

  /// The settings of one kind.
  ///
  /// - Parameter listsDeals: `nil` when the adapter lists deals if it reads them at all.
  public init(
    kind: String, summary: String, records: Set<RecordKind>, listsDeals: Bool? = nil, keys: [Key]
  ) {
    self.listsDeals = listsDeals ?? records.contains(.deals)
    self.kind = kind
    self.summary = summary
    self.records = records
    self.keys = keys
  }
}

/// Where a secret is kept; never the secret itself.
public enum SecretSource: Hashable, Sendable {
  /// The environment variable of that name.
  case environment(String)
  /// The first line of the file at that path.
  case file(String)
  /// What that program prints, with its arguments; no shell is involved.
  case command([String])
}

/// One setting's value, checked against its schema.
public indirect enum SettingValue: Hashable, Sendable {
  /// Words, a choice, a URL, a path, a template or a JSON document.
  case text(String)
  /// A secret's source.
  case secret(SecretSource)
  /// A duration.
  case duration(Duration)
  /// A whole number.
  case integer(Int)
  /// An exact decimal number.
  case decimal(ExactDecimal)
  /// Yes or no.
  case flag(Bool)
  /// A currency.
  case currency(Currency)
  /// A list.
  case list([SettingValue])
  /// A mapping, or a group: a key of it that was not given is absent.
  case mapping([String: SettingValue])
}

/// The checked settings of one system.
public struct SystemSettings: Hashable, Sendable {
  /// Key → value; a key that was not given is absent.
  public var values: [String: SettingValue]

  /// The checked settings of one system.
  public init(_ values: [String: SettingValue] = [:]) { self.values = values }

  /// The words under that key; `nil` when it was not given.
  public func text(_ key: String) -> String? {
    if case .text(let text)? = values[key] { text } else { nil }
  }
  /// The secret's source under that key; `nil` when it was not given.
  public func secret(_ key: String) -> SecretSource? {
    if case .secret(let source)? = values[key] { source } else { nil }
  }
  /// The duration under that key; `nil` when it was not given.
  public func duration(_ key: String) -> Duration? {
    if case .duration(let duration)? = values[key] { duration } else { nil }
  }
  /// The whole number under that key; `nil` when it was not given.
  public func integer(_ key: String) -> Int? {
    if case .integer(let number)? = values[key] { number } else { nil }
  }
  /// The decimal under that key; `nil` when it was not given.
  public func decimal(_ key: String) -> ExactDecimal? {
    if case .decimal(let number)? = values[key] { number } else { nil }
  }
  /// The flag under that key; `nil` when it was not given.
  public func flag(_ key: String) -> Bool? {
    if case .flag(let flag)? = values[key] { flag } else { nil }
  }
  /// The currency under that key; `nil` when it was not given.
  public func currency(_ key: String) -> Currency? {
    if case .currency(let currency)? = values[key] { currency } else { nil }
  }
  /// The list of words under that key; empty when it was not given.
  public func texts(_ key: String) -> [String] {
    guard case .list(let values)? = values[key] else { return [] }
    return values.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }
  /// The mapping to words under that key; empty when it was not given.
  public func textMapping(_ key: String) -> [String: String] {
    guard case .mapping(let values)? = values[key] else { return [:] }
    return values.compactMapValues { if case .text(let text) = $0 { text } else { nil } }
  }
  /// The group under that key; `nil` when it was not given.
  public func group(_ key: String) -> SystemSettings? {
    if case .mapping(let values)? = values[key] { SystemSettings(values) } else { nil }
  }
  /// The list of groups under that key; empty when it was not given.
  public func groups(_ key: String) -> [SystemSettings] {
    guard case .list(let values)? = values[key] else { return [] }
    return values.compactMap {
      if case .mapping(let values) = $0 { SystemSettings(values) } else { nil }
    }
  }
  /// The path under that key; `nil` when it was not given.
  public func path(_ key: String) -> JSONPath? { text(key).flatMap { JSONPath($0) } }
}
