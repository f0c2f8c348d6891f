import AdapterKit
public import DealModel
import TruthEngine

extension Engine {
  /// A person takes a system out: calls under way are cancelled, and none is made until
  /// ``release(_:)``. Its readings stay and age; what is missing says so. Held in memory only.
  public func isolate(_ name: SystemName) {
    guard let line = lines[name], line.pace.isolatedSince == nil else { return }
    lines[name]?.pace.isolate(at: time.now())
    for call in line.calls.values { call.work?.cancel() }
    shut(name)
    postHealth()
    wake(name)
  }

  /// A person lets a system in again; what is on screen is read from it at once.
  public func release(_ name: SystemName) {
    guard lines[name]?.pace.isolatedSince != nil else { return }
    lines[name]?.pace.release(at: time.now())
    postHealth()
    wake(name)
  }

  /// - Throws: ``Isolated`` when a person has taken the system out: it must not be asked.
  func checkIsolation(_ name: SystemName) throws {
    if lines[name]?.pace.isolatedSince != nil { throw Isolated(error: isolationError(name)) }
  }

  /// What a question to an isolated system comes to.
  func isolationError(_ name: SystemName) -> SystemError {
    SystemError(
      .unavailable, system: name,
      message:
        "\(name) is isolated by hand and not asked until it is released: press i on its line "
        + "of the health screen.")
  }

  /// Says of every wanted section of an isolated system that nobody will ask for it.
  func shut(_ name: SystemName) {
    guard let since = lines[name]?.pace.isolatedSince else { return }
    lines[name]?.historiesWanted = [:]
    let error = isolationError(name)
    var touched: [DealID] = []
    for id in demand.ordered {
      for key in sections(of: name, for: id) {
        let section = dossiers[id]?.sections[key] ?? Section()
        forced[key]?.remove(id)
        guard !section.isAsking, section.failure?.error != error else { continue }
        dossiers[id, default: Dossier(id: id)].sections[key] = Section(
          records: section.records, fetchedAt: section.fetchedAt, askedAt: section.askedAt,
          failure: .init(error: error, since: since), requests: section.requests)
        touched.append(id)
      }
    }
    post(touched)
    resumeSettlers()
  }
}

/// A question that was not asked because a person has taken the system out. It says nothing about
/// the system and never touches its health.
struct Isolated: Error {
  let error: SystemError
}
