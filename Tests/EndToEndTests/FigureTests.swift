import DealModel
import Testing

/// What `SampleData/README.md` works out by hand for a deal, under "Figures worked out by hand".
struct WorkedOut: CustomTestStringConvertible, Sendable {
  let deal: String
  /// In the order of the README; two amounts where two currencies meet.
  let invoiced, paid, outstanding, overdue, actual, committed, margin: [String]
  let percent: String?
  var testDescription: String { deal }

  static let all = [
    WorkedOut(
      deal: "BW-10003", invoiced: ["91500.00 GBP"], paid: ["46080.00 GBP"],
      outstanding: ["63720.00 GBP"], overdue: ["0 GBP"], actual: ["27992.60 GBP"],
      committed: ["40392.60 GBP"], margin: ["51107.40 GBP"], percent: "55.86"),
    WorkedOut(
      deal: "BW-10011", invoiced: ["207700.00 GBP"], paid: ["182760.00 GBP"],
      outstanding: ["77640.00 GBP"], overdue: ["0 GBP"], actual: ["76918.45 GBP"],
      committed: ["97918.45 GBP"], margin: ["109781.55 GBP"], percent: "52.86"),
    WorkedOut(
      deal: "BW-10012", invoiced: ["319000.00 EUR"], paid: ["207060.00 EUR"],
      outstanding: ["172550.00 EUR"], overdue: ["0 EUR"], actual: ["172894.75 EUR"],
      committed: ["193594.75 EUR"], margin: ["125405.25 EUR"], percent: "39.31"),
    WorkedOut(
      deal: "BW-10015", invoiced: ["156800.00 USD"], paid: ["111232.00 USD"],
      outstanding: ["54976.00 USD"], overdue: ["0 USD"], actual: ["36446.20 USD"],
      committed: ["68846.20 USD"], margin: ["87953.80 USD"], percent: "56.09"),
    WorkedOut(
      deal: "BW-10019", invoiced: ["67050.00 GBP"], paid: ["36820.00 GBP"],
      outstanding: ["43640.00 GBP"], overdue: ["25760.00 GBP"], actual: ["14947.30 GBP"],
      committed: ["16867.30 GBP"], margin: ["50182.70 GBP"], percent: "74.84"),
    WorkedOut(
      deal: "BW-10024", invoiced: ["109200.00 USD"], paid: ["117117.00 USD"],
      outstanding: ["0 USD"], overdue: ["0 USD"], actual: ["101664.85 USD"],
      committed: ["128664.85 USD"], margin: ["-19464.85 USD"], percent: "-17.82"),
    WorkedOut(
      deal: "BW-10026", invoiced: ["710000.00 EUR", "180000.00 USD"],
      paid: ["506940.00 EUR", "80000.00 USD"], outstanding: ["337960.00 EUR", "100000.00 USD"],
      overdue: ["100000.00 USD"], actual: ["392834.35 EUR", "41250.00 USD"],
      committed: ["428234.35 EUR", "41250.00 USD"], margin: ["281765.65 EUR", "138750.00 USD"],
      percent: nil),
    WorkedOut(
      deal: "BW-10040", invoiced: ["326400.00 USD"], paid: ["195075.00 USD"],
      outstanding: ["151725.00 USD"], overdue: ["0 USD"], actual: ["103827.25 USD"],
      committed: ["130627.25 USD"], margin: ["195772.75 USD"], percent: "59.98"),
    WorkedOut(
      deal: "BW-10042", invoiced: ["388000.00 EUR"], paid: ["323204.00 EUR"],
      outstanding: ["138516.00 EUR"], overdue: ["0 EUR"], actual: ["157060.05 EUR"],
      committed: ["157060.05 EUR"], margin: ["230939.95 EUR"], percent: "59.52"),
    WorkedOut(
      deal: "BW-10061", invoiced: ["214400.00 EUR"], paid: ["157284.00 EUR"],
      outstanding: ["102140.00 EUR"], overdue: ["0 EUR"], actual: ["102118.75 EUR"],
      committed: ["118318.75 EUR"], margin: ["96081.25 EUR"], percent: "44.81"),
    WorkedOut(
      deal: "BW-10062", invoiced: ["96250.37 EUR"], paid: ["99825.33 EUR"],
      outstanding: ["16637.62 EUR"], overdue: ["0 EUR"], actual: ["51585.35 EUR"],
      committed: ["51585.35 EUR"], margin: ["44665.02 EUR"], percent: "46.41"),
    WorkedOut(
      deal: "BW-10063", invoiced: ["70770.00 EUR"], paid: ["55902.00 EUR"],
      outstanding: ["33541.20 EUR"], overdue: ["33541.20 EUR"], actual: ["21371.90 EUR"],
      committed: ["36771.90 EUR"], margin: ["33998.10 EUR"], percent: "48.04"),
    WorkedOut(
      deal: "BW-10066", invoiced: ["53400.00 EUR"], paid: ["64614.00 EUR"],
      outstanding: ["0 EUR"], overdue: ["0 EUR"], actual: ["40000.00 EUR"],
      committed: ["64000.00 EUR"], margin: ["-10600.00 EUR"], percent: "-19.85"),
  ]
}

extension EndToEnd {
  @Suite("The figures of the sample company", .serialized, .timeLimit(.minutes(5)))
  struct Figures {
    @Test("a deal's figures are those worked out by hand", arguments: WorkedOut.all)
    func figures(_ expected: WorkedOut) async throws {
      let result = try await Plumbline().run("deal", expected.deal, "--demo", "--json")
      #expect(result.code == 0)
      #expect(result.errors == "")
      let rollup = try #require(try result.json()["rollup"])
      for (name, amounts) in [
        ("invoiced", expected.invoiced), ("paid", expected.paid),
        ("outstanding", expected.outstanding), ("overdue", expected.overdue),
        ("actual_cost", expected.actual), ("committed_cost", expected.committed),
        ("margin", expected.margin),
      ] {
        let figure = try #require(rollup[name])
        let parts = figure.array ?? [figure]
        #expect(parts.map(Self.money) == amounts.map(Self.money), "\(name)")
        #expect(parts.allSatisfy { $0["complete"]?.bool == true }, "\(name)")
      }
      // The README rounds to two places; the program does not before it prints.
      let percent = rollup["margin_percent"]?.string.flatMap { ExactDecimal($0) }
      #expect((percent == nil) == (expected.percent == nil))
      if let percent, let text = expected.percent, let worked = ExactDecimal(text) {
        let distance = try percent.subtracting(worked).magnitude
        #expect(distance <= ExactDecimal("0.005") ?? .zero, "\(percent)")
      }
    }

    /// Amount and currency of a figure, equal where the amounts are.
    private static func money(_ figure: JSONValue) -> [String] {
      let amount = figure["amount"]?.string.flatMap { ExactDecimal($0) }
      return [amount?.description ?? "no amount", figure["currency"]?.string ?? "no currency"]
    }

    private static func money(_ text: String) -> [String] {
      let parts = text.split(separator: " ").map(String.init)
      return [ExactDecimal(parts[0])?.description ?? "no amount", parts[1]]
    }

    @Test("an amount of eighteen digits comes out as it was written")
    func exact() async throws {
      let deal = try await Plumbline().run("deal", "BW-10037", "--demo", "--json").json()
      #expect(deal["fields"]?["deal.value"]?["value"]?["amount"]?.string == "845000.123456789012")
    }

    @Test("a deal without an entity has no figures, which is not zero")
    func noOwner() async throws {
      let result = try await Plumbline().run("deal", "BW-10056", "--demo", "--json")
      let deal = try result.json()
      let invoiced = try #require(deal["rollup"]?["invoiced"])
      #expect(invoiced["amount"] == .null)
      #expect(invoiced["complete"]?.bool == false)
      #expect(invoiced["missing"]?[0]?["reason"]?.string == "no_owner")
      #expect(deal["invoices"] == .null)
    }
  }
}
