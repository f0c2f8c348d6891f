import AdapterKit
import DealModel
import Testing

@Suite("Base addresses")
struct BaseURLTests {
  @Test(
    "https anywhere and plain http on loopback are accepted",
    arguments: [
      ("https://api.hubapi.com", "https://api.hubapi.com"),
      ("HTTPS://API.example:443/", "https://api.example"),
      ("https://x.example:8443/a/b//", "https://x.example:8443/a/b"),
      ("http://127.0.0.1:4100/crm", "http://127.0.0.1:4100/crm"),
      ("http://localhost", "http://localhost"), ("http://[::1]:80/x", "http://[::1]/x"),
      ("http://127.9.8.7", "http://127.9.8.7"),
    ])
  func accepted(_ text: String, _ plain: String) throws {
    #expect(try BaseURL(text).description == plain)
  }

  @Test(
    "anything else is refused with its reason",
    arguments: [
      "", "api.example", "ftp://x.example", "http://api.example", "http://127.0.0.1.example",
      "http://127.0.0.1@evil.example", "https://user:pw@x.example", "https://x.example?a=1",
      "https://x.example#f", "https://", "https:///path", "https://x.example:0",
      "https://x.example:99999", "https://x.example:8a", "https://x.example/ä", "https://x\\y",
      "http://128.0.0.1", "http://127.0.0", "http://127.0.0.256", "https://x y",
    ])
  func refused(_ text: String) {
    #expect(throws: BaseURLError.self) { try BaseURL(text) }
  }
}
