import AdapterKit
import DealModel

extension NetSuiteAdapter {
  /// The most documents in one question for system notes.
  static let historyBatchSize = 100

  /// What the system notes of documents tell of their amounts and states.
  ///
  /// A document without the notes of its creation is left out: roles without the permission
  /// "System Notes" see only the notes of what they changed themselves, which is no history.
  ///
  /// - Source: Oracle's help on system notes; the table `systemnote` of SuiteQL. Its columns and the
  ///   names of fields (`TRANDOC.MAMOUNTMAIN`, `TRANDOC.KSTATUS`) are known from practice, not from
  ///   the reference: not verified against an account of ours.
  func history(
    of references: [RecordReference], properties: [String]
  ) async throws -> [RecordReference: [PropertyChange]] {
    let documents = references.filter { $0.kind == .invoices || $0.kind == .costs }
    let byID = Dictionary(grouping: documents, by: \.id)
    var changes: [RecordReference: [PropertyChange]] = [:]
    var whole: Set<RecordReference> = []
    for batch in byID.keys.sorted().batches(of: Self.historyBatchSize) {
      let notes = { (last: String) in statements.notes(of: batch, after: last) }
      try await walk(notes) { row in
        guard let note = NetSuiteNote(row, echoes: properties) else { return }
        for reference in byID[note.document] ?? [] {
          if note.isOfCreation { whole.insert(reference) }
          if let change = note.change(in: reference.kind) {
            changes[reference, default: []].append(change)
          }
        }
      }
    }
    return Dictionary(
      uniqueKeysWithValues: whole.map { reference in
        (reference, (changes[reference] ?? []).sorted { $0.at > $1.at })
      })
  }
}

/// One system note of a document.
struct NetSuiteNote {
  /// The document's ID.
  let document: String
  private let row: NetSuiteRow
  private let field: String
  private let at: Timestamp
  private let echoes: [String]

  /// A note; `nil` for one without a document, a field or a time.
  init?(_ row: NetSuiteRow, echoes: [String]) {
    guard let document = row["recordid"], let field = row["field"],
      let at = row["at"].flatMap({ Timestamp($0) })
    else { return nil }
    self.document = document
    self.row = row
    self.field = field.uppercased()
    self.at = at
    self.echoes = echoes
  }

  /// Whether it tells of how the document was made: `1` the creation, `2` a field set with it.
  var isOfCreation: Bool { row["type"] == "1" || row["type"] == "2" }

  /// The change; `nil` for how the document was made, and for fields that neither change an amount
  /// nor are compared.
  func change(in kind: RecordKind) -> PropertyChange? {
    guard !isOfCreation else { return nil }
    let echo = echoes.first { $0.uppercased() == field }
    guard echo != nil || isOfAmounts else { return nil }
    return PropertyChange(
      property: echo ?? field, field: echo == nil ? FieldName(kind.rawValue) : nil, at: at,
      old: row["oldvalue"], new: row["newvalue"], author: author, by: row["who"] ?? row["context"])
  }

  /// Whether the note tells of a change that can change a sum over documents.
  private var isOfAmounts: Bool {
    guard field.hasPrefix("TRANDOC.") || field.hasPrefix("TRANLINE.") else { return false }
    if field == "TRANDOC.KSTATUS" { return !isOfPayment }
    return ["AMOUNT", "RATE", "QTY", "QUANTITY", "VOID", "TAX"].contains { field.contains($0) }
  }

  /// Whether a change of state only tells that money came in. Labels are in the language of the
  /// account; one that is not known counts as a change of the document.
  private var isOfPayment: Bool {
    let settled: Set<String> = ["open", "paid in full", "partially paid"]
    return [row["oldvalue"], row["newvalue"]].allSatisfy { label in
      // `Invoice : Paid In Full`.
      let state = label?.split(separator: ":").last?.split(separator: " ").joined(separator: " ")
      return settled.contains(state?.lowercased() ?? "")
    }
  }

  /// `UIF` is the user interface; other contexts are scripts, services and imports.
  private var author: PropertyChange.Author {
    switch row["context"]?.uppercased() {
    case nil: .unknown
    case "UIF", "USER INTERFACE": .person
    default: .program
    }
  }
}
