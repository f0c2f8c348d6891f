import DealModel

/// Asana's own document. Of a list it describes the compact records alone; what comes when
/// `opt_fields` asks for more is held against the schema of the whole record, so that no member of
/// another name or type passes.
public struct AsanaDocument: Sendable {
  private let document: OpenAPIDocument

  /// The document among the sandbox's tests.
  public init() throws { document = try OpenAPIDocument.named("asana") }

  private static let schemas = [
    "custom_fields": ("CustomFieldCompact", "CustomFieldResponse"),
    "custom_field_settings": ("CustomFieldSettingCompact", "CustomFieldSettingResponse"),
    "events": ("EventResponse", "EventResponse"), "projects": ("ProjectCompact", "ProjectResponse"),
    "tasks": ("TaskCompact", "TaskResponse"),
    "time_tracking_entries": ("TimeTrackingEntryCompact", "TimeTrackingEntryBase"),
    "users": ("UserCompact", "UserResponse"),
    "workspaces": ("WorkspaceCompact", "WorkspaceResponse"),
  ]

  /// Where an exchange is not as documented.
  ///
  /// - Parameter exchange: Its path is the one below `/api/1.0`.
  public func faults(of exchange: OpenAPIDocument.Exchange) -> [String] {
    let finding = document.check(exchange)
    let faults = finding.faults + finding.ignored.keys.sorted().map { "\($0) means nothing here" }
    guard exchange.status == 200, let data = exchange.answer?["data"] else { return faults }
    let kind = exchange.path.split(separator: "/").last { Self.schemas[String($0)] != nil }
    guard let kind, let (compact, whole) = Self.schemas[String(kind)] else {
      return faults + ["\(exchange.path): answers records of no known kind"]
    }
    let isAsked = exchange.query.contains { $0.name == "opt_fields" }
    let schema = data.array == nil || isAsked ? whole : compact
    return faults
      + (data.array ?? [data]).enumerated().flatMap { index, record in
        document.faults(of: record, as: schema, at: "\(exchange.path)[\(index)]")
      }
  }
}
