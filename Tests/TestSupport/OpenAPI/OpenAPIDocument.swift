public import DealModel
import Glibc

/// A vendor's OpenAPI 3.0 document, against which exchanges are checked.
public struct OpenAPIDocument: Sendable {
  private let document: JSONValue

  /// The document in a file.
  public init(path: String) throws {
    document = try JSONValue(parsing: try Self.bytes(of: path))
  }

  /// A document as a value.
  public init(_ document: JSONValue) { self.document = document }

  /// The Jira document among the sandbox's tests.
  public static func jira() throws -> OpenAPIDocument { try named("jira-platform") }

  /// A document among the sandbox's tests, by its file's name without `.openapi.json`.
  static func named(_ name: String) throws -> OpenAPIDocument {
    let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return try OpenAPIDocument(path: "/\(tests)/SandboxTests/Specs/\(name).openapi.json")
  }

  /// One request and its answer.
  public struct Exchange: Sendable {
    /// The verb in upper case.
    public var method: String
    /// The path below the server's address, decoded.
    public var path: String
    /// The query parameters, decoded.
    public var query: [(name: String, value: String)]
    /// The body; `nil` for none.
    public var body: JSONValue?
    /// The status.
    public var status: Int
    /// The answer's document; `nil` when it is none.
    public var answer: JSONValue?

    /// An exchange.
    public init(
      method: String, path: String, query: [(name: String, value: String)] = [],
      body: JSONValue? = nil, status: Int, answer: JSONValue?
    ) {
      self.method = method
      self.path = path
      self.query = query
      self.body = body
      self.status = status
      self.answer = answer
    }
  }

  /// What a check found.
  public struct Finding: Sendable {
    /// Where the exchange is not as documented.
    public var faults: [String]
    /// Keywords of the schemas used that the check does not understand, with their counts.
    public var ignored: [String: Int]
  }

  /// Checks a request and its answer against the operation documented for them.
  public func check(_ exchange: Exchange) -> Finding {
    let name = "\(exchange.method) \(exchange.path)"
    guard let (item, operation) = operation(exchange.method, exchange.path) else {
      return Finding(faults: ["\(name): is not documented"], ignored: [:])
    }
    var check = SchemaCheck(document: document)
    // What a path's operations have in common stands beside them.
    let parameters = [item, operation].flatMap { $0["parameters"]?.array ?? [] }.map(resolved)
    var faults = checkQuery(exchange, operation, parameters, name: name, with: &check)
    let content = operation["requestBody"]?["content"]?["application/json"]
    switch (exchange.body, content?["schema"]) {
    case (let body?, let schema?): check.check(body, against: schema, at: "\(name) body")
    case (_?, nil): faults.append("\(name): takes no body")
    case (nil, _?): faults.append("\(name): needs a body")
    case (nil, nil): break
    }
    let response = operation["responses"]?[String(exchange.status)].map(resolved)
    if let schema = response?["content"]?["application/json"]?["schema"] {
      if let answer = exchange.answer {
        check.check(answer, against: schema, at: "\(name) \(exchange.status)")
      } else {
        faults.append("\(name): the answer is no JSON")
      }
    } else if exchange.status == 400 || exchange.status == 404, let answer = exchange.answer,
      document["components"]?["schemas"]?["ErrorCollection"] != nil
    {
      // The document gives most errors no schema of their own; this is what they all are.
      check.check(
        answer, against: .object(["$ref": "#/components/schemas/ErrorCollection"]),
        at: "\(name) \(exchange.status)")
    } else if response == nil, ![429, 503, 410, 415, 404].contains(exchange.status),
      !isNamed("`\(exchange.status) ", in: operation)
    {
      faults.append("\(name): status \(exchange.status) is not documented")
    }
    return Finding(faults: faults + check.faults, ignored: check.ignored)
  }

  private func checkQuery(
    _ exchange: Exchange, _ operation: JSONValue, _ parameters: [JSONValue], name: String,
    with check: inout SchemaCheck
  ) -> [String] {
    let documented = parameters.filter { $0["in"] == "query" }
    var faults: [String] = []
    for parameter in documented where parameter["required"] == true {
      let wanted = parameter["name"]?.string
      if !exchange.query.contains(where: { $0.name == wanted }) {
        faults.append("\(name): needs the parameter \(wanted ?? "?")")
      }
    }
    for (key, text) in exchange.query {
      let parameter = documented.first { $0["name"]?.string == key }
      guard let parameter, let schema = parameter["schema"] else {
        if !isInProse(key, of: operation) {
          faults.append("\(name): knows no parameter `\(key)`")
        }
        continue
      }
      let rules = schema["type"] == "array" ? schema["items"] ?? .object([]) : schema
      // Elements of a list stand apart as parameters of one name, or with commas between.
      let isList = schema["type"] == "array" && parameter["explode"] == false
      for word in isList ? text.split(separator: ",").map(String.init) : [text] {
        let value: JSONValue =
          switch rules["type"]?.string {
          case "integer"?: .number(word)
          case "boolean"?:
            word == "true" || word == "false" ? .bool(word == "true") : .string(word)
          default: word == "null" && rules["nullable"] == true ? .null : .string(word)
          }
        check.check(value, against: rules, at: "\(name) ?\(key)")
      }
    }
    return faults
  }

  /// Whether a parameter is documented by the operation's description alone, as Asana's searches
  /// have it: "the `limit` query parameter", "| custom_fields.{gid}.value |".
  private func isInProse(_ name: String, of operation: JSONValue) -> Bool {
    let pattern = name.split(separator: ".").map { part in
      part.allSatisfy(\.isNumber) ? "{gid}" : String(part)
    }.joined(separator: ".")
    return isNamed("`\(name)` query parameter", in: operation)
      || isNamed("| \(pattern) |", in: operation)
  }

  private func isNamed(_ words: String, in operation: JSONValue) -> Bool {
    operation["description"]?.string?.contains(words) == true
  }

  /// What a reference leads to; the value itself for one that is none.
  private func resolved(_ value: JSONValue) -> JSONValue {
    guard let reference = value["$ref"]?.string else { return value }
    return SchemaCheck.resolve(reference, in: document) ?? value
  }

  /// What does not fit a schema of the document: values of another type or form, and members that
  /// it does not know.
  func faults(of value: JSONValue, as schema: String, at place: String) -> [String] {
    let rules: JSONValue = .object(["$ref": .string("#/components/schemas/\(schema)")])
    var check = SchemaCheck(document: document)
    check.check(value, against: rules, at: place)
    var members = MemberCheck(document: document)
    members.check(value, against: [rules], at: place)
    return check.faults + check.ignored.keys.sorted().map { "\(place): `\($0)` means nothing here" }
      + members.faults
  }

  /// The operation for a path, with what stands beside it; of several, the one with the most literal
  /// segments.
  private func operation(
    _ method: String, _ path: String
  ) -> (item: JSONValue, operation: JSONValue)? {
    let segments = path.split(separator: "/")
    let fitting = (document["paths"]?.members ?? []).filter { entry in
      let pattern = entry.name.split(separator: "/")
      return pattern.count == segments.count
        && zip(pattern, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        && entry.value[method.lowercased()] != nil
    }
    let found = fitting.min { Self.variables($0.name) < Self.variables($1.name) }?.value
    return found.flatMap { item in item[method.lowercased()].map { (item, $0) } }
  }

  private static func variables(_ path: String) -> Int { path.count { $0 == "{" } }

  private static func bytes(of path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw MissingFile(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
      bytes += chunk[..<count]
    }
    return bytes
  }

  private struct MissingFile: Error { let path: String }
}
