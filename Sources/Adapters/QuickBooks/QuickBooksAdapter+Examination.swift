import AdapterKit
import DealModel

extension QuickBooksAdapter {
  /// What goes wrong with QuickBooks: where the deal ID stands, and a scope that nobody can narrow.
  func examinations(_ brief: ExaminationBrief) async -> [Examination] {
    let scope = Examination(
      .writePermission, .manual,
      "Intuit has no scope that only reads: com.intuit.quickbooks.accounting may write as well.",
      mend: "nothing there; Plumbline sends QuickBooks no request but GET.")
    return await asked(.linkProperty) { [try await linkExamination()] } + [scope]
      + (await asked(.settings, receipts))
  }

  /// What a question to the company brings, or that it could not be asked.
  private func asked(
    _ check: Examination.Check, _ question: () async throws -> [Examination]
  ) async -> [Examination] {
    do { return try await question() } catch let error as SystemError {
      return [.unasked(check, error)]
    } catch {
      return [Examination(check, .unasked, "could not be asked: it was cancelled.")]
    }
  }

  /// Sales without an invoice: money that came in, and that no invoice tells of.
  private func receipts() async throws -> [Examination] {
    var counts: [String] = []
    for (entity, words) in [("SalesReceipt", "sales"), ("RefundReceipt", "refund")] {
      let count = try await pages.count(entity)
      if count > 0 { counts.append("\(count) \(words) \(count == 1 ? "receipt" : "receipts")") }
    }
    guard !counts.isEmpty else { return [] }
    return [
      Examination(
        .settings, .manual,
        "The company has \(counts.joined(separator: " and ")), which are no invoices and not counted "
          + "as invoiced.",
        mend: "see whether any belongs to a deal, and write invoices for deals.")
    ]
  }

  private func linkExamination() async throws -> Examination {
    switch link {
    case .customer: return try await customers()
    case .number: return try await numbers()
    case .note:
      return Examination(.linkProperty, .ok, "Every document has a private note to bear the ID.")
    case .field(let name): return try await field(name)
    }
  }

  private func customers() async throws -> Examination {
    try await index.update([QuickBooksIndex.customer])
    let count = await index.ledger.customers.count
    guard count > 0 else {
      return Examination(
        .linkProperty, .finding, "No sub-customer or project has a deal ID in its name.",
        mend: "name projects by the deal ID, or set `link` of systems.\(system.name) to DocNumber, "
          + "PrivateNote or the name of a custom field.")
    }
    return Examination(
      .linkProperty, .ok, "\(count) sub-customers or projects have a deal ID in their names.")
  }

  private func numbers() async throws -> Examination {
    guard try await preferences.value(within: .zero).allowsOwnNumbers == false else {
      return Examination(.linkProperty, .ok, "Documents may have numbers of the company's own.")
    }
    return Examination(
      .linkProperty, .finding, "QuickBooks numbers sales forms itself, so none bears a deal ID.",
      mend: "turn on Account and settings > Sales > Custom transaction numbers.")
  }

  private func field(_ name: String) async throws -> Examination {
    let names = try await preferences.value(within: .zero).fieldNames
    if names.contains(name) {
      return Examination(.linkProperty, .ok, "The custom field \(VisibleText(name)) exists.")
    }
    try await index.update(QuickBooksIndex.needs(.invoices, link: link))
    if await index.ledger.count > 0, await !index.wasDefined {
      return Examination(
        .linkProperty, .ok,
        "\(VisibleText(name)) is no classic custom field, and documents bear it: an enhanced one.")
    }
    let near = name.nearest(among: names.sorted()).map { " There is \(VisibleText($0))." } ?? ""
    return Examination(
      .linkProperty, .finding,
      "There is no custom field \(VisibleText(name)) to bear the deal ID.\(near)",
      mend: "define it under Settings > Custom fields, or mend `link` of systems.\(system.name).")
  }
}
