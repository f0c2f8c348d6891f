/// A column that the adapter knows by its name.
///
/// Rows are read by its place, which is looked up once a table: by name it took longer than the
/// database.
enum ODBCField: Int, CaseIterable, Sendable {
  case id, number, url, currency, type, status, created, modified, modifiedBy
  case issued, due, net, gross, paid, outstanding
  case open, party, date, name, done, start, person, hours, seconds, subject, priority
  case company, stage, stageState, stageID, stageSince, owner, entity, pipeline, contacts, value
  case closeDate, text, quantity, billed, amount, position

  /// The column's name in a statement.
  var column: String {
    switch self {
    case .created: "created_at"
    case .modified: "modified_at"
    case .modifiedBy: "modified_by"
    case .stageState: "stage_state"
    case .stageID: "stage_id"
    case .stageSince: "stage_since"
    case .closeDate: "close_date"
    default: "\(self)"
    }
  }

  /// Every column's name, by the raw value.
  static let columns = allCases.map(\.column)
}
