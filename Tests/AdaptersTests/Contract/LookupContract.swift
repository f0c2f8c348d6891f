import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

/// Scenarios about single records, numbers, changes, links and the index.
struct LookupContract {
  let subject: ContractSubject

  init(_ subject: ContractSubject) { self.subject = subject }

  func detail() async throws {
    let bench = try ContractBench(subject)
    for kind in bench.adapter.capabilities.detailKinds.sorted() {
      let deal = try #require(subject.deals[kind], "a deal with \(kind)")
      let record = try #require(try await bench.records(kind, [deal])[deal]?.first)
      let detail = try await bench.clock.passing {
        try await bench.adapter.detail(of: record.reference)
      }
      #expect(detail.record == record)
      #expect(detail.fetchedAt <= bench.clock.now())
    }
    let kind = try #require(bench.adapter.capabilities.detailKinds.min())
    let absent = RecordReference(system: subject.system, kind: kind, id: "999999999")
    let error = try await bench.failure { _ = try await bench.adapter.detail(of: absent) }
    #expect(error?.kind == .refused)
  }

  func found() async throws {
    let bench = try ContractBench(subject)
    guard let number = subject.number else {
      #expect(!bench.adapter.capabilities.finds)
      return
    }
    let found = try await bench.clock.passing { try await bench.adapter.find(number.text) }
    #expect(found.contains { $0.dealID == number.deal })
    for nonsense in ["no such number", "", "'", "\" OR 1=1", "🛟", "BW-00000"] {
      let found = try await bench.clock.passing { try await bench.adapter.find(nonsense) }
      #expect(found == [], "\(nonsense)")
    }
  }

  func changed() async throws {
    let bench = try ContractBench(subject)
    guard let change = subject.change else {
      #expect(!bench.adapter.capabilities.reportsChanges)
      return
    }
    let ask: @Sendable (PageCursor?) async throws -> ChangedDeals = { cursor in
      try await bench.clock.passing { try await bench.adapter.changes(since: cursor) }
    }
    let begun = try await ask(nil)
    #expect(begun.deals.isEmpty)
    bench.clock.advance(by: .seconds(60))
    let quiet = try await ask(begun.cursor)
    #expect(quiet.deals.isEmpty)
    let before = try await bench.records(change.kind, [change.deal])
    bench.clock.advance(by: .seconds(60))
    try await bench.obey(change.order)
    bench.clock.advance(by: .seconds(1))
    let changed = try await ask(quiet.cursor)
    #expect(changed.deals[change.deal]?.contains(change.kind) == true)
    #expect(changed.deals.count == 1)
    #expect(try await bench.records(change.kind, [change.deal]) != before)
    bench.clock.advance(by: .seconds(60))
    #expect(try await ask(changed.cursor).deals.isEmpty)
  }

  func links() async throws {
    let bench = try ContractBench(subject)
    guard bench.adapter.capabilities.listsLinks else { return }
    var links: [Link] = []
    var cursor: PageCursor?
    var pages = 0
    repeat {
      let after = cursor
      let page = try await bench.clock.passing { try await bench.adapter.linkPage(after: after) }
      links += page.links
      cursor = page.next
      pages += 1
    } while cursor != nil && pages < 100
    #expect(cursor == nil)
    #expect(Set(links.map(\.reference)).count == links.count)
    let kinds = Set(links.map(\.reference.kind))
    for (kind, deal) in subject.deals where kinds.contains(kind) {
      #expect(links.contains { $0.dealID == deal && $0.reference.kind == kind })
    }
    #expect(!links.isEmpty)
  }

  func index() async throws {
    let bench = try ContractBench(subject)
    guard let indexed = subject.indexed else {
      #expect(!bench.adapter.capabilities.listsDeals)
      return
    }
    var deals: [Record] = []
    var cursor: PageCursor?
    var pages = 0
    repeat {
      let after = cursor
      let page = try await bench.clock.passing { try await bench.adapter.dealPage(after: after) }
      deals += page.deals
      cursor = page.next
      pages += 1
    } while cursor != nil && pages < 100
    #expect(deals.count == indexed)
    #expect(Set(deals.map(\.reference)).count == deals.count)
    // What the index says of a deal is what is read of it alone.
    let deal = try #require(subject.deals[.deals])
    #expect(try await bench.records(.deals, [deal])[deal] == deals.filter { $0.dealID == deal })
  }

  func probed() async throws {
    let bench = try ContractBench(subject)
    let answer = try await bench.clock.passing { try await bench.adapter.probe() }
    #expect(!answer.identity.isEmpty)
    #expect(answer.drift == [])
    // Who we are, the clock, and what there is: never more than a token besides.
    #expect(bench.asked <= 3)
    await bench.adapter.close()
  }

  func probedDrift() async throws {
    let bench = try ContractBench(subject)
    let probe = { @Sendable in
      // What was looked at before has aged by then.
      bench.clock.advance(by: .seconds(300))
      return try await bench.clock.passing { try await bench.adapter.probe() }
    }
    #expect(try await probe().drift == [])
    try await bench.obey(try #require(subject.drift))
    #expect(try await probe().drift == [SchemaDrift(.link, subject.link, .gone)])
    try await bench.order(.mend)
    #expect(try await probe().drift == [])
  }
}
