public import DealModel

extension HTTPPort {
  /// Judges a record that came in an answer about certain deals and bears none of their IDs.
  ///
  /// Vendors compare loosely: an ID in other letters, or with something before or behind it, is a
  /// near miss to be left out. A record of an altogether different deal means that the question was
  /// not the one answered, so that "none" would be said of deals nobody looked up.
  ///
  /// - Parameters:
  ///   - borne: The IDs the record bears.
  ///   - record: How the vendor names the record; never a value of it.
  ///   - ids: The deals that were asked about.
  /// - Throws: ``SystemError`` of kind `malformed` unless it is a near miss.
  public func refuseStray(
    bearing borne: [DealID], record: String, asked ids: some Sequence<DealID>, operation: String
  ) throws {
    if Self.isNearMiss(bearing: borne, asked: ids) { return }
    throw malformed(
      operation, "record \(VisibleText(record)), which belongs to a deal nobody asked about")
  }

  /// Whether a record that bears these IDs may come in an answer about those deals, because systems
  /// compare loosely.
  public static func isNearMiss(
    bearing borne: [DealID], asked ids: some Sequence<DealID>
  ) -> Bool {
    let folded = borne.map { Self.folded($0.text) }
    return ids.lazy.map { Self.folded($0.text) }.contains { asked in
      asked.isEmpty || folded.contains { $0.contains(asked) }
    }
  }

  /// Letters and digits alone, in lower case.
  private static func folded(_ text: String) -> String {
    text.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}
