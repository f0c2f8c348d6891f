import DealModel
import Drill
import Screens
import TestSupport
import Testing
import TruthEngine

@Suite("Drills", .serialized, .timeLimit(.minutes(5)))
struct DrillTests {
  private func drill(
    _ system: SystemName, hours: Int = 0, minutes: Int = 0, manner: Outage.Manner = .down,
    shotsAt: [Int] = [],
    _ change: (inout CompanyModel) -> Void = { _ in }
  ) async throws -> DrillReport {
    let sample = try await SampleRecording.shared.value.recording
    var company = sample.company
    change(&company)
    let recording = CompanyRecording(
      company: company, takenAt: sample.takenAt, dossiers: sample.dossiers,
      unlinked: sample.unlinked, capabilities: sample.capabilities)
    let plan = Rehearsal.Plan(
      system: system, manner: manner, length: .seconds(hours * 3_600 + minutes * 60),
      shotsAt: shotsAt.map { .seconds($0 * 3_600) })
    return try await Rehearsal(recording, plan: plan).run()
  }

  @Test("nothing is sent once the company has been read, whichever system fails and how")
  func nothingSent() async throws {
    let sample = try await SampleRecording.shared.value
    let before = sample.transport.count
    #expect(before > 0)
    for system in sample.recording.company.systems {
      _ = try await drill(system.name, minutes: 10)
    }
    for manner in Outage.Manner.allCases {
      _ = try await drill("erp_de", minutes: 10, manner: manner)
    }
    #expect(sample.transport.count == before)
  }

  @Test("readings are kept and marked as time passes, and are expired when they should be")
  func ageing() async throws {
    let report = try await drill("erp_us", hours: 3)
    let limits = report.system.limits
    for moment in report.moments where moment.after > .seconds(0) && moment.after <= report.length {
      // The last reading is at most one freshness older than the outage.
      if moment.after > limits.freshFor { #expect(moment.tally.best != .live) }
      if moment.after > limits.expireAfter { #expect(moment.tally.best == .expired) }
      if moment.after + limits.freshFor < limits.expireAfter {
        #expect(moment.tally.worst != .expired)
      }
      #expect(moment.tally.count(.unavailable, of: .invoices) == 0)
    }
    #expect(report.moments.contains { $0.status == .down })
    #expect(report.attempts > 20)
    let recovery = report.recovery
    #expect(recovery.isWhole)
    #expect((recovery.liveAfter ?? .seconds(9_999)) <= .seconds(61))
    #expect(recovery.healthyAfter != nil)
  }

  @Test("a promise that outlasts the values is broken, and the report says by how much")
  func brokenPromise() async throws {
    let report = try await drill("erp_us", hours: 3) { company in
      for index in company.systems.indices where company.systems[index].name == "erp_us" {
        company.systems[index].failureMode =
          "Figures keep their last readings for a day; finance is called."
      }
    }
    #expect(!report.holds)
    let verdict = try #require(report.verdicts.first)
    #expect(verdict.judgement == .broken)
    #expect(verdict.detail.contains("24 h"))
    #expect(report.verdicts.last?.judgement == .people)
  }

  @Test("a system that is only slow keeps its values true, and is seen to be slow")
  func slow() async throws {
    let report = try await drill("pm", minutes: 20, manner: .slow)
    #expect(report.risks.isEmpty)
    #expect(!report.moments.contains { $0.tally.worst == .expired })
    #expect(report.moments.contains { $0.status == .degraded })
  }

  @Test("credentials that are refused, and throttling, are seen as what they are")
  func manners() async throws {
    let refused = try await drill("crm", minutes: 20, manner: .unauthorized)
    #expect(refused.moments.contains { $0.status == .unauthorized })
    #expect(refused.concern.deals == 66)
    let throttled = try await drill("pm", minutes: 20, manner: .throttled)
    #expect(throttled.moments.contains { $0.status == .throttled })
  }

  @Test("the screens that are kept show the outage: the list, a deal, health")
  func screens() async throws {
    let report = try await drill("erp_us", hours: 3, shotsAt: [3])
    #expect(report.shots.map(\.screen) == ["list", "deal", "health"])
    let health = try #require(report.shots.last?.frame.lines.joined(separator: "\n"))
    #expect(health.contains("erp_us"))
    #expect(health.contains("down"))
    #expect(report.shots.allSatisfy { $0.frame.size == Size(columns: 80, rows: 24) })
  }
}
