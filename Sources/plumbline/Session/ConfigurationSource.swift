import CompanyConfiguration
import DealModel
import Glibc
import Sandbox

/// Where the configuration comes from, and reading it.
enum ConfigurationSource {
  /// The path of `--config`, or the default one.
  ///
  /// - Throws: ``CommandFailure`` when there is no home directory to look in.
  static func path(_ given: String?) throws(CommandFailure) -> String {
    if let path = given ?? ConfigurationFile.defaultPath(environment: environment) { return path }
    throw .configuration("Neither XDG_CONFIG_HOME nor HOME is set: name a file with --config.")
  }

  /// The process's environment.
  static var environment: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next += 1
    }
    return variables
  }

  /// The company that a file configures.
  static func company(at path: String) throws(CommandFailure) -> CompanyModel {
    switch TextFile.read(path, limit: ConfigurationFile.maximumSize + 1) {
    case .success(let bytes):
      return try company(
        ConfigurationFile.read(
          bytes, file: path, kinds: Registry.schemas, home: environment["HOME"]))
    case .failure(let failure):
      throw .configuration(failure.words + " `plumbline demo` needs no configuration.")
    }
  }

  /// The company that a text configures.
  static func company(from text: String, file: String) throws(CommandFailure) -> CompanyModel {
    try company(
      ConfigurationFile.read(
        text, file: file, kinds: Registry.schemas, home: environment["HOME"]))
  }

  private static func company(
    _ result: ConfigurationResult
  ) throws(CommandFailure) -> CompanyModel {
    switch result {
    case .model(let company): return company
    case .errors(let errors):
      let faults = errors.map { CommandFailure.Fault(message: $0.message, at: $0.location) }
      throw CommandFailure("configuration", faults, exitCode: CommandFailure.usageCode)
    }
  }
}
