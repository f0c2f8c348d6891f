/// Why a company directory cannot be served, or an order cannot be obeyed: whole sentences for the
/// person who wrote the files, naming the file and the place in it.
public struct SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and how to mend it, without the place.
  public let message: String
  /// Where: `company.yaml:4:9`, `crm/deals.json`; `nil` when no file is to blame.
  public let place: String?

  /// An error, with the place it is about.
  public init(_ message: String, at place: String? = nil) {
    self.message = message
    self.place = place
  }

  /// `company.yaml:4:9: …`.
  public var description: String { place.map { "\($0): \(message)" } ?? message }
}
