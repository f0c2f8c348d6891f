import DealModel
import Testing
import TruthEngine

@Suite("The questions every integration must answer")
struct QuestionTests {
  private func company(
    steward: String = "Dana Reyes <dana@x.example>",
    failureMode: String = "Deals keep their last readings for two hours; ask sales.",
    link: String = "deal_id", pattern: String = "^BW-[0-9]{5}$",
    expireAfter: Duration = .seconds(7_200)
  ) -> CompanyModel {
    CompanyModel(
      company: "X", sharedID: SharedID(origin: "crm", pattern: pattern),
      systems: [
        ConfiguredSystem(
          name: "crm", kind: "hubspot", link: link, steward: steward, failureMode: failureMode,
          limits: FreshnessLimits(freshFor: .seconds(60), expireAfter: expireAfter))
      ], ownership: Ownership(domains: [.commercial: .system("crm")]))
  }

  private func fault(_ question: QuestionAnswer.Question, _ company: CompanyModel) -> String? {
    company.questions().first { $0.question == question && $0.system == "crm" }?.fault
  }

  @Test("a sound configuration answers all of them, per domain and system, without a fault")
  func sound() {
    let answers = company().questions()
    #expect(answers.count(where: { $0.question == .owner }) == Domain.allCases.count)
    for question in [QuestionAnswer.Question.sharedID, .failureMode, .steward] {
      #expect(answers.count(where: { $0.question == question }) == 1)
    }
    #expect(answers.allSatisfy { $0.fault == nil })
    #expect(answers.first?.answer == "Owned by crm.")
    let failure = answers.first { $0.question == .failureMode }?.answer
    #expect(failure?.contains("for the other 22 h of a day") == true)
  }

  @Test(
    "a steward who is a placeholder, a group, or cannot be reached is flagged",
    arguments: ["tbd", "TODO <todo@x.example>", "the IT team <it@x.example>", "?", "Dana Reyes"])
  func stewards(_ steward: String) {
    #expect(fault(.steward, company(steward: steward)) != nil)
  }

  @Test(
    "a steward who can be reached is an answer",
    arguments: ["Ops Ling <o@x.example>", "Bo, +49 30 1234", "Kit Tester <k@x.example>"])
  func reachable(_ steward: String) { #expect(fault(.steward, company(steward: steward)) == nil) }

  @Test(
    "a failure mode that is empty of meaning is flagged",
    arguments: ["tbd", "to be defined", "n/a", "...", "we wait", "ask IT"])
  func vague(_ mode: String) { #expect(fault(.failureMode, company(failureMode: mode)) != nil) }

  @Test("a promise that outlasts the values is flagged; one within it is not")
  func promises() {
    let day = "Deals keep their last readings for a day."
    #expect(fault(.failureMode, company(failureMode: day)) != nil)
    #expect(
      fault(.failureMode, company(failureMode: day, expireAfter: .seconds(86_400))) == nil)
  }

  @Test("a pattern that fits anything, and a link that is a placeholder, are flagged")
  func identity() {
    #expect(fault(.sharedID, company(pattern: ".*")) != nil)
    #expect(fault(.sharedID, company(link: "TODO")) != nil)
    #expect(fault(.sharedID, company(pattern: "[A-Z]+-[0-9]+")) == nil)
  }

  @Test("a failure mode falls into clauses, with what a machine can check of each")
  func clauses() {
    let mode = FailureMode(
      "Invoiced and margin keep their last readings for two hours, marked stale; finance is called."
    )
    #expect(mode.clauses.count == 2)
    let promise = mode.clauses.first?.promise
    #expect(promise?.keepsReadings == true)
    #expect(promise?.marksThem == true)
    #expect(promise?.usableFor == .seconds(7_200))
    #expect(mode.clauses.last?.text == "finance is called")
    #expect(mode.clauses.last?.promise == nil)
    #expect(FailureMode("Values stay for 90m. Ask.").usableFor == .seconds(5_400))
    #expect(FailureMode("Nobody edits amounts.").clauses.allSatisfy { $0.promise == nil })
  }
}
