public import AdapterKit
public import DealModel

/// The kind `csv`: files as finance exports them.
public enum CSVKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "csv", summary: "Exports in CSV: invoices, costs, milestones, hours, tickets, echoes.",
    records: Set(RecordKind.allCases), listsDeals: false,
    keys: exports + columns + format)

  /// Where the exports lie.
  private static let exports: [SettingsSchema.Key] = RecordKind.allCases.map { kind in
    .init(
      kind.rawValue, .path,
      "The export of \(kind.rawValue): a file, a pattern, or a directory whose newest file counts")
  }

  /// Which column is what.
  private static let columns: [SettingsSchema.Key] = RecordKind.allCases.map { kind in
    let roles = CSVRole.roles(of: kind).map(\.word).joined(separator: ", ")
    return .init(
      "\(kind.rawValue)_columns", .mapping(.text),
      "Its columns by what they hold: \(roles), and link where it is another column")
  }

  private static let format: [SettingsSchema.Key] = [
    .init(
      "separator", .choice(CSVFormat.separators.keys.sorted()),
      "What stands between fields; by default what the header has most of"),
    .init("quote", .choice(["double", "single", "none"]), "What stands around fields (double)"),
    .init(
      "encoding", .choice(CSVFormat.Encoding.allCases.map(\.rawValue)),
      "How characters are encoded (utf-8) where no byte order mark tells"),
    .init("decimal", .choice(["point", "comma"]), "What stands before the cents (point)"),
    .init(
      "thousands", .choice(CSVFormat.Thousands.allCases.map(\.rawValue)),
      "What stands between thousands (none)"),
    .init("date_format", .text, "How days are written (yyyy-MM-dd), such as dd.MM.yyyy"),
    .init("currency", .currency, "The currency of amounts where no column tells"),
    .init(
      "types", .mapping(.choice(CSVMeaning.typeWords)),
      "Words of the type column and what they mean"),
    .init(
      "statuses", .mapping(.choice(CSVMeaning.statusWords)),
      "Words of the status column and what they mean"),
    .init(
      "cost_type", .choice(Cost.Kind.csvWords), "What a cost without a type column is (bill)"),
    .init("skip_lines", .integer(atLeast: 0), "How many lines stand above the header (0)"),
    .init("open_last_line", .flag, "Whether the last line may lack its line end (false)"),
    .init(
      "rest", .duration, "How long a file must not have been written to before it is read (2s)"),
  ]

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try CSVAdapter(context)
  }
}

extension Cost.Kind {
  fileprivate static let csvWords = ["purchase_order", "bill", "vendor_credit", "expense"]
}
