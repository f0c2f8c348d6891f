import DealModel
import Testing

@testable import TruthEngine

@Suite("Rules and their examples")
struct RuleExampleTests {
  @Test("every rule that judges an echo finds its triggering examples and no others")
  func echoRuleExamples() {
    for rule in echoRules {
      #expect(!rule.triggeringExamples.isEmpty && !rule.nonTriggeringExamples.isEmpty)
      for pair in rule.triggeringExamples {
        #expect(rule.finding(in: pair) != nil, "\(rule) \(pair)")
        let others = echoRules.filter { $0.kind != rule.kind && $0.finding(in: pair) != nil }
        #expect(others.isEmpty, "\(pair) is found twice")
      }
      for pair in rule.nonTriggeringExamples {
        #expect(rule.finding(in: pair) == nil, "\(rule) \(pair)")
      }
    }
  }

  @Test("every cause explains its triggering examples and no others")
  func causeRuleExamples() {
    for rule in causeRules {
      #expect(!rule.triggeringExamples.isEmpty && !rule.nonTriggeringExamples.isEmpty)
      for subject in rule.triggeringExamples {
        #expect(rule.finding(in: subject) != nil, "\(rule) \(subject)")
      }
      for subject in rule.nonTriggeringExamples {
        #expect(rule.finding(in: subject) == nil, "\(rule) \(subject)")
      }
    }
  }

  @Test("an example of a cause is explained by it, unless an act on record comes before")
  func causesInOrder() {
    for rule in causeRules {
      for subject in rule.triggeringExamples {
        #expect(ConflictFinder.cause(of: subject).kind == rule.kind, "\(subject)")
      }
    }
  }

  @Test("documents in another currency are found, and those that do not count are not")
  func invoiceCurrencies() {
    for subject in InvoiceCurrencyConflict.triggeringExamples {
      #expect(InvoiceCurrencyConflict.findings(in: subject).values.joined().count == 1)
    }
    for subject in InvoiceCurrencyConflict.nonTriggeringExamples {
      #expect(InvoiceCurrencyConflict.findings(in: subject).isEmpty)
    }
  }

  @Test("every link rule finds its triggering examples and no others")
  func linkRuleExamples() {
    check(MalformedLink.self)
    check(OrphanLink.self)
    check(DanglingLink.self)
    check(DuplicateLink.self)
    check(NearMissLink.self)
    check(MergedLink.self)
    check(DeletedLink.self)
  }

  private func check<Rule: LinkRule>(_ rule: Rule.Type) {
    #expect(!rule.triggeringExamples.isEmpty && !rule.nonTriggeringExamples.isEmpty)
    for subject in rule.triggeringExamples {
      #expect(rule.isBroken(by: subject), "\(rule) \(subject)")
    }
    for subject in rule.nonTriggeringExamples {
      #expect(!rule.isBroken(by: subject), "\(rule) \(subject)")
    }
  }
}
