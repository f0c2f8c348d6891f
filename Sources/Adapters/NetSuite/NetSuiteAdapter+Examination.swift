import AdapterKit
import DealModel

extension NetSuiteAdapter {
  /// SuiteQL has no list of columns for a role that only reads: each name is tried instead. What the
  /// role may do, no service tells its own token.
  func examinations(_ brief: ExaminationBrief) async -> [Examination] {
    async let link = column(system.link, check: .linkProperty, key: "link")
    var echoes: [Examination] = []
    for name in system.echoProperties {
      echoes.append(
        await column(name, check: .echoes, key: "echo: \(system.name).\(name)"))
    }
    let role = Examination(
      .writePermission, .manual, "NetSuite tells a token nothing of its role\u{2019}s permissions.",
      mend: "Setup > Users/Roles > Manage Roles: every permission of the role at View.")
    return [await link] + echoes + [role]
  }

  private func column(_ name: String, check: Examination.Check, key: String) async -> Examination {
    do {
      _ = try await page(NetSuiteStatements.sample(of: name))
      return Examination(check, .ok, "\(name) exists, and the role may see it.")
    } catch let error as SystemError {
      guard case .drifted = error.kind else { return .unasked(check, error) }
      return Examination(
        check, .finding, "There is no column \(name) on transactions, or the role may not see it.",
        mend: "mend `\(key)` of systems.\(system.name), or show the field to the role.")
    } catch {
      return Examination(check, .unasked, "could not be asked: it was cancelled.")
    }
  }
}
