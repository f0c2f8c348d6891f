internal import DealModel

extension EmulatorFolder {
  /// The records in `<name>.json` of a vendor that numbers them.
  ///
  /// - Parameter required: The members that must be texts.
  /// - Throws: ``SandboxError`` naming the record whose `id` is no number of its own, or that lacks a
  ///   text.
  func numberedRecords(
    _ name: String, texts required: [String] = []
  ) throws(SandboxError) -> [JSONValue] {
    let records = try records(name)
    var ids: Set<Int> = []
    for (number, record) in records.enumerated() {
      guard let id = record["id"]?.integer, ids.insert(id).inserted else {
        throw SandboxError("record \(number) needs an `id` of its own, a number", at: file(name))
      }
      for key in required where record[key]?.string == nil {
        throw SandboxError("record \(number) needs `\(key)`, a text", at: file(name))
      }
    }
    return records
  }
}

extension ControlOrder {
  /// The number in a record's name such as `tickets/35436`.
  ///
  /// - Throws: ``SandboxError`` saying how it is written.
  static func number(of table: String, in record: String) throws(SandboxError) -> Int {
    let parts = record.split(separator: "/")
    guard parts.count == 2, parts[0] == table, let number = Int(parts[1]) else {
      throw SandboxError("write \(table)/ID instead of `\(record)`")
    }
    return number
  }
}
