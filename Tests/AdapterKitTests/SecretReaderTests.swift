import AdapterKit
import DealModel
import Glibc
import Testing

@Suite("Secrets")
struct SecretReaderTests {
  private let reader = EnvironmentSecretReader(commandDeadline: .seconds(5))

  private func failure(_ source: SecretSource) async throws -> SystemError {
    do {
      _ = try await reader.secret(from: source, for: "crm")
    } catch let error as SystemError { return error }
    throw SystemError(.refused, system: "crm", message: "a secret was found")
  }

  private func file(_ content: String) throws -> String {
    var path = Array("/tmp/plumbline-secret-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(content.utf8)
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test("a file's first line is the secret, a PEM document the whole file")
  func files() async throws {
    let pem = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n"
    for (content, secret) in [("one \r\ntwo", "one"), ("x", "x"), (pem, pem)] {
      let path = try file(content)
      defer { unlink(path) }
      #expect(try await reader.secret(from: .file(path), for: "crm").revealed() == secret)
    }
  }

  @Test("the environment is read when it is asked, not before")
  func environment() async throws {
    let name = "PLUMBLINE_TEST_SECRET"
    #expect(try await failure(.environment(name)).message.contains(name))
    setenv(name, "from the environment", 1)
    defer { unsetenv(name) }
    let secret = try await reader.secret(from: .environment(name), for: "crm")
    #expect(secret.revealed() == "from the environment")
    #expect("\(secret)" == "•••")
  }

  @Test("a command prints the secret, without a shell")
  func commands() async throws {
    let printed = try await reader.secret(
      from: .command(["printf", "%s\n", "a;b $HOME"]), for: "crm")
    #expect(printed.revealed() == "a;b $HOME")
  }

  @Test("what goes wrong is said with the source and the mend")
  func failures() async throws {
    let empty = try file("\n")
    defer { unlink(empty) }
    let cases: [(SecretSource, String)] = [
      (.file("/no/such/file"), "does not exist"), (.file("/tmp"), "no file"),
      (.file(empty), "empty"),
      (.command(["false"]), "failed with status 1"),
      (.command(["/no/such/program"]), "cannot be started"),
      (.command(["true"]), "printed nothing"), (.command([]), "cannot be started"),
      (.command(["yes"]), "more than 64 KiB"),
    ]
    for (source, words) in cases {
      let error = try await failure(source)
      #expect(error.kind == .unauthorized)
      #expect(error.message.contains(words), "\(error.message)")
      #expect(error.message.contains("crm"))
    }
  }

  @Test("a command that asks a question is stopped")
  func hangingCommand() async throws {
    let impatient = EnvironmentSecretReader(commandDeadline: .milliseconds(50))
    await #expect(throws: SystemError.self) {
      try await impatient.secret(from: .command(["sleep", "30"]), for: "crm")
    }
  }
}
