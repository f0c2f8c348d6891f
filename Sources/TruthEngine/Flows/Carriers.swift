public import DealModel

extension LinkFault {
  /// The flow that should have made the records which are missing; `nil` for every other fault, and
  /// when no flow is configured to carry them there.
  ///
  /// - Parameter origin: The system in which deals originate: a flow from there goes before others.
  public func carrier(among flows: [Flow], origin: SystemName) -> Flow? {
    guard kind == .dangling else { return nil }
    let there = flows.filter { $0.carries?.to == system }
    return there.first { $0.carries?.from == origin } ?? there.first
  }

  /// How that flow does.
  public func carrier(among flows: [FlowHealth], origin: SystemName) -> FlowHealth? {
    let carrier = carrier(among: flows.map(\.flow), origin: origin)
    return carrier.flatMap { carrier in flows.first { $0.flow == carrier } }
  }

  /// What is wrong, with the flow that should have carried it.
  public func detail(naming flows: [FlowHealth], origin: SystemName) -> String {
    let carrier = carrier(among: flows, origin: origin)
    return detail + (carrier.map { " \($0.shouldHaveMade.sentence)" } ?? "")
  }
}

extension Conflict {
  /// The flow that carries the owner's value to the copy; `nil` when none is configured to.
  public func carrier(among flows: [Flow]) -> Flow? {
    flows.first { $0.carries == Flow.Route(from: owner.system, to: echo.system) }
  }

  /// How that flow does.
  public func carrier(among flows: [FlowHealth]) -> FlowHealth? {
    let carrier = carrier(among: flows.map(\.flow))
    return carrier.flatMap { carrier in flows.first { $0.flow == carrier } }
  }
}

extension CompanyModel {
  /// The names of the flows that are told of with these findings: no other need be asked about.
  public func carriers(of faults: [LinkFault], _ conflicts: [Conflict] = []) -> Set<String> {
    let missing = faults.compactMap { $0.carrier(among: flows, origin: sharedID.origin)?.name }
    return Set(missing + conflicts.compactMap { $0.carrier(among: flows)?.name })
  }
}
