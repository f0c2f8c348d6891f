import AdapterKit
import DealModel

/// The statements of the configuration, taken apart.
struct ODBCStatements: Sendable {
  var records: [RecordKind: ODBCStatement]
  var details: [RecordKind: ODBCStatement]
  var lines: [RecordKind: ODBCStatement]
  var applications: [RecordKind: ODBCStatement]
  var find: [RecordKind: ODBCStatement]
  var changes: [RecordKind: ODBCStatement]
  var links: [RecordKind: ODBCStatement]
  var dealIndex: ODBCStatement?

  /// - Throws: ``SystemError`` naming the setting, what is wrong there, and the mend.
  init(_ system: ConfiguredSystem) throws {
    let reader = Reader(system: system)
    records = try reader.statements("records", required: [.ids])
    details = try reader.statements("details", required: [.id])
    lines = try reader.statements("lines", required: [.id])
    applications = try reader.statements("applications", required: [.id])
    find = try reader.statements("find", required: [.text])
    changes = try reader.statements("changes", required: [.since])
    links = try reader.statements("links", required: [], optional: [.after, .limit])
    dealIndex = try system.settings.text("deal_index").map {
      try reader.statement($0, "deal_index", required: [], optional: [.after, .limit])
    }
    guard !records.isEmpty else {
      throw reader.refused("records", "names no kind of record")
    }
  }

  private struct Reader {
    let system: ConfiguredSystem

    func statements(
      _ key: String, required: Set<ODBCStatement.Placeholder>,
      optional: Set<ODBCStatement.Placeholder> = []
    ) throws -> [RecordKind: ODBCStatement] {
      var statements: [RecordKind: ODBCStatement] = [:]
      for (name, text) in system.settings.textMapping(key).sorted(by: { $0.key < $1.key }) {
        guard let kind = RecordKind(rawValue: name) else {
          let kinds = RecordKind.allCases.map(\.rawValue)
          let near = name.nearest(among: kinds).map { " Did you mean \($0)?" } ?? ""
          throw refused(
            key,
            "has the key \(VisibleText(name)), which is no kind of record; there are "
              + "\(kinds.joined(separator: ", ")).\(near)")
        }
        statements[kind] = try statement(
          text, "\(key).\(name)", required: required, optional: optional)
      }
      return statements
    }

    func statement(
      _ text: String, _ setting: String, required: Set<ODBCStatement.Placeholder>,
      optional: Set<ODBCStatement.Placeholder>
    ) throws -> ODBCStatement {
      do throws(ODBCStatementError) {
        return try ODBCStatement(text, setting: setting, required: required, optional: optional)
      } catch { throw refused(setting, error.reason) }
    }

    func refused(_ setting: String, _ fault: String) -> SystemError {
      let words = "`\(setting)` of systems.\(system.name) \(fault)"
      return SystemError(
        .refused, system: system.name,
        message: ".?".contains(words.last ?? " ") ? words : words + ".")
    }
  }
}
