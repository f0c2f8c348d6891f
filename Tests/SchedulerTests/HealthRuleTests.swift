import DealModel
import TestSupport
import Testing

@testable import Scheduler

/// A machine that has lived through a timeline, one letter a call; see ``HealthRule``.
struct Timeline {
  private(set) var machine = HealthMachine()
  private(set) var now = Timestamp(milliseconds: 0)
  private(set) var transitions: [(at: Int, rule: HealthRule)] = []
  private var calls = 0

  static let drift = SchemaDrift(.link, "custbody_deal_id", .gone)

  init(_ letters: String = "") { for letter in letters { play(letter) } }

  mutating func play(_ letter: Character, after step: Duration = .seconds(10)) {
    now = now.adding(step)
    calls += 1
    if let rule = machine.take(Self.event(letter), at: now) { transitions.append((calls, rule)) }
  }

  static func event(_ letter: Character) -> HealthEvent {
    switch letter {
    case "a": .answered(lateness: nil)
    case "l": .answered(lateness: "It is late.")
    case "x": .failed(.unavailable)
    case "m": .failed(.malformed)
    case "u": .failed(.unauthorized)
    case "t": .failed(.throttled(retryAfter: nil))
    case "d": .failed(.drifted(field: "custbody_deal_id"))
    case "D": .looked(drift: [drift])
    default: .looked(drift: [])
    }
  }
}

@Suite struct HealthRuleTests {
  @Test("every rule makes the transition its examples end in", arguments: HealthRule.all.indices)
  func examples(index: Int) {
    let rule = HealthRule.all[index]
    #expect(!rule.examples.isEmpty && !rule.nonExamples.isEmpty)
    for example in rule.examples {
      let before = Timeline(String(example.dropLast()))
      let after = Timeline(example)
      #expect(rule.from.contains(before.machine.status), "\(rule.because): \(example)")
      let applied = after.transitions.last { $0.at == example.count }
      #expect(applied?.rule.because == rule.because, "\(example)")
      let to = rule.to ?? Timeline.event(example.last ?? "a").state
      #expect(after.machine.status == to, "\(rule.because): \(example)")
    }
  }

  @Test("no rule is applied at the end of its non-examples", arguments: HealthRule.all.indices)
  func nonExamples(index: Int) {
    let rule = HealthRule.all[index]
    for example in rule.nonExamples {
      let applied = Timeline(example).transitions.last { $0.at == example.count }
      #expect(applied?.rule.because != rule.because, "\(rule.because): \(example)")
    }
  }

  @Test("every state can be left, and every state but unknown can be reached")
  func reachable() {
    for status in SystemStatus.allCases {
      #expect(HealthRule.all.contains { $0.from.contains(status) })
    }
    let reached = Set(
      "aaaaaxtudmD".map { Timeline(String($0)).machine.status } + [
        Timeline("am").machine.status
      ])
    #expect(reached == Set(SystemStatus.allCases).subtracting([.unknown]))
  }

  @Test(
    "good and bad answers in turn settle in degraded",
    arguments: ["ax", "au", "at", "aax", "axx", "uaxa", "axxa", "uuua", "aaxx"])
  func settles(pattern: String) {
    var timeline = Timeline()
    for call in 0..<120 {
      let letter = pattern[pattern.index(pattern.startIndex, offsetBy: call % pattern.count)]
      timeline.play(letter, after: .seconds(5))
    }
    #expect(timeline.machine.status == .degraded)
    #expect(timeline.transitions.allSatisfy { $0.at <= 40 })
  }

  @Test(
    "however calls go, within half an hour there are at most 24 changes and one in four calls",
    arguments: 0..<200 as Range<UInt64>)
  func flapping(seed: UInt64) {
    let random = SeededRandom(seed: seed)
    // Each seed has its own mixture, so that some are nearly always down and some nearly never.
    let letters = Array("aaaaaaaalxxmutdDO")
    let first = Int(random.next() % UInt64(letters.count))
    var timeline = Timeline()
    var times: [Timestamp] = []
    var calls: [Timestamp] = []
    for _ in 0..<1_500 {
      let isFavourite = random.next() % 3 == 0
      let letter =
        isFavourite ? letters[first] : letters[Int(random.next() % UInt64(letters.count))]
      let before = timeline.transitions.count
      timeline.play(letter, after: .milliseconds(Int64(random.next() % 8_000)))
      calls.append(timeline.now)
      if timeline.transitions.count > before { times.append(timeline.now) }
    }
    for (place, start) in times.enumerated() {
      let end = start.adding(.seconds(1_800))
      let changes = times[place...].lazy.filter { $0 <= end }.count
      let made = calls.lazy.filter { $0 >= start && $0 <= end }.count
      #expect(changes <= 24 + made / 4, "seed \(seed)")
    }
  }

  @Test("a person reads why, whatever the state")
  func reasons() {
    #expect(Timeline("").machine.reason == "Nobody has asked it yet.")
    #expect(Timeline("aaa").machine.reason == "It answers in time.")
    #expect(Timeline("aaaaaaxa").machine.reason.contains("1 of the last 8 calls failed"))
    #expect(Timeline("axxx").machine.reason.contains("the last 3 calls failed"))
    #expect(Timeline("x").machine.reason == "It has never answered.")
    #expect(Timeline("auu").machine.reason.contains("refuses the credentials"))
    #expect(Timeline("at").machine.reason.contains("asks for patience: the last call"))
    #expect(Timeline("aua").machine.reason.contains("after 2 more answers in a row"))
    #expect(Timeline("aal").machine.reason == "It is late.")
    #expect(Timeline("aaD").machine.reason == "The link property custbody_deal_id is gone.")
  }
}

extension HealthEvent {
  /// The state that the event's failure stands for.
  fileprivate var state: SystemStatus? {
    if case .failed(let kind) = self { HealthMachine.state(for: kind) } else { nil }
  }
}
