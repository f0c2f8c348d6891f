internal import DealModel

/// Why Odoo refuses, as both of its interfaces tell it.
///
/// Source: `odoo/http` (`serialize_exception`, `Json2Dispatcher`, `JsonRPCDispatcher`),
/// `odoo/exceptions.py`.
struct OdooFault: Error, Hashable, Sendable {
  /// The class of the exception with its module, `odoo.exceptions.AccessError`.
  let name: String
  let message: String
  /// The status with which JSON-2 tells it.
  let status: Int

  /// The vendor's own exceptions of HTTP, whose arguments bear the status.
  private var isHTTP: Bool { name.hasPrefix("werkzeug.") }

  static func notFound(_ message: String) -> OdooFault {
    OdooFault(name: "werkzeug.exceptions.NotFound", message: message, status: 404)
  }

  static func unauthorized(_ message: String) -> OdooFault {
    OdooFault(name: "werkzeug.exceptions.Unauthorized", message: message, status: 401)
  }

  static func unprocessable(_ message: String) -> OdooFault {
    OdooFault(name: "werkzeug.exceptions.UnprocessableEntity", message: message, status: 422)
  }

  static func badRequest(_ message: String) -> OdooFault {
    OdooFault(name: "werkzeug.exceptions.BadRequest", message: message, status: 400)
  }

  static func access(_ message: String) -> OdooFault {
    OdooFault(name: "odoo.exceptions.AccessError", message: message, status: 403)
  }

  static let denied = OdooFault(
    name: "odoo.exceptions.AccessDenied", message: "Access Denied", status: 403)

  static func missing(_ model: String, _ id: Int) -> OdooFault {
    OdooFault(
      name: "odoo.exceptions.MissingError",
      message: "Record does not exist or has been deleted.\n(Record: \(model)(\(id),), User: 7)",
      status: 404)
  }

  /// What Odoo was given and cannot take: an unknown field, a domain that is none.
  static func value(_ message: String) -> OdooFault {
    OdooFault(name: "builtins.ValueError", message: message, status: 500)
  }

  static func key(_ model: String) -> OdooFault {
    OdooFault(name: "builtins.KeyError", message: model, status: 500)
  }

  static func server(_ message: String) -> OdooFault {
    OdooFault(name: "psycopg2.OperationalError", message: message, status: 500)
  }

  private var serialized: JSONValue {
    let arguments: JSONValue =
      isHTTP ? [.string(message), .integer(status)] : [.string(message)]
    return [
      "name": .string(name), "message": .string(message), "arguments": arguments, "context": [:],
      "debug": .string(
        "Traceback (most recent call last):\n  File \"odoo/http.py\", line 2167, in _transactioning"
          + "\n\(name): \(message)\n"),
    ]
  }

  /// The answer of JSON-2: a status, and the exception.
  var response: EmulatedResponse {
    .json(
      serialized, status: status,
      headers: status == 401 ? [NamedValue("WWW-Authenticate", "bearer")] : [],
      type: "application/json; charset=utf-8")
  }

  /// The answer of the RPC: always 200, with the exception inside.
  ///
  /// - Parameter code: 200 up to Odoo 18, later 0.
  func envelope(id: JSONValue, code: Int) -> JSONValue {
    let isLost = name == "werkzeug.exceptions.NotFound"
    return [
      "jsonrpc": "2.0", "id": id,
      "error": [
        "code": .integer(isLost ? 404 : code),
        "message": isLost ? "404: Not Found" : "Odoo Server Error", "data": serialized,
      ],
    ]
  }
}
