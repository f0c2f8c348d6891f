public import DealModel

/// One thing that is wrong with a configuration, where it stands and how to mend it.
///
/// Never holds a secret: a value under a key that takes one is not repeated.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as it was named to the reader.
  public let file: String
  /// The line, beginning with 1.
  public let line: Int
  /// The column in Unicode scalars, beginning with 1.
  public let column: Int
  /// What is wrong and how to mend it, in one or two sentences.
  public let message: String

  /// Something that is wrong at one place of a file.
  public init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// `file:line:column`, as compilers write it.
  public var location: String { "\(file):\(line):\(column)" }

  public var description: String { "\(location): \(message)" }
}

/// What became of a configuration: a whole model, or everything that is wrong with it.
public enum ConfigurationResult: Hashable, Sendable {
  /// The checked model.
  case model(CompanyModel)
  /// Every error, sorted by position, at least one.
  case errors([ConfigurationError])

  /// The model; `nil` when there are errors.
  public var model: CompanyModel? { if case .model(let model) = self { model } else { nil } }

  /// The errors, sorted by position; empty when there is a model.
  public var errors: [ConfigurationError] {
    if case .errors(let errors) = self { errors } else { [] }
  }
}
