import AdapterKit
import DealModel
import Synchronization
import TestSupport
import Testing

/// Scenarios about records that are read.
struct ReadingContract {
  let subject: ContractSubject

  init(_ subject: ContractSubject) { self.subject = subject }

  private let stranger: DealID = "BW-99999"

  func everyRequestedIDIsAKey() async throws {
    let bench = try ContractBench(subject)
    #expect(bench.adapter.capabilities.kinds == Set(subject.deals.keys))
    // Some settings bring further kinds.
    #expect(subject.kind.schema.records.isSuperset(of: subject.deals.keys))
    for (kind, deal) in subject.deals {
      let answer = try await bench.records(kind, [deal, stranger])
      #expect(Set(answer.keys) == [deal, stranger])
      #expect(answer[stranger] == [])
      let records = try #require(answer[deal])
      #expect(!records.isEmpty, "\(kind)")
      for record in records {
        #expect(record.dealID == deal)
        #expect(record.reference.system == subject.system)
        #expect(record.reference.kind == kind)
      }
      #expect(Set(records.map(\.reference)).count == records.count)
    }
  }

  func readTwice() async throws {
    let bench = try ContractBench(subject)
    for (kind, deal) in subject.deals {
      let first = try await bench.records(kind, [deal])
      #expect(try await bench.records(kind, [deal]) == first)
    }
  }

  func joinedToTheLetter() async throws {
    let bench = try ContractBench(subject)
    for (kind, deal) in subject.deals {
      let near = [
        DealID(deal.text.lowercased()), DealID(String(deal.text.dropLast())),
        DealID(deal.text + "0"), DealID(deal.text + " "), DealID("%"), DealID("'"),
      ]
      let answer = try await bench.records(kind, near)
      for id in near { #expect(answer[id] == [], "\(kind)") }
    }
  }

  func crossedAnswers() async throws {
    for (kind, deal) in subject.deals where !subject.unaskedKinds.contains(kind) {
      let bench = try ContractBench(subject)
      _ = try await bench.records(kind, [deal])
      let answers = Mutex(bench.transport.exchanges)
      // The same question about another deal now meets the answers of the first one.
      bench.transport.tamper { request, answer in
        let url = request.url.prefix { $0 != "?" }
        return answers.withLock { answers in
          let index = answers.firstIndex {
            $0.request.url.hasPrefix(url) && $0.request.method == request.method
          }
          return index.flatMap { answers[$0].answer } ?? answer
        }
      }
      let error = await #expect(throws: SystemError.self, "\(kind)") {
        try await bench.records(kind, [stranger])
      }
      #expect(error?.kind == .malformed)
      #expect(error?.message.contains("belongs to a deal nobody asked about") == true)
      #expect(error?.message.contains(deal.text) == false)
    }
  }

  func batched() async throws {
    let ids = (10_001...10_040).map { DealID("BW-\($0)") }
    for kind in subject.deals.keys {
      let bench = try ContractBench(subject)
      let answer = try await bench.records(kind, ids)
      #expect(Set(answer.keys) == Set(ids))
      let calls = bench.calls.reports.map(\.operation)
      #expect(bench.asked <= subject.mostCalls[kind] ?? 0, "\(kind): \(calls)")
    }
  }

  func reportedOnce() async throws {
    let bench = try ContractBench(subject)
    for (kind, deal) in subject.deals { _ = try await bench.records(kind, [deal]) }
    let reports = bench.calls.reports
    #expect(!reports.isEmpty)
    #expect(reports.count == bench.asked)
    for report in reports {
      #expect(report.system == subject.system)
      if bench.source == nil { #expect(report.status == 200 || report.status == 207) }
      #expect(report.error == nil)
      #expect(!report.operation.contains("BW-") && !report.operation.contains("?"))
    }
  }

  func onlyReads() async throws {
    let bench = try ContractBench(subject)
    for (kind, deal) in subject.deals { _ = try await bench.records(kind, [deal]) }
    let base = "\(SandboxTransport.origin)/\(subject.system)/"
    for exchange in bench.transport.exchanges {
      #expect(exchange.request.url.hasPrefix(base))
      #expect(["GET", "POST"].contains(exchange.request.method))
    }
  }
}
