import DealModel
import Foundation
import Testing

/// The program, as built beside the tests, run as a script runs it.
enum SameCompanyProgram {
  /// What it printed.
  static func run(_ arguments: [String], home: String) throws -> JSONValue {
    let process = try process(arguments, home: home)
    let (output, words) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = words
    try process.run()
    // Words are few: they wait in the pipe until what is printed has been read.
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = words.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(
      process.terminationStatus == 0, "\(arguments): \(String(decoding: complaint, as: UTF8.self))")
    return try JSONValue(parsing: Array(printed))
  }

  /// `plumbline sandbox` on a company; it ends when this value goes.
  final class Sandbox: Sendable {
    let configuration: String
    private let process: Process

    init(_ directory: String) throws {
      configuration = directory + "/ready.yaml"
      process = try SameCompanyProgram.process(
        ["sandbox", "--data", directory, "--write-config", configuration], home: directory)
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      var said = ""
      while said.split(separator: "\n").count < 2 || !said.hasSuffix("\n") {
        let part = output.fileHandleForReading.availableData
        guard !part.isEmpty else { break }
        said += String(decoding: part, as: UTF8.self)
      }
      try #require(said.contains(configuration), "\(said)")
    }

    deinit {
      process.terminate()
      process.waitUntilExit()
    }
  }

  private static func process(_ arguments: [String], home: String) throws -> Process {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = URL(filePath: tests).deletingLastPathComponent()
    let program = folder.appending(path: "plumbline")
    try #require(
      FileManager.default.isExecutableFile(atPath: program.path), "build the whole package")
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = [
      "HOME": home, "TMPDIR": home, "TZ": "UTC", "LANG": "C.UTF-8",
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
    ]
    process.standardInput = FileHandle.nullDevice
    return process
  }
}
