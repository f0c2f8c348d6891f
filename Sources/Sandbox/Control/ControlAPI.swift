public import DealModel

/// The HTTP face of the orders: `GET` and `POST` of `/control/<system>`, on loopback as everything
/// the sandbox serves.
struct ControlAPI {
  let sandbox: SandboxCompany

  /// Answers a request below `/control`.
  func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    // A web page open on the same machine could otherwise give orders.
    if request.header("origin") != nil { return failure("orders from web pages are refused", 403) }
    do {
      switch (request.method, request.segments.count) {
      case ("GET", 0): return .json(try await allSystems())
      case ("GET", 1): return .json(try await oneSystem(SystemName(request.segments[0])))
      case ("POST", 1):
        let system = SystemName(request.segments[0])
        _ = try sandbox.orders(of: system)
        let order = try ControlOrder(json: try request.json())
        return .json(try await sandbox.obey(order, by: system))
      case (_, 0...1): return failure("GET shows the misbehaviour, POST gives an order", 405)
      default: return failure("the control API is at /control/<system>", 404)
      }
    } catch let error as JSONError {
      return failure("the body is no JSON: \(error)", 400)
    } catch let error as SandboxError {
      return failure(error.description, 400)
    } catch {
      return failure("the order could not be obeyed", 500)
    }
  }

  private func allSystems() async throws -> JSONValue {
    var systems: [JSONValue] = []
    for system in sandbox.company.systems { systems.append(try await oneSystem(system.name)) }
    return .array(systems)
  }

  private func oneSystem(_ name: SystemName) async throws -> JSONValue {
    let faults = try await sandbox.misbehaviour(of: name)
    let usages = try sandbox.orders(of: name).map { JSONValue.string($0.usage) }
    let requests = try await sandbox.requests(of: name)
    return .object([
      "system": .string(name.text), "requests": .integer(requests.sent),
      "hanging": .integer(requests.hanging), "faults": faults.document["faults"] ?? [],
      "orders": .array(usages),
    ])
  }

  private func failure(_ message: String, _ status: Int) -> EmulatedResponse {
    .json(.object(["error": .string(message)]), status: status)
  }
}

extension Misbehaviour {
  /// `{"faults":[{"do":"delay","ms":300}]}`, each as it would be ordered.
  public var document: JSONValue { .object(["faults": .array(faults.map(\.document))]) }
}

extension ControlOrder {
  /// The order as ``init(json:)`` reads it.
  public var document: JSONValue {
    var members: [JSONValue.Member] = [.init("do", .string(name.rawValue))]
    func add(_ name: String, _ value: JSONValue?) {
      if let value { members.append(.init(name, value)) }
    }
    switch act {
    case .skewClock(let seconds): add("seconds", .integer(seconds))
    case .delay(let milliseconds), .delayIndex(let milliseconds): add("ms", .integer(milliseconds))
    case .fail(let status): add("status", .integer(status))
    case .throttle(let policy): add("policy", policy.map { .string($0) })
    case .drop, .truncate, .hang, .mend, .reset, .expireToken: break
    case .renameProperty(let old, let new):
      add("from", .string(old))
      add("to", .string(new))
    case .correctInvoice(let number, let net):
      add("number", .string(number))
      add("net", .string(net.description))
    case .delete(let record): add("record", .string(record))
    case .merge(let record, let survivor):
      add("record", .string(record))
      add("into", .string(survivor))
    case .setField(let record, let field, let value):
      add("record", .string(record))
      add("field", .string(field))
      add("value", .string(value))
    }
    add("count", count.map { .integer($0) })
    add("path", pathPrefix.map { .string($0) })
    return .object(members)
  }
}
