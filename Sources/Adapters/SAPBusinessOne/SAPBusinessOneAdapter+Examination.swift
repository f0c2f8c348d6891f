import AdapterKit
import DealModel

extension SAPBusinessOneAdapter {
  /// The user-defined fields of invoices, and those of the vendor's own properties that the
  /// configuration names and the Service Layer knows; `nil` when the user may not list fields.
  func properties() async throws -> [PropertyDescription]? {
    var known: [PropertyDescription]
    do { known = try await userFields() } catch let error as SystemError {
      guard error.kind == .unauthorized else { throw error }
      return nil
    }
    let own = ([system.link] + system.echoProperties).filter { !$0.hasPrefix("U_") }
    if !own.isEmpty {
      let gone = try await drift().map(\.name)
      for name in own where !gone.contains(name) {
        known.append(
          PropertyDescription(name: name, label: name, content: .text, isCustom: false))
      }
    }
    return known
  }

  /// The user-defined fields of invoices, which are those of all marketing documents.
  private func userFields() async throws -> [PropertyDescription] {
    let filter = "TableName eq 'OINV'"
    let page = try await page(
      "UserFieldsMD",
      query: [
        HTTPParameter("$select", "TableName,FieldID,Name,Description,Type"),
        HTTPParameter("$filter", filter),
      ], size: 0)
    return page.rows.compactMap { row in
      guard let name = row["Name"]?.string else { return nil }
      let content: PropertyDescription.Content =
        switch row["Type"]?.string {
        case "db_Alpha", "db_Memo": .text
        case "db_Numeric", "db_Float": .number
        default: .other
        }
      return PropertyDescription(
        name: "U_\(name)", label: row["Description"]?.string ?? name, content: content,
        isCustom: true)
    }
  }

  func examinations(_ brief: ExaminationBrief) async -> [Examination] {
    [await version10] + (await namedProperties()) + [await zone, role]
  }

  /// Links and echoes, tried: where the user may list fields, only those that exist and that the
  /// Service Layer does not know yet, because the others are told by the list.
  private func namedProperties() async -> [Examination] {
    let gone: [SchemaDrift]
    do { gone = try await drift() } catch let error as SystemError {
      return [.unasked(.linkProperty, error)]
    } catch {
      return []
    }
    let known = try? await userFields()
    if let known {
      return gone.filter { fault in known.contains { $0.name == fault.name } }
        .map { examination(of: $0, known: known) }
    }
    var all: [Examination] = []
    if !gone.contains(where: { $0.role == .link }) {
      let place =
        isLinkedByLine(.purchaseInvoices) ? "; costs are read by the project of lines" : ""
      all.append(Examination(.linkProperty, .ok, "\(system.link) exists on documents\(place)."))
    }
    for fault in gone { all.append(examination(of: fault, known: known)) }
    let echoes = system.echoProperties.filter { name in !gone.contains { $0.name == name } }
    if !echoes.isEmpty, echoes.count == system.echoProperties.count {
      all.append(Examination(.echoes, .ok, "Compared there: \(echoes.joined(separator: ", "))."))
    }
    return all
  }

  private func examination(
    of fault: SchemaDrift, known: [PropertyDescription]?
  ) -> Examination {
    let isLink = fault.role == .link
    let check = isLink ? Examination.Check.linkProperty : .echoes
    let key = isLink ? "`link`" : "`echo: \(system.name).\(fault.name)`"
    if known?.contains(where: { $0.name == fault.name }) == true {
      return Examination(
        check, .finding,
        "\(fault.name) is defined in Business One, but the Service Layer does not know it yet.",
        mend: "restart the Service Layer.")
    }
    let near = fault.name.nearest(among: known?.map(\.name) ?? []).map { " There is \($0)." } ?? ""
    return Examination(
      check, .finding, "There is no \(fault.name) on documents.\(near)",
      mend: "mend \(key) of systems.\(system.name), or define the field on marketing documents and "
        + "restart the Service Layer.")
  }

  /// Changes are found by the time of the last one, which documents have since release 10.0.
  private var version10: Examination {
    get async {
      do {
        _ = try await page(
          B1Set.invoices.rawValue, where: "DocEntry eq 0", select: ["DocEntry", "UpdateTime"],
          after: 0, size: 1)
        return Examination(.settings, .ok, "Documents tell the time of their last change.")
      } catch let error as SystemError {
        guard case .drifted = error.kind else { return .unasked(.settings, error) }
        return Examination(
          .settings, .finding, "Documents do not tell the time of their last change.",
          mend: "SAP Business One 10.0 or later is needed.")
      } catch {
        return Examination(.settings, .unasked, "could not be asked: it was cancelled.")
      }
    }
  }

  /// A document changed in the future betrays a wrong time zone.
  private var zone: Examination {
    get async {
      do {
        let page = try await page(
          B1Set.invoices.rawValue,
          query: [
            HTTPParameter("$select", "DocEntry,UpdateDate,UpdateTime"),
            HTTPParameter("$orderby", "UpdateDate desc,UpdateTime desc"),
            HTTPParameter("$top", "1"),
          ], size: 1)
        let now = page.serverDate ?? time.now()
        guard let row = page.rows.first,
          let day = row["UpdateDate"]?.string.flatMap(B1Clock.day),
          let second = row["UpdateTime"]?.string.flatMap(B1Clock.second)
        else {
          return Examination(
            .settings, .manual, "No invoice was changed yet, so `time_zone` could not be tried.")
        }
        let ahead = now.duration(to: clock.instant(day, second))
        guard ahead > Examiner.clockTolerance else {
          return Examination(.settings, .ok, "`time_zone` fits the last change of an invoice.")
        }
        return Examination(
          .settings, .finding,
          "An invoice was last changed \(ahead.components.seconds) s in the future.",
          mend: "set `time_zone` of systems.\(system.name) to that of the company's server.")
      } catch let error as SystemError {
        return .unasked(.settings, error)
      } catch {
        return Examination(.settings, .unasked, "could not be asked: it was cancelled.")
      }
    }
  }

  private var role: Examination {
    Examination(
      .writePermission, .manual, "The Service Layer tells a user nothing of its authorizations.",
      mend: "Administration > System Initialization > Authorizations: Read Only for sales, "
        + "purchasing and banking; not a superuser.")
  }
}
