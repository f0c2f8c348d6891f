import DealModel

/// Tells one company's systems from another's in a shared history: by the company's name, and for a
/// system by its name, kind and account, so that a rehearsal of the same company, or a name that was
/// given to another account, begins a history of its own.
struct CompanyKey: Hashable, Sendable {
  let company: String
  private let systems: [SystemName: String]

  init(_ model: CompanyModel) {
    company = model.company
    var systems: [SystemName: String] = [:]
    for system in model.systems { systems[system.name] = Self.account(of: system) }
    self.systems = systems
  }

  /// The columns that name a subject.
  func key(of subject: HealthIncident.Subject) -> (company: String, kind: String, name: String) {
    switch subject {
    case .system(let name): (company, "system \(systems[name] ?? "")", name.text)
    case .flow(let name): (company, "flow", name)
    }
  }

  /// The kind and a digest of the settings that say which account it is: addresses and accounts,
  /// which are no secrets, but whose names do not belong into the file either.
  private static func account(of system: ConfiguredSystem) -> String {
    // FNV-1a: the same in every process and version, which Swift's own hashing is not.
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for (name, value) in system.settings.values.sorted(by: { $0.key < $1.key }) {
      guard case .text(let text) = value,
        ["account", "base_url", "site", "url", "realm", "company", "path"].contains(name)
      else { continue }
      for byte in "\(name)=\(text)\n".utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    return "\(system.kind) \(String(digest, radix: 16))"
  }
}
