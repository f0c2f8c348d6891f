import AdapterKit
import DealModel
import Sandbox
import TerminalHost

/// A sandbox company in this process, with the configuration that points at it.
struct DemoSandbox: Sendable {
  let sandbox: SandboxCompany
  private let time: any TimeSource

  /// - Throws: ``CommandFailure`` when the folder is no company.
  init(directory: String, time: any TimeSource, zone: LocalZone) throws(CommandFailure) {
    do throws(SandboxError) {
      sandbox = try SandboxCompany(path: directory, time: time, today: zone.date(of: time.now()))
    } catch {
      throw .configuration(error.message, at: error.place)
    }
    self.time = time
  }

  /// A sandbox with the process's clock.
  ///
  /// - Parameter directory: A company folder; the sample company's when `nil`.
  static func forReading(_ directory: String? = nil) throws(CommandFailure) -> DemoSandbox {
    let time = SystemClock()
    let folder = if let directory { directory } else { try SampleCompany.directory() }
    return try DemoSandbox(
      directory: folder, time: time, zone: LocalZone.system(around: time.now()))
  }

  /// The company as configured for a sandbox at that origin, `http://127.0.0.1:4711`.
  func company(origin: String) throws(CommandFailure) -> CompanyModel {
    let text: String
    do throws(SandboxError) {
      text = try sandbox.company.readyConfiguration(origin: origin)
    } catch {
      throw .configuration(error.message, at: error.place)
    }
    return try ConfigurationSource.company(
      from: text, file: sandbox.company.path + "/plumbline.yaml")
  }

  /// Serves on a free port of the loopback interface while the body runs; then the files that the
  /// systems made are gone.
  ///
  /// - Parameters:
  ///   - port: 0 takes any that is free.
  ///   - body: Is given the origin.
  func serving<Answer: Sendable>(
    port: Int = 0, _ body: @escaping @Sendable (_ origin: String) async throws -> Answer
  ) async throws -> Answer {
    let server = SandboxServer(sandbox: sandbox, time: time, port: port)
    let (ports, ready) = AsyncStream<Int>.makeStream()
    defer { sandbox.removeFiles() }
    return try await withThrowingTaskGroup(of: Answer?.self) { group in
      group.addTask {
        defer { ready.finish() }
        try await server.run { port in ready.yield(port) }
        return nil
      }
      group.addTask {
        for await port in ports { return try await body("http://127.0.0.1:\(port)") }
        return nil
      }
      defer { group.cancelAll() }
      do {
        while let outcome = try await group.next() {
          if let outcome { return outcome }
        }
      } catch let error as SandboxError {
        throw CommandFailure.configuration(error.message, at: error.place)
      }
      throw CancellationError()
    }
  }
}
