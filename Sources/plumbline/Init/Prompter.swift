import DealModel
import Glibc

/// Asks on stdout and reads answers from stdin, a line each: from a person or a pipe.
///
/// Lines are read on a thread of their own, so that waiting for a person holds up no task.
final class Prompter: Sendable {
  /// The answers ended before the last question.
  struct EndOfAnswers: Error {}

  private let lines: AsyncStream<String>

  init() {
    let (stream, sink) = AsyncStream<String>.makeStream()
    lines = stream
    let reader = LineReader(sink)
    reader.start()
  }

  /// Says a line.
  func say(_ text: String) { Standard.output(Self.safe(text) + "\n") }

  /// Text whose line breaks are ours, and nothing else of it is obeyed.
  private static func safe(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { VisibleText($0).text }.joined(separator: "\n")
  }

  /// Asks, and gives the answer without white space at its ends; the default for an empty one.
  ///
  /// - Throws: ``EndOfAnswers``.
  func ask(_ question: String, default standard: String? = nil) async throws -> String {
    let hint = standard.map { " [\(VisibleText($0))]" } ?? ""
    Standard.output("\(Self.safe(question))\(hint): ")
    guard let line = await nextLine() else {
      Standard.output("\n")
      throw EndOfAnswers()
    }
    // An answer from a pipe is not echoed by a terminal: the record of questions stays readable.
    if isatty(STDIN_FILENO) == 0 { Standard.output("\(VisibleText(line))\n") }
    let answer = Self.trimmed(line)
    return answer.isEmpty ? standard ?? "" : answer
  }

  /// Asks until there is an answer that is accepted.
  ///
  /// - Parameter accept: Gives the answer's meaning, or what is wrong with it.
  func ask<Value>(
    _ question: String, default standard: String? = nil,
    accept: (String) -> Result<Value, Refusal>
  ) async throws -> Value {
    while true {
      switch accept(try await ask(question, default: standard)) {
      case .success(let value): return value
      case .failure(let refusal): say("  \(refusal.words)")
      }
    }
  }

  /// Asks until there is any answer.
  func require(_ question: String, default standard: String? = nil) async throws -> String {
    try await ask(question, default: standard) { answer in
      answer.isEmpty ? .failure(Refusal("An answer is needed here.")) : .success(answer)
    }
  }

  /// Asks for yes or no.
  func confirm(_ question: String, default standard: Bool) async throws -> Bool {
    try await ask(question, default: standard ? "yes" : "no") { answer in
      switch answer.lowercased() {
      case "y", "yes", "true": .success(true)
      case "n", "no", "false": .success(false)
      default: .failure(Refusal("Answer yes or no."))
      }
    }
  }

  /// Why an answer is none.
  struct Refusal: Error {
    let words: String

    init(_ words: String) { self.words = words }
  }

  private func nextLine() async -> String? {
    var iterator = lines.makeAsyncIterator()
    return await iterator.next()
  }

  static func trimmed(_ text: String) -> String {
    let kept = text.drop(while: \.isWhitespace)
    return String(kept.reversed().drop(while: \.isWhitespace).reversed())
  }
}

/// Reads stdin line by line on a thread of its own.
private final class LineReader: Sendable {
  private let sink: AsyncStream<String>.Continuation
  /// The longest answer that is read.
  private static let longest = 4_096

  init(_ sink: AsyncStream<String>.Continuation) { self.sink = sink }

  func start() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let failure = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        pthread_detach(pthread_self())
        Unmanaged<LineReader>.fromOpaque(context).takeRetainedValue().read()
        return nil
      }, context)
    if failure != 0 {
      Unmanaged<LineReader>.fromOpaque(context).release()
      sink.finish()
    }
  }

  private func read() {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = Glibc.read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { break }
      if byte == UInt8(ascii: "\n") {
        sink.yield(String(decoding: line, as: UTF8.self))
        line = []
      } else if line.count < Self.longest {
        line.append(byte)
      }
    }
    // A last line without its end is an answer too.
    if !line.isEmpty { sink.yield(String(decoding: line, as: UTF8.self)) }
    sink.finish()
  }
}
