internal import DealModel

/// A payload as lines of text, broken to a width once, so that scrolling costs nothing.
struct PayloadText: Hashable, Sendable {
  /// What a line is.
  enum Kind: Hashable, Sendable {
    /// Which exchange follows.
    case title
    /// A fact about it.
    case fact
    /// Why something is missing.
    case warning
    /// A line of a body.
    case body
  }

  /// One line on screen.
  struct Row: Hashable, Sendable {
    var text: Substring
    var kind: Kind
  }

  /// The lines as wide as the screen.
  private(set) var rows: [Row] = []
  /// The width they are broken to.
  let width: Int
  private let writer: CellWriter

  /// A payload at a width.
  init(_ payload: Payload, width: Int, in state: State) {
    self.width = max(8, width)
    writer = state.glyphs.writer
    for failure in payload.failures { add(failure.message, .warning) }
    if payload.exchanges.isEmpty { add("Nothing went over the wire.", .warning) }
    for (index, exchange) in payload.exchanges.enumerated() {
      if index > 0 { add("", .fact) }
      add("\(index + 1) of \(payload.exchanges.count)  \(exchange.request)", .title)
      add(Self.facts(exchange, state), .fact)
      if !exchange.requestBody.isEmpty {
        add("request body:", .fact)
        add(exchange.requestBody, .body)
        add("answer:", .fact)
      }
      for header in exchange.headers { add("\(header.name): \(header.value)", .fact) }
      add(exchange.body.isEmpty ? "no body" : exchange.body, exchange.body.isEmpty ? .fact : .body)
      if exchange.isCut { add(Self.cutNotice(exchange), .warning) }
    }
    if payload.omitted > 0 { add("\(payload.omitted) more exchanges are not shown.", .warning) }
  }

  private static func facts(_ exchange: Payload.Exchange, _ state: State) -> String {
    let trace = exchange.trace
    var facts = [
      trace.status.map { "status \($0)" } ?? "no answer", TimeText.latency(trace.duration),
      "sent \(TimeText.clock(trace.began, in: state.zone, at: state.now))",
    ]
    if let bytes = trace.bodyBytes { facts.append("\(AmountText.grouped(String(bytes))) bytes") }
    if let id = trace.requestID { facts.append("request \(id)") }
    if let digest = trace.bodyDigest { facts.append("SHA-256 \(digest)") }
    return facts.joined(separator: state.glyphs.dot)
  }

  static func cutNotice(_ exchange: Payload.Exchange) -> String {
    let bytes = AmountText.grouped(String(exchange.trace.bodyBytes ?? 0))
    return "The rest is not shown: the body is \(bytes) bytes long."
  }

  private mutating func add(_ text: String, _ kind: Kind) {
    if text.isEmpty { return rows.append(Row(text: "", kind: kind)) }
    // A line break of Windows is one character of its own.
    for line in text.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
    {
      addBroken(line, kind)
    }
  }

  /// Breaks one line wherever the width ends: a payload is no prose.
  private mutating func addBroken(_ line: Substring, _ kind: Kind) {
    if line.utf8.count <= width { return rows.append(Row(text: line, kind: kind)) }
    if line.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return addBrokenASCII(line, kind) }
    var start = line.startIndex
    var used = 0
    var position = start
    while position < line.endIndex {
      let next = line.index(after: position)
      let step = stepWidth(line[position..<next])
      if used + step > width, position > start {
        rows.append(Row(text: line[start..<position], kind: kind))
        start = position
        used = 0
      }
      used += step
      position = next
    }
    rows.append(Row(text: line[start...], kind: kind))
  }

  private mutating func addBrokenASCII(_ line: Substring, _ kind: Kind) {
    var start = line.startIndex
    while start < line.endIndex {
      let end = line.utf8.index(start, offsetBy: width, limitedBy: line.endIndex) ?? line.endIndex
      rows.append(Row(text: line[start..<end], kind: kind))
      start = end
    }
  }

  private func stepWidth(_ character: Substring) -> Int {
    if let byte = character.utf8.first, character.utf8.count == 1, byte >= 0x20, byte < 0x7F {
      return 1
    }
    return writer.width(of: String(character))
  }

  /// The first line that holds the words, without regard to case, from a line on and round to it.
  func position(of words: String, from start: Int, backwards: Bool = false) -> Int? {
    let wanted = words.lowercased()
    guard !wanted.isEmpty, !rows.isEmpty else { return nil }
    let first = min(max(0, start), rows.count - 1)
    for offset in 0..<rows.count {
      let shift = backwards ? -offset : offset
      let index = ((first + shift) % rows.count + rows.count) % rows.count
      if rows[index].text.lowercased().contains(wanted) { return index }
    }
    return nil
  }
}

extension Payload {
  /// The payload as a JSON document; bodies as text, because not every body is JSON.
  var json: JSONValue {
    func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? nil }
    let exchanges = exchanges.map { exchange -> JSONValue in
      let trace = exchange.trace
      return [
        "request": .string(exchange.request), "request_body": .string(exchange.requestBody),
        "began": .string(trace.began.description),
        "duration_ms": .integer(trace.duration.milliseconds),
        "status": trace.status.map { .integer($0) } ?? nil, "request_id": text(trace.requestID),
        "headers": .object(exchange.headers.map { .init($0.name, .string($0.value)) }),
        "bytes": trace.bodyBytes.map { .integer($0) } ?? nil, "sha256": text(trace.bodyDigest),
        "cut": .bool(exchange.isCut), "body": .string(exchange.body),
      ]
    }
    return [
      "asked_at": .string(askedAt.description), "exchanges": .array(exchanges),
      "omitted": .integer(omitted),
      "failures": .array(failures.map { .string($0.message) }),
    ]
  }
}
