import AdapterKit
public import DealModel

extension Engine {
  /// Reads one record with its lines.
  ///
  /// - Throws: ``SystemError`` or `CancellationError`.
  public func detail(of reference: RecordReference) async throws -> RecordDetail {
    guard let line = lines[reference.system],
      line.adapter.capabilities.detailKinds.contains(reference.kind)
    else {
      throw SystemError(
        .refused, system: reference.system,
        message: "\(reference.system) cannot open a single record of \(reference.kind.rawValue).")
    }
    let asked = time.now()
    lines[reference.system]?.lookups += 1
    defer { lines[reference.system]?.lookups -= 1 }
    do {
      try checkIsolation(reference.system)
      let recorder = ExchangeRecorder(depth)
      var detail = try await recorder.recording { try await line.adapter.detail(of: reference) }
      // It is as fresh as when it was asked for, however late it arrives.
      detail.fetchedAt = min(detail.fetchedAt, asked)
      detail.record = stamped([detail.record], from: reference.system).first ?? detail.record
      detail.requests = recorder.traces
      return detail
    } catch let error as CancellationError {
      throw error
    } catch let isolated as Isolated {
      throw isolated.error
    } catch {
      let known = systemError(error, at: reference.system)
      log.answerUnusable(known, operation: "open record", of: reference.system, at: time.now())
      throw known
    }
  }

  /// Reads one record and tells the audience.
  public func openDetail(_ reference: RecordReference) async {
    do {
      let detail = try await detail(of: reference)
      continuation.yield(.detail(reference, .success(detail)))
    } catch let error as SystemError {
      continuation.yield(.detail(reference, .failure(error)))
    } catch {}
  }

  /// Looks an ID up: among the deals first, then in every system that can, side by side.
  ///
  /// - Returns: What was found, sorted by system and number, and the systems that could not be asked.
  public func find(_ text: String) async -> (records: [FoundRecord], failures: [SystemError]) {
    let origin = company.sharedID.origin
    if index.contains(DealID(text)) {
      let reference = RecordReference(system: origin, kind: .deals, id: text)
      return ([FoundRecord(reference: reference, number: text, dealID: DealID(text))], [])
    }
    let asked = lines.filter(\.value.adapter.capabilities.finds).map(\.key)
    for name in asked { lines[name]?.lookups += 1 }
    defer { for name in asked { lines[name]?.lookups -= 1 } }
    var found: [FoundRecord] = []
    var failures: [SystemError] = []
    await withTaskGroup(of: Result<[FoundRecord], SystemError>?.self) { group in
      for (name, line) in lines where line.adapter.capabilities.finds {
        group.addTask {
          do {
            try await self.checkIsolation(name)
            return .success(try await line.adapter.find(text))
          } catch is CancellationError {
            return nil
          } catch {
            return .failure(await self.systemError(error, at: name))
          }
        }
      }
      for await outcome in group {
        switch outcome {
        case .success(let records): found += records
        case .failure(let error): failures.append(error)
        case nil: break
        }
      }
    }
    found.sort {
      ($0.reference.system, $0.number, $0.reference.id)
        < ($1.reference.system, $1.number, $1.reference.id)
    }
    return (found, failures.sorted { $0.system < $1.system })
  }

  /// Looks an ID up and tells the audience.
  public func lookUp(_ text: String) async {
    let (records, failures) = await find(text)
    if !Task.isCancelled {
      continuation.yield(.found(text: text, records: records, failures: failures))
    }
  }
}
