public import DealModel

/// SAP Business One's Service Layer, v1 (OData V3) and v2 (OData V4).
///
/// Files: `company.json` (`companyName`, `localCurrency`, `systemCurrency`, `timeZone`), and one file
/// per entity set with its entities as the API returns them: `Invoices.json`, `CreditNotes.json`,
/// `DownPayments.json`, `PurchaseOrders.json`, `PurchaseDeliveryNotes.json`,
/// `PurchaseInvoices.json`, `PurchaseCreditNotes.json`,
/// `IncomingPayments.json`, `VendorPayments.json`, `Projects.json`, `Currencies.json`,
/// `UserFieldsMD.json`. A user-defined field exists when the last names it.
///
/// Orders of its own: `expire-token` ends every session, `correct-invoice NUMBER NET`,
/// `rename-property OLD NEW`, `set-field SET/KEY FIELD VALUE`, `delete SET/KEY`. The vendor has no
/// limit on calls: `throttle` is answered as an overloaded node is, with a page and status 503.
public final class SAPBusinessOneEmulator: Emulator {
  public static let kind = "sap-b1"
  public static let orders: [ControlOrder.Name] = [
    .expireToken, .correctInvoice, .renameProperty, .setField, .delete,
  ]

  private let node: ServiceLayerNode
  private let time: any TimeSource

  public init(folder: EmulatorFolder, environment: EmulatorEnvironment) throws {
    time = environment.time
    node = try ServiceLayerNode(folder: folder, environment: environment)
  }

  public func respond(to request: EmulatedRequest) async -> EmulatedResponse {
    let path = request.segments
    if path.first == "ping" {
      return ServiceLayerGateway.ping(path.dropFirst(), at: time.now())
    }
    guard path.count > 2, path[0] == "b1s", let version = ServiceLayerVersion(rawValue: path[1])
    else { return ServiceLayerGateway.page(404) }
    return await node.respond(
      to: request, resource: path.dropFirst(2).joined(separator: "/"), version, at: time.now())
  }

  public func obey(_ order: ControlOrder) async throws -> JSONValue {
    switch order.act {
    case .expireToken: return await node.endSessions()
    case .correctInvoice(let number, let net):
      return try await node.correctInvoice(number, net: net, at: time.now())
    case .renameProperty(let old, let new): return try await node.rename(old, to: new)
    case .setField(let record, let field, let value):
      return try await node.setField(field, of: record, to: value, at: time.now())
    case .delete(let record): return try await node.delete(record)
    default: throw SandboxError.notObeyed(order, orders: Self.orders)
    }
  }

  public func mend() async { await node.mend() }

  public func failure(status: Int, for request: EmulatedRequest) async -> EmulatedResponse {
    let isFirst = request.segments.dropFirst().first == "v1"
    let version = isFirst ? ServiceLayerVersion.v1 : .v2
    switch status {
    case 401: return version.noSession
    case 403: return version.error(403, -6006, "You are not permitted to perform this action")
    case 404: return version.error(404, -2028, "No matching records found (ODBC -2028)")
    case 400..<500: return version.error(status, -5006, "The requested action is not supported")
    default: return ServiceLayerGateway.page(status)
    }
  }

  public func throttling(
    policy: String?, for request: EmulatedRequest
  ) async -> EmulatedResponse { ServiceLayerGateway.page(503) }
}
