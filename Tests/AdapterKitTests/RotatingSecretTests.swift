import AdapterKit
import DealModel
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("A secret that its vendor replaces")
struct RotatingSecretTests {
  private let folder: URL
  private var path: String { folder.path + "/token" }
  private let clock = ManualClock("2026-11-20T09:00:00Z")

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "rotating-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try "first\n".write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func secret(
    _ source: SecretSource? = nil, program: [String] = [], isReplacedAlways: Bool = true
  ) throws -> AdapterKit.RotatingSecret {
    try AdapterKit.RotatingSecret(
      source ?? .file(path), program: program, isReplacedAlways: isReplacedAlways,
      name: "refresh_token", system: "erp_uk", secrets: EnvironmentSecretReader(), time: clock)
  }

  private var content: String { get throws { try String(contentsOfFile: path, encoding: .utf8) } }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  private func exchange(
    _ secret: AdapterKit.RotatingSecret, next: String?
  ) async throws -> String {
    try await secret.exchange { current in (current.revealed(), next.map { Secret($0) }) }
  }

  @Test("the next one takes its place, whole; nothing but the lock is left beside it")
  func replaced() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let secret = try secret()
    #expect(try await exchange(secret, next: "second, which is longer") == "first")
    #expect(try content == "second, which is longer\n")
    #expect(try await exchange(secret, next: nil) == "second, which is longer")
    #expect(try await exchange(secret, next: "3") == "second, which is longer")
    #expect(try content == "3\n")
    #expect(try names == ["token", "token.lock"])
  }

  @Test("one that could not be kept is not lost: it is kept first, and used, when that is mended")
  func keptLate() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let keeper = folder.path + "/keep"
    try "#!/bin/sh\nexit 1\n".write(toFile: keeper, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: keeper)
    let secret = try secret(.command(["cat", path]), program: [keeper, path])
    let error = await #expect(throws: SystemError.self) {
      try await exchange(secret, next: "second")
    }
    #expect(error?.message.contains("cannot be kept") == true)
    #expect(error?.message.contains("second") == false)
    // Still broken: the old one, void by now, is not used again.
    await #expect(throws: SystemError.self) { try await exchange(secret, next: "third") }
    try "#!/bin/sh\ncat > \"$1\"\n".write(toFile: keeper, atomically: false, encoding: .utf8)
    #expect(try await exchange(secret, next: nil) == "second")
    #expect(try content == "second\n")
  }

  @Test("one that was connected anew meanwhile wins over one that could not be kept")
  func connectedAnew() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let secret = try secret(.command(["cat", path]), program: ["false"])
    await #expect(throws: SystemError.self) { try await exchange(secret, next: "second") }
    try "anew\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try await exchange(secret, next: nil) == "anew")
  }

  @Test("where the next one could not be kept, this one is not used at all")
  func unwritable() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    // A folder stands where the next file has to be made: also root cannot write there.
    try FileManager.default.createDirectory(
      atPath: path + ".new", withIntermediateDirectories: false)
    let isUsed = Mutex(false)
    let secret = try secret()
    let error = await #expect(throws: SystemError.self) {
      try await secret.exchange { _ in
        isUsed.withLock { $0 = true }
        return ((), Secret("second"))
      }
    }
    #expect(error?.kind == .refused)
    #expect(error?.message.contains("is not used") == true)
    #expect(isUsed.withLock { $0 } == false)
    // Who need not replace it may go on.
    #expect(try await exchange(try self.secret(isReplacedAlways: false), next: nil) == "first")
  }

  @Test("through a link the file itself is replaced, and all who share it lock the same")
  func links() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let link = folder.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(try await exchange(try secret(.file(link)), next: "second") == "first")
    #expect(try content == "second\n")
    #expect(try names == ["link", "token", "token.lock"])
  }

  @Test("one from the environment cannot be kept, whatever program is named")
  func environment() {
    for program in [[], ["keep"]] {
      let error = #expect(throws: SystemError.self) {
        try secret(.environment("TOKEN"), program: program)
      }
      #expect(error?.kind == .refused)
      #expect(error?.message.contains("Read it from a file") == true)
    }
  }
}
