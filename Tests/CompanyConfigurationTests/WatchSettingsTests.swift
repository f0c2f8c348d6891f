import CompanyConfiguration
import DealModel
import Testing

@Suite("What `watch` is told to do")
struct WatchSettingsTests {
  private static let watch = """

    watch:
      on_change: [/usr/local/bin/page, ops]
      on_change_deadline: 10s
      metrics: 127.0.0.1:9464
      heartbeats:
        nightly: {token: {env: NIGHTLY_TOKEN}, expect_every: 24h, grace: 30m}
        zap: {token: {file: /etc/plumbline/zap}, expect_every: 1h}
    """

  @Test("is read whole, and a flow without a grace gets a tenth of its period")
  func whole() throws {
    let model = try #require(
      SampleConfiguration.read(SampleConfiguration.text + Self.watch).model)
    #expect(model.watch.onChange == ["/usr/local/bin/page", "ops"])
    #expect(model.watch.onChangeDeadline == .seconds(10))
    #expect(model.watch.address == ListeningAddress(host: "127.0.0.1", port: 9_464))
    #expect(model.watch.heartbeats.map(\.flow) == ["nightly", "zap"])
    #expect(model.watch.heartbeats.map(\.grace) == [.seconds(1_800), .seconds(360)])
    #expect(model.watch.heartbeats.first?.token == .environment("NIGHTLY_TOKEN"))
    #expect(SampleConfiguration.read(SampleConfiguration.text).model?.watch == WatchSettings())
  }

  static let faults: [ConfigurationFault] = [
    .init(
      "an unknown key", "metrics: 127", "↓metric: 127",
      says: "Unknown key `metric` in `watch`; did you mean `metrics`?"),
    .init(
      "a shell command", "on_change: [/usr/local/bin/page, ops]", "on_change: ↓page ops",
      says: "`on_change` is run without a shell; write a list"),
    .init(
      "a relative program", "on_change: [/usr/local/bin/page, ops]", "on_change: ↓[bin/page]",
      says: "`on_change` needs the program's whole path"),
    .init(
      "no program", "on_change: [/usr/local/bin/page, ops]", "on_change: ↓[]",
      says: "`on_change` names no program"),
    .init(
      "a deadline that is none", "on_change_deadline: 10s", "on_change_deadline: ↓soon",
      says: "`on_change_deadline` is no duration: `soon`"),
    .init(
      "an address without a port", "metrics: 127.0.0.1:9464", "metrics: ↓127.0.0.1",
      says: "`metrics` takes an address such as `127.0.0.1:9464`, not `127.0.0.1`."),
    .init(
      "a port beyond the last", "metrics: 127.0.0.1:9464", "metrics: ↓127.0.0.1:94640",
      says: "`metrics` takes an address"),
    .init(
      "a token in the file", "token: {env: NIGHTLY_TOKEN}", "token: ↓hunter2",
      says: "A secret never stands in the configuration"),
    .init(
      "a flow without a token", "nightly: {token: {env: NIGHTLY_TOKEN}, ", "↓nightly: {",
      says: "Flow `nightly` has no `token`; say where it is kept: `token: {env: NAME}`."),
    .init(
      "a flow without a period", ", expect_every: 1h}", ", ↓grace: 1h}",
      says: "Flow `zap` has no `expect_every`; say how often it reports: `expect_every: 1h`."),
    .init(
      "a flow with a path for a name", "nightly: {token", "↓a/b: {token",
      says: "A flow's name is made of letters, digits, `_` and `-`: `a/b` is not."),
  ]

  @Test("is the only error, at its place, with its mend", arguments: faults)
  func fault(_ fault: ConfigurationFault) throws {
    let text = SampleConfiguration.text + Self.watch
    let range = try #require(text.firstRange(of: fault.original))
    let marked = SampleConfiguration.mark(
      in: text[..<range.lowerBound] + fault.replacement + text[range.upperBound...])
    let result = SampleConfiguration.read(marked.text)
    #expect(result.errors.count == 1, "\(result.errors.map(\.description))")
    let error = try #require(result.errors.first)
    #expect(error.message.contains(fault.message), "\(error)")
    #expect(!error.message.contains("hunter2"))
    if !fault.name.contains("period") {
      #expect(
        error.location == "/home/ops/plumbline.yaml:\(marked.line):\(marked.column)", "\(error)")
    }
  }

  @Test(
    "an address is a host and a port, or a port alone",
    arguments: [
      ("127.0.0.1:9464", "127.0.0.1:9464", true), ("9464", "127.0.0.1:9464", true),
      ("localhost:0", "localhost:0", true), ("[::1]:9464", "[::1]:9464", true),
      ("127.9.9.9:1", "127.9.9.9:1", true), ("0.0.0.0:9464", "0.0.0.0:9464", false),
      ("[::]:9464", "[::]:9464", false), ("10.0.0.4:80", "10.0.0.4:80", false),
      ("127.evil.example:80", "127.evil.example:80", false),
    ])
  func address(_ text: String, _ written: String, _ isLoopback: Bool) throws {
    let address = try #require(ListeningAddress(text))
    #expect(address.description == written)
    #expect(address.isLoopback == isLoopback)
  }

  @Test(
    "no address is anything else",
    arguments: [
      "", ":", ":9464", "localhost", "host:port", "::1:9464", "[::1]", "a b:1", "h:65536",
    ])
  func noAddress(_ text: String) { #expect(ListeningAddress(text) == nil) }
}
