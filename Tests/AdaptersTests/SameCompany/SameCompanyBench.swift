import AdapterKit
import DealModel
import Sandbox
import Scheduler
import TestSupport
import TruthEngine

@testable import plumbline

/// The product on one way of keeping the company: its configuration, its adapters, its engine and its
/// JSON, with the emulators behind the port.
struct SameCompanyBench {
  private let files: SameCompanyWay.Files
  private let directory: TestSupport.TemporaryCompany
  private let clock: RunningClock
  private let transport: RoutedTransport
  private let model: CompanyModel

  init(_ company: SameCompany, _ way: SameCompanyWay) throws {
    clock = RunningClock(from: company.asked)
    files = try way.files(company)
    directory = try files.directory(of: company)
    let sandbox = try SandboxCompany(path: directory.path, time: clock, today: nil)
    transport = RoutedTransport(
      sandbox: SandboxTransport(sandbox, time: clock), api: files.api)
    model = try ConfigurationSource.company(
      from: sandbox.company.readyConfiguration(origin: SandboxTransport.origin),
      file: directory.path + "/plumbline.yaml")
  }

  /// What went to and came from the emulators.
  var exchanges: [SandboxTransport.Exchange] { transport.sandbox.exchanges }

  /// The forms of `deal --json` of every deal.
  func deals() async throws -> [DealID: JSONValue] {
    let session = Session(company: model, transport: transport, time: clock, zone: .utc)
    let engine = session.engine
    let serving = Task { await engine.run(.command) }
    let listening = Task { for await _ in engine.events {} }
    var answers: [DealID: JSONValue] = [:]
    do {
      for dossier in await engine.pull(try await engine.readIndex().ids) {
        answers[dossier.id] = session.forms.deal(session.assess(dossier))
      }
    } catch {
      serving.cancel()
      listening.cancel()
      throw error
    }
    serving.cancel()
    listening.cancel()
    await serving.value
    return answers
  }
}

/// A clock that begins where it is told to and runs as the machine's does.
struct RunningClock: TimeSource {
  private let machine = SystemClock()
  private let offset: Duration

  init(from start: Timestamp) { offset = machine.now().duration(to: start) }

  func now() -> Timestamp { machine.now().adding(offset) }

  func sleep(until deadline: Timestamp) async throws {
    try await machine.sleep(until: deadline.adding(.zero - offset))
  }
}

/// The sandbox, and beside it an API of the test's own.
private struct RoutedTransport: HTTPTransport {
  let sandbox: SandboxTransport
  let api: (any HTTPTransport)?

  func exchange(
    _ request: HTTPRequest, deadline: Duration, maximumBytes: Int
  ) async throws -> HTTPAnswer {
    if let api, request.url.hasPrefix(PlainAPI.base) {
      return try await api.exchange(request, deadline: deadline, maximumBytes: maximumBytes)
    }
    return try await sandbox.exchange(request, deadline: deadline, maximumBytes: maximumBytes)
  }
}
