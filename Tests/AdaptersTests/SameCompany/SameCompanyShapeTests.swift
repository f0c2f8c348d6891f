import AdapterKit
import DealModel
import Sandbox
import TestSupport
import Testing

/// The sixty deals as they go over the wire, held against the vendors' own documents.
@Suite("The same sixty deals in the vendors' own shapes", .timeLimit(.minutes(5)))
struct SameCompanyShapeTests {
  private func exchanges(_ way: SameCompanyWay) async throws -> [SandboxTransport.Exchange] {
    let asked = try #require(Timestamp("2026-11-20T10:00:00Z"))
    let bench = try SameCompanyBench(SameCompany(asked: asked), way)
    #expect(try await bench.deals().count == 60)
    return bench.exchanges.filter { $0.request.url.contains("/erp/") }
  }

  @Test("QuickBooks: every object is as Intuit's schema has it")
  func quickBooks() async throws {
    var checked: [String: Int] = [:]
    for exchange in try await exchanges(.quickBooks) {
      let document = try JSONValue(parsing: try #require(exchange.answer).body)
      for (type, object) in QuickBooksDocumentTests.objects(in: document) {
        checked[type, default: 0] += 1
        #expect(QuickBooksDocumentTests.faults(of: object, as: type, at: type) == [])
      }
    }
    for type in ["Invoice", "CreditMemo", "Bill", "VendorCredit", "PurchaseOrder", "Customer"] {
      #expect(checked[type] ?? 0 > 0, "\(type): \(checked)")
    }
  }

  @Test("SAP Business One: every entity, and every property that is asked for, is in the metadata")
  func serviceLayer() async throws {
    var (entities, names) = (0, 0)
    for exchange in try await exchanges(.serviceLayer) {
      let request = EmulatedRequest(
        method: exchange.request.method, url: exchange.request.url, headers: [],
        body: exchange.request.body)
      let set = request.segments.last ?? ""
      if let type = ServiceLayerFacts.type(ofSet: set) {
        let document = try JSONValue(parsing: try #require(exchange.answer).body)
        for entity in document["value"]?.array ?? [] {
          entities += 1
          #expect(ServiceLayerFacts.faults(in: entity, of: type) == [])
        }
        let query = request.url.split(separator: "?").last.map(String.init) ?? ""
        for name in Self.selected(PercentEncoding.decoded(query)) {
          names += 1
          // A name alone: null fits every type.
          #expect(ServiceLayerFacts.faults(in: .object([.init(name, nil)]), of: type) == [])
        }
      } else if set == "QueryService_PostQuery" {
        let document = try JSONValue(parsing: try #require(exchange.answer).body)
        for row in document["value"]?.array ?? [] {
          for part in row.members ?? [] where !part.name.contains("odata.") {
            entities += 1
            let type = part.name.hasSuffix("/DocumentLines") ? "DocumentLine" : "Document"
            #expect(ServiceLayerFacts.faults(in: part.value, of: type) == [])
          }
        }
        let question = try JSONValue(parsing: exchange.request.body)["QueryOption"]?.string ?? ""
        let parts = question.split(separator: "$expand=").joined().split(separator: "),")
        for (place, part) in parts.prefix(2).enumerated() {
          let list = part.split(separator: "$select=").last?.prefix { $0 != ")" } ?? ""
          for name in list.split(separator: ",") {
            names += 1
            #expect(
              ServiceLayerFacts.faults(
                in: .object([.init(String(name), nil)]),
                of: place == 0 ? "Document" : "DocumentLine") == [], "\(question)")
          }
        }
      }
    }
    #expect(entities > 200)
    #expect(names > 50)
  }

  /// The names after `$select=` of a query.
  private static func selected(_ query: String) -> [String] {
    query.split(separator: "&").filter { $0.hasPrefix("$select=") }
      .flatMap { $0.dropFirst(8).split(separator: ",").map(String.init) }
  }
}
