import AdapterKit
import DealModel

extension ODBCAdapter {
  func probe() async throws -> ProbeAnswer {
    let answer = try await port.answer("clock") { database in
      BoundStatement(sql: database.clock ?? "SELECT 1", parameters: [])
    }
    let who = [answer.database.name, system.settings.text("user").map { "as \($0)" }]
      .compactMap(\.self).joined(separator: " ")
    return ProbeAnswer(
      serverTime: Self.clock(answer), identity: who.isEmpty ? "a database" : who,
      drift: try await drift())
  }

  /// The database's clock; `nil` where it is this machine's, or cannot be asked.
  func serverTime() async throws -> Timestamp? {
    Self.clock(
      try await port.answer("clock") { database in
        BoundStatement(sql: database.clock ?? "SELECT 1", parameters: [])
      })
  }

  private static func clock(_ answer: ODBCPort.Answer) -> Timestamp? {
    answer.table.values.first?.flatMap { Timestamp($0) }
  }

  /// What is no longer as configured: every statement for records is run for no deal at all.
  private func drift() async throws -> [SchemaDrift] {
    var drift: [SchemaDrift] = []
    var given: Set<String> = []
    for (kind, statement) in statements.records.sorted(by: { $0.key < $1.key }) {
      do {
        let table = try await port.table(statement.bound([:]), statement.setting)
        try reading(kind, statement).check(table)
        given.formUnion(table.columns.map { $0.name.lowercased() })
      } catch let error as SystemError {
        guard case .drifted(let field) = error.kind else { throw error }
        let found = SchemaDrift(role(of: field), field, .gone)
        if !drift.contains(found) { drift.append(found) }
      }
    }
    guard drift.isEmpty else { return drift }
    return system.echoProperties.filter { !given.contains($0.lowercased()) }
      .map { SchemaDrift(.echo, $0, .gone) }
  }

  private func role(of field: String) -> SchemaDrift.Role {
    if field.lowercased() == system.link.lowercased() { return .link }
    return system.echoProperties.contains(field) ? .echo : .field
  }

  /// Every statement is tried for no record at all, so that a mistake in one that is seldom used is
  /// found before it is needed.
  func examinations(_ brief: ExaminationBrief) async -> [Examination] {
    var examinations = [await writing()]
    var columns: Set<String> = []
    var faults: [Examination] = []
    for statement in everyStatement {
      do {
        let values: [ODBCStatement.Placeholder: [BoundStatement.Parameter]] = [
          .limit: [.number(1)], .since: [.text(zone.wallClock(time.now()))],
        ]
        let table = try await port.table(statement.bound(values), statement.setting)
        columns.formUnion(table.columns.map(\.name))
        if statement.setting.hasPrefix("records."),
          let kind = RecordKind(rawValue: String(statement.setting.dropFirst(8)))
        {
          try reading(kind, statement).check(table)
        }
      } catch let error as SystemError {
        faults.append(examination(of: error))
      } catch { return examinations }
    }
    if faults.isEmpty {
      examinations.append(
        Examination(.settings, .ok, "The SQL of all \(everyStatement.count) statements runs."))
      examinations.append(
        Examination(.linkProperty, .ok, "Column \(VisibleText(system.link)) bears the deal ID."))
    }
    return examinations + faults + echoes(among: columns)
  }

  private var everyStatement: [ODBCStatement] {
    let groups = [
      statements.records, statements.details, statements.lines, statements.applications,
      statements.find, statements.changes, statements.links,
    ]
    return groups.flatMap { group in
      group.sorted { $0.key < $1.key }.map(\.value)
    } + [statements.dealIndex].compactMap(\.self)
  }

  private func examination(of error: SystemError) -> Examination {
    switch error.kind {
    case .unavailable, .throttled: return .unasked(.settings, error)
    case .drifted(let field) where role(of: field) == .link:
      return Examination(.linkProperty, .finding, error.message)
    case .unauthorized: return Examination(.scopes, .finding, error.message)
    default: return Examination(.settings, .finding, error.message)
    }
  }

  private func echoes(among columns: Set<String>) -> [Examination] {
    system.echoProperties.filter { !columns.contains($0) }.map { name in
      Examination(
        .echoes, .finding, "No statement gives a column \(VisibleText(name)) to compare.",
        mend: "add it to `records` of systems.\(system.name), with AS.")
    }
  }

  /// Whether the database would refuse us a write, and for PostgreSQL whether the login may write at
  /// all.
  private func writing() async -> Examination {
    let question = """
      SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = current_user \
      AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
      """
    do {
      let answer = try await port.answer("grants") { database in
        BoundStatement(sql: database.isPostgreSQL ? question : "SELECT 0", parameters: [])
      }
      let name = answer.database.name
      guard answer.database.isHeldReadOnly else {
        return Examination(
          .writePermission, .manual, "\(name) knows no transactions that only read.",
          mend: "let the login have SELECT on the ledger's tables or views, and nothing else.")
      }
      let grants = answer.table.values.first?.flatMap { Int($0) } ?? 0
      guard grants == 0 else {
        return Examination(
          .writePermission, .finding,
          "\(name) holds our connections read only, but the login may "
            + "write: \(grants) grants.",
          mend: "use a login that has SELECT alone.")
      }
      return Examination(
        .writePermission, .ok, "\(name) holds our connections read only.")
    } catch let error as SystemError {
      return .unasked(.writePermission, error)
    } catch {
      return Examination(.writePermission, .unasked, "could not be asked: it was cancelled.")
    }
  }
}
