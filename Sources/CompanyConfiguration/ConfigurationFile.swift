public import DealModel

/// Reads a company's configuration.
public struct ConfigurationFile {
  /// The most a configuration may hold, in bytes.
  public static let maximumSize = 256 * 1024

  /// The model that the text describes, or everything that is wrong with it.
  ///
  /// Asks no system and opens no file. Relative paths of secrets become relative to the directory
  /// of `file`, and `~/` the home directory.
  ///
  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: The file's path, as errors are to name it.
  ///   - kinds: The settings of every kind of adapter there is.
  ///   - home: The home directory, for paths that begin with `~/`.
  public static func read(
    _ text: String, file: String, kinds: [SettingsSchema], home: String? = nil
  ) -> ConfigurationResult {
    var reader = ConfigurationReader(file: file, kinds: kinds, home: home)
    let model = reader.read(text)
    if let model, reader.errors.isEmpty { return .model(model) }
    return .errors(reader.sortedErrors)
  }

  /// The model that a file's bytes describe; bytes that are not UTF-8 are an error with its place.
  ///
  /// See ``read(_:file:kinds:home:)-(String,_,_,_)``.
  public static func read(
    _ bytes: [UInt8], file: String, kinds: [SettingsSchema], home: String? = nil
  ) -> ConfigurationResult {
    if bytes.count > maximumSize { return read(tooLarge: file) }
    if let text = String(validating: bytes, as: UTF8.self) {
      return read(text, file: file, kinds: kinds, home: home)
    }
    let position = Position(ofFirstInvalidByteIn: bytes)
    return .errors([
      ConfigurationError(
        file: file, line: position.line, column: position.column,
        message: "The file is not UTF-8 here; save it as UTF-8.")
    ])
  }

  /// Where the configuration is looked for when none is named:
  /// `$XDG_CONFIG_HOME/plumbline/plumbline.yaml`, else `~/.config/plumbline/plumbline.yaml`.
  ///
  /// - Parameter environment: The environment's variables; a relative `XDG_CONFIG_HOME` is ignored,
  ///   as the XDG base directory specification asks.
  /// - Returns: `nil` when neither `XDG_CONFIG_HOME` nor `HOME` is set.
  public static func defaultPath(environment: [String: String]) -> String? {
    if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") {
      return joined(base, "plumbline/plumbline.yaml")
    }
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    return joined(home, ".config/plumbline/plumbline.yaml")
  }

  static func joined(_ directory: String, _ path: String) -> String {
    directory.hasSuffix("/") ? directory + path : directory + "/" + path
  }

  private static func read(tooLarge file: String) -> ConfigurationResult {
    .errors([
      ConfigurationError(file: file, line: 1, column: 1, message: ConfigurationReader.tooLarge)
    ])
  }
}
