import AdapterKit
import DealModel
import Scheduler

/// Asks a system that is being configured whether it is there, and which properties it has.
struct Probing: Sendable {
  let transport: any HTTPTransport
  let time: any TimeSource
  /// The longest a person waits for one system.
  static let patience = Duration.seconds(15)

  /// What came of asking.
  struct Found: Sendable {
    /// Its properties, where the vendor lists them.
    var properties: [PropertyDescription] = []
    /// What to say of it.
    var words = "Not asked."
    /// Whether the settings contradict each other, so that they have to be answered again.
    var isUnusable = false
  }

  /// Why no adapter can be made of these settings; `nil` when one can.
  func fault(of system: ConfiguredSystem, pattern: String) -> String? {
    // The link is asked for last: until then each kind's own example stands in for it.
    for link in Self.standIns {
      var system = system
      system.link = link
      do {
        _ = try adapter(for: system, pattern: pattern)
        return nil
      } catch let error as SystemError {
        if link == Self.standIns.last { return error.message }
      } catch {
        return "The settings cannot be used."
      }
    }
    return nil
  }

  /// Asks whether it lets us in, and for its properties; bounded in time.
  func ask(_ system: ConfiguredSystem, pattern: String) async -> Found {
    await withTaskGroup(of: Found.self) { group in
      group.addTask { await found(system, pattern: pattern) }
      group.addTask {
        try? await time.sleep(for: Self.patience)
        return Found(
          words: "It took longer than \(Self.patience.words); `plumbline doctor` asks again.")
      }
      let first = await group.next() ?? Found()
      group.cancelAll()
      return first
    }
  }

  private func found(_ system: ConfiguredSystem, pattern: String) async -> Found {
    for link in Self.standIns {
      var system = system
      system.link = link
      guard let adapter = try? adapter(for: system, pattern: pattern) else { continue }
      let found = await found(adapter)
      // Awaited, so that no session outlives the interview.
      await adapter.close()
      return found
    }
    return Found()
  }

  private func found(_ adapter: any Adapter) async -> Found {
    var found = Found()
    do {
      let answer = try await adapter.probe()
      found.words = "It lets us in as \(answer.identity)."
    } catch let error as SystemError {
      // The link is only a stand-in: that it is not there says nothing yet.
      if case .drifted = error.kind {
        found.words = "It lets us in."
      } else {
        found.words = error.message
        return found
      }
    } catch {
      return found
    }
    found.properties = (try? await adapter.properties()) ?? []
    return found
  }

  /// Names that some kind takes for a link, tried in order until an adapter accepts one.
  private static let standIns = ["deal_id", "labels"]

  private func adapter(
    for system: ConfiguredSystem, pattern: String
  ) throws -> any Adapter {
    let context = AdapterContext(
      system: system, sharedID: SharedID(origin: system.name, pattern: pattern),
      transport: transport, secrets: EnvironmentSecretReader(), time: time,
      random: SystemRandom(), observer: Unobserved())
    guard let kind = Registry.kinds.first(where: { $0.schema.kind == system.kind }) else {
      throw SystemError(
        .refused, system: system.name, message: "There is no kind \(system.kind).")
    }
    return try kind.makeAdapter(context)
  }
}

/// Hears of calls and keeps nothing.
private struct Unobserved: CallObserver {
  func callEnded(_ call: CallReport) {}
}

/// Properties that may bear the deal ID, the likeliest first.
struct LinkCandidates {
  let ranked: [PropertyDescription]

  init(_ properties: [PropertyDescription]) {
    let possible = properties.filter { $0.content == .text && $0.isCustom }
    ranked = possible.map { ($0, Self.weight($0)) }
      .sorted { $0.1 == $1.1 ? $0.0.name < $1.0.name : $0.1 > $1.1 }.map(\.0)
  }

  private static func weight(_ property: PropertyDescription) -> Int {
    let words = "\(property.name) \(property.label)".lowercased()
      .split { !$0.isLetter }.map(String.init)
    var weight = property.isUnique == true ? 2 : 0
    if words.contains("deal") { weight += 3 }
    if words.contains("id") || words.contains("ref") || words.contains("number") { weight += 2 }
    if words.contains("erp") || words.contains("shared") { weight += 1 }
    return weight
  }
}
