import AdapterKit
import DealModel

/// One page of a list.
struct RESTPage: Sendable {
  var items: [JSONValue]
  /// Where the next page begins; `nil` after the last.
  var next: RESTPosition?
  /// How many records the list has in all, where the answer says so.
  var total: Int?
}

/// Where a page begins. As text it is a cursor: `page 2 100`, `offset 100`, `cursor TOKEN`,
/// `address PATH?QUERY`.
enum RESTPosition: Hashable, Sendable {
  /// The page's number, and how many records those before it brought.
  case page(Int, read: Int)
  case offset(Int)
  case cursor(String)
  /// Path and query below the base address, as they are to be sent.
  case address(String)

  init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "page":
      let numbers = parts[1].split(separator: " ").map { Int($0) }
      guard numbers.count == 2, let number = numbers[0], let read = numbers[1] else { return nil }
      self = .page(number, read: read)
    case "offset":
      guard let number = Int(parts[1]) else { return nil }
      self = .offset(number)
    case "cursor": self = .cursor(parts[1])
    case "address": self = .address(parts[1])
    default: return nil
    }
  }

  var text: String {
    switch self {
    case .page(let number, let read): "page \(number) \(read)"
    case .offset(let number): "offset \(number)"
    case .cursor(let token): "cursor \(token)"
    case .address(let address): "address \(address)"
    }
  }
}

extension RESTAdapter {
  /// Every item of a list, page by page.
  func items(of list: RESTList, _ filling: RESTFilling) async throws -> [JSONValue] {
    var items: [JSONValue] = []
    try await port.walk(operation(of: list)) { cursor in
      let page = try await page(of: list, filling, from: cursor.flatMap { RESTPosition($0) })
      items += page.items
      return page.next?.text
    }
    return items
  }

  func operation(of list: RESTList) -> String { "\(list.request.method) \(list.request.pattern)" }

  /// One page of a list.
  func page(
    of list: RESTList, _ filling: RESTFilling, from position: RESTPosition?
  ) async throws -> RESTPage {
    let call = try self.call(list, try await signed(filling), from: position)
    return try await read(call) { reply in
      let found = list.items.find(in: reply.value)
      let items = try self.items(
        found, at: list.items, in: reply.value, mayBeOne: list.mayBeOne, operation: call.operation)
      var page = RESTPage(items: items)
      if let paging = list.paging {
        page.total = try total(paging, reply, call)
        page.next = try next(paging, after: position, page, reply, call)
      }
      return page
    }
  }

  /// The items of a list that was looked for at a path of a document.
  ///
  /// - Parameter mayBeOne: Whether a single object is a list of one.
  func items(
    _ found: JSONPath.Finding, at path: JSONPath, in document: JSONValue, mayBeOne: Bool = false,
    operation: String
  ) throws -> [JSONValue] {
    // A part of the list that is lost would be missed by nobody.
    if let lost = found.lost { throw wrongPath(operation, "list", path, lost, in: document) }
    // Beyond `[*]` each value is an item; else the one value is the list of them.
    let isSpread = path.isPlural
    let single = found.first.flatMap { $0.members != nil && mayBeOne ? [$0] : nil }
    let items = isSpread ? found.values : found.first?.array ?? single
    guard let items else {
      throw port.malformed(
        operation,
        "\(found.first?.contentInWords ?? "nothing") instead of a list at \"\(path)\""
          + Self.listsHint(document))
    }
    guard items.allSatisfy({ $0.members != nil }) else {
      throw port.malformed(operation, "a list at \"\(path)\" whose items are no objects")
    }
    return items
  }

  private static func count(_ value: JSONValue?) -> Int? {
    let number = value?.integer ?? value?.string.flatMap { Int($0) }
    return number.flatMap { $0 >= 0 ? $0 : nil }
  }

  private func call(
    _ list: RESTList, _ filling: RESTFilling, from position: RESTPosition?
  ) throws -> HTTPCall {
    var filling = filling
    filling.numbers["limit"] = list.paging?.size ?? 100
    switch position {
    case nil:
      filling.numbers["page"] = list.paging?.first ?? 1
      filling.numbers["offset"] = 0
    case .page(let number, _)?: filling.numbers["page"] = number
    case .offset(let number)?: filling.numbers["offset"] = number
    case .cursor(let token)?: filling.words["cursor"] = token
    case .address(let address)?: return try call(list, filling, to: address)
    }
    return list.request.call(filling, headers: headers)
  }

  /// The call to an address that the answer before named. Its words are the vendor's, its host is
  /// ours: that was seen to when it was read.
  private func call(
    _ list: RESTList, _ filling: RESTFilling, to address: String
  ) throws -> HTTPCall {
    let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var call = list.request.call(filling, headers: headers)
    // The token is put on last, and is not sent twice where the address repeats it.
    call.query = (parts.count > 1 ? RESTAddress.parameters(parts[1]) : [])
      .filter { $0.name != parameter?.name }
    return call
  }

  /// How many records the list has in all; `nil` where that is not looked for.
  private func total(
    _ paging: RESTPaging, _ reply: JSONReply, _ call: HTTPCall
  ) throws -> Int? {
    guard let path = paging.total else { return nil }
    let found = path.find(in: reply.value)
    if let count = Self.count(found.first) { return count }
    // Some tell it only now and then; where nothing else ends the list, that would cut it.
    guard paging.more == nil, paging.next == nil else { return nil }
    throw port.malformed(
      call.operation,
      "no count at \"\(path)\" (`paging.total`): there is "
        + port.hidingSecrets(in: found.lost?.held ?? found.first?.contentInWords ?? "nothing"))
  }

  /// Whether there is more, where the answer says so.
  private func more(
    _ paging: RESTPaging, _ reply: JSONReply, _ call: HTTPCall
  ) throws -> Bool? {
    guard let path = paging.more else { return nil }
    let found = path.find(in: reply.value)
    if let isMore = found.first?.bool { return isMore }
    throw port.malformed(
      call.operation,
      "neither true nor false at \"\(path)\" (`paging.more`): there is "
        + port.hidingSecrets(in: found.lost?.held ?? found.first?.contentInWords ?? "nothing"))
  }

  private func next(
    _ paging: RESTPaging, after position: RESTPosition?, _ page: RESTPage, _ reply: JSONReply,
    _ call: HTTPCall
  ) throws -> RESTPosition? {
    let isMore = try more(paging, reply, call)
    if isMore == false { return nil }
    let found: RESTPosition?
    switch paging.by {
    case .page:
      var (number, read) = (paging.first, 0)
      if case .page(let current, let before)? = position { (number, read) = (current, before) }
      read += page.items.count
      let isOver = try isEnd(paging, isMore, page, read: read, call)
      return isOver ? nil : .page(number + 1, read: read)
    case .offset:
      var start = 0
      if case .offset(let current)? = position { start = current }
      let read = start + page.items.count
      return try isEnd(paging, isMore, page, read: read, call) ? nil : .offset(read)
    case .cursor:
      switch paging.next?.find(in: reply.value).first {
      case .string(let text)? where !text.isEmpty: found = .cursor(text)
      case .number(let text)?: found = .cursor(text)
      default: found = nil
      }
    case .next:
      let text = paging.next?.find(in: reply.value).first?.string ?? ""
      found = text.isEmpty ? nil : try address(text, call)
    case .link: found = try RESTAddress.nextLink(reply.headers).map { try address($0, call) }
    }
    if found == nil, isMore == true {
      throw port.malformed(call.operation, "word of a next page, and nothing that leads to it")
    }
    return found
  }

  private func isEnd(
    _ paging: RESTPaging, _ isMore: Bool?, _ page: RESTPage, read: Int, _ call: HTTPCall
  ) throws -> Bool {
    let isShortOfTotal = page.total.map { read < $0 }
    if page.items.isEmpty, isMore == true || isShortOfTotal == true {
      throw port.malformed(call.operation, "an empty page before the end of the list")
    }
    if let isShortOfTotal { return !isShortOfTotal }
    if isMore == true { return false }
    return page.items.count < paging.size ?? .max
  }

  /// The next page's address, on our own host and below our own base.
  private func address(_ text: String, _ call: HTTPCall) throws -> RESTPosition {
    guard let address = RESTAddress.below(port.settings.baseURL, text, from: call) else {
      throw port.malformed(
        call.operation, "a next page elsewhere than below `base_url`, where credentials never go")
    }
    // What is asked is what reports name: another list's address may be anything.
    guard address.prefix(while: { $0 != "?" }) == RESTAddress.path(of: call) else {
      throw port.malformed(call.operation, "a next page of another list")
    }
    return .address(address)
  }
}

/// Addresses that answers name.
enum RESTAddress {
  /// The path of a call with its gaps filled.
  static func path(of call: HTTPCall) -> String {
    TextTemplate(call.pattern).filled { gap in
      call.arguments[gap].map { PercentEncoding.encoded($0) }
    } ?? call.pattern
  }

  /// What of an address stands below the base; `nil` for another host, and above the base.
  static func below(_ base: BaseURL, _ text: String, from call: HTTPCall) -> String? {
    let current = "\(base)\(path(of: call))"
    guard let url = BaseURL.resolved(text, from: current) else { return nil }
    let withoutQuery = url.prefix { $0 != "?" && $0 != "#" }
    guard let target = try? BaseURL(withoutQuery), target.origin == base.origin else { return nil }
    guard
      let start = url.firstRange(of: "://").flatMap({ found in
        url[found.upperBound...].firstIndex(of: "/")
      })
    else { return nil }
    let rest = url[start...].prefix { $0 != "#" }
    guard rest.hasPrefix(base.prefix) else { return nil }
    let below = rest.dropFirst(base.prefix.count)
    let segments = below.prefix { $0 != "?" }.split(separator: "/")
    guard below.hasPrefix("/"), !segments.contains(where: { $0 == ".." || $0 == "." }) else {
      return nil
    }
    return String(below)
  }

  /// The parameters of a query as it stands in an address.
  static func parameters(_ query: some StringProtocol) -> [HTTPParameter] {
    query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return HTTPParameter(
        PercentEncoding.decoded(parts[0]), parts.count > 1 ? PercentEncoding.decoded(parts[1]) : "")
    }
  }

  /// The address that a `Link` header calls `next` (RFC 8288).
  static func nextLink(_ headers: [HTTPField]) -> String? {
    for header in headers where header.name.lowercased() == "link" {
      var rest = header.value[...]
      while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
        let address = rest[rest.index(after: open)..<close]
        rest = rest[rest.index(after: close)...]
        // The parameters end where the next address opens; a comma inside quotes is no end.
        let parameters = rest.prefix { $0 != "<" }.lowercased()
        let relations = parameters.split(whereSeparator: { ";,".contains($0) })
          .map { $0.filter { !" \"".contains($0) } }
        if relations.contains("rel=next") { return String(address) }
      }
    }
    return nil
  }
}
